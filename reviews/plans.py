"""The plan that the system ships, when a step of a plan is due, and how a plan is likely to end. Pure.

A partnership changes the shipped plan into its own on a page; this one is what it starts from. The days follow
what partnerships have published of their own fifteen days (Devon, Kent, North Yorkshire); nothing in guidance
prescribes them. Only the last day is: the Panel has the rapid review by the end of day 15.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cspr.accounts.roles import Role
from cspr.clocks.calendar import WorkingDays
from reviews.states import PlanEvent, PlanKind, PlanUnit

# The last day that a plan can name: a plan may go on a little after its end, to tell people of the outcome.
LAST_DAY = {PlanKind.RAPID_REVIEW: 60}
OWNERS = (Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER)


@dataclass(frozen=True)
class Step:
    """One step as a template names it. ``event``: what of the system marks it as done; empty: by hand."""

    day: int
    title: str
    what: str
    owner: str = Role.STAFF
    event: str = ""
    unit: str = PlanUnit.WORKING_DAYS


E = PlanEvent
SHIPPED: dict[str, tuple[Step, ...]] = {
    PlanKind.RAPID_REVIEW: (
        Step(
            1,
            "Send the requests to the agencies",
            "Put every agency that may know the child or the family on the list, and send the requests. Ask them to "
            "keep their records safe.",
            event=E.REQUESTS_SENT,
        ),
        Step(
            1,
            "Book the meeting and the sign-off",
            "Put day 10 for the meeting, and days 13 and 14 for the chair and the partners, into the diaries now.",
        ),
        Step(
            3,
            "Hear from agencies without involvement",
            "An agency that was not involved says so. Silence is no answer: ring those that have said nothing.",
        ),
        Step(5, "Chase the first time", "Write to each author whose account has not come."),
        Step(
            6,
            "Check progress",
            "Do the accounts name agencies that were not asked? Is anybody unsafe now? Does anything need to change at "
            "once?",
        ),
        Step(7, "Have the agencies’ summaries", "Every agency’s account has come.", event=E.ANSWERS_IN),
        Step(8, "Chase the second time", "Write to the author’s manager or the agency’s lead."),
        Step(9, "Put the chronology and a first draft together", "Send both to those who come to the meeting."),
        Step(
            10,
            "Hold the rapid review meeting",
            "The three partners are represented, and conflicts of interest are declared.",
            event=E.MEETING_HELD,
        ),
        Step(
            12,
            "Finish the draft",
            "Every section says something. Those who took part check it for accuracy.",
            event=E.DRAFT_FINISHED,
        ),
        Step(13, "Read the draft", "The chair reads the draft and says what has to change.", owner=Role.CHAIR),
        Step(
            13,
            "Seek the partners’ sign-off",
            "Close the report and propose the decision on a practice review.",
            event=E.SIGN_OFF_SOUGHT,
        ),
        Step(
            14,
            "Give the three partners’ views",
            "Each partner gives a view, or has it recorded with its evidence.",
            owner=Role.PARTNER,
            event=E.VIEWS_GIVEN,
        ),
        Step(
            14,
            "Approve the decision",
            "The chair approves the decision on the report as it stands.",
            owner=Role.CHAIR,
            event=E.DECISION_APPROVED,
        ),
        Step(15, "Send it to the Panel", "Send the report and record the day.", event=E.SENT_TO_PANEL),
    ),
}  # fmt: skip


def planned_on(day_zero: dt.date, day: int, unit: str, calendar: WorkingDays) -> dt.date:
    """The date of a step so many units after day 0. A week's step falls on a working day: the first from then on."""
    if unit == PlanUnit.WORKING_DAYS:
        return calendar.add(day_zero, day)
    return to_working_day(day_zero + dt.timedelta(weeks=day), calendar)


def to_working_day(day: dt.date, calendar: WorkingDays) -> dt.date:
    """``day`` itself if it is a working day, otherwise the next one."""
    return day if calendar.is_working(day) else calendar.next_working(day)


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
