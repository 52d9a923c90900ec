"""Run one of our own modules in a child process that can neither outgrow nor outlive its task.

What strangers wrote is taken apart, and what people wrote is set as PDF, in such a child: without the
database, without secrets in its environment, with a ceiling for memory and time. If it crashes, hangs or is
killed, that one file fails.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

HOME = Path(__file__).resolve().parents[2]
MEMORY = 1024**3
# All that a child is told about this machine.
PASSED_ON = (
    "PATH",
    "HOME",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "FONTCONFIG_PATH",
    "FONTCONFIG_FILE",
)


class TookTooLong(Exception):
    """The child was ended because its time was up."""


@dataclass(frozen=True)
class Finished:
    """How a child ended: its exit code, what it wrote, and the last line of its notes."""

    code: int
    output: bytes
    note: str


def run(
    module: str,
    data: bytes,
    *,
    seconds: float,
    arguments: Sequence[str] = (),
    on_note: Callable[[str], None] = lambda note: None,
) -> Finished:
    """Run ``python -m module`` on ``data`` and return how it ended. ``on_note`` gets each line it reports.

    The child reads standard input, writes its result to standard output and its notes to standard error.
    Raises ``TookTooLong`` after ``seconds``. An exception of ``on_note`` ends the child and is passed on.
    """
    with TemporaryFile() as source, TemporaryFile() as result:
        source.write(data)
        source.seek(0)
        child = subprocess.Popen(  # noqa: S603  (a fixed command line: our interpreter, our module)
            [sys.executable, "-m", module, *arguments],
            stdin=source,
            stdout=result,
            stderr=subprocess.PIPE,
            cwd=HOME,
            env={"LANG": "C.UTF-8"} | {name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
        note = _listen(child, seconds, on_note)
        result.seek(0)
        return Finished(child.returncode, result.read(), note)


def _listen(child: subprocess.Popen[bytes], seconds: float, on_note: Callable[[str], None]) -> str:
    """Pass on the child's notes until it ends; return the last one. The child is gone when this returns."""
    late = threading.Event()

    def end() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    note = ""
    try:
        with child:  # waits for it and closes its pipes
            try:
                for line in child.stderr or ():
                    note = line.decode("utf-8", "replace").strip()[:400]
                    on_note(note)
            except BaseException:
                child.kill()
                raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TookTooLong
    return note


def confine(seconds: int) -> None:
    """Called first thing in the child: the kernel itself enforces the ceilings from here on."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
