"""How an agency that owes an answer is reminded: data, for a reader who does not program (docs/chasing.md).

Steps before and on the date are counted from the date. Steps after it are counted from the last reminder that
really went out: a pause or a lost night makes the ladder later, and nobody higher up hears of it before those
below them did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from cspr.clocks.calendar import WorkingDays
from reviews.states import ChaseLevel

ASKED, LEAD, EXECUTIVE = ChaseLevel.ASKED, ChaseLevel.LEAD, ChaseLevel.EXECUTIVE
LATE = "late"
# A reminder by hand, with its day.
BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder. ``code`` is part of what makes a reminder go out once, so it is never reworded.

    ``days``: working days before the date; for a late step, working days after the date or the last reminder.
    """

    code: str
    days: int
    when: str
    to: tuple[ChaseLevel, ...]
    escalates: bool = False


BEFORE = (
    Step("before", 2, "Two working days before the date", (ASKED,)),
    Step("day", 0, "On the date; where that is no working day, on the last one before it", (ASKED,)),
)
AFTER = (
    Step("late 1", 2, "Two working days after the date", (ASKED,)),
    Step("late 2", 2, "Two working days later", (ASKED, LEAD)),
    Step("late 3", 2, "Two working days later", (ASKED, LEAD, EXECUTIVE), escalates=True),
    Step("late 4", 2, "Then every two working days", (ASKED, LEAD, EXECUTIVE)),
)
LADDER = (*BEFORE, *AFTER)


def step_due(
    due_on: dt.date,
    asked_on: dt.date,
    done: Mapping[str, dt.date],
    today: dt.date,
    calendar: WorkingDays,
) -> tuple[str, Step] | None:
    """The step to take today, with its code; None when there is none.

    ``asked_on``: the day this date was given; ``done``: the steps taken for this date, and when. Nothing goes out
    on a day that is no working day, and of two steps missed before the date only the nearer is made up for. Past
    the table of bank holidays nothing can be counted, so nothing goes out; staff read on every page that it ends.
    """
    if not calendar.first <= today <= calendar.last or not calendar.is_working(today):
        return None
    if due_on > calendar.last:
        return None
    if today <= due_on:
        planned = [step for step in BEFORE if asked_on < _day(step, due_on, calendar) <= today]
        return (planned[-1].code, planned[-1]) if planned and planned[-1].code not in done else None
    late = sorted(on for code, on in done.items() if code.startswith(LATE))
    step = AFTER[min(len(late), len(AFTER) - 1)]
    since = late[-1] if late else due_on
    if calendar.number(since, today) < step.days:
        return None
    return f"{LATE} {len(late) + 1}", step


def rung_by_hand(due_on: dt.date, done: Mapping[str, dt.date], today: dt.date) -> Step:
    """Whom a reminder by hand goes to: the rung the ladder takes next. It is no rung of its own and moves none."""
    if today <= due_on:
        return BEFORE[-1]
    late = sum(1 for code in done if code.startswith(LATE))
    return AFTER[min(late, len(AFTER) - 1)]


def _day(step: Step, due_on: dt.date, calendar: WorkingDays) -> dt.date:
    return calendar.subtract(due_on, step.days) if step.days else calendar.latest_working(due_on)
