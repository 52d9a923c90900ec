"""One step of a review's plan: its page, and a page for each of its verbs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.audit.models import Event
from cspr.clocks.calendar import in_full
from cspr.clocks.models import working_days
from referrals.views import story
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.verbs import VerbView, offers
from reviews.forms import plan as asked
from reviews.models import PlanStep
from reviews.views.planned import OWNERS, PlannedStep
from reviews.views.rooms import rooms


class PlanStepPage(View):
    """What is to be done, by whom and when; what can be done with the step; and what happened to it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        found = PlanStep.objects.visible_to(user).select_related(
            "case__partnership",
            "case__rapid_review",
            "case__practice_review",
            "case__notification",
            "done_by",
        )
        step = get_object_or_404(found, ref=ref)
        case, review = step.case, step.review
        note_opening(case, user)
        verbs = offers(step, user)
        context = {
            "step": step,
            "case": case,
            "today": today,
            "planned": PlannedStep(step, today, number_of(step)),
            "before": PlanStep.objects.beside().filter(case=case, plan=step.plan, number__in=step.after),
            "owner": OWNERS[step.owner],
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "review": review,
            "rooms": rooms(
                review, user, "practice-review-milestones" if step.of_practice else "rapid-review"
            ),
            "back": plan_of(step),
            "verbs": [verb for verb in verbs if verb.reason is None],
            "refused": [verb for verb in verbs if verb.reason],
            "events": story.told(Event.objects.filter(subject_ref=step.ref).select_related("by")),
        }
        return render(request, "plans/step.html", context)


def plan_of(step: PlanStep) -> str:
    """Where the plan of the step's review is."""
    if step.of_practice:
        return reverse("practice-review-milestones", args=[step.review.ref])
    return f"{step.review.get_absolute_url()}#plan"


def number_of(step: PlanStep) -> int:
    """Which working day, or which week, of its plan the step is in."""
    if step.of_practice:
        return (step.due_on - step.day_zero).days // 7
    return working_days().number(step.day_zero, step.due_on)


class StepVerb(VerbView):
    """One verb on one step. Afterwards the person is back at the plan."""

    model = PlanStep
    template_name = "plans/verb.html"
    form_class: type[forms.Form] = asked.PlanStepForm

    def form_kwargs(self, subject: PlanStep) -> dict[str, Any]:
        return {"step": subject, "today": self.today}

    def context(self, subject: PlanStep) -> dict[str, Any]:
        return {**super().context(subject), "step": subject, "owner": OWNERS[subject.owner]}

    def next(self, subject: PlanStep) -> str:
        return plan_of(subject)


class Tick(StepVerb):
    verb = "tick"
    form_class = asked.TickForm
    done = "The step is done."


class Untick(StepVerb):
    verb = "untick"
    form_class = asked.WhyForm
    done = "The step is to do again."


class Move(StepVerb):
    verb = "move"
    form_class = asked.MoveForm
    button = "Move it"

    def act(self, subject: PlanStep, data: dict[str, Any]) -> Any:
        moved: PlanStep = super().act(subject, data)
        self.done = where_it_went(data["due_on"], moved)
        return moved


def where_it_went(asked_for: dt.date, step: PlanStep) -> str:
    """The day the step has now, and why it is another than the one that was given."""
    place = f"{'in week' if step.of_practice else 'on day'} {number_of(step)}"
    why = working_days().why_not(asked_for)
    because = (
        f" {in_full(asked_for)} is no working day{f' ({why})' if why not in in_full(asked_for) else ''}."
    )
    return f"The step is now {place}, {in_full(step.due_on)}.{because if why else ''}"


class Drop(StepVerb):
    verb = "drop"
    form_class = asked.NotNeededForm
    button = "It is not needed"
    done = "The step no longer counts."


class TakeUp(StepVerb):
    verb = "take_up"
    done = "The step is to do again."


class Amend(StepVerb):
    verb = "amend"
    form_class = asked.AmendForm
    button = "Save"
    done = "The step is changed."


STEP_VERBS: tuple[type[StepVerb], ...] = (Tick, Untick, Move, Drop, TakeUp, Amend)
