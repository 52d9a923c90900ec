"""``python -m tests.guards [WORD]``: take out each guard, see whether a test notices, print what none did.

``--shares`` processes (2) take a part each; ``WORD`` keeps to guards whose place or words hold it; after ``--minutes``
no further one is taken out (those that approving, publishing, identity or conflicts rest on come first). Exit 1 where
fewer than 95 in 100 are noticed, or where one of those is not, or where not all were tried.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from tests.run import ROOT, environment, say

# What performs verbs and opens pages. Not: what looks for accidents with generated histories, or measures.
TESTS = [
    "tests/access",
    "tests/accounts",
    "tests/referrals",
    "tests/reviews",
    "tests/workflow",
    "tests/mail/test_page.py",
]
NOT = ["access/test_odd_posts.py", "access/test_table.py", "referrals/test_lists_speed.py", "reviews/test_machines.py",
       "reviews/test_release_machine.py", "reviews/test_invariants.py", "reviews/yearly/test_divisions.py"]  # fmt: skip
ENOUGH = 0.95
START = (
    "import sys, django; django.setup(); from tests.guards.harness import main; sys.exit(main(*sys.argv[1:]))"
)


def measured(shares: int, only: str, minutes: float) -> tuple[list[dict[str, Any]], int]:
    """What became of every guard, and how many were not tried. Raises RuntimeError where a process ended early."""
    with tempfile.TemporaryDirectory() as folder:
        running = {}
        for share in range(shares):
            into = Path(folder) / f"{share}.json"
            line = [
                sys.executable,
                "-c",
                START,
                str(into),
                str(minutes),
                str(share),
                str(shares),
                only,
                *TESTS,
            ]
            line += [f"--ignore=tests/{name}" for name in NOT]
            env = environment(DJANGO_SETTINGS_MODULE="tests.settings")
            running[into] = subprocess.Popen(line, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        ended = [process.wait() for process in running.values()]
        if any(ended):
            raise RuntimeError("A process ended early; the reason is above.")
        shared = [json.loads(into.read_text()) for into in running]
        return [one for each in shared for one in each["guards"]], sum(each["left"] for each in shared)


def told(found: list[dict[str, Any]], left: int = 0) -> int:
    weighty = [one for one in found if one["weighty"]]
    noticed, of_weighty = sum(one["noticed"] for one in found), sum(one["noticed"] for one in weighty)
    say()
    for one in found:
        if not one["noticed"]:
            why = "ran out of time" if one["ran out of time"] else f"{one['tests']} tests call it, none fails"
            say(f"not noticed{', WEIGHTY' if one['weighty'] else ''}: {one['guard']} ({why})")
    say(
        f"guards: {noticed} of {len(found)} noticed ({100 * noticed / len(found):.1f} %);"
        f" {of_weighty} of {len(weighty)} of those on approving, publishing, identity and conflicts"
        f"{f'; {left} more were not tried' if left else ''}"
    )
    return 0 if noticed >= ENOUGH * len(found) and of_weighty == len(weighty) and not left else 1


def main(words: list[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.guards")
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--shares", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=math.inf)
    given = parser.parse_args(words)
    return told(*measured(given.shares, given.word, given.minutes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
