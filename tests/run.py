"""``./dev check`` and ``./dev test``: the checks, then the tests that this machine can run, then the small faults.

The suite runs on PostgreSQL and Redis where they can be had (``tests.machine``), in a browser where there is one,
and on SQLite: all of it on a machine without PostgreSQL, otherwise what an engine could make a difference to (the
platform, and by the browser's journeys the rest). Every change has all of it behind it (``--all``, as CI runs it);
without, for whoever is at work: a share only of what is marked ``thorough``, and on a machine with PostgreSQL nothing a
second time on SQLite. What was left out is said at the end; ``CSPR_REQUIRE`` (a list of
``postgres``, ``redis``, ``browser``, ``pango``) turns a gap into a failure.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.machine import Machine, look_round

ROOT = Path(__file__).resolve().parent.parent
# The faults that a change to anything can bring about, in small. The others belong to one part of the system each:
# ``./dev faults --smoke``, and ``./dev faults`` for all in full size.
FAULTS = ["F1", "F3", "F6", "F7", "F8", "F9", "F12"]
Environment = dict[str, str]
Case = tuple[list[str], Environment]
# Two processes for a whole run, browsers too: the journeys wait for each other's pages more than for a core. Each
# begins with a half of its own, so that a file's tests stay together, and then takes what the other has left.
IN_PARALLEL = ["--numprocesses=2", "--dist=worksteal"]

# Everything production asks for, with nothing behind it: the deployment check opens no connection.
PRODUCTION_LIKE = {
    "CSPR_SITE_URL": "https://reviews.example",
    "CSPR_SECRET_KEY": "K7" * 20 + "-checked-but-never-served-" + "qP" * 10,
    "CSPR_FIELD_KEYS": "0123456789abcdef" * 4,
    "CSPR_ALLOWED_HOSTS": "reviews.example",
    "CSPR_FROM_EMAIL": "reviews@reviews.example",
    "DATABASE_URL": "postgres://cspr@db.invalid/cspr",
    "REDIS_URL": "redis://redis.invalid/0",
}


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def environment(**more: str) -> Environment:
    """This shell's environment without anything that would configure the site, plus ``more``."""
    site = ("CSPR_", "DJANGO_", "CELERY_", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(site)} | more


@dataclass
class Tally:
    """What a part of the run came to."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return (
            f"  {self.name:22} {self.passed} passed, {self.failed} failed{skipped}   ({self.seconds:.0f} s)"
        )


# --- checks -------------------------------------------------------------------------------------------------


def checks(empty_folder: str) -> dict[str, Case]:
    """Each check by name: its command line and environment."""
    tool, manage = Path(sys.executable).parent, [sys.executable, "manage.py"]
    test = environment(CSPR_MODE="test", CSPR_DATA_DIR=empty_folder)
    found = {
        "lint": ([str(tool / "ruff"), "check", "--quiet"], test),
        "format": ([str(tool / "ruff"), "format", "--check", "--quiet"], test),
        "types": ([str(tool / "mypy")], test),
        "import layers": ([str(tool / "lint-imports"), "--no-cache"], test),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], test),
        "deployment": (
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            environment(**PRODUCTION_LIKE),
        ),
    }
    if any(ROOT.glob("*/management/commands/workflow_docs.py")):
        found["generated docs"] = ([*manage, "workflow_docs", "--check"], test)
    return found


def run_checks() -> Tally:
    def run(case: Case) -> subprocess.CompletedProcess[str]:
        line, env = case
        return subprocess.run(line, env=env, cwd=ROOT, capture_output=True, text=True, check=False)

    started, tally = time.monotonic(), Tally("checks")
    with tempfile.TemporaryDirectory() as empty_folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        cases = checks(empty_folder)
        for name, result in zip(cases, pool.map(run, cases.values()), strict=True):
            say(f"{name}: {'FAILED' if result.returncode else 'ok'}")
            if result.returncode:
                say(shortened(result.stdout + result.stderr))
            tally.failed += bool(result.returncode)
            tally.passed += not result.returncode
    tally.seconds = time.monotonic() - started
    return tally


def shortened(text: str, longest: int = 60) -> str:
    lines = text.rstrip().splitlines()
    more = [f"… and {len(lines) - longest} lines more"] if len(lines) > longest else []
    return "\n".join([*lines[:longest], *more])


# --- tests --------------------------------------------------------------------------------------------------


def parts(machine: Machine, *, brisk: bool) -> Iterator[tuple[str, str, Environment]]:
    """The runs this machine can do: a name, the marks to select, the environment."""
    elsewhere = "once" if brisk else "(once or (not domain and not thorough))"
    also = f" and {elsewhere}" if machine.database else ""
    yield "SQLite", f"not browser and not services{also}", {}
    if machine.database and machine.redis:
        servers = {"DATABASE_URL": machine.database, "REDIS_URL": machine.redis}
        yield "PostgreSQL and Redis", "not browser and not once", servers
    elif machine.database:
        marks = "not browser and not services and not once"
        yield "PostgreSQL", marks, {"DATABASE_URL": machine.database}
    if machine.chromium:
        yield "browser", "browser", {"CSPR_CHROMIUM": machine.chromium}


def run_pytest(name: str, marks: str, env: Environment, arguments: list[str]) -> Tally:
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        line = [sys.executable, "-m", "pytest", "-q", "-m", marks, "--durations=10"]
        line += [f"--junitxml={report.name}", *arguments]
        code = subprocess.run(line, env=environment(**env), cwd=ROOT, check=False).returncode
        tally = read_report(name, Path(report.name))
    if code < 0:
        say(f"pytest was ended from outside, by signal {-code}; what it had found is lost.")
    nothing_selected = code == 5 and IN_PARALLEL[0] not in arguments
    if code and not nothing_selected:
        tally.failed = max(tally.failed, 1)
    return tally


def read_report(name: str, path: Path) -> Tally:
    if not path.stat().st_size:
        return Tally(name)
    suite = ElementTree.parse(path).getroot()[0]
    total, *bad, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
    return Tally(name, total - sum(bad) - skipped, sum(bad), skipped, float(suite.get("time", 0)))


def run_faults() -> Tally:
    """Parts of the whole system are broken on purpose, in small (``tests.faults``)."""
    started, line = time.monotonic(), [sys.executable, "-m", "tests.faults.report", "--smoke", *FAULTS]
    run = subprocess.run(line, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    say(run.stdout)
    told = re.search(r"^(\d+) passed, (\d+) failed, (\d+) left out", run.stdout, re.MULTILINE)
    passed, failed, left_out = map(int, told.groups()) if told else (0, 1, 0)
    seconds = time.monotonic() - started
    return Tally("small faults", passed, max(failed, bool(run.returncode)), left_out, seconds)


def test(arguments: list[str]) -> int:
    whole = arguments == ["--all"]
    brisk = not arguments
    arguments = [] if whole else arguments
    tallies = [] if arguments else [run_checks()]
    with contextlib.ExitStack() as servers:
        machine = look_round(servers)
        for name, marks, env in parts(machine, brisk=brisk):
            say(f"\n=== {name}")
            tallies.append(run_pytest(name, marks, env, arguments or [*IN_PARALLEL, *(["--brisk"] * brisk)]))
    if machine.database and machine.redis and not arguments:
        say("\n=== small faults")
        tallies.append(run_faults())
    missing = set(filter(None, os.environ.get("CSPR_REQUIRE", "").split(","))) & machine.left_out.keys()
    say("\n" + "\n".join(str(tally) for tally in tallies))
    if arguments:
        say("  Left out: the checks, because arguments were given. To run them: ./dev check")
    if brisk:
        say("  Left out: four fifths of what is long, as in CI nothing is. To run it: ./dev test --all")
    for what, how in machine.left_out.items():
        say(f"  Left out: {how}{'  But it is required here (CSPR_REQUIRE).' if what in missing else ''}")
    failed = sum(tally.failed for tally in tallies)
    say(f"\n{sum(tally.passed for tally in tallies)} passed, {failed} failed")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    try:
        sys.exit(test(rest) if command == "test" else bool(run_checks().failed))
    except KeyboardInterrupt:
        sys.exit(130)
