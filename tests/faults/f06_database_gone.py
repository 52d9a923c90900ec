"""The database ends connections, or dies and starts again, while people send forms and the worker sends mail."""

from __future__ import annotations

import contextlib
import time

import psycopg2

from tests.faults.checker import check
from tests.faults.driver import Browser
from tests.faults.f03_broker_gone import everything_is_out
from tests.faults.people import lanes
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size
from tests.faults.traffic import Traffic

GOOD_WITHIN, OUT_WITHIN = 5, 60
END_CONNECTIONS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE right(usename, 5) = '_site'"
)
SAID = "Nothing was saved"


def run(rig: Rig, size: Size, seed: int) -> Result:
    """By turns: every connection of the site is ended; the server dies at once and recovers from its log."""
    faults = size.of(5, 50)
    rig.start_web()
    rig.start_worker()
    rig.start_beat()
    people = lanes(rig, 4)
    reader = people[0].staff
    traffic, slowest, ended = Traffic(), {"connections ended": 0.0, "restarted": 0.0}, 0
    with traffic.flowing(people):
        for number in range(faults):
            time.sleep(rig.nemesis.choose.uniform(0.3, 1.2))
            if number % 2:
                kind, ended = "connections ended", ended + end_connections(rig)
            else:
                kind = "restarted"
                rig.postgres.restart()
            rig.history.note("fault", of="database", kind=kind)
            slowest[kind] = max(slowest[kind], seconds_until_good(reader))
    rig.fresh()
    out = rig.until(everything_is_out, "mail is out", 120)
    result = Result(
        f"{faults} times, by turns: an immediate restart, or the end of every connection of the site"
    )
    unfriendly = [a for a in traffic.answers if a.status == 503 and SAID not in a.text]
    result.figures = {
        "forms": traffic.in_words(),
        "connections ended": ended,
        **{f"first good answer after {kind}, at most": f"{s:.1f} s" for kind, s in slowest.items()},
        "mail out": f"{out:.0f} s after the last",
    }
    result.expect(not traffic.statuses[500], f"{traffic.statuses[500]} bare error pages")
    result.expect(not unfriendly, f"{len(unfriendly)} pages do not say that nothing was saved")
    result.expect(traffic.statuses[503] > 0, "no form met the fault")
    result.expect(traffic.statuses[302] > faults, "hardly a form was saved")
    for kind, seconds in slowest.items():
        # In small it runs beside other tests, on two cores.
        result.expect(
            seconds <= GOOD_WITHIN * size.of(3, 1),
            f"{kind}: the first good answer came after {seconds:.1f} s",
        )
    result.expect(out <= OUT_WITHIN, f"mail was out only after {out:.0f} s")
    result.wrong += check(rig)
    return result


def end_connections(rig: Rig) -> int:
    with contextlib.closing(psycopg2.connect(rig.postgres.url)) as link:
        cursor = link.cursor()
        cursor.execute(END_CONNECTIONS)
        return int(cursor.fetchone()[0])


def seconds_until_good(reader: Browser) -> float:
    """From now, when the database takes connections again, to the end of the first page that is as it should be."""
    started = time.monotonic()
    while reader.get("/work/").status != 200 and time.monotonic() - started < 60:
        time.sleep(0.05)
    return time.monotonic() - started
