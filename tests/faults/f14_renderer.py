"""The making of a PDF dies, hangs, or is asked for something far too large."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cspr.documents.models import Document, State
from cspr.documents.pdf import queue_pdf
from referrals.models import Referral
from tests import factories as make
from tests.factories import Area
from tests.faults import papers
from tests.faults.checker import check
from tests.faults.driver import Browser
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

LONGEST, MOST_MEMORY, SLOWEST = 60.0, 1024**3, 2.0
RENDERER = b"cspr.documents.renderer"
Deed = Callable[[int], None]


class Watcher:
    """Looks at the worker's processes all the while: does something to each renderer, and measures memory."""

    def __init__(self, rig: Rig, browser: Browser) -> None:
        self.rig, self.browser = rig, browser
        self.deed: Deed | None = None
        self.done_to: list[int] = []
        self.memory, self.slowest = 0, 0.0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._watch), threading.Thread(target=self._read)]

    def __enter__(self) -> Watcher:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            for pid in tree(self.rig.worker.process.pid if self.rig.worker.process else 0):
                self.memory = max(self.memory, resident(pid))
                if self.deed and pid not in self.done_to and RENDERER in command(pid):
                    self.done_to.append(pid)
                    self.deed(pid)

    def _read(self) -> None:
        while not self._over.wait(0.5):
            self.slowest = max(self.slowest, self.browser.get("/work/").seconds)


def run(rig: Rig, size: Size, seed: int) -> Result:
    """One paper after the other is asked for; how long until it is ready or given up, and what the person reads."""
    result = Result(
        "PDFs whose renderer is killed once, killed each time, frozen; 900 deep, 400 pages, 2,000 rows"
    )
    a = make.area()
    rig.start_web()
    staff = rig.person(a.staff)
    usual = max(staff.get("/work/").seconds for _ in range(40))
    rig.start_worker()
    rig.start_beat(ticks={"render": 2})
    with Watcher(rig, rig.person(a.colleague)) as watcher:
        old, _ = made(rig, a, "faults-good", watcher, None)
        cases: dict[str, tuple[str, Deed | None, str]] = {
            "400 pages": ("faults-long", None, State.FAILED),
            "a table of 2,000 rows": ("faults-table", None, State.READY),
            "killed once": ("faults-good", once(kill), State.READY),
            "killed each time": ("faults-good", kill, State.FAILED),
            "frozen": ("faults-good", freeze, State.FAILED),
            "nested 900 deep": ("faults-deep", None, ""),
        }
        for name in list(cases)[: size.of(4, 6)]:
            kind, deed, wanted = cases[name]
            document, seconds = made(rig, a, kind, watcher, deed)
            result.figures[name] = f"{document.get_state_display()} after {seconds:.0f} s"
            result.expect(document.state in ({wanted} if wanted else ENDS), f"{name}: {document.state}")
            result.expect(seconds <= LONGEST, f"{name}: {seconds:.0f} s until its end")
            if document.state == State.FAILED:
                told = staff.get(f"/documents/{document.ref}/progress/").text
                result.expect(
                    bool(document.failure) and "Try again" in told, f"{name}: the person is not told"
                )
                staff.post(f"/documents/{document.ref}/retry/", {})
                result.expect(state_of(document) in {State.QUEUED, State.RENDERING}, f"{name}: no second try")
                Document.objects.filter(pk=document.pk).update(state=State.FAILED)
        kept = staff.get(f"/documents/{old.ref}/").status
    result.figures["the old PDF"] = f"opens ({kept})"
    result.figures["most memory of one process"] = f"{watcher.memory / 1024**2:.0f} MB"
    result.figures["slowest page, before and meanwhile"] = f"{usual:.2f} s, {watcher.slowest:.2f} s"
    result.expect(kept == 200, f"the old PDF: {kept}")
    result.expect(watcher.memory <= MOST_MEMORY, f"a process took {watcher.memory / 1024**2:.0f} MB")
    # What is slow for other reasons, on a machine that others use, is as slow before.
    result.expect(watcher.slowest <= max(SLOWEST, 2 * usual), f"a page took {watcher.slowest:.1f} s")
    result.wrong += check(rig, mail_is_out=False)
    return result


ENDS = {State.READY, State.FAILED}


def made(rig: Rig, a: Area, kind: str, watcher: Watcher, deed: Deed | None) -> tuple[Document, float]:
    """A paper of a referral of its own, asked for and waited for."""
    referral: Referral = make.sent(a)
    watcher.deed = deed
    assert kind in papers.BODIES
    document = queue_pdf(kind, referral, a.staff)
    started = time.monotonic()
    rig.until(lambda: state_of(document) in ENDS, f"{kind} comes to its end", 240)
    watcher.deed = None
    return Document.objects.get(pk=document.pk), time.monotonic() - started


def state_of(document: Document) -> str:
    return Document.objects.get(pk=document.pk).state


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def freeze(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)


def once(deed: Deed) -> Deed:
    """The deed is done to the first only."""
    done: list[int] = []

    def first(pid: int) -> None:
        if not done:
            deed(pid)
        done.append(pid)

    return first


def tree(pid: int) -> list[int]:
    """The process and all that it started, as far as they are there."""
    found = [pid] if pid else []
    for each in found:
        try:
            found += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
        except OSError:
            continue
    return found


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
