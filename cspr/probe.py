"""``python -m cspr.probe web|background``: a container's own health check. Exit 0 when well, 1 when not.

Standard library only, so that asking every half minute costs next to nothing.
"""

import os
import sys
import time
import urllib.request
from pathlib import Path

HEARTBEAT_STALE_SECONDS = 180


def web() -> bool:
    """Whether the web process of this container answers, asked by a name it accepts."""
    host = os.environ["CSPR_ALLOWED_HOSTS"].split(",")[0].lstrip(".")
    request = urllib.request.Request("http://127.0.0.1:8000/health/live", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return bool(answer.status == 200)


def background() -> bool:
    """Whether beat, broker and worker together left a heartbeat lately (see ``cspr.health.heartbeat``)."""
    age = time.time() - (Path(os.environ["CSPR_DATA_DIR"]) / "heartbeat").stat().st_mtime
    return age <= HEARTBEAT_STALE_SECONDS


def main(words: list[str]) -> int:
    question = {"web": web, "background": background}.get(" ".join(words))
    if question is None:
        sys.stderr.write("Usage: python -m cspr.probe web|background\n")
        return 2
    try:
        return 0 if question() else 1
    except (OSError, KeyError):
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
