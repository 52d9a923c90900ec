"""``python -m tests.scale.sweep [--cases N]``: the reminders of many cases, timed; killed half-way, and gone on with.

Two databases with the same rows. In one the sweep runs undisturbed: seconds, memory, and how long a transaction of its
own stayed open, which no lock of it outlasts. In the other it is killed with SIGKILL when half of the e-mails are
there, and run again: the same e-mails must then be there, each once, each in one daily summary or on its way.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tests.machine import look_round
from tests.run import say
from tests.scale.place import ROOT, Failed, Place, asked, ended_well, migrated_place, twin
from tests.services.programs import shell_environment

MOST_SECONDS, MOST_MEGABYTES, MOST_LOCKED = 60.0, 256, 1.0
CASES, REMINDERS, RUNNING = 100_000, 400_000, 0.31
NEW = "SELECT count(*) FROM mail_outgoingemail WHERE state <> 'sent'"
# What everybody hears, whichever run it was that wrote it.
KEYS = (
    "SELECT count(*), coalesce(sum(hashtextextended(dedupe_key, 0)), 0)::text FROM mail_outgoingemail"
    " WHERE state <> 'sent'"
)
LEFT_OUT = "SELECT count(*) FROM mail_outgoingemail WHERE state = 'held' AND digest_id IS NULL"
# One run, at eleven on the day: the summaries are made up then, too. It says what it took.
RUN = """
import datetime as dt, json, resource, sys, time
import django
django.setup()
from django.utils import timezone
from cspr.wall.scope import everything
from referrals.reminders import sweep
now = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time(11)))
started = time.monotonic()
with everything():
    new = sweep(now)
took = time.monotonic() - started
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
json.dump({"new": new, "seconds": took, "megabytes": memory}, sys.stdout)
"""


@dataclass(frozen=True)
class Swept:
    """One undisturbed run."""

    new: int
    seconds: float
    megabytes: int
    locked: float


def swept(place: Place) -> Swept:
    with longest_transaction(place) as longest:
        told = json.loads(ended_well([sys.executable, "-c", RUN], place.site))
    return Swept(**told, locked=longest[0])


@contextlib.contextmanager
def longest_transaction(place: Place) -> Iterator[list[float]]:
    """How long the longest transaction in that database stayed open during the block; looked at 50 times a second."""
    longest, over = [0.0], threading.Event()
    question = (
        "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity"
        " WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )

    def look() -> None:
        with contextlib.closing(psycopg2.connect(place.url)) as link:
            link.autocommit = True
            cursor = link.cursor()
            while not over.wait(0.02):
                cursor.execute(question, [place.name])
                longest[0] = max(longest[0], float((cursor.fetchone() or (0,))[0]))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield longest
    finally:
        over.set()
        watcher.join()


def killed_half_way(place: Place, half: int) -> int:
    """Start a run and kill it once ``half`` of the e-mails are there; return how many there were then."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN], env=shell_environment(place.site), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    while process.poll() is None and asked(place.url, NEW) < half:
        time.sleep(0.01)
    if process.poll() is not None:
        raise Failed("The sweep was over before it could be killed.")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return asked(place.url, NEW)


def keys(place: Place) -> tuple[int, str]:
    with contextlib.closing(psycopg2.connect(place.url)) as link:
        cursor = link.cursor()
        cursor.execute("SELECT set_config('cspr.partnerships', 'all', false)")
        cursor.execute(KEYS)
        count, total = cursor.fetchone() or (0, "")
        return int(count), str(total)


@dataclass(frozen=True)
class Measured:
    """``told``: all of it in a line; ``whole``: the undisturbed run; ``wrong``: what is not as it has to be."""

    told: str
    whole: Swept
    wrong: list[str]


def measure(
    server: str,
    cases: int,
    running: float,
    meanwhile: Callable[[], contextlib.AbstractContextManager[object]] = contextlib.nullcontext,
) -> Measured:
    """Everything, in databases of its own. ``meanwhile`` is entered for as long as the undisturbed run takes."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder, migrated_place(server, Path(folder)) as place:
        started = time.monotonic()
        ended_well(
            [sys.executable, "-m", "tests.scale.filling", f"--cases={cases}", f"--running={running}"],
            place.owner,
        )
        place.manage("build_wall", owner=True)
        say(f"{cases} cases laid out in {time.monotonic() - started:.0f} s")
        with twin(server, place) as other:
            with meanwhile():
                whole = swept(place)
            before = killed_half_way(other, whole.new // 2)
            swept(other)
            if keys(place) != keys(other):
                wrong.append(f"killed and resumed there are other e-mails: {keys(other)}, not {keys(place)}")
            if left := asked(other.url, LEFT_OUT):
                wrong.append(f"{left} e-mails are in no summary")
            again = swept(other)
            if again.new:
                wrong.append(f"a further run added {again.new}")
    told = (
        f"{cases} cases, {whole.new} reminders: {whole.seconds:.1f} s, {whole.megabytes} MB, longest transaction "
        f"{whole.locked:.2f} s; killed at {before}, resumed: {'the same e-mails' if not wrong else 'WRONG'}; "
        f"a further run took {again.seconds:.1f} s and added {again.new}"
    )
    limits = {
        f"{whole.seconds:.1f} s, {MOST_SECONDS:.0f} allowed": whole.seconds > MOST_SECONDS,
        f"{whole.megabytes} MB, {MOST_MEGABYTES} allowed": whole.megabytes > MOST_MEGABYTES,
        f"a transaction of {whole.locked:.2f} s, {MOST_LOCKED:.0f} allowed": whole.locked > MOST_LOCKED,
        f"only {whole.new} reminders": cases >= CASES and whole.new < REMINDERS,
    }
    return Measured(told, whole, wrong + [words for words, broken in limits.items() if broken])


def main(words: list[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.scale.sweep")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--running", type=float, default=RUNNING)
    given = parser.parse_args(words)
    with contextlib.ExitStack() as servers:
        measured = measure(look_round(servers).database, given.cases, given.running)
    say(measured.told)
    for sentence in measured.wrong:
        say(f"NOT REACHED: {sentence}")
    return 1 if measured.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
