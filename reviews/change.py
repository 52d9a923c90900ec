"""Whether anything changed: the words of actions, what which evidence can show, and who is reminded when. Data.

For a reader who does not program. An action climbs four steps: planned, done, practised, better for children. A step
counts only with evidence of that step, and only once somebody who does not own the action has looked at it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices

from cspr.clocks.calendar import OutsideCalendar, WorkingDays


class ActionState(TextChoices):
    OPEN = "open", "Under way"
    COMPLETE = "complete", "Complete"
    ENDED = "ended", "Not pursued"


class Grade(IntegerChoices):
    """The four steps (Leeds: how much did we do, how well, what difference did it make)."""

    PLANNED = 1, "Planned"
    DONE = 2, "Done"
    PRACTISED = 3, "Practised"
    BETTER = 4, "Better for children"


class Shows(TextChoices):
    """Kinds of evidence. A code is never reworded: it is stored and counted."""

    POLICY = "policy", "A policy, form or service was changed"
    TRAINED = "trained", "People were trained"
    AUDITED = "audited", "Practice was looked at: an audit, observed work, a sample of records"
    DATA = "data", "Figures about children have moved"
    FAMILIES = "families", "Children or families say so"


# The highest step that a kind of evidence can show.
SHOWS: dict[str, Grade] = {
    Shows.POLICY: Grade.DONE,
    Shows.TRAINED: Grade.DONE,
    Shows.AUDITED: Grade.PRACTISED,
    Shows.DATA: Grade.BETTER,
    Shows.FAMILIES: Grade.BETTER,
}
# What a step still lacks, in words.
LACKS: dict[int, str] = {
    Grade.DONE: "“Done” needs evidence of something that was done: a change of policy, form or service, or training.",
    Grade.PRACTISED: "“Practised” needs evidence that practice was looked at: an audit, observed work or records.",
    Grade.BETTER: "“Better for children” needs evidence about children: figures that moved, or what they and their "
    "families say.",
}


class Status(TextChoices):
    """How an action stands, worked out from what is recorded (practice A11)."""

    NOT_STARTED = "not_started", "Not started"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OVERDUE = "overdue", "Overdue"
    COMPLETE = "complete", "Complete"
    EMBEDDED = "embedded", "Embedded"
    ENDED = "ended", "Not pursued"


# Status -> one of the five words of a tag.
TAGS: dict[str, str] = {
    Status.NOT_STARTED: "to do",
    Status.ON_TRACK: "to do",
    Status.AT_RISK: "to do",
    Status.OVERDUE: "late",
    Status.COMPLETE: "done",
    Status.EMBEDDED: "done",
    Status.ENDED: "stopped",
}
SOON, SILENT = dt.timedelta(days=28), dt.timedelta(weeks=12)
# Months after an action was planned at which somebody other than its owner looks whether it holds.
CHECKS = (3, 6, 12)


def status_of(
    state: str,
    *,
    due_on: dt.date,
    today: dt.date,
    heard_on: dt.date | None,
    at_risk: bool,
    assured: int,
    lasts: bool | None,
) -> Status:
    """``heard_on``: the last progress; ``lasts``: what the last check after completion found."""
    if state == ActionState.ENDED:
        return Status.ENDED
    if state == ActionState.COMPLETE:
        return Status.EMBEDDED if lasts and assured >= Grade.PRACTISED else Status.COMPLETE
    if due_on < today:
        return Status.OVERDUE
    if at_risk or (heard_on and today - heard_on > SILENT) or (not heard_on and due_on - today <= SOON):
        return Status.AT_RISK
    return Status.ON_TRACK if heard_on else Status.NOT_STARTED


# --- reminders --------------------------------------------------------------------------------------------

OWNER, LEAD, CHAIR = "owner", "lead", "chair"


@dataclass(frozen=True, slots=True)
class Rung:
    """``days``: working days after the date, negative before it. ``code`` makes it go out once, so it stays."""

    code: str
    days: int
    when: str
    to: tuple[str, ...]


LADDER = (
    Rung("before", -10, "Ten working days before the date", (OWNER,)),
    Rung("day", 0, "On the date", (OWNER,)),
    Rung("late 1", 5, "Five working days after the date", (OWNER, LEAD)),
    Rung("late 2", 10, "Ten working days after the date", (OWNER, LEAD, CHAIR)),
)
# After the last rung, all of them again and again.
EVERY = 20


def rung_due(
    due_on: dt.date, planned_on: dt.date, today: dt.date, calendar: WorkingDays
) -> tuple[str, Rung] | None:
    """The newest rung that has come, with its code; a night that was missed is made up for by it alone.

    A rung that lay before the action was planned never goes out. Past the table of bank holidays nothing does.
    """
    if not calendar.first <= today <= calendar.last or not calendar.is_working(today):
        return None
    late = calendar.number(due_on, today) if today > due_on else 0
    last = LADDER[-1]
    if late >= last.days + EVERY:
        return f"late {2 + (late - last.days) // EVERY}", last
    found = [rung for rung in LADDER if planned_on < _day(rung, due_on, calendar) <= today]
    return (found[-1].code, found[-1]) if found else None


def _day(rung: Rung, due_on: dt.date, calendar: WorkingDays) -> dt.date:
    """The day of a rung; one that cannot be counted yet never comes."""
    try:
        if rung.days < 0:
            return calendar.subtract(due_on, -rung.days)
        return calendar.add(due_on, rung.days) if rung.days else due_on
    except OutsideCalendar:
        return dt.date.max
