"""The empty, migrated database, made once for each set of migrations and then copied: migrating takes half a minute."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(tempfile.gettempdir()) / f"cspr-migrated-{os.getuid()}"
KEPT = 6


def digest() -> str:
    """Of everything that migrating depends on: another one is another database."""
    migrations = ROOT.glob("*/**/migrations/*.py"), ROOT.glob("*/migrations/*.py")
    named = [
        "cspr/audit/triggers.py",
        "cspr/wall/building.py",
        "cspr/wall/policies.py",
        "cspr/clocks/govuk.py",
        "cspr/sealed/fields.py",
        "cspr/sealed/migrating.py",
        "reviews/likeness.py",
        "reviews/questions/library.py",
    ]
    files = {*(file for found in migrations for file in found if ".venv" not in file.parts)}
    files |= {ROOT / name for name in [*named, "requirements.lock"]} | set(ROOT.glob("cspr/clocks/*.json"))
    read = hashlib.sha256()
    for file in sorted(files):
        read.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return read.hexdigest()[:16]


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One process at a time makes or copies it."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class OnSqlite:
    """A file is copied."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.file = Path(str(connection.settings_dict["TEST"]["NAME"]))
        self.kept = FOLDER / f"{digest()}.sqlite3"

    def lay_out(self) -> None:
        if self.kept.exists():
            _copy(self.kept, self.file)

    def keep(self) -> None:
        if not self.kept.exists() and self.file.exists():
            half_made = self.kept.with_suffix(".new")
            _copy(self.file, half_made)
            half_made.replace(self.kept)
            for old in sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
                old.unlink()

    def drop(self) -> None:
        """Nothing to do: the file lies in the folder that goes with the process."""


def _copy(source: Path, target: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(source)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


class OnPostgresql:
    """A database is the template of another."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.name = str(connection.settings_dict["TEST"]["NAME"])
        self.kept = f"cspr_migrated_{digest()}"

    def lay_out(self) -> None:
        with self._server() as server:
            if self._there(server, self.kept):
                self._clone(server, self.kept, self.name)

    def keep(self) -> None:
        self.connection.close()
        with self._server() as server:
            if self._there(server, self.name) and not self._there(server, self.kept):
                self._clone(server, self.name, self.kept)
                server.execute(
                    "SELECT datname FROM pg_database WHERE datname LIKE 'cspr_migrated_%%' ORDER BY oid"
                )
                for (old,) in server.fetchall()[:-KEPT]:
                    server.execute(f'DROP DATABASE IF EXISTS "{old}"')

    def drop(self) -> None:
        self.connection.close()
        with self._server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _server(self) -> Any:
        return self.connection._nodb_cursor()  # as Django itself makes databases

    @staticmethod
    def _there(server: Any, name: str) -> bool:
        server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return server.fetchone() is not None

    @staticmethod
    def _clone(server: Any, template: str, name: str) -> None:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def migrated(connection: BaseDatabaseWrapper) -> OnSqlite | OnPostgresql:
    return OnSqlite(connection) if connection.vendor == "sqlite" else OnPostgresql(connection)
