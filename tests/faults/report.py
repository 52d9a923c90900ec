"""``./dev faults [F1 F3 …] [--smoke] [--seed N]``: run the faults that are built, and write docs/faults.md from it.

``--smoke`` runs them small and writes nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import enum
import importlib
import json
import os
import platform
import secrets
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import django

from tests.faults.servers import MailServer, Postgres, Redis, data_folder, manage, prepare, site_environment
from tests.faults.shape import FAULTS, Fault, LeftOut, Result, Size
from tests.run import say
from tests.services.programs import as_the_site
from tests.trust.report import git

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT, PAGE = ROOT / "docs" / "faults.json", ROOT / "docs" / "faults.md"
Run = dict[str, Any]
Runs = dict[str, Run]
HEAD = """# Faults

Written by `./dev faults`, from runs. Each fault is done to the whole system, started for the purpose on one machine:
PostgreSQL, Redis, gunicorn with two workers, a Celery worker and beat, a mail server that does as it is told
(`tests/faults`). The site runs with production's own settings; the worker's times are shorter
(`tests/faults/profile.py`): a lease of 5 seconds in place of 150, a look at the outbox each second in place of each
fifteenth.

After each fault a checker reads the database, the mail that arrived and the history of what was promised: nothing
acknowledged is missing, no key is there twice, the record is whole, every state was reached by a declared verb, every
e-mail has come to its end, no file is without its row. A fault counts as passed when its run in full size found nothing
wrong. A small part of each can be run with `./dev faults --smoke`; those of F1, F3, F6, F7, F8, F9 and F12, which a
change to anything can bring about, are run by every `./dev test` where PostgreSQL and Redis are installed.

"""


class End(enum.StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    LEFT_OUT = "left out"


def module_of(fault: Fault) -> str:
    """The module ``f<number>_….py`` beside this one; "" where there is none yet."""
    found = sorted(Path(__file__).parent.glob(f"f{fault.number:02}_*.py"))
    return f"tests.faults.{found[0].stem}" if found else ""


@contextlib.contextmanager
def rig_running() -> Iterator[Any]:
    """A ``tests.faults.rig.Rig``: its servers run, its database is laid out, Django is set up on it as the owner."""
    with contextlib.ExitStack() as servers:
        folder = data_folder(servers)
        postgres, redis, mail = Postgres(servers), Redis(servers), MailServer(servers)
        owner = site_environment(folder, postgres, redis, mail)
        postgres.lay_out(lambda: prepare(owner))
        manage(["collectstatic", "--no-input", "--verbosity=0"], owner)
        site = owner | {"DATABASE_URL": as_the_site(postgres.url)}
        os.environ.update(owner)
        django.setup()
        scope = importlib.import_module("cspr.wall.scope")
        with scope.everything():
            yield importlib.import_module("tests.faults.rig").Rig(servers, site, postgres, redis, mail)


def do(rig: Any, fault: Fault, module: ModuleType, size: Size, seed: int) -> Run:
    """One fault: what it came to, with what is needed to do it again. Raises ``LeftOut``."""
    started = time.monotonic()
    rig.begin(seed)
    try:
        result: Result = module.run(rig, size, seed)
    except LeftOut:
        raise
    except Exception as error:
        result = Result(module.__doc__ or "", wrong=[f"{type(error).__name__}: {error}"])
    finally:
        rig.end()
    return {
        "well": not result.wrong,
        "ran": result.ran,
        "figures": result.figures,
        "wrong": result.wrong[:20],
        "size": str(size),
        "seed": seed,
        "seconds": round(time.monotonic() - started),
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else ""),
        "where": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        "line": shlex.join(["./dev", "faults", fault.code, "--seed", str(seed)]),
    }


def reached(run: Run | None) -> bool:
    return bool(run and run["well"] and run["size"] == Size.FULL)


def why_not(fault: Fault, run: Run | None) -> str:
    if not module_of(fault):
        return "not built yet"
    if run is None:
        return "it was not run in full size"
    found = [wrong.splitlines()[0] for wrong in run["wrong"][:3]]  # what follows in it is the ends of logs
    return "" if run["well"] else f"its run found: {'; '.join(found)}"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def written(runs: Runs) -> str:
    """The page."""
    rows, why = [], []
    for fault in FAULTS:
        run = runs.get(fault.code)
        ok = reached(run)
        figures = "; ".join(f"{name}: {value}" for name, value in run["figures"].items()) if run else ""
        ran = f"{run['ran']}. {figures}" if run else "—"
        words = [fault.code, fault.name, fault.required, ran, "passed" if ok else "**not reached**"]
        rows.append(f"| {' | '.join(cell(word) for word in words)} |")
        if not ok:
            why.append(f"- **{fault.code}, {fault.name}:** {cell(why_not(fault, run))}.")
    how = [
        f"| {code} | `{run['line']}` | {run['on']}, {run['commit']} | {run['where']} | {run['seconds']} |"
        for code, run in sorted(runs.items(), key=lambda one: int(one[0][1:]))
    ]
    total = sum(reached(runs.get(fault.code)) for fault in FAULTS)
    parts = [HEAD + f"**{total} of {len(FAULTS)} passed.**", ""]
    parts += [
        "| # | fault | what has to happen | what was run, and measured | |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]
    parts += ["## Not reached", "", *(why or ["Nothing."]), ""]
    parts += [
        "## How each was run",
        "",
        "| # | command | when, commit | where | seconds |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*parts, *how, ""])


def keep(code: str, run: Run) -> None:
    """Read anew each time: somebody else may have run another fault meanwhile."""
    runs: Runs = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    runs[code] = run
    KEPT.write_text(json.dumps(runs, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(written(runs))


def show(run: Run) -> None:
    for name, value in run["figures"].items():
        say(f"   {name}: {value}")
    for sentence in run["wrong"]:
        say(f"   WRONG: {sentence}")
    say(f"   {'passed' if run['well'] else 'FAILED'}   ({run['seconds']} s)")


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev faults", description=__doc__)
    parser.add_argument(
        "faults", nargs="*", metavar="F1", help="which; all that are built when none is named"
    )
    parser.add_argument("--smoke", action="store_true", help="small; writes nothing into docs")
    parser.add_argument("--seed", type=int, default=None, help="makes the same random choices again")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    asked = options(words)
    known = {fault.code: fault for fault in FAULTS}
    if unknown := [code for code in asked.faults if code not in known]:
        say(f"./dev faults: there is no fault {unknown[0]}. They go from F1 to F{len(FAULTS)}.")
        return 2
    chosen = [known[code] for code in asked.faults or known if module_of(known[code])]
    size = Size.SMOKE if asked.smoke else Size.FULL
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    say(f"Seed {seed}, {size} size. Starting PostgreSQL, Redis and the rest …")
    try:
        with rig_running() as rig:
            ends = [one(rig, fault, size, seed) for fault in chosen]
    except LeftOut as reason:
        say(str(reason))
        ends = [End.LEFT_OUT] * len(chosen)
    say(", ".join(f"{ends.count(end)} {end}" for end in End))
    return 1 if End.FAILED in ends else 0


def one(rig: Any, fault: Fault, size: Size, seed: int) -> End:
    """Does the fault, shows what it came to, and keeps it where it was done in full."""
    say(f"{fault.code}. {fault.name} …")
    try:
        run = do(rig, fault, importlib.import_module(module_of(fault)), size, seed)
    except LeftOut as reason:
        say(f"   left out: {reason}")
        return End.LEFT_OUT
    show(run)
    if size is Size.FULL:
        keep(fault.code, run)
    return End.PASSED if run["well"] else End.FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
