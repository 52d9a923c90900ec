"""Workers of the web server are killed (-9) while people send forms."""

from __future__ import annotations

import time

from tests.faults.checker import check
from tests.faults.driver import Answer
from tests.faults.people import lanes
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size
from tests.faults.traffic import Traffic

NEAR = 0.5  # seconds: between the kill and our note of it, and what the connection itself takes


def run(rig: Rig, size: Size, seed: int) -> Result:
    """One of the two workers at a time; the next when its master has started another."""
    kills = size.of(4, 50)
    rig.start_web()
    people = lanes(rig, 6)
    traffic = Traffic(seconds_between=0.1)
    started = time.monotonic()
    with traffic.flowing(people):
        for _ in range(kills):
            rig.until(lambda: len(rig.web.children()) == 2, "the master has two workers", 30)
            time.sleep(rig.nemesis.choose.uniform(0.5, 1.5))
            rig.nemesis.kill_one_child(rig.web)
        rig.until(lambda: len(rig.web.children()) == 2, "the master has two workers", 30)
        time.sleep(2)
    lasted = time.monotonic() - started
    moments = [line["at"] for line in rig.history.of("kill") if line["program"] == rig.web.name]
    lost = [answer for answer in traffic.answers if answer.status == 0]
    elsewhere = [answer for answer in lost if not under_way(answer, moments)]
    odd = {status: n for status, n in traffic.statuses.items() if status >= 500}
    result = Result(f"{kills} kills of one of the two workers under forms from six people")
    result.figures = {
        "forms": traffic.in_words(),
        "requests a second": f"{2 * len(traffic.answers) / lasted:.1f}",
        "pages and forms without an answer": f"{len(lost)}, {len(elsewhere)} of them not under way at a kill",
    }
    result.expect(not elsewhere, f"{len(elsewhere)} pages or forms failed that were not under way")
    result.expect(not odd, f"error pages: {odd}")
    result.expect(traffic.statuses[302] > kills, "hardly a form was saved")
    result.wrong += check(rig, mail_is_out=False)
    return result


def under_way(answer: Answer, moments: list[float]) -> bool:
    began = answer.at - answer.seconds
    return any(began - NEAR <= moment <= answer.at + NEAR for moment in moments)
