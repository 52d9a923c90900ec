"""A system of its own for each test, on the engine of the run: a database, a store of files, keys, somebody's case."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from psycopg2 import sql

from tests.migrated import FOLDER, alone, digest
from tests.scale.place import migrated_place
from tests.services.programs import Environment, admin, new_database, run

FIELD_KEY = secrets.token_hex(32)
MANAGE = [sys.executable, "manage.py"]
# Some cases with their events, files, letters and the anchors of the day; then what is there, for comparing.
LIVED_IN = """
import os, django; django.setup()
from django.utils import timezone
from cspr.audit.chain import keep_anchors
from cspr.documents.models import Document
from cspr.documents.storing import write
from cspr.wall.scope import everything
from tests import factories as make
with everything():
    for _ in range(2):
        a = make.area()
        for n in range(3):
            letter, stored = make.letter(make.accepted(a).case, a.staff), write(os.urandom(n * 70_000))
            Document.objects.filter(pk=letter.pk).update(
                path=stored.path, file_key=stored.key, size=stored.size, sha256=stored.sha256
            )
    keep_anchors(timezone.now())
"""
LATER = """
import datetime, django; django.setup()
from django.utils import timezone
from cspr.audit.chain import keep_anchors
from cspr.accounts.models import Partnership
from cspr.audit.log import record
from cspr.wall.scope import everything
with everything():
    for _ in range(50):
        record(partnership=Partnership.objects.order_by("pk").first(), kind="case.note", by=None)
    keep_anchors(timezone.now() + datetime.timedelta(days=1))
"""
SEEN = """
import django, json; django.setup()
from cspr.backups.database import chains, rows
from cspr.documents.models import Document
from cspr.documents.storing import bytes_of
from cspr.wall.scope import everything
with everything():
    words = [[d.ref, d.title, bytes_of(d).hex()[:40]] for d in Document.objects.order_by("pk").exclude(path="")]
    print(json.dumps([rows(), chains(), words]))
"""


Seen = list[Any]


@dataclass
class System:
    """One installation: where its database and files are, and who runs its commands."""

    folder: Path
    url: str
    more: Environment = field(default_factory=dict)

    @property
    def environment(self) -> Environment:
        return {
            "CSPR_MODE": "test",
            "CSPR_DATA_DIR": str(self.folder),
            "CSPR_FIELD_KEYS": FIELD_KEY,
            "DJANGO_SETTINGS_MODULE": "cspr.settings",
            "DATABASE_URL": self.url,
            **self.more,
        }

    def manage(self, *words: str, **more: str) -> CompletedProcess[str]:
        return run([*MANAGE, *words], self.environment | more)

    def told(self, program: str) -> str:
        done = run([sys.executable, "-c", program], self.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def seen(self) -> Seen:
        """Rows of every table, the ends of the record, every file's title and first bytes."""
        return list(json.loads(self.told(SEEN)))

    def is_empty(self) -> bool:
        """Neither tables nor files."""
        files = self.folder / "files"
        return tables(self.url) == 0 and not (files.exists() and any(files.iterdir()))


def tables(url: str) -> int:
    if not url.startswith("postgres"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as link:
            return int(link.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        return int((cursor.fetchone() or (0,))[0])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The file of the private half, and the public one."""
    file = tmp_path_factory.mktemp("safe") / "private"
    made = run([*MANAGE, "backup_keys", str(file)], {"CSPR_MODE": "test"})
    assert made.returncode == 0, made.stderr
    return file, made.stdout.strip().removeprefix("CSPR_BACKUP_PUBLIC_KEY=")


@pytest.fixture(scope="module")
def system(pair: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Lived in: two partnerships, six cases, a letter for each."""
    folder, server = tmp_path_factory.mktemp("lived"), os.environ.get("DATABASE_URL", "")
    public = {"CSPR_BACKUP_PUBLIC_KEY": pair[1]}
    if server.startswith("postgres"):
        with migrated_place(server, folder) as place:
            made = System(folder, place.url, public)
            made.told(LIVED_IN)
            yield made
        return
    made = System(folder, f"sqlite:///{folder / 'cspr.sqlite3'}", public)
    with alone():
        kept = FOLDER / f"{digest()}.sqlite3"
        if kept.exists():
            shutil.copy(kept, folder / "cspr.sqlite3")
        else:
            assert made.manage("migrate", "--no-input").returncode == 0
    made.told(LIVED_IN)
    yield made


@pytest.fixture(scope="module")
def backup(system: System, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    folder = tmp_path_factory.mktemp("backups")
    done = system.manage("back_up", str(folder))
    assert done.returncode == 0, done.stderr
    [file] = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def before(system: System, backup: Path) -> Seen:
    """What was there at the moment of the backup."""
    return system.seen()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[System]:
    """Another machine: an empty database, whose owner is no superuser, and an empty folder."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield System(tmp_path, f"sqlite:///{tmp_path / 'cspr.sqlite3'}")
        return
    with role(server, "owner", OWNER) as name, new_database(server, suffix="_empty") as url:
        database = url.rpartition("/")[2]
        admin(server, sql.SQL("ALTER DATABASE {} OWNER TO {}").format(*map(sql.Identifier, (database, name))))
        yield System(tmp_path, signed_in(url, name))


OWNER = "CREATE ROLE {} LOGIN CREATEROLE PASSWORD 'only-for-tests'"
READER = (
    "CREATE ROLE {} LOGIN BYPASSRLS PASSWORD 'only-for-tests' IN ROLE pg_read_all_data"  # docs/deploying.md
)


@contextmanager
def role(server: str, kind: str, made: str) -> Iterator[str]:
    """A role of the server for one test."""
    name = f"test_cspr_{kind}_{os.getpid()}"
    admin(server, sql.SQL(made).format(sql.Identifier(name)))
    try:
        yield name
    finally:
        admin(server, sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def signed_in(url: str, name: str) -> str:
    """The same database for that role."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{name}:only-for-tests@{parts.netloc.rpartition('@')[2]}"))
