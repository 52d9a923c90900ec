"""The reminders of very many cases are swept while people use the site; killed half-way, and gone on with."""

from __future__ import annotations

import contextlib
import statistics
import threading
from collections.abc import Iterator

from tests import factories as make
from tests.faults.driver import Browser
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size
from tests.scale.sweep import CASES, RUNNING, measure

PAGES, MOST_SLOWER = 40, 2.0
# Below this nobody notices, and what other programs do weighs more than the sweep.
NOTICED = 0.4


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Two databases of their own on the rig's server; the pages are those of the rig's site beside them."""
    cases = size.of(2_000, CASES)
    rig.start_web()
    reader = rig.person(make.area().staff)
    usual = slow_end([reader.get("/work/").seconds for _ in range(PAGES)])
    seconds: list[float] = []
    measured = measure(rig.postgres.url, cases, RUNNING, lambda: reading(reader, seconds))
    slowed = slow_end(seconds)
    result = Result(measured.told, wrong=measured.wrong)
    result.figures = {
        "95 % of pages, usual and meanwhile": f"{usual:.2f} s, {slowed:.2f} s, of {len(seconds)}",
        "most memory": f"{measured.whole.megabytes} MB",
    }
    # A small sweep is over before there are pages enough to tell.
    in_time = size is Size.SMOKE or slowed <= max(NOTICED, MOST_SLOWER * usual)
    result.expect(in_time, f"95 % of pages came within {slowed:.2f} s, otherwise within {usual:.2f} s")
    return result


@contextlib.contextmanager
def reading(browser: Browser, seconds: list[float]) -> Iterator[None]:
    """Somebody opens one page after the other during the block; how long each took goes into ``seconds``."""
    over = threading.Event()

    def read() -> None:
        while not over.wait(0.1) or len(seconds) < 2:
            seconds.append(browser.get("/work/").seconds)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()


def slow_end(seconds: list[float]) -> float:
    """The time within which 95 % came."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]
