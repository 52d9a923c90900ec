"""The two machines of the drill: where cases are and are lost, and where they come back. Servers of their own."""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from tests.faults.servers import Postgres
from tests.services.programs import Environment, admin, run

MANAGE = [sys.executable, "manage.py"]
PASSWORD = "only-for-tests"
# As docs/deploying.md and docs/settings.md say.
READER = f"CREATE ROLE cspr_backup LOGIN BYPASSRLS PASSWORD '{PASSWORD}' IN ROLE pg_read_all_data"
OWNER = f"CREATE ROLE cspr_owner LOGIN CREATEROLE PASSWORD '{PASSWORD}'"
DATABASE = "CREATE DATABASE cspr OWNER cspr_owner"
# Rows that are another matter: nobody stays signed in, and what throttles is counted anew.
LEFT_OUT = {"accounts_signinsession", "cache"}
Print = dict[str, tuple[int, str]]


class Failed(Exception):
    """A program of ours ended badly; ``str()`` says which, and the end of what it said."""


@dataclass
class Machine:
    """A cluster, a folder of data, and the settings of the site beside them."""

    postgres: Postgres
    folder: Path
    settings: Environment
    database: str = "postgres"

    def url(self, role: str = "postgres") -> str:
        who = role if role == "postgres" else f"{role}:{PASSWORD}"
        return f"postgres://{who}@127.0.0.1:{self.postgres.cluster.port}/{self.database}"

    def environment(self, role: str, **more: str) -> Environment:
        where = {"CSPR_DATA_DIR": str(self.folder), "DATABASE_URL": self.url(role)}
        return self.settings | where | more

    def manage(self, *words: str, role: str, **more: str) -> subprocess.CompletedProcess[str]:
        limit = {"CSPR_STATEMENT_TIMEOUT": "0"}
        return run([*MANAGE, *words], self.environment(role, **limit, **more), seconds=7200)

    def must(self, *words: str, role: str, **more: str) -> str:
        """What the command says. Raises ``Failed`` when it ends badly."""
        return well(words[0], self.manage(*words, role=role, **more))

    def program(self, words: list[str], role: str = "postgres", **more: str) -> str:
        """What a program of ours says, which is run as for tests, not as for production."""
        env = self.environment(role, CSPR_MODE="test", CSPR_STATEMENT_TIMEOUT="0", **more)
        return well(words[-1].strip().splitlines()[0], run([sys.executable, *words], env, seconds=7200))

    def fingerprint(self) -> Print:
        """Number of rows and a digest of all of them, for each table, asked of the database itself."""
        # In one time zone on every cluster, or a moment of the summer is written in two ways.
        utc = {"options": "-c timezone=UTC"}
        with contextlib.closing(psycopg2.connect(self.url(), **utc)) as link, link.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            found: Print = {}
            for (table,) in cursor.fetchall():
                if table not in LEFT_OUT:
                    digest = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM {} t"
                    cursor.execute(sql.SQL(digest).format(sql.Identifier(table)))
                    count, total = cursor.fetchone() or (0, "")
                    found[table] = (int(count), str(total))
        return found

    def files(self) -> dict[str, str]:
        """SHA-256 of every stored file as it lies, by its place."""
        store = self.folder / "files"
        return {
            str(file.relative_to(store)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in store.rglob("*")
            if file.is_file()
        }

    def is_empty(self) -> bool:
        store = self.folder / "files"
        with contextlib.closing(psycopg2.connect(self.url())) as link, link.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
            (tables,) = cursor.fetchone() or (0,)
        return not tables and not (store.exists() and any(store.iterdir()))

    def ask(self, statement: str) -> None:
        """One statement as the superuser, on the server's own database."""
        admin(self.postgres.url, sql.SQL(statement))


def well(what: str, done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode:
        raise Failed(f"{what} ended with {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")
    return done.stdout
