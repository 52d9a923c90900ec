"""The database in a backup: a moment that holds still, the copy of it, and loading it where nothing is.

PostgreSQL's own programs do both. They are told where and as whom by their environment, never by the command line,
which every user of a machine can read; and what they say of rows is not passed on.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from cspr.audit.models import Chain
from cspr.backups.contents import AT_ONCE
from cspr.wall.policies import all_models
from cspr.wall.scope import ALL, SETTING

# How libpq wants to be told what Django's settings say.
TOLD_BY = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
NOT_HELD = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
OWNS = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'audit_event'::regclass"
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
NO_LIMIT = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"


class DatabaseRefuses(Exception):
    """It cannot be copied or loaded. ``str()`` says why, and nothing of what is in it."""


# --- what is there ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def held_still() -> Iterator[str]:
    """In the block the database is read as it was at one moment, whatever is written meanwhile; yields the name under
    which ``dumped`` finds the same moment. On SQLite nobody writes meanwhile."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        moment = ""
        if connection.vendor == "postgresql":
            cursor.execute(ONE_MOMENT)
            cursor.execute(NO_LIMIT)
            cursor.execute("SELECT pg_export_snapshot()")
            (moment,) = cursor.fetchone()
        yield moment


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.db_table: model._base_manager.count() for model in all_models()}


def chains() -> dict[str, tuple[int, str]]:
    """Length and newest hash of every record, by the reference of its partnership."""
    heads = Chain.objects.values_list("partnership__ref", "seq", "head")
    return {ref: (seq, head) for ref, seq, head in heads}


def applied() -> list[str]:
    """The migrations that this database has seen."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def known() -> list[str]:
    """The migrations that this code knows."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def server() -> str:
    """The database program's version, as it says it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0]}"
    return f"SQLite {sqlite3.sqlite_version}"


def without_time_limit() -> None:
    """What this process asks from now on may take as long as it takes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


def is_empty() -> bool:
    return not connection.introspection.table_names()


# --- copying ------------------------------------------------------------------------------------------------


def dumped(moment: str) -> Iterator[bytes]:
    """The whole database as it was at a moment of ``held_still``, in pieces. Raises ``DatabaseRefuses``."""
    return _dump_of_postgresql(moment) if connection.vendor == "postgresql" else _copy_of_sqlite()


def _dump_of_postgresql(moment: str) -> Iterator[bytes]:
    line = [
        "--format=custom",
        "--compress=1",
        "--no-password",
        "--lock-wait-timeout=60s",
        f"--snapshot={moment}",
    ]
    with _program("pg_dump", *line, *_past_the_wall(), stdout=subprocess.PIPE) as process:
        assert process.stdout
        while piece := process.stdout.read(AT_ONCE):
            yield piece


def _past_the_wall() -> list[str]:
    """What ``pg_dump`` needs so as to read every row. Raises ``DatabaseRefuses`` where the role would not see all.

    A role with BYPASSRLS reads everything, and pg_dump itself fails should it not. An owner is held by the wall, too,
    but may open it; that is done by the environment of the program.
    """
    with connection.cursor() as cursor:
        cursor.execute(NOT_HELD)
        if cursor.fetchone() == (True,):
            return []
        cursor.execute(OWNS)
        if cursor.fetchone() == (True,):
            return ["--enable-row-security"]
    raise DatabaseRefuses(
        "The role that DATABASE_URL names cannot read every row. Use the one for backups: docs/deploying.md, “Backups”."
    )


def _copy_of_sqlite() -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as ours,
            contextlib.closing(sqlite3.connect(copy)) as theirs,
        ):
            ours.backup(theirs)
        with copy.open("rb") as file:
            while piece := file.read(AT_ONCE):
                yield piece


# --- loading ------------------------------------------------------------------------------------------------


def load(pieces: Iterable[bytes]) -> None:
    """Fill an empty database: wholly, or not at all. Raises ``DatabaseRefuses``."""
    if connection.vendor == "postgresql":
        _load_postgresql(pieces)
    else:
        _load_sqlite(pieces)


def _load_postgresql(pieces: Iterable[bytes]) -> None:
    line = ["--no-password", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    connection.close()
    name = str(connection.settings_dict["NAME"])
    with _program("pg_restore", *line, f"--dbname={name}", stdin=subprocess.PIPE) as process:
        assert process.stdin
        with contextlib.suppress(BrokenPipeError):  # it has ended; what it said is looked at next
            for piece in pieces:
                process.stdin.write(piece)
            process.stdin.close()


def _load_sqlite(pieces: Iterable[bytes]) -> None:
    connection.close()
    place = Path(connection.settings_dict["NAME"])
    half = place.with_suffix(".restoring")
    with half.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    for beside in ("-wal", "-shm"):
        Path(f"{place}{beside}").unlink(missing_ok=True)
    half.replace(place)


# --- PostgreSQL's programs -----------------------------------------------------------------------------------


@contextlib.contextmanager
def _program(
    name: str, *words: str, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs, on our database. Killed when the block fails; raises ``DatabaseRefuses`` when the
    program itself does."""
    program = shutil.which(name)
    if program is None:
        raise DatabaseRefuses(f"{name} is not installed here. On Debian: apt-get install postgresql-client.")
    with tempfile.TemporaryFile() as said:
        line = [program, *words]
        process = subprocess.Popen(  # noqa: S603  (our own words)
            line, env=_told(), stdin=stdin, stdout=stdout, stderr=said
        )
        try:
            yield process
        except BaseException:
            process.kill()  # what it has loaded so far is rolled back with its transaction
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
            process.wait()
        if process.returncode:
            raise DatabaseRefuses(_why(name, said))


def _told() -> dict[str, str]:
    """The environment of such a program: where, as whom, without a time limit, with the wall open; nothing else."""
    given: dict[str, Any] = connection.get_connection_params()
    told = {name: str(given[word]) for word, name in TOLD_BY.items() if given.get(word)}
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return kept | told | {"PGOPTIONS": f"-c statement_timeout=0 -c {SETTING}={ALL}"}


def _why(name: str, said: IO[bytes]) -> str:
    """The first thing the program complained of, without details and quoted words: they could be somebody's data."""
    said.seek(0)
    lines = [line for line in said.read(20_000).decode(errors="replace").splitlines() if ": error:" in line]
    before, error, after = (lines or [f"{name}: error: it said nothing"])[0].partition("ERROR:")
    return before + error + re.sub(r'"[^"]*"|\([^)]*\)', "…", after)
