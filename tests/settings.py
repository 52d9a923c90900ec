"""The project's settings in test mode, whatever the shell says: own data folder, cheap password hashing."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["CSPR_MODE"] = "test"
os.environ["CSPR_DATA_DIR"] = tempfile.mkdtemp(prefix="cspr-test-")
atexit.register(shutil.rmtree, os.environ["CSPR_DATA_DIR"], ignore_errors=True)

from cspr.settings import *  # noqa: E402, F403
from cspr.settings import DATA_DIR, DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: write-ahead log and immediate transactions as in ./dev up, and threads may race.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_cspr_{os.getpid()}"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
