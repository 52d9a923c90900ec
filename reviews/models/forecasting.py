"""When a practice review is likely to be published: from what is done, what is late, and what depends on what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cspr.clocks.calendar import OutsideCalendar, WorkingDays, in_full
from reviews.models.plan import PlanStep
from reviews.models.practice_review import PracticeReview
from reviews.models.publishing import SENT_BEFORE
from reviews.plans import Milestone, expected_dates, planned_on
from reviews.states import PlanEvent, PlanStepState

S = PlanStepState


@dataclass(frozen=True)
class Forecast:
    """The day of publication at this pace, against the day the six months end. Neither moves the other."""

    on: dt.date
    due: dt.date

    @property
    def days_late(self) -> int:
        """Days after the due date; negative when there are days to spare."""
        return (self.on - self.due).days

    @property
    def late(self) -> bool:
        return self.on > self.due

    @property
    def sentence(self) -> str:
        opening = "At this pace it is published on" if self.late else "It is on the way to be published on"
        return f"{opening} {in_full(self.on)}, {self._against}."

    @property
    def _against(self) -> str:
        end = f"the date its six months end, {in_full(self.due)}"
        if not self.days_late:
            return "the day its six months end"
        number = abs(self.days_late)
        return f"{number} day{'' if number == 1 else 's'} {'after' if self.late else 'before'} {end}"


def expected(
    review: PracticeReview, steps: Iterable[PlanStep], today: dt.date, calendar: WorkingDays
) -> Mapping[int, dt.date]:
    """When each step of its plan is likely to be done, by number; nothing where the calendar is not known so far.

    While the work is on hold, nothing is expected before the day on which the hold is looked at again. Publication
    is never expected before the day that was planned for it, nor within seven days of sending the report (reg 16).
    ``review`` came with its holds.
    """
    rows = list(steps)
    hold = next((hold for hold in review.holds.all() if hold.ended_on is None), None)
    floor = max(today, hold.review_on) if hold else today
    try:
        found = expected_dates(
            [_milestone(step, review.plan_begins, calendar) for step in rows], floor, calendar
        )
    except OutsideCalendar:
        return {}
    published = next((s for s in rows if s.event == PlanEvent.PUBLISHED and s.number in found), None)
    if published is not None and published.state == S.OPEN:
        found[published.number] = max(found[published.number], *_earliest(review, rows, found))
    return found


def forecast(
    review: PracticeReview,
    steps: Iterable[PlanStep],
    due_on: dt.date | None,
    today: dt.date,
    calendar: WorkingDays,
) -> Forecast | None:
    """None once it is published or has ended, and while nothing that is open in the plan says it is published."""
    rows = list(steps)
    target = next((s for s in rows if s.event == PlanEvent.PUBLISHED and s.state == S.OPEN), None)
    if target is None or due_on is None or review.plan_over():
        return None
    on = expected(review, rows, today, calendar).get(target.number)
    return Forecast(on, due_on) if on else None


def _milestone(step: PlanStep, day_zero: dt.date, calendar: WorkingDays) -> Milestone:
    return Milestone(
        number=step.number,
        planned=planned_on(day_zero, step.day, step.unit, calendar),
        due=step.due_on,
        after=tuple(step.after),
        chosen=step.set_by_hand,
        done_on=step.done_on if step.state == S.DONE else None,
        dropped=step.state == S.DROPPED,
    )


def _earliest(
    review: PracticeReview, rows: Iterable[PlanStep], found: Mapping[int, dt.date]
) -> list[dt.date]:
    sent = [found[s.number] for s in rows if s.event == PlanEvent.REPORT_SENT and s.number in found]
    days = [day + SENT_BEFORE for day in sent]
    return [day for day in [*days, review.first_lawful_day, review.planned_publication_on] if day] or [
        dt.date.min
    ]
