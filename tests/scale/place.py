"""A migrated database of its own for one measurement, with its wall, on a server that is there; gone afterwards."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2 import sql

from tests.migrated import alone, digest
from tests.services.programs import Environment, admin, as_the_site, new_database, shell_environment

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = [sys.executable, "manage.py"]


class Failed(Exception):
    """A program of ours ended badly; ``str()`` says which, and the end of what it said."""


@dataclass
class Place:
    """A database, the folder of its files, and who signs in to it."""

    url: str
    folder: Path
    more: Environment = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.url.rsplit("/", 1)[1]

    @property
    def owner(self) -> Environment:
        return {
            "CSPR_MODE": "test",
            "CSPR_DATA_DIR": str(self.folder),
            "CSPR_STATEMENT_TIMEOUT": "0",
            "DJANGO_SETTINGS_MODULE": "cspr.settings",
            "DATABASE_URL": self.url,
            "CSPR_APP_DATABASE_URL": as_the_site(self.url),
            **self.more,
        }

    @property
    def site(self) -> Environment:
        """As web and worker sign in: held by the wall."""
        return {**self.owner, "DATABASE_URL": as_the_site(self.url), "CSPR_APP_DATABASE_URL": ""}

    def manage(self, *words: str, owner: bool = False) -> str:
        """What ``manage.py`` says. Raises ``Failed``."""
        return ended_well([*MANAGE, *words], self.owner if owner else self.site)


def ended_well(line: list[str], site: Environment) -> str:
    """What the program says on its standard output. Raises ``Failed`` when it ends badly."""
    done = subprocess.run(
        line, env=shell_environment(site), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(
            f"{' '.join(line[1:4])} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}"
        )
    return done.stdout


@contextlib.contextmanager
def migrated_place(server: str, folder: Path) -> Iterator[Place]:
    """A migrated database without rows, copied from the one that this server keeps (``tests.migrated``)."""
    with contextlib.ExitStack() as databases, alone():
        kept = f"cspr_migrated_{digest()}"
        if there(server, kept):
            place = Place(databases.enter_context(new_database(server, template=kept)), folder)
        else:
            place = Place(databases.enter_context(new_database(server)), folder)
            place.manage("migrate", "--no-input", "--verbosity=0", owner=True)
            admin(server, COPIED.format(sql.Identifier(kept), sql.Identifier(place.name)))
        alive = databases.pop_all()
    with alive:
        yield place


COPIED = sql.SQL("CREATE DATABASE {} TEMPLATE {}")


@contextlib.contextmanager
def walled_place(server: str, folder: Path) -> Iterator[Place]:
    """A migrated database as a deployer leaves it."""
    with migrated_place(server, folder) as place:
        place.manage("build_wall", owner=True)
        yield place


@contextlib.contextmanager
def twin(server: str, place: Place) -> Iterator[Place]:
    """Another database with the same rows, while nobody is signed in to the first; the site's role works there, too."""
    with new_database(server, template=place.name, suffix="_twin") as url:
        other = Place(url, place.folder)
        other.manage("build_wall", owner=True)
        yield other


def there(server: str, name: str) -> bool:
    with contextlib.closing(psycopg2.connect(server)) as link:
        cursor = link.cursor()
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def asked(url: str, question: str) -> int:
    """One number, asked as the owner."""
    with contextlib.closing(psycopg2.connect(url)) as link:
        cursor = link.cursor()
        cursor.execute("SELECT set_config('cspr.partnerships', 'all', false)")
        cursor.execute(question)
        (found,) = cursor.fetchone() or (0,)
        return int(found or 0)
