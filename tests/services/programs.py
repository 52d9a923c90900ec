"""Runs the project's own programs (web, worker, beat) as a machine would: by command line and environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent.parent
Environment = dict[str, str]


def shell_environment(site: Environment) -> Environment:
    """This shell without what configures the site, our own programs first on the path, plus ``site``."""
    ours = ("CSPR_", "DJANGO_", "CELERY_", "DATABASE_URL", "REDIS_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    return kept | {"PATH": path, "PYTHONPATH": str(ROOT)} | site


def run(line: list[str], site: Environment, seconds: float = 300) -> subprocess.CompletedProcess[str]:
    env = shell_environment(site)
    return subprocess.run(
        line, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds
    )


@contextlib.contextmanager
def running(line: list[str], site: Environment, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program, for the length of the block; then it and all that it started is gone."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            line, env=shell_environment(site), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        until_it_ends(process, seconds=15)
        # Only while nobody has waited for it: until then its number, also its group's, is nobody else's.
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until_it_ends(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Waits without taking note of the end, so that the process number stays taken."""
    deadline = time.monotonic() + seconds
    while process.returncode is None and time.monotonic() < deadline:
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return
        time.sleep(0.05)


def eventually(question: Callable[[], bool], what: str, log: Path, seconds: float = 40) -> None:
    """Asks until the answer is yes. Fails with the end of the log when it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if question():
            return
        time.sleep(0.1)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:]) if log.exists() else "(no log)"
    raise AssertionError(f"Not within {seconds:.0f} s: {what}\n{tail}")


def on_database(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextlib.contextmanager
def new_database(server: str, *, template: str = "template1", suffix: str = "") -> Iterator[str]:
    """The address of a database of its own on ``server``, a copy of another one there; dropped afterwards."""
    name = f"test_cspr_services_{os.getpid()}{suffix}"
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    admin(server, made.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield on_database(server, name)
    finally:
        admin(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin(server, sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{name}_site")))


def as_the_site(url: str, password: str = "only-for-tests") -> str:
    """The same database for the site's own role, which ``build_wall`` makes and ``new_database`` drops."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.path.strip('/')}_site:{password}@{place}"))


def admin(server: str, statement: sql.Composed) -> None:
    """One statement outside any transaction, as databases and roles need it."""
    with contextlib.closing(psycopg2.connect(server)) as link:
        link.autocommit = True
        link.cursor().execute(statement)
