"""The plan of a review: laid out when it opens, and added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Max

from cspr.accounts.models import User
from cspr.clocks.calendar import OutsideCalendar
from cspr.clocks.models import working_days
from cspr.workflow import Refused, Subject, follows, verb
from reviews import permissions
from reviews.models.plan import PlanStep
from reviews.models.plan_limits import check_day
from reviews.plans import UNIT, Step, planned_on
from reviews.states import PlanKind


class Planned(Subject):
    """What a review knows of its plan as a whole; single steps have their own verbs."""

    plan_kind: ClassVar[PlanKind]

    class Meta:
        abstract = True

    @property
    def plan_begins(self) -> dt.date:
        """Day 0 of the plan: the trigger."""
        raise NotImplementedError

    def plan_ended(self) -> str:
        """Why the plan is not changed any more; nothing while it is."""
        raise NotImplementedError

    def plan_over(self) -> str | None:
        return self.plan_ended() or None

    def put_steps(self, steps: Sequence[tuple[int, Step]]) -> list[PlanStep]:
        """Numbered steps, on the days that follow from day 0. Refused: a day beyond the known calendar."""
        try:
            return PlanStep.objects.bulk_create(
                PlanStep(
                    case=self.case,
                    plan=self.plan_kind,
                    number=number,
                    due_on=planned_on(self.plan_begins, step.day, step.unit, working_days()),
                    **vars(step),
                )
                for number, step in steps
            )
        except OutsideCalendar as unknown:
            raise Refused(str(unknown)) from unknown


def _lay_out_plan() -> Callable[..., Any]:
    """A transition belongs to the one model that declares it, so each kind of review gets its own."""

    @verb("*", rule=follows, label="The plan is laid out")
    def lay_out_plan(
        self: Planned, *, by: User | None, on: dt.date, steps: Sequence[tuple[int, Step]]
    ) -> dict[str, Any]:
        """The numbered steps of the partnership's template, on the days that follow from the plan's day 0."""
        self.put_steps(steps)
        return {"steps": len(steps)}

    declared: Callable[..., Any] = lay_out_plan
    return declared


def _add_step() -> Callable[..., Any]:
    @verb(
        "*",
        rule=permissions.change_plan,
        label="Add a step to the plan",
        guards=[Planned.plan_over],
        effect="The step stands in the plan of this review alone. Your template stays as it is.",
    )
    def add_step(self: Planned, *, by: User | None, on: dt.date, step: Step) -> dict[str, Any]:
        step = replace(step, unit=UNIT[self.plan_kind])
        check_day(self.plan_kind, step)
        last = self.case.plan_steps.filter(plan=self.plan_kind).aggregate(last=Max("number"))["last"] or 0
        [new] = self.put_steps([(last + 1, step)])
        if new.due_on < on:
            unit = "Week" if self.plan_kind == PlanKind.PRACTICE_REVIEW else "Day"
            raise Refused(f"{unit} {step.day} is over. Give a {unit.lower()} that is still to come.")
        return {"day": step.day, "due_on": new.due_on}

    declared: Callable[..., Any] = add_step
    return declared


class PlannedDays(Planned):
    """A rapid review: fifteen working days."""

    plan_kind = PlanKind.RAPID_REVIEW
    lay_out_plan = _lay_out_plan()
    add_step = _add_step()

    class Meta:
        abstract = True


class PlannedWeeks(Planned):
    """A practice review: six months in weeks."""

    plan_kind = PlanKind.PRACTICE_REVIEW
    lay_out_plan = _lay_out_plan()
    add_step = _add_step()

    class Meta:
        abstract = True
