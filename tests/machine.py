"""What this machine offers the tests: servers that run or can be started, a browser, Pango."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

PANGO = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Machine:
    """Addresses and paths, "" where there is none; ``left_out`` says what is missing and how to enable it."""

    database: str = ""
    redis: str = ""
    chromium: str = ""
    left_out: dict[str, str] = field(default_factory=dict)


def look_round(servers: contextlib.ExitStack) -> Machine:
    """Finds what the tests can use; servers that it has to start are stopped by ``servers``."""
    machine = Machine()
    machine.database = os.environ.get("DATABASE_URL", "") or local_postgres() or private_postgres(servers)
    machine.redis = os.environ.get("REDIS_URL", "") or private_redis(servers) or local_redis()
    machine.chromium = next(filter(None, map(shutil.which, BROWSERS)), "")
    missing = machine.left_out
    if not machine.database:
        missing["postgres"] = "PostgreSQL. To enable: apt-get install -y postgresql, or set DATABASE_URL."
    if not machine.redis:
        missing["redis"] = "Redis. To enable: apt-get install -y redis-server, or set REDIS_URL."
    if not machine.chromium:
        missing["browser"] = "browser tests. To enable: apt-get install -y chromium"
    if not has_pango():
        missing["pango"] = f"PDF rendering. To enable: {PANGO}"
    return machine


def has_pango() -> bool:
    try:
        import weasyprint  # noqa: F401, PLC0415  (raises where the libraries are missing)
    except OSError:
        return False
    return True


def local_postgres() -> str:
    """The server on the standard port, where it lets ``postgres`` create databases without a password."""
    url = "postgres://postgres@127.0.0.1:5432/postgres"
    with (
        contextlib.suppress(psycopg2.Error),
        contextlib.closing(psycopg2.connect(url, connect_timeout=3)) as link,
    ):
        cursor = link.cursor()
        cursor.execute("select rolcreatedb from pg_roles where rolname = current_user")
        return url if cursor.fetchone() == (True,) else ""
    return ""


def private_postgres(servers: contextlib.ExitStack) -> str:
    """A server of our own in a temporary folder; "" where PostgreSQL is not installed."""
    cluster = new_cluster(servers)
    if cluster is None:
        return ""
    server = [
        cluster.program("postgres"),
        *cluster.options,
        "-c",
        "fsync=off",
        "-c",
        "synchronous_commit=off",
    ]
    serve(servers, [*server, "-D", str(cluster.data)], cluster.port, cluster.folder, cluster.owner)
    return cluster.url


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of our own that listens on loopback only: where it lies, and as whom its programs run."""

    programs: Path
    folder: Path
    port: int
    owner: str | None  # its programs refuse to run as root

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def options(self) -> list[str]:
        return ["-k", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port)]

    def program(self, name: str) -> str:
        return str(self.programs / name)

    def run(self, name: str, *words: str) -> None:
        """One of its programs, to the end. Raises ``CalledProcessError``."""
        line = [self.program(name), *words]
        # Not into a pipe: a server that it leaves behind would keep that open.
        with (self.folder / "programs.log").open("ab") as log:
            subprocess.run(line, user=self.owner, cwd=self.folder, stdout=log, stderr=log, check=True)


def new_cluster(servers: contextlib.ExitStack) -> Cluster | None:
    """A cluster that does not run yet, in a folder that ``servers`` will remove; None without PostgreSQL."""
    program = shutil.which("initdb") or max(
        map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=""
    )
    if not program:
        return None
    folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="cspr-pg-")))
    owner = "postgres" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(folder, owner)
    cluster = Cluster(Path(program).resolve().parent, folder, unused_port(), owner)
    make = ["-U", "postgres", "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"]
    cluster.run("initdb", "-D", str(cluster.data), *make)
    return cluster


def private_redis(servers: contextlib.ExitStack) -> str:
    """A Redis of our own, preferred to one that answers on the standard port: the tests empty its queues."""
    program = shutil.which("redis-server")
    if not program:
        return ""
    folder, port = (
        Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="cspr-redis-"))),
        unused_port(),
    )
    serve(servers, [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""], port, folder)
    return f"redis://127.0.0.1:{port}/0"


def local_redis() -> str:
    """Database 15 of the server on the standard port, where it asks for no password."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 6379), timeout=2) as link:
        link.sendall(b"PING\r\n")
        return "redis://127.0.0.1:6379/15" if link.recv(16).startswith(b"+PONG") else ""
    return ""


def serve(
    servers: contextlib.ExitStack, line: list[str], port: int, folder: Path, owner: str | None = None
) -> None:
    """Starts a server that ``servers`` will stop, and waits till its port answers."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        line, user=owner, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    servers.callback(process.wait, 15)
    servers.callback(process.send_signal, signal.SIGINT)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{line[0]} did not start")


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
