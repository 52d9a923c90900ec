"""PostgreSQL, Redis and a mail server that belong to the rig alone, so that they may be stopped, frozen and killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import redis

from tests.faults.shape import LeftOut
from tests.machine import Cluster, new_cluster, unused_port
from tests.mail.smtp import Server
from tests.migrated import FOLDER, alone, digest
from tests.services.programs import Environment, as_the_site, run

# What the operating system has been given outlives a killed process, so no write has to reach the disk; but each
# commit is written before it is answered, or a killed server would forget what it had said yes to.
HONEST = "-c fsync=off -c synchronous_commit=on -c max_connections=150"


class Postgres:
    """A cluster of its own. ``prepare`` is called once for each set of migrations; its outcome is kept and copied."""

    def __init__(self, servers: contextlib.ExitStack, settings: str = HONEST) -> None:
        cluster = new_cluster(servers)
        self.settings = settings
        if cluster is None:
            raise LeftOut("PostgreSQL is not installed. To enable: apt-get install -y postgresql")
        self.cluster: Cluster = cluster
        self.url = cluster.url
        servers.callback(self.stop)

    def start(self) -> None:
        options = " ".join([*self.cluster.options, self.settings])
        self._control("-w", "-o", options, "start")

    def stop(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._control("-m", "immediate", "stop")

    def restart(self) -> None:
        """As after a power cut: every connection dies at once, and the server recovers from its log."""
        self._control("-w", "-m", "immediate", "restart")

    def _control(self, *words: str) -> None:
        self.cluster.run("pg_ctl", "-D", str(self.cluster.data), *words)

    def lay_out(self, prepare: Callable[[], None]) -> None:
        """Running, with the tables of today's migrations in it."""
        kept = FOLDER / f"{digest()}.cluster"
        with alone():
            if kept.exists():
                shutil.rmtree(self.cluster.data)
                self._copy(kept, self.cluster.data)
                self.start()
                return
        self.start()
        prepare()
        with alone():
            if not kept.exists():
                self._control("-w", "-m", "fast", "stop")
                half_made = kept.with_suffix(f".{os.getpid()}")
                self._copy(self.cluster.data, half_made)
                half_made.rename(kept)
                for old in sorted(FOLDER.glob("*.cluster"), key=lambda folder: folder.stat().st_mtime)[:-2]:
                    shutil.rmtree(old)
                self.start()

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        subprocess.run(["cp", "-a", str(source), str(target)], check=True)


class Redis:
    """A broker that keeps nothing on disk and, as in production, refuses when it is full."""

    def __init__(self, servers: contextlib.ExitStack) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise LeftOut("Redis is not installed. To enable: apt-get install -y redis-server")
        self.folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="cspr-redis-")))
        self.port = unused_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        keeps_nothing = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
        self._line = [program, "--port", str(self.port), "--bind", "127.0.0.1", *keeps_nothing]
        self.process: subprocess.Popen[bytes] | None = None
        servers.callback(self.kill)

    @property
    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            self._line, cwd=self.folder, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        until_it_answers(self.port)

    def kill(self) -> None:
        """-9: what it held is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        self.client.flushall()

    def fill(self) -> None:
        """From now on it takes nothing more."""
        self.client.config_set("maxmemory", "1")

    def empty_again(self) -> None:
        self.client.config_set("maxmemory", "0")


class MailServer:
    """The scripted server of ``tests.mail.smtp``, which may also be away: then its port refuses."""

    def __init__(self, servers: contextlib.ExitStack) -> None:
        self.port = unused_port()
        self._lock = threading.Lock()
        self.server: Server | None = None
        self._before: list[str] = []
        servers.callback(self.away)

    def here(self) -> Server:
        """Listening; whatever was scripted before is forgotten, what was received is not."""
        with self._lock:
            if self.server is None:
                self.server = Server(self.port)
                threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
            return self.server

    def away(self) -> None:
        with self._lock:
            if self.server is not None:
                self._before += self.server.message_ids()
                self.server.let_go.set()
                self.server.shutdown()
                self.server.server_close()
                self.server = None

    def message_ids(self) -> list[str]:
        """Of every mail that it ever took, in order: one that came twice is there twice."""
        return [*self._before, *(self.server.message_ids() if self.server else [])]


def until_it_answers(port: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"Nothing answers on port {port}")


def site_environment(folder: Path, postgres: Postgres, redis: Redis, mail: MailServer) -> Environment:
    """Production's own settings, but for the mail server on this machine, which has no TLS."""
    return {
        "CSPR_MODE": "production",
        "CSPR_SITE_URL": "https://reviews.example",
        "CSPR_ALLOWED_HOSTS": "reviews.example",
        "CSPR_BEHIND_TLS_PROXY": "1",
        "CSPR_SECRET_KEY": secrets.token_hex(32),
        "CSPR_FIELD_KEYS": secrets.token_hex(32),
        "CSPR_FROM_EMAIL": "reviews@reviews.example",
        "CSPR_SMTP_HOST": "127.0.0.1",
        "CSPR_SMTP_PORT": str(mail.port),
        "CSPR_SMTP_TLS": "0",
        "CSPR_DATA_DIR": str(folder),
        "CSPR_STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "DJANGO_SETTINGS_MODULE": "cspr.settings",
        "FAULTS_FOLDER": str(folder),
    }


def data_folder(servers: contextlib.ExitStack) -> Path:
    return Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="cspr-faults-")))


def prepare(site: Environment) -> None:
    """As the owner leaves a database: every table, and the role of the site behind its wall."""
    owner = site | {"CSPR_APP_DATABASE_URL": as_the_site(site["DATABASE_URL"]), "CSPR_STATEMENT_TIMEOUT": "0"}
    for command in (["migrate", "--no-input"], ["createcachetable"], ["build_wall"]):
        manage(command, owner)


def manage(command: list[str], site: Environment) -> None:
    done = run([sys.executable, "manage.py", *command], site)
    if done.returncode:
        raise RuntimeError(f"manage.py {command[0]}: {done.stderr[-2000:]}")
