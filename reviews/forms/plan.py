"""What the verbs of a plan ask: of a partnership's template, and of the steps of one review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms

from cspr.ui.fields import CheckboxesField, DateField, RadioField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import line, prose
from reviews.models import PlanStep, PlanTemplateStep
from reviews.plans import EVENTS_OF, FIRST_DAY, LAST_DAY, OWNERS, Step
from reviews.states import PlanKind

WHO = [(role.value, role.label) for role in OWNERS]
BY_HAND = "Somebody marks it as done"


def what_to_do() -> forms.CharField:
    return prose("What is to be done?", "A sentence or two, for somebody who does it for the first time.", rows=3,
                 required=False, longest=600)  # fmt: skip


def title() -> forms.CharField:
    return line("What is the step called?", "Begin with what is done: “Ask the agencies”.", longest=100)


def done_when(kind: str) -> forms.ChoiceField:
    marks = [(event.value, f"By itself: {event.label}") for event in EVENTS_OF[kind]]
    return forms.ChoiceField(label="When is it done?", choices=[("", BY_HAND), *marks], required=False)


class StepForm(GovukForm):
    """A step as it stands in a plan: its day, its words, its owner, and what marks it as done."""

    kind = PlanKind.RAPID_REVIEW
    day = forms.IntegerField(
        label="On which day?",
        help_text="Working days after the notification was sent, which is day 0. Day 15 is the last of a rapid review.",
        min_value=FIRST_DAY[PlanKind.RAPID_REVIEW],
        max_value=LAST_DAY[PlanKind.RAPID_REVIEW],
        error_messages={
            "min_value": "Give a day from %(limit_value)s. Day 0 is the day the notification was sent",
            "max_value": "Give a day up to %(limit_value)s",
        },
    )
    title = title()
    what = what_to_do()
    owner = RadioField(label="Who does it?", choices=WHO)
    event = done_when(PlanKind.RAPID_REVIEW)

    def __init__(self, *args: Any, others: Iterable[PlanTemplateStep | PlanStep] = (), **kwargs: Any) -> None:
        """``others``: the steps of the same plan that this one may come after."""
        super().__init__(*args, **kwargs)

    def step(self) -> Step:
        given = self.cleaned_data
        return Step(given["day"], given["title"], given["what"], given["owner"], given["event"])


class MilestoneForm(StepForm):
    """A step in a plan of weeks, with what has to be done before it."""

    kind = PlanKind.PRACTICE_REVIEW
    day = forms.IntegerField(
        label="By the beginning of which week?",
        help_text="Weeks after the partners’ decision, which is week 0. The six months end in week 26.",
        min_value=FIRST_DAY[PlanKind.PRACTICE_REVIEW],
        max_value=LAST_DAY[PlanKind.PRACTICE_REVIEW],
        error_messages={
            "min_value": "Give a week from %(limit_value)s",
            "max_value": "Give a week up to %(limit_value)s",
        },
    )
    begins = forms.IntegerField(
        label="In which week does the work begin?",
        help_text="Leave it empty if it is done in a day.",
        min_value=0,
        max_value=LAST_DAY[PlanKind.PRACTICE_REVIEW],
        required=False,
    )
    event = done_when(PlanKind.PRACTICE_REVIEW)
    after = CheckboxesField(
        label="What has to be done before it?",
        required=False,
        help_text="If that is late, this is expected later.",
    )
    field_order = ("day", "begins", "title", "what", "owner", "after", "event")

    def __init__(self, *args: Any, others: Iterable[PlanTemplateStep | PlanStep] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        after: Any = self.fields["after"]
        after.choices = [(str(other.number), f"Week {other.day}: {other.title}") for other in others]

    def step(self) -> Step:
        after = tuple(sorted(int(number) for number in self.cleaned_data["after"]))
        return replace(super().step(), begins=self.cleaned_data["begins"], after=after)


STEP_FORMS: dict[str, type[StepForm]] = {form.kind: form for form in (StepForm, MilestoneForm)}


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
