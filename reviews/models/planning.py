"""The plan of a review: laid out when it opens, and added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from cspr.accounts.models import User
from cspr.clocks.calendar import OutsideCalendar
from cspr.clocks.models import working_days
from cspr.workflow import Refused, Subject, follows, verb
from reviews import permissions
from reviews.models.plan import PlanStep, check_day
from reviews.plans import Step, planned_on
from reviews.states import RAPID_REVIEW_ENDED, PlanKind, RapidReviewState


class Planned(Subject):
    """What a review does with its plan as a whole; single steps have their own verbs."""

    class Meta:
        abstract = True

    @verb("*", rule=follows, label="The plan is laid out")
    def lay_out_plan(self, *, by: User | None, on: dt.date, steps: Sequence[Step]) -> dict[str, Any]:
        """The steps of the partnership's template, on the days that follow from the notification."""
        self._put(steps)
        return {"steps": len(steps)}

    @verb(
        [state for state in RapidReviewState if state not in RAPID_REVIEW_ENDED],
        rule=permissions.change_plan,
        label="Add a step to the plan",
        effect="The step stands in the plan of this rapid review. Your template stays as it is.",
    )
    def add_step(self, *, by: User | None, on: dt.date, step: Step) -> dict[str, Any]:
        check_day(PlanKind.RAPID_REVIEW, step.day)
        [new] = self._put([step])
        if new.due_on < on:
            raise Refused(f"Day {step.day} is over. Give a day that is still to come.")
        return {"day": step.day, "due_on": new.due_on}

    def _put(self, steps: Sequence[Step]) -> list[PlanStep]:
        kind, day_zero = PlanKind.RAPID_REVIEW, self.case.notification.submitted_on
        last = self.case.plan_steps.filter(plan=kind).aggregate(last=Max("number"))["last"] or 0
        try:
            return PlanStep.objects.bulk_create(
                PlanStep(
                    case=self.case,
                    plan=kind,
                    number=number,
                    due_on=planned_on(day_zero, step.day, step.unit, working_days()),
                    **vars(step),
                )
                for number, step in enumerate(steps, start=last + 1)
            )
        except OutsideCalendar as unknown:
            raise Refused(str(unknown)) from unknown
