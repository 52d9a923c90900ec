"""The plan that a partnership's rapid reviews are laid out from: its own, or the one we ship. Its staff change it."""

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
from reviews.forms.plan import StepForm
from reviews.models import PlanTemplate, PlanTemplateStep
from reviews.plans import SHIPPED, Step
from reviews.states import PlanEvent, PlanKind
from reviews.views.plan import OWNERS


def by_day(steps: list[tuple[int, Step]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """The steps under their days, with the number by which a verb names each; 0 where it cannot be changed."""
    return [
        (
            day,
            [
                {
                    "number": number,
                    "step": step,
                    "owner": OWNERS[step.owner],
                    "event": PlanEvent(step.event).label if step.event else "",
                }
                for number, step in found
            ],
        )
        for day, found in groupby(steps, key=lambda pair: pair[1].day)
    ]


class TemplatePage(View):
    """The partnership's own steps by day, each with what can be done with it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        templates = PlanTemplate.objects.visible_to(signed_in(request)).select_related("partnership")
        template = get_object_or_404(templates, ref=ref)
        context = {
            "template": template,
            "partnership": template.partnership,
            "days": by_day([(step.number, step.as_step()) for step in template.steps.all()]),
            "events": story.told(Event.objects.filter(subject_ref=template.ref).select_related("by")),
        }
        return render(request, "plans/template.html", context)


class PlanOfPartnership(View):
    """The plan we ship, while the partnership has none of its own; otherwise it leads to that one."""

    user: User
    partnership: Partnership

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = signed_in(request)
        self.partnership = staffed_partnership(request, kwargs["ref"])
        own = PlanTemplate.objects.visible_to(self.user)
        found = own.filter(partnership=self.partnership, kind=PlanKind.RAPID_REVIEW).first()
        return redirect(found) if found else super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        steps = [(0, step) for step in SHIPPED[PlanKind.RAPID_REVIEW]]
        return render(
            request, "plans/template.html", {"partnership": self.partnership, "days": by_day(steps)}
        )


class MakeOwn(PlanOfPartnership):
    """Asks first. Sent twice, it leads to the plan that the first time made."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        back = reverse("plan-templates", args=[self.partnership.ref])
        return render(request, "plans/own.html", {"partnership": self.partnership, "back": back})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            template = actions.own_template(self.partnership, by=self.user, today=timezone.localdate())
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect("plan-templates", self.partnership.ref)
        messages.success(request, "The plan is your own now. Change what you like.")
        return redirect(template)


# --- its verbs --------------------------------------------------------------------------------------------


class TemplateVerb(VerbView):
    model = PlanTemplate


class AddTemplateStep(TemplateVerb):
    verb = "add_step"
    form_class = StepForm
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


class ChangeTemplateStep(OneTemplateStep):
    verb = "change_step"
    form_class = StepForm
    button = "Save the step"
    done = "The step is changed."

    def form_kwargs(self, subject: PlanTemplate) -> dict[str, Any]:
        found = self.step(subject)
        return {"initial": vars(found.as_step()) if found else {}}

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
