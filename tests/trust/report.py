"""``./dev trust [NUMBER …]``: run what measures the numbers, and write docs/trust-report.md from those runs."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.machine import Machine, look_round
from tests.run import PRODUCTION_LIKE, environment, say
from tests.scale.place import walled_place
from tests.services.programs import shell_environment
from tests.trust.numbers import NUMBERS, Number

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT, PAGE = ROOT / "docs" / "trust-report.json", ROOT / "docs" / "trust-report.md"
FAULTS = ROOT / "docs" / "faults.json"
MARK = "\\|"  # a stroke inside a cell
Run = dict[str, Any]
Runs = dict[str, Run]

HEAD = """# Trust report

Written by `./dev trust`, from runs. A number without a run has no value here. A number counts as reached when its
command ended well **and** nothing of its target is missing from what the command shows. A commit that is named and
cannot be found was put together with others before they became part of this history.

"""


def lines_of(number: Number) -> list[list[str]]:
    """What is run after ``python``, one after the other; nothing where nothing measures the number."""
    marks = "browser" if number.engine == "browser" else "not browser"
    lines = [["-m", "pytest", "-q", "-m", marks, *number.tests.split()]] if number.tests else []
    lines += [["-m", *number.program.split()]] if number.program else []
    return lines + ([["manage.py", *number.manage.split()]] if number.manage else [])


def told_line(number: Number) -> str:
    """The same, as a person would type it."""
    if number.faults:
        return f"./dev faults {number.faults}"
    return " && ".join(shlex.join(["python", *line]) for line in lines_of(number))


@contextlib.contextmanager
def settings_for(
    number: Number, line: list[str], machine: Machine, folder: str
) -> Iterator[dict[str, str] | None]:
    """The environment of one line; None where this machine lacks what it needs."""
    if number.engine == "PostgreSQL" and line[0] == "manage.py" and machine.database:
        with walled_place(machine.database, Path(folder)) as place:
            yield shell_environment(place.site)
    else:
        yield plain_settings(number, line, machine, folder)


def plain_settings(number: Number, line: list[str], machine: Machine, folder: str) -> dict[str, str] | None:
    """The same, where no database has to be made first."""
    if number.engine == "production":
        return environment(**PRODUCTION_LIKE)
    mode = {"CSPR_MODE": "test", "CSPR_DATA_DIR": folder} if line[0] == "manage.py" else {}
    if number.engine == "browser":
        return environment(CSPR_CHROMIUM=machine.chromium) if machine.chromium else None
    if number.engine == "PostgreSQL":
        servers = {"DATABASE_URL": machine.database, "REDIS_URL": machine.redis}
        return environment(**servers, **mode) if all(servers.values()) else None
    return environment(**mode)


def kept_faults(number: Number) -> Run | None:
    """What ``./dev faults`` kept of the number's faults in full size; None where one of them was never run so."""
    kept: Runs = json.loads(FAULTS.read_text()) if FAULTS.exists() else {}
    runs = [kept[code] for code in number.faults.split() if kept.get(code, {}).get("size") == "full"]
    if len(runs) < len(number.faults.split()):
        return None
    return {
        "well": all(run["well"] for run in runs),
        "value": " ".join(_told_of(run) for run in runs),
        "seconds": sum(run["seconds"] for run in runs),
        "on": max(run["on"] for run in runs),
        "commit": ", ".join(dict.fromkeys(run["commit"] for run in runs)),
        "where": runs[0]["where"],
        "line": told_line(number),
    }


def _told_of(run: Run) -> str:
    figures = "; ".join(f"{what}: {figure}" for what, figure in run["figures"].items())
    wrong = "".join(f" Wrong: {one.splitlines()[0]}." for one in run["wrong"][:2])
    return f"{run['ran']}: {figures}.{wrong}"


@dataclass(frozen=True)
class Ended:
    """One line that was run: how it ended, what it said, how long it took."""

    code: int
    said: str
    seconds: float


def ended(number: Number, line: list[str], machine: Machine) -> Ended | None:
    """Runs one line of the number; None where this machine lacks what it needs."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, settings_for(number, line, machine, folder) as env:
        if env is None:
            return None
        whole = [sys.executable, *line]
        done = subprocess.run(whole, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    return Ended(done.returncode, done.stdout + done.stderr, time.monotonic() - started)


def measure(number: Number, machine: Machine, ran: dict[str, Ended | None]) -> Run | None:
    """One number: how its lines ended, what they printed of the value, when, on which commit and how long.

    ``ran``: what was run already, and is not run again: one run of the access tests shows three numbers.
    """
    if number.faults:
        return kept_faults(number)
    found: list[Ended] = []
    for line in lines_of(number):
        key = f"{number.engine} {shlex.join(line)}"
        if key not in ran:
            ran[key] = ended(number, line, machine)
        one = ran[key]
        if one is None:
            return None
        found.append(one)
    return {
        "well": all(one.code == 0 for one in found),
        "value": "; ".join(_value(number, one) for one in found),
        "seconds": round(sum(one.seconds for one in found)),
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else ""),
        "where": f"{os.cpu_count()} cores, Python {platform.python_version()}, {number.engine}",
        "line": told_line(number),
    }


def _value(number: Number, one: Ended) -> str:
    said = list(re.finditer(number.found, one.said))
    return said[-1]["found"].strip() if said else f"ended with {one.code} and said no value"


def git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def reached(number: Number, run: Run | None) -> bool:
    """Only what ran, ended well, by the very command of today's table, and shows the whole target."""
    return bool(run and run["well"] and not number.missing and run["line"] == (told_line(number) or None))


def written(runs: Runs) -> str:
    """The page."""
    rows, why = [], []
    for number in NUMBERS:
        run = runs.get(str(number.number))
        ok = reached(number, run)
        cells = [str(number.number), number.measure, number.target, run["value"] if run else "—"]
        ended = "reached" if ok else "**not reached**"
        rows.append(f"| {' | '.join(cell.replace('|', MARK) for cell in cells)} | {ended} |")
        if not ok:
            reason = number.missing or ("its run did not end well" if run else "it was not run")
            why.append(f"- **{number.number}, {number.measure}:** {reason}.")
    total = sum(reached(number, runs.get(str(number.number))) for number in NUMBERS)
    table = ["| # | measure | target | measured | |", "|---|---|---|---|---|", *rows]
    how = ["| # | command | when, commit | where | seconds |", "|---|---|---|---|---|"]
    how += [
        f"| {number} | `{run['line']}` | {run['on']}, {run['commit']} | {run['where']} | {run['seconds']} |"
        for number, run in sorted(runs.items(), key=lambda one: int(one[0]))
    ]
    return "\n".join(
        [
            HEAD + f"**{total} of {len(NUMBERS)} reached.**",
            "",
            *table,
            "",
            "## What is missing",
            "",
            *why,
            "",
            "## How each was measured",
            "",
            *how,
            "",
        ]
    )


def main(words: list[str]) -> int:
    """Runs the named numbers, or all; the others keep what an earlier run found. Exit 1 when a run fails."""
    known = {str(number.number): number for number in NUMBERS}
    if unknown := [word for word in words if word not in known]:
        say(f"./dev trust: there is no number {unknown[0]}. They go from 1 to {len(NUMBERS)}.")
        return 2
    runs: Runs = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    failed, ran = 0, dict[str, Ended | None]()
    with contextlib.ExitStack() as servers:
        machine = look_round(servers)
        for name in words or known:
            if not (lines_of(known[name]) or known[name].faults):
                runs.pop(name, None)
                continue
            say(f"{name}. {known[name].measure} …")
            run = measure(known[name], machine, ran)
            if run is None:
                say("   left out: this machine lacks what it needs")
                continue
            runs[name] = run
            failed += not run["well"]
            say(f"   {run['value']}   ({run['seconds']} s{'' if run['well'] else ', FAILED'})")
            KEPT.write_text(json.dumps(runs, indent=1, sort_keys=True) + "\n")
            PAGE.write_text(written(runs))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
