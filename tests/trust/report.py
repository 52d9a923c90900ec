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
from pathlib import Path
from typing import Any

from tests.machine import Machine, look_round
from tests.run import PRODUCTION_LIKE, environment, say
from tests.trust.numbers import NUMBERS, Number

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT, PAGE = ROOT / "docs" / "trust-report.json", ROOT / "docs" / "trust-report.md"
MARK = "\\|"  # a stroke inside a cell
Run = dict[str, Any]
Runs = dict[str, Run]

HEAD = """# Trust report

Written by `./dev trust`, from runs. A number without a run has no value here. A number counts as reached when its
command ended well **and** nothing of its target is missing from what the command shows.

"""


def line_of(number: Number) -> list[str]:
    """What is run after ``python``; nothing where nothing measures the number."""
    if number.tests:
        marks = "browser" if number.engine == "browser" else "not browser"
        return ["-m", "pytest", "-q", "-m", marks, *number.tests.split()]
    return ["manage.py", *number.manage.split()] if number.manage else []


def settings_for(number: Number, machine: Machine, folder: str) -> dict[str, str] | None:
    """The environment of the run; None where this machine lacks what it needs."""
    if number.engine == "production":
        return environment(**PRODUCTION_LIKE)
    mode = {} if number.tests else {"CSPR_MODE": "test", "CSPR_DATA_DIR": folder}
    if number.engine == "browser":
        return environment(CSPR_CHROMIUM=machine.chromium) if machine.chromium else None
    if number.engine == "PostgreSQL":
        servers = {"DATABASE_URL": machine.database, "REDIS_URL": machine.redis}
        return environment(**servers, **mode) if all(servers.values()) else None
    return environment(**mode)


def measure(number: Number, machine: Machine) -> Run | None:
    """One run: how it ended, what it printed of the value, when, on which commit and how long."""
    with tempfile.TemporaryDirectory() as folder:
        env = settings_for(number, machine, folder)
        if env is None:
            return None
        started = time.monotonic()
        line = [sys.executable, *line_of(number)]
        done = subprocess.run(line, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    told = list(re.finditer(number.found, done.stdout + done.stderr))
    return {
        "well": done.returncode == 0,
        "value": told[-1]["found"].strip() if told else f"ended with {done.returncode} and said no value",
        "seconds": round(time.monotonic() - started),
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else ""),
        "where": f"{os.cpu_count()} cores, Python {platform.python_version()}, {number.engine}",
        "line": shlex.join(["python", *line_of(number)]),
    }


def git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def reached(number: Number, run: Run | None) -> bool:
    """Only what ran, ended well, by the very command of today's table, and shows the whole target."""
    return bool(
        run and run["well"] and not number.missing and shlex.split(run["line"])[1:] == line_of(number)
    )


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
    failed = 0
    with contextlib.ExitStack() as servers:
        machine = look_round(servers)
        for name in words or known:
            if not line_of(known[name]):
                runs.pop(name, None)
                continue
            say(f"{name}. {known[name].measure} …")
            run = measure(known[name], machine)
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
