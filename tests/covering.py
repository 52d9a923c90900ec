"""``python -m tests.covering``: the tests of every day, and which branches of the code they went through.

What only servers go through, or the tests that take minutes, counts as missed: the figure is rather too low.

Ends with 1 where less than 90 in 100 of all branches and lines were, or less than all of what decides who may do what,
how a case moves, what leaves in an e-mail and what a published text may hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.run import IN_PARALLEL, ROOT, environment, say

ENOUGH = 90.0
QUICK = "not browser and not services and not thorough"
WHOLE = (
    "/permissions.py",
    "_permissions.py",
    "cspr/workflow.py",
    "cspr/mail/outbox.py",
    "reviews/anonymity/",
)


def covered(tests: list[str]) -> dict[str, Any]:
    """The report of coverage.py as it writes it to JSON. Raises RuntimeError where a test failed."""
    with tempfile.TemporaryDirectory() as folder:
        env = environment(COVERAGE_FILE=str(Path(folder) / "data"))
        run = [sys.executable, "-m", "coverage"]
        line = [*run, "run", "-m", "pytest", "-q", "-m", QUICK, *IN_PARALLEL, *tests]
        failed = subprocess.run(line, env=env, cwd=ROOT, check=False).returncode
        into = Path(folder) / "coverage.json"
        subprocess.run([*run, "combine", "--quiet"], env=env, cwd=ROOT, check=True)
        subprocess.run([*run, "json", "--quiet", "-o", str(into)], env=env, cwd=ROOT, check=True)
        found: dict[str, Any] = json.loads(into.read_text())
    if failed:
        say("Some tests failed; what follows is what was gone through all the same.")
        found["failed"] = True
    return found


def told(found: dict[str, Any]) -> int:
    """Says what was missed, and whether it is little enough."""
    whole = {name: file for name, file in found["files"].items() if any(part in name for part in WHOLE)}
    missed = 0
    for name, file in sorted(whole.items()):
        lines, branches = file["missing_lines"], file["missing_branches"]
        missed += len(lines) + len(branches)
        if lines or branches:
            say(f"{name}: lines {lines}, branches {branches}")
    total = found["totals"]["percent_covered"]
    say(
        f"covered: {total:.1f} % of lines and branches; {missed} missed in the {len(whole)} files that need all"
    )
    return 0 if total >= ENOUGH and not missed and "failed" not in found else 1


if __name__ == "__main__":
    sys.exit(told(covered(sys.argv[1:])))
