"""What a step of a plan is, and on which date it falls. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cspr.accounts.roles import Role
from cspr.clocks.calendar import WorkingDays
from reviews.states import PlanEvent, PlanKind, PlanUnit

# The days, or the weeks, that a plan can name. Day 0 is the trigger; a plan of weeks begins in week 0. Both may go
# on a little after their end, to tell people of the outcome.
FIRST_DAY = {PlanKind.RAPID_REVIEW: 1, PlanKind.PRACTICE_REVIEW: 0}
LAST_DAY = {PlanKind.RAPID_REVIEW: 60, PlanKind.PRACTICE_REVIEW: 52}
UNIT = {PlanKind.RAPID_REVIEW: PlanUnit.WORKING_DAYS, PlanKind.PRACTICE_REVIEW: PlanUnit.WEEKS}
# What a step of each kind of plan can wait for.
_PRACTICE_EVENTS = (
    PlanEvent.NATIONAL_TOLD,
    PlanEvent.REVIEWER_APPOINTED,
    PlanEvent.REVIEW_PLANNED,
    PlanEvent.WORK_BEGUN,
    PlanEvent.DRAFT_HANDED_IN,
    PlanEvent.FACT_CHECK_STARTED,
    PlanEvent.PUBLICATION_DECIDED,
    PlanEvent.SIGNED_OFF,
    PlanEvent.REPORT_SENT,
    PlanEvent.FAMILY_TOLD,
    PlanEvent.PUBLISHED,
)
EVENTS_OF: dict[str, tuple[PlanEvent, ...]] = {
    PlanKind.RAPID_REVIEW: tuple(event for event in PlanEvent if event not in _PRACTICE_EVENTS),
    PlanKind.PRACTICE_REVIEW: _PRACTICE_EVENTS,
}
OWNERS = (Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER)


@dataclass(frozen=True)
class Step:
    """One step as a template names it. ``event``: what of the system marks it as done; empty: by hand.

    ``begins``: the week in which the work on it starts, where it takes longer than a day. ``after``: the numbers of
    the steps of the same plan that have to be done before it.
    """

    day: int
    title: str
    what: str
    owner: str = Role.STAFF
    event: str = ""
    unit: str = PlanUnit.WORKING_DAYS
    begins: int | None = None
    after: tuple[int, ...] = ()


def planned_on(day_zero: dt.date, day: int, unit: str, calendar: WorkingDays) -> dt.date:
    """The date of a step so many units after day 0. A week's step falls on a working day: the first from then on."""
    if unit == PlanUnit.WORKING_DAYS:
        return calendar.add(day_zero, day)
    return to_working_day(day_zero + dt.timedelta(weeks=day), calendar)


def to_working_day(day: dt.date, calendar: WorkingDays) -> dt.date:
    """``day`` itself if it is a working day, otherwise the next one."""
    return day if calendar.is_working(day) else calendar.next_working(day)
