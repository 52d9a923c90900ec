"""``./dev drill [--cases N] [--files N] [--megabytes N]``: the drill, and docs/drill.md from it.

In full size (the default: 100,000 cases, 2,000 files of 1 GB together) it is also fault F20, and by it number 16 of the
trust report. ``--json FILE`` writes the run there and nothing into docs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
import time
from pathlib import Path

from tests.drill.drilling import MORE, drill
from tests.faults.report import Run, Runs, cell, keep
from tests.run import say
from tests.trust.report import git

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT, PAGE = ROOT / "docs" / "drill.json", ROOT / "docs" / "drill.md"
CASES, FILES, MEGABYTES = 100_000, 2_000, 1024
HEAD = f"""# Drill: everything is lost, and restored

Written by `./dev drill`, from runs on invented cases (`tests/drill`). A PostgreSQL cluster of its own is filled, backed
up by the role for backups, written on ({MORE} referrals more), and deleted with all files. In a new cluster an owner
who is no superuser restores the backup and builds the wall. Then every table is compared by a digest that PostgreSQL
itself makes, every file by its SHA-256, the record with anchors that were kept elsewhere; somebody signs in with
password and code, opens a case, and a worker makes a PDF. Last, the backup is broken in several ways, and each has to
be refused with nothing written. One case is disposed of after the backup: it comes
back, and has to go again by the tombstones that were kept elsewhere (where a run's table says so).

RPO is what is lost, RTO how long until people work again; 24 hours and 30 minutes are allowed.

"""


def run_of(cases: int, files: int, megabytes: int) -> Run:
    started = time.monotonic()
    wrong: list[str] = []
    figures: dict[str, str] = {}
    seconds: dict[str, int] = {}
    try:
        done = drill(cases, files, megabytes)
        wrong, figures = done.wrong, done.figures
        seconds = {what: round(took) for what, took in done.seconds.items()}
    except Exception as error:
        wrong = [f"{type(error).__name__}: {error}"]
    full = cases >= CASES and files >= FILES and megabytes >= MEGABYTES
    return {
        "well": not wrong,
        "ran": f"{cases:,} cases, {files:,} files of {megabytes:,} MB lost and restored",
        "figures": figures,
        "parts": seconds,
        "wrong": wrong[:20],
        "size": "full" if full else "small",
        "seed": 0,
        "seconds": round(time.monotonic() - started),
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else ""),
        "where": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "line": f"./dev drill --cases {cases} --files {files} --megabytes {megabytes}",
    }


def written(runs: Runs) -> str:
    """The page: the last run in full size, and the last small one."""
    parts = [HEAD.rstrip(), ""]
    for size, title in (("full", "In full size"), ("small", "Smaller")):
        parts += [f"## {title}", ""]
        run = runs.get(size)
        if run is None:
            parts += ["Not run yet.", ""]
            continue
        parts += [f"{run['ran']}: **{'passed' if run['well'] else 'not passed'}**.", "", "| | |", "|---|---|"]
        parts += [f"| {cell(what)} | {cell(str(value))} |" for what, value in sorted(run["figures"].items())]
        took = "; ".join(f"{what} {seconds}" for what, seconds in run["parts"].items())
        parts += [f"| seconds of each part | {cell(took)} |"]
        parts += [
            f"| how it was run | `{run['line']}`, {run['on']}, {run['commit']}, {run['where']}, {run['seconds']} s |"
        ]
        parts += ["", *(f"- WRONG: {cell(wrong.splitlines()[0])}" for wrong in run["wrong"]), ""]
    return "\n".join(parts).rstrip() + "\n"


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev drill", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument(
        "--megabytes", type=int, help="of all files together; half a megabyte each if not said"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    asked = options(words)
    megabytes = asked.megabytes if asked.megabytes is not None else -(-asked.files * MEGABYTES // FILES)
    say(f"{asked.cases:,} cases, {asked.files:,} files, {megabytes:,} MB. Starting PostgreSQL and Redis …")
    run = run_of(asked.cases, asked.files, megabytes)
    for what, value in run["figures"].items():
        say(f"   {what}: {value}")
    for sentence in run["wrong"]:
        say(f"   WRONG: {sentence}")
    say(f"   {'passed' if run['well'] else 'FAILED'}   ({run['seconds']} s)")
    if asked.json:
        asked.json.write_text(json.dumps(run))
        return 0 if run["well"] else 1
    runs: Runs = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    runs[run["size"]] = run
    KEPT.write_text(json.dumps(runs, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(written(json.loads(KEPT.read_text())))
    if run["size"] == "full":
        keep("F20", run)
    return 0 if run["well"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
