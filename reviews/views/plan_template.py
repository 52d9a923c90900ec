"""The plan that a partnership's reviews are laid out from: its own, or the one we ship. Its staff change it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.audit.models import Event
from cspr.workflow import Refused
from referrals.views import story
from referrals.views.case import signed_in, staffed_partnership
from referrals.views.verbs import VerbView
from reviews import actions
from reviews.forms.plan import STEP_FORMS, StepForm
from reviews.models import PlanTemplate, PlanTemplateStep
from reviews.plans import SHIPPED, Step
from reviews.states import PlanEvent, PlanKind
from reviews.views.planned import OWNERS

# What the page says of each kind: the words for a step's place, where its list is, and the address of the shipped plan.
KINDS: dict[str, dict[str, str]] = {
    PlanKind.RAPID_REVIEW: {"review": "rapid review", "unit": "Day", "list": "rapid-reviews", "of": "plan-templates"},
    PlanKind.PRACTICE_REVIEW: {
        "review": "practice review", "unit": "Week", "list": "practice-reviews", "of": "milestone-templates"
    },
}  # fmt: skip


def by_day(steps: list[tuple[int, Step]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """The steps under their days, with the number by which a verb names each and what each comes after."""
    titles = {number: step.title for number, step in steps}
    in_order = sorted(steps, key=lambda pair: (pair[1].day, pair[0]))
    return [
        (
            day,
            [
                {
                    "number": number,
                    "step": step,
                    "owner": OWNERS[step.owner],
                    "event": PlanEvent(step.event).label if step.event else "",
                    "after": [titles[before] for before in step.after if before in titles],
                }
                for number, step in found
            ],
        )
        for day, found in groupby(in_order, key=lambda pair: pair[1].day)
    ]


class TemplatePage(View):
    """The partnership's own steps by day, each with what can be done with it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        templates = PlanTemplate.objects.visible_to(signed_in(request)).select_related("partnership")
        template = get_object_or_404(templates, ref=ref)
        context = {
            "template": template,
            "partnership": template.partnership,
            "kind": KINDS[template.kind],
            "days": by_day([(step.number, step.as_step()) for step in template.steps.all()]),
            "events": story.told(Event.objects.filter(subject_ref=template.ref).select_related("by")),
        }
        return render(request, "plans/template.html", context)


class PlanOfPartnership(View):
    """The plan we ship, while the partnership has none of its own; otherwise it leads to that one."""

    kind: str = PlanKind.RAPID_REVIEW
    user: User
    partnership: Partnership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = signed_in(request)
        self.partnership = staffed_partnership(request, kwargs["ref"])
        own = PlanTemplate.objects.visible_to(self.user)
        found = own.filter(partnership=self.partnership, kind=self.kind).first()
        return redirect(found) if found else super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        steps = list(enumerate(SHIPPED[self.kind], start=1))
        context = {"partnership": self.partnership, "kind": KINDS[self.kind], "days": by_day(steps)}
        return render(request, "plans/template.html", context)


class MakeOwn(PlanOfPartnership):
    """Asks first. Sent twice, it leads to the plan that the first time made."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind = KINDS[self.kind]
        back = reverse(kind["of"], args=[self.partnership.ref])
        return render(
            request, "plans/own.html", {"partnership": self.partnership, "kind": kind, "back": back}
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            template = actions.own_template(
                self.partnership, by=self.user, today=timezone.localdate(), kind=self.kind
            )
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect(KINDS[self.kind]["of"], self.partnership.ref)
        messages.success(request, "The plan is your own now. Change what you like.")
        return redirect(template)


# --- its verbs --------------------------------------------------------------------------------------------


class TemplateVerb(VerbView):
    model = PlanTemplate


class StepOfTemplate(TemplateVerb):
    """A verb that asks for a whole step: what it asks depends on the kind of plan."""

    def form(self, subject: PlanTemplate, data: Any = None, files: Any = None) -> forms.Form:
        others = subject.steps.exclude(number=self.kwargs.get("number"))
        return STEP_FORMS[subject.kind](data, others=others, **self.form_kwargs(subject))


class AddTemplateStep(StepOfTemplate):
    verb = "add_step"
    button = "Add the step"
    done = "The step is in your plan."

    def data(self, form: forms.Form) -> dict[str, Any]:
        assert isinstance(form, StepForm)
        return {"step": form.step()}


class OneTemplateStep(TemplateVerb):
    """A verb on one step, named by its number in the address."""

    def step(self, subject: PlanTemplate) -> PlanTemplateStep | None:
        return subject.steps.filter(number=self.kwargs["number"]).first()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Nothing to open once it is removed; sending a form about it is refused with a sentence instead."""
        if self.step(self.subject()) is None:
            raise Http404
        return super().get(request, **kwargs)

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {"number": self.kwargs["number"]}


class ChangeTemplateStep(OneTemplateStep, StepOfTemplate):
    verb = "change_step"
    button = "Save the step"
    done = "The step is changed."

    def form_kwargs(self, subject: PlanTemplate) -> dict[str, Any]:
        found = self.step(subject)
        given = vars(found.as_step()) if found else {"after": ()}
        return {"initial": {**given, "after": [str(number) for number in given["after"]]}}

    def data(self, form: forms.Form) -> dict[str, Any]:
        assert isinstance(form, StepForm)
        return {**super().data(form), "step": form.step()}


class RemoveTemplateStep(OneTemplateStep):
    verb = "remove_step"
    template_name = "plans/template_remove.html"
    button = "Remove the step"
    done = "The step is removed."

    def context(self, subject: PlanTemplate) -> dict[str, Any]:
        return {**super().context(subject), "step": self.step(subject)}


class RestoreTemplate(TemplateVerb):
    verb = "restore"
    button = "Go back to it"
    done = "The plan we ship is in force again."


TEMPLATE_VERBS: tuple[type[TemplateVerb], ...] = (AddTemplateStep, RestoreTemplate)
# These two are about one step, so its number stands in the address.
TEMPLATE_STEP_VERBS: tuple[type[OneTemplateStep], ...] = (ChangeTemplateStep, RemoveTemplateStep)
