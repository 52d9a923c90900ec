"""A plan as any page shows it, of fifteen days or of six months: its steps, what is late, and what to do now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.clocks.calendar import WorkingDays
from cspr.clocks.models import working_days
from cspr.ui.days import Mark
from cspr.workflow import why_not
from referrals.views.verbs import Offer
from reviews.models import PlanStep, PracticeReview, RapidReview
from reviews.states import PlanStepState

S = PlanStepState
R = TypeVar("R", RapidReview, PracticeReview)
AT_MOST = 3
OWNERS: dict[str, str] = {
    Role.STAFF: "Partnership staff",
    Role.CHAIR: "The chair",
    Role.PARTNER: "The three partners",
    Role.REVIEWER: "The lead reviewer",
}


@dataclass(frozen=True)
class Link:
    words: str
    url: str


@dataclass(frozen=True)
class PlannedStep:
    """One step with how it stands today. ``button``: how to do it, for this person; ``others``: what else.

    ``going``: the plan is not over yet. Afterwards nothing is late any more.
    """

    step: PlanStep
    today: dt.date
    number: int
    expected: dt.date | None = None
    button: Link | None = None
    others: list[Link] = field(default_factory=list)
    going: bool = True

    @property
    def when(self) -> str:
        """Which day of the fifteen, or which week of the six months."""
        return f"{'Week' if self.step.of_practice else 'Day'} {self.number}"

    @property
    def open(self) -> bool:
        return bool(self.step.state == S.OPEN)

    @property
    def late(self) -> bool:
        return self.going and self.open and self.step.due_on < self.today

    @property
    def mark(self) -> Mark:
        return "done" if self.step.state == S.DONE else "late" if self.late else "to do"

    @property
    def owner(self) -> str:
        return OWNERS[self.step.owner]

    @property
    def by_itself(self) -> bool:
        return bool(self.step.event)


class Shown(Generic[R]):
    """The plan of one review for one person on one day. Reads nothing: the review came with its plan.

    What differs between the two plans says the subclass: ``going``, and of a step its ``number`` (of the day or
    week), when it is ``expected``, and the ``button`` by which this person does it.
    """

    def __init__(self, review: R, user: User, today: dt.date, found: Iterable[Offer]) -> None:
        self.review: R = review
        self.user, self.today = user, today
        self.offers: Mapping[str, Offer] = {offer.name: offer for offer in found if offer.reason is None}
        self.rows: Sequence[PlanStep] = list(review.case.plan_steps.all())
        self.calendar: WorkingDays = working_days()
        self.changes = "add_step" in self.offers

    @property
    def going(self) -> bool:
        raise NotImplementedError

    def number(self, step: PlanStep) -> int:
        raise NotImplementedError

    def expected(self, step: PlanStep) -> dt.date | None:
        raise NotImplementedError

    def button(self, step: PlanStep) -> Link | None:
        raise NotImplementedError

    @cached_property
    def steps(self) -> list[PlannedStep]:
        """Every step but those that are not needed, in the order of their days."""
        return [self._planned(step) for step in self.rows if step.state != S.DROPPED]

    @property
    def dropped(self) -> list[PlanStep]:
        return [step for step in self.rows if step.state == S.DROPPED]

    @property
    def late(self) -> list[PlannedStep]:
        return [step for step in self.steps if step.late]

    @cached_property
    def now(self) -> list[PlannedStep]:
        """At most three things to do: what is late, what is for today, and then what comes next."""
        return [step for step in self.steps if step.open][:AT_MOST] if self.going else []

    def _planned(self, step: PlanStep) -> PlannedStep:
        if step.state != S.OPEN:
            return PlannedStep(step, self.today, self.number(step))
        own, others = step.get_absolute_url(), []
        if self.changes:
            others = [Link("Move", f"{own}move/"), Link("Not needed", f"{own}drop/")]
        return PlannedStep(
            step,
            self.today,
            self.number(step),
            self.expected(step),
            self.button(step),
            others,
            going=self.going,
        )

    def by_hand(self, step: PlanStep) -> Link | None:
        """To say that it is done, where this person may."""
        allowed = why_not(step, "tick", self.user) is None
        return Link("Mark as done", f"{step.get_absolute_url()}tick/") if allowed else None

    def first_of(self, verbs: Iterable[str]) -> Link | None:
        """The first of these verbs that is possible now."""
        offer = next((self.offers[verb] for verb in verbs if verb in self.offers), None)
        return Link(offer.label, offer.url) if offer else None
