"""Everything is lost and restored from the backup: ``./dev drill``, on servers of its own beside the rig's."""

from __future__ import annotations

import json
import sys

from tests.drill.report import CASES, FILES, MEGABYTES
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size
from tests.services.programs import run as run_program


def run(rig: Rig, size: Size, seed: int) -> Result:
    """The drill as a program, which sets Django up for itself."""
    told = rig.folder / "drill.json"
    sizes = {
        "cases": size.of(100, CASES),
        "files": size.of(20, FILES),
        "megabytes": size.of(10, MEGABYTES),
    }
    words = [f"--{name}={value}" for name, value in sizes.items()]
    run_program([sys.executable, "-m", "tests.drill.report", f"--json={told}", *words], {}, seconds=3 * 3600)
    found = json.loads(told.read_text())
    return Result(found["ran"], found["figures"], found["wrong"])
