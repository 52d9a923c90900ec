"""What the verbs of a plan ask: of a partnership's template, and of the steps of one review."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.ui.fields import DateField, RadioField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import line, prose
from reviews.models import PlanStep
from reviews.plans import LAST_DAY, OWNERS, Step
from reviews.states import PlanEvent, PlanKind

WHO = [(role.value, role.label) for role in OWNERS]
BY_HAND = "Somebody marks it as done"


def what_to_do() -> forms.CharField:
    return prose("What is to be done?", "A sentence or two, for somebody who does it for the first time.", rows=3,
                 required=False, longest=600)  # fmt: skip


def title() -> forms.CharField:
    return line("What is the step called?", "Begin with what is done: “Ask the agencies”.", longest=100)


class StepForm(GovukForm):
    """A step as it stands in a plan: its day, its words, its owner, and what marks it as done."""

    day = forms.IntegerField(
        label="On which day?",
        help_text="Working days after the notification was sent, which is day 0. Day 15 is the last of a rapid review.",
        min_value=1,
        max_value=LAST_DAY[PlanKind.RAPID_REVIEW],
        error_messages={
            "min_value": "Give a day from %(limit_value)s. Day 0 is the day the notification was sent",
            "max_value": "Give a day up to %(limit_value)s",
        },
    )
    title = title()
    what = what_to_do()
    owner = RadioField(label="Who does it?", choices=WHO)
    event = forms.ChoiceField(
        label="When is it done?",
        choices=[("", BY_HAND), *((e.value, f"By itself: {e.label}") for e in PlanEvent)],
        required=False,
    )

    def step(self) -> Step:
        given = self.cleaned_data
        return Step(given["day"], given["title"], given["what"], given["owner"], given["event"])


class PlanStepForm(GovukForm):
    """A form about one ``step`` of a review, filled in on ``today``."""

    def __init__(self, *args: Any, step: PlanStep, today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.as_recorded(step), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        day = self.fields.get("effective_on")
        if isinstance(day, DateField):
            day.initial, day.not_before, day.not_after = today, step.day_zero, today

    def as_recorded(self, step: PlanStep) -> dict[str, Any]:
        return {}


class TickForm(PlanStepForm):
    effective_on = DateField(label="When was it done?")
    words = prose("Anything to say about it?", required=False, rows=2, longest=600)


class MoveForm(PlanStepForm):
    due_on = DateField(
        label="To which day?", help_text="A Saturday, a Sunday or a bank holiday becomes the working day after it."
    )  # fmt: skip
    words = prose("Why?", rows=2, longest=600)

    def as_recorded(self, step: PlanStep) -> dict[str, Any]:
        return {"due_on": step.due_on}


class WhyForm(PlanStepForm):
    words = prose("Why?", rows=2, longest=600)


class NotNeededForm(PlanStepForm):
    words = prose("Why is it not needed?", rows=2, longest=600)


class AmendForm(PlanStepForm):
    title = title()
    what = what_to_do()
    owner = RadioField(label="Who does it?", choices=WHO)

    def as_recorded(self, step: PlanStep) -> dict[str, Any]:
        return {"title": step.title, "what": step.what, "owner": step.owner}
