"""Kills what the rig started, and nothing else, by a seeded choice: the same seed makes the same choices."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

from tests.faults.history import History
from tests.faults.programs import Program

# The places of cspr.mail.relay at which ``tests.faults.profile`` lets a worker be caught.
POINTS = ("before claim", "after claim", "after the 250", "before commit")

# A mail to such an address takes more memory than its process may have (``tests.faults.profile``).
POISON = "poison@"


class Nemesis:
    def __init__(self, seed: int, folder: Path, history: History) -> None:
        self.choose = random.Random(seed)
        self.history = history
        self.plan, self.reached = folder / "plan.json", folder / "reached"

    def lie_in_wait(self, point: str, visit: int) -> None:
        """The next worker that starts stands still when it comes to ``point`` for the ``visit``-th time."""
        self.reached.unlink(missing_ok=True)
        self.plan.write_text(json.dumps({"point": point, "visit": visit}))

    def let_pass(self) -> None:
        self.plan.unlink(missing_ok=True)
        self.reached.unlink(missing_ok=True)

    def has_caught(self, seconds: float) -> bool:
        """Waits until a worker stands at the place; False when none came by."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.reached.exists():
                return True
            time.sleep(0.01)
        return False

    def kill(self, program: Program, why: str) -> None:
        """-9 for the program and all its children."""
        self.history.note("kill", program=program.name, why=why)
        program.kill()

    def kill_one_child(self, program: Program) -> int:
        """-9 for one of its children, whichever; 0 when it has none at this moment."""
        children = program.children()
        if not children:
            return 0
        victim = self.choose.choice(sorted(children))
        self.history.note("kill", program=program.name, why="one child")
        os.kill(victim, signal.SIGKILL)
        return victim
