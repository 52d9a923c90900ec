"""The plan of a rapid review as its page shows it: what now, the days, what is late, and where it leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from cspr.accounts.models import User
from cspr.clocks.calendar import ONE_DAY, OutsideCalendar, in_full
from cspr.ui.days import StripDay
from referrals.models import Decision
from referrals.views.clocks import Face
from referrals.views.decision import OPEN
from referrals.views.verbs import Offer
from reviews.models import PlanStep, RapidReview
from reviews.plans import expected_on, lateness
from reviews.states import PlanEvent, PlanStepState
from reviews.views.planned import Link, PlannedStep, Shown
from reviews.views.rooms import ROOMS

E, S = PlanEvent, PlanStepState
# The picture goes on for so many working days after the due date; the table goes on to the plan's end.
BEYOND = 5
# Which verbs of the review bring an event about, the first that is possible being the one to offer.
BROUGHT_ABOUT_BY: dict[str, tuple[str, ...]] = {
    E.REQUESTS_SENT: ("request_info",),
    E.MEETING_HELD: ("hold_meeting",),
    E.DRAFT_FINISHED: ("finish_draft", "write_report"),
    E.SIGN_OFF_SOUGHT: ("seek_sign_off", "finish_draft", "write_report"),
    E.SENT_TO_PANEL: ("submit",),
}
IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class PlanDay:
    """A day of the plan, or a run of days that do not count."""

    first: dt.date
    last: dt.date
    number: int | None
    why: str
    steps: list[PlannedStep]
    today: bool
    due: bool

    @property
    def worth_a_row(self) -> bool:
        """A day that counts and says nothing stands in the picture only."""
        return bool(not self.number or self.steps or self.today or self.due)


@dataclass(frozen=True)
class Forecast:
    """When it will be with the Panel at this pace, against the day it is due."""

    on: dt.date
    day: int
    due: dt.date
    spare: int  # working days left; negative when late
    behind: int

    @property
    def late(self) -> bool:
        return self.spare < 0

    @property
    def sentence(self) -> str:
        opening = "At this pace it will be" if self.behind or self.late else "The plan is on time. It will be"
        return f"{opening} with the Panel on day {self.day} ({in_full(self.on)}), {self._against}."

    @property
    def _against(self) -> str:
        if not self.spare:
            return "the day it is due"
        number = abs(self.spare)
        counted = IN_WORDS[number] if number < len(IN_WORDS) else str(number)
        unit = "working day" if number == 1 else "working days"
        return f"{counted} {unit} {'late' if self.late else 'before it is due'}"


class Plan(Shown[RapidReview]):
    """The plan of one rapid review for one person on one day."""

    def __init__(
        self, review: RapidReview, user: User, today: dt.date, clock: Face | None, found: Iterable[Offer]
    ) -> None:
        super().__init__(review, user, today, found)
        self.clock = clock

    @cached_property
    def day_zero(self) -> dt.date:
        day = self.review.notification.submitted_on
        assert day is not None
        return day

    @property
    def going(self) -> bool:
        """Until it is first sent to the Panel, or its clock is stopped, the plan says what to do."""
        return bool(self.clock and self.clock.running)

    @property
    def day(self) -> int | None:
        return self.clock.day if self.clock else None

    @cached_property
    def behind(self) -> int:
        return lateness((s.due_on for s in self.rows if s.state == S.OPEN), self.today, self.calendar)

    @cached_property
    def forecast(self) -> Forecast | None:
        """None when nothing of the plan says when it goes to the Panel, or it has gone."""
        target = next((s for s in self.steps if s.step.event == E.SENT_TO_PANEL and s.open), None)
        due = self.clock.due_on if self.clock else None
        if not self.going or target is None or target.expected is None or due is None:
            return None
        spare = self.calendar.number(target.expected, due)
        day = self.calendar.number(self.day_zero, target.expected)
        return Forecast(target.expected, day, due, spare, self.behind)

    # --- one step ---

    def number(self, step: PlanStep) -> int:
        return self.calendar.number(self.day_zero, step.due_on)

    def expected(self, step: PlanStep) -> dt.date | None:
        try:
            return expected_on(step.due_on, self.behind, self.calendar)
        except OutsideCalendar:
            return None

    def button(self, step: PlanStep) -> Link | None:
        """How this person does the step; None when it is for somebody else, or something has to come before it."""
        if not step.event:
            return self.by_hand(step)
        if step.event in {E.VIEWS_GIVEN, E.DECISION_APPROVED}:
            return self._decision()
        if step.event == E.ANSWERS_IN:
            return Link("See who has not answered", room(self.review, "Agencies"))
        return self.first_of(BROUGHT_ABOUT_BY[step.event]) or self._first_agencies(step)

    def _first_agencies(self, step: PlanStep) -> Link | None:
        nobody = step.event == E.REQUESTS_SENT and not self.review.requests.all()
        return (
            Link("Add agencies to ask", reverse("rapid-review-add_requests", args=[self.review.ref]))
            if nobody and self.changes
            else None
        )

    def _decision(self) -> Link | None:
        decision: Decision | None = next(
            (d for d in self.review.case.decisions.all() if d.kind == "review" and d.state in OPEN), None
        )
        if decision:
            return Link("Open the decision", decision.get_absolute_url())
        return Link("Go to the decision room", room(self.review, "Decision")) if self.changes else None

    # --- the days ---

    @cached_property
    def last(self) -> dt.date:
        due = self.clock.due_on if self.clock and self.clock.due_on else self.day_zero
        ends = [due, *(step.step.due_on for step in self.steps)]
        return max(*ends, self.forecast.on) if self.forecast else max(ends)

    @cached_property
    def days(self) -> list[PlanDay]:
        """Every day from day 0 to the last step; days that do not count stand together in one line."""
        found: list[PlanDay] = []
        day = self.day_zero
        while day <= self.last:
            here = self._day(day)
            before = found[-1] if found else None
            if before and before.number is None and here.number is None and not here.steps:
                found[-1] = PlanDay(
                    before.first,
                    day,
                    None,
                    f"{before.why}, {here.why}",
                    before.steps,
                    before.today or here.today,
                    due=False,
                )
            else:
                found.append(here)
            day += ONE_DAY
        return found

    def _day(self, day: dt.date) -> PlanDay:
        why = "" if day == self.day_zero else self.calendar.why_not(day)
        return PlanDay(
            first=day,
            last=day,
            number=None if why else self.calendar.number(self.day_zero, day),
            why=why,
            steps=[step for step in self.steps if step.step.due_on == day],
            today=day == self.today,
            due=bool(self.clock and self.clock.due_on == day),
        )

    @cached_property
    def strip(self) -> list[StripDay]:
        """The same days for the picture, each day that does not count by itself."""
        due = self.clock.due_on if self.clock and self.clock.due_on else self.day_zero
        end = min(self.last, self.calendar.add(due, BEYOND))
        days = [self.day_zero + n * ONE_DAY for n in range((end - self.day_zero).days + 1)]
        return [self._strip_day(self._day(day)) for day in days]

    def _strip_day(self, day: PlanDay) -> StripDay:
        expected = bool(self.forecast and self.forecast.late and self.forecast.on == day.first)
        flags = [("today", day.today), ("due", day.due), ("expected", expected)]
        return StripDay(
            day.first,
            day.number,
            day.why,
            tuple(word for word, true in flags if true),
            tuple(step.mark for step in day.steps),
        )


def room(review: RapidReview, label: str) -> str:
    """The room that is called so; while there is none, its block on the overview."""
    name = next((name for name, called in ROOMS.items() if called == label), None)
    return reverse(name, args=[review.ref]) if name else f"{review.get_absolute_url()}#{label.lower()}"
