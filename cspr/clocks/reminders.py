"""When to remind somebody of a running clock. Pure, so that a sweep can run it over thousands of deadlines.

A sweep asks for the newest moment that is not after today. A missed night is therefore made up for by exactly
one reminder and never by a flood, and a sweep run twice finds the same moment under the same key: the pair of
``on`` and ``offset``, kept beside the deadline and its due date.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cspr.clocks.calendar import ONE_DAY, SATURDAY, OutsideCalendar, WorkingDays, add_months
from cspr.clocks.table import Clock, Every, Reminder, Unit

WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which to remind: which rung of the ladder it is, and whom to tell (with the escalation, if
    late).
    """

    on: dt.date
    offset: str
    late: bool
    roles: tuple[str, ...]


def moments(clock: Clock, trigger: dt.date, due: dt.date | None, calendar: WorkingDays) -> list[Moment]:
    """The rungs from the trigger to the due date, in order, at most one a day.

    A rung that would fall outside that stretch (a clock set shorter for one case) is left out; of two rungs
    on one day the later-declared, which is the nearer to the end, stays. Repeats after the due date:
    ``latest_moment``.
    """
    by_day: dict[dt.date, Moment] = {}
    for rung in clock.reminders:
        on = _on(rung, trigger, due, calendar)
        if on and (clock.backwards or on > trigger) and (due is None or on <= due):
            by_day[on] = Moment(on, rung.offset, False, clock.remind)
    return [by_day[on] for on in sorted(by_day)]


def latest_moment(
    clock: Clock, trigger: dt.date, due: dt.date | None, calendar: WorkingDays, today: dt.date
) -> Moment | None:
    """The newest moment that is not after ``today``; ``None`` before the first one."""
    if due is not None and today > due:
        on = _repeat(clock.when_late, due, calendar, today)
        if on is not None and on > due:
            return Moment(on, f"late {on.isoformat()}", True, clock.remind + clock.escalate)
    past = [moment for moment in moments(clock, trigger, due, calendar) if moment.on <= today]
    return past[-1] if past else None


def _on(rung: Reminder, trigger: dt.date, due: dt.date | None, calendar: WorkingDays) -> dt.date | None:
    if rung.before_due and due is None:
        return None
    origin = due if due and rung.before_due else trigger
    if rung.unit is Unit.MONTHS:
        return add_months(origin, -rung.count)
    if rung.unit is Unit.CALENDAR_DAYS:
        return origin - rung.count * ONE_DAY
    try:
        return calendar.subtract(origin, rung.count) if rung.before_due else calendar.add(origin, rung.count)
    except OutsideCalendar:
        return None  # past the table no rung can be placed; the rungs before it still stand


def _repeat(every: Every, due: dt.date, calendar: WorkingDays, today: dt.date) -> dt.date | None:
    if every is Every.NEVER:
        return None
    if every is Every.WEEK:
        return due + (today - due).days // 7 * WEEK
    if calendar.first <= today <= calendar.last:
        return calendar.latest_working(today)
    # Past the table a weekday stands for a working day: no due date hangs on it, and a reminder on what
    # proves to be a bank holiday does less harm than none.
    return today - max(0, today.weekday() - SATURDAY + 1) * ONE_DAY
