"""How a plan is likely to end. Pure.

The fifteen days of a rapid review are one row of steps: what is late pushes everything after it. The six months of
a practice review are a net: what is late pushes what depends on it, and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cspr.clocks.calendar import WorkingDays
from reviews.plans.steps import to_working_day


def lateness(open_steps: Iterable[dt.date], today: dt.date, calendar: WorkingDays) -> int:
    """By how many working days the plan is behind: what is most overdue can be done today at the earliest.

    ``open_steps``: the dates of the steps that are not done. Nought when none of them is over.
    """
    earliest = min(open_steps, default=today)
    return calendar.number(earliest, to_working_day(today, calendar)) if earliest < today else 0


def expected_on(due: dt.date, behind: int, calendar: WorkingDays) -> dt.date:
    """When an open step is likely to be done, in a plan that is so many working days behind.

    The rule is simple and known to who reads it: every open step keeps its distance to the one before, so what is
    late pushes all that is open by as much. Nothing is made up on the way, because nobody can promise that.
    """
    return calendar.add(due, behind) if behind else due


@dataclass(frozen=True)
class Milestone:
    """One step as the forecast of a net sees it.

    ``planned``: the date that follows from the plan; ``due``: the date it has now, which differs where somebody
    moved it (``chosen``). ``dropped``: not needed, so that what waited for it waits for what it waited for.
    """

    number: int
    planned: dt.date
    due: dt.date
    after: tuple[int, ...] = ()
    chosen: bool = False
    done_on: dt.date | None = None
    dropped: bool = False


def expected_dates(
    milestones: Iterable[Milestone], not_before: dt.date, calendar: WorkingDays
) -> dict[int, dt.date]:
    """When each step that is needed is likely to be done, by its number; what is done has its own day.

    ``not_before``: today, or the day on which a hold is looked at again; nothing open is expected earlier. A step
    that is late, or was done late, pushes each step that comes after it by as much, to the next working day. A step
    that somebody set by hand stays on its day unless what comes before it is expected later. Nothing is made up on
    the way. A step that comes "after" one the plan has later does not wait for it: a plan has no circles.
    """
    known = {m.number: m for m in milestones}
    floor = to_working_day(not_before, calendar)
    found: dict[int, dt.date] = {}
    for milestone in sorted(known.values(), key=lambda m: (m.planned, m.number)):
        if milestone.dropped:
            continue
        if milestone.done_on:
            found[milestone.number] = milestone.done_on
            continue
        day = max(milestone.due, floor)
        for number in _waits_for(milestone, known, frozenset()):
            if number in found:
                slip = max(found[number] - known[number].planned, dt.timedelta())
                day = max(day, found[number] if milestone.chosen else milestone.planned + slip)
        found[milestone.number] = to_working_day(day, calendar)
    return found


def _waits_for(milestone: Milestone, known: Mapping[int, Milestone], seen: frozenset[int]) -> set[int]:
    """The needed steps that come before it, through those that are not needed."""
    found: set[int] = set()
    for number in milestone.after:
        before = known.get(number)
        if before is None or number in seen:
            continue
        found |= _waits_for(before, known, seen | {number}) if before.dropped else {number}
    return found
