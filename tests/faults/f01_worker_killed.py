"""The worker and all its children are killed (-9), again and again, while they send reminders."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import QuerySet

from cspr.mail.models import MailState, OutgoingEmail
from tests import factories as make
from tests.faults.checker import check
from tests.faults.nemesis import POINTS
from tests.faults.people import overdue
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

PEOPLE = 6  # on the case, so many reminders for each clock
AT_RANDOM = "at random"
AROUND_THE_MARK = POINTS[2:]
CLEAR_WITHIN = 60


@dataclass
class Windows:
    """Which mails the server had taken, but the database did not know it, at the moment of a kill."""

    rig: Rig
    rows: QuerySet[OutgoingEmail]
    arrived: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)

    def look(self) -> int:
        """After a kill: how many mails were in the window this time."""
        time.sleep(0.1)  # for the mail server to take note of what was on the wire
        now = Counter(self.rig.mail.message_ids())
        unsent = set(self.rows.exclude(state=MailState.SENT).values_list("message_id", flat=True))
        new = {message for message in unsent if now[message] > self.arrived[message]}
        self.arrived = now
        self.caught.update(new)
        return len(new)


def run(rig: Rig, size: Size, seed: int) -> Result:
    """One sweep's reminders; before each kill the nemesis chooses a place in the relay, or any moment."""
    kills = size.of(10, 100)
    case = make.accepted(make.area()).case
    owed = overdue(case, size.of(34, 334))
    rows = OutgoingEmail.objects.filter(subject_ref=case.ref, kind__startswith="deadline")
    windows = Windows(rig, rows)
    rig.mail.here().seconds_for_each = 0.02
    rig.start_beat()
    killed, widest = Counter[str](), 0
    for number in range(kills):
        killed[one_life(rig, rows, number)] += 1
        widest = max(widest, windows.look())
    left = rows.exclude(state=MailState.SENT).count() if rows.exists() else owed
    rig.nemesis.let_pass()
    rig.mail.here().seconds_for_each = 0
    rig.start_worker()
    took = rig.until(lambda: rows.filter(state=MailState.SENT).count() >= owed, "all reminders are out", 180)
    result = Result(f"{kills} kills of the worker's process group over {owed} reminders of one sweep")
    judge(result, rig, rows, windows, owed)
    result.figures |= {
        "kills": ", ".join(f"{n} {where}" for where, n in sorted(killed.items())),
        "still to send at the last kill": left,
        "seconds until all were out": round(took),
    }
    result.expect(widest <= 1, f"{widest} mails were between yes and commit at one kill")
    result.expect(took <= CLEAR_WITHIN, f"it took {took:.0f} s until all were out")
    result.wrong += check(rig)
    return result


def one_life(rig: Rig, rows: QuerySet[OutgoingEmail], number: int) -> str:
    """Starts the worker, waits for the chosen moment, kills it; returns where it was caught."""
    choose = rig.nemesis.choose
    # The first life is for the sweep; then places and any moments in turn, so that none is missed.
    where = AT_RANDOM if number == 0 else [*POINTS, AT_RANDOM][number % 5]
    before = len(rig.mail.message_ids())
    if where == AT_RANDOM:
        rig.nemesis.let_pass()
        rig.start_worker()
        busy = rows.exists if number == 0 else lambda: len(rig.mail.message_ids()) > before
        rig.until(busy, "the worker works", 60)
        time.sleep(choose.uniform(0, 0.3))
    else:
        rig.nemesis.lie_in_wait(where, choose.randint(1, 25) if where in AROUND_THE_MARK else 1)
        rig.start_worker()
        if not rig.nemesis.has_caught(60):
            where = f"not caught {where}"
    rig.nemesis.kill(rig.worker, where)
    return where


def judge(result: Result, rig: Rig, rows: QuerySet[OutgoingEmail], windows: Windows, owed: int) -> None:
    arrived = Counter(rig.mail.message_ids())
    mine = dict(rows.values_list("message_id", "state"))
    lost = [message for message in mine if not arrived[message]]
    twice = {message: arrived[message] - 1 for message in mine if arrived[message] > 1}
    result.expect(len(mine) == owed, f"{len(mine)} rows for {owed} reminders")
    result.expect(not lost, f"{len(lost)} reminders never arrived")
    outside = [message for message, more in twice.items() if more > windows.caught[message]]
    result.expect(not outside, f"{len(outside)} came twice without a kill between yes and commit")
    result.figures = {
        "reminders that were lost": f"{len(lost)} of {owed}",
        "rows too many": len(mine) - owed,
        "mails twice": f"{sum(twice.values())}, in {sum(windows.caught.values())} kills between yes and commit",
    }
