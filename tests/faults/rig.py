"""The whole system, started for the purpose on loopback, so that parts of it can be broken. See the package."""

from __future__ import annotations

import contextlib
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from cspr.accounts.models import User
from tests.faults.driver import Browser
from tests.faults.history import History
from tests.faults.nemesis import Nemesis
from tests.faults.programs import Program
from tests.faults.servers import MailServer, Postgres, Redis, until_it_answers
from tests.machine import unused_port
from tests.services.programs import Environment

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "-A", "tests.faults.profile"]


class Rig:
    """Servers that run, programs that are there to be started, people who can sign in, and a nemesis."""

    def __init__(
        self,
        servers: contextlib.ExitStack,
        site: Environment,
        postgres: Postgres,
        redis: Redis,
        mail: MailServer,
    ) -> None:
        self.servers, self.site = servers, site
        self.postgres, self.redis, self.mail = postgres, redis, mail
        self.folder = Path(site["CSPR_DATA_DIR"])
        self.port = unused_port()
        self.arrived_before = 0  # mails, when this fault began
        self.history = History(self.folder / "history.jsonl")
        self.nemesis = Nemesis(0, self.folder, self.history)
        self.web = self.program("web", self._gunicorn())
        self.worker = self.program(
            "worker", [*CELERY, "worker", "--concurrency=1", "--loglevel=INFO", *ALONE]
        )
        self.beat = self.program(
            "beat", [*CELERY, "beat", f"--schedule={self.folder / 'beat'}", "--pidfile="]
        )

    def _gunicorn(self) -> list[str]:
        line = [PYTHON, "-m", "gunicorn", "cspr.wsgi", f"--bind=127.0.0.1:{self.port}", "--no-control-socket"]
        return [*line, "--workers=2", "--threads=4", "--graceful-timeout=3"]

    def program(self, name: str, line: list[str]) -> Program:
        """One more program of the site's; it is gone when the rig is."""
        made = Program(name, line, self.site, self.folder)
        self.servers.callback(made.stop)
        return made

    def begin(self, seed: int) -> None:
        """Before each fault: everything runs, nothing is planned, the nemesis is seeded anew."""
        self.nemesis.choose = random.Random(seed)
        self.nemesis.let_pass()
        self.mail.away()
        self.arrived_before = len(self.mail.message_ids())
        self.mail.here()
        if self.redis.process is None:
            self.redis.start()
        self.fresh()

    def end(self) -> None:
        """After each fault: no program runs."""
        for program in (self.web, self.beat, self.worker):
            program.stop()
        self.nemesis.let_pass()
        self.redis.kill()
        self.mail.away()

    def start_web(self) -> None:
        self.web.start()
        until_it_answers(self.port)
        self.until(lambda: self.visitor().get("/health/live").status == 200, "the site answers", 60)

    def start_worker(self, **times: object) -> None:
        """``times`` replaces times of ``tests.faults.profile``."""
        self.worker.start(**({"FAULTS_TIMES": json.dumps(times)} if times else {}))

    def start_beat(self, **times: object) -> None:
        self.beat.start(**({"FAULTS_TIMES": json.dumps(times)} if times else {}))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def visitor(self) -> Browser:
        """Nobody in particular."""
        return Browser(self.address, User(), self.history)

    def person(self, user: User) -> Browser:
        return Browser(self.address, user, self.history).sign_in()

    def fresh(self) -> None:
        """Our own connection anew: the old one may have died with the database."""
        connection.close()

    def until(self, question: Callable[[], bool], what: str, seconds: float = 60) -> float:
        """Asks until the answer is yes, and returns how long that took; fails with the ends of the logs."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if question():
                return time.monotonic() - started
            for program in (self.worker, self.beat):  # Celery ends now and then when Redis goes or is full
                if program.start_again_if_ended():
                    self.history.note("ended", program=program.name)
            time.sleep(0.1)
        raise TookTooLong(f"Not within {seconds:.0f} s: {what}\n{self.ends_of_logs()}")

    def ends_of_logs(self) -> str:
        logs = [program.log for program in (self.web, self.worker, self.beat) if program.log.exists()]
        return "\n".join(f"-- {log.name}\n" + "\n".join(log.read_text().splitlines()[-8:]) for log in logs)


ALONE = ["--without-gossip", "--without-mingle"]


class TookTooLong(Exception):
    """Something that has to happen did not, in the time it has."""
