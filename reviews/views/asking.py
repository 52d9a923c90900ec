"""The staff's side of the suggestions: their partnership's rules about whom to ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import AgencyType
from cspr.pages import posted_nonce
from cspr.ui.arriving import tidied
from cspr.ui.forms import GovukForm
from cspr.workflow import Refused
from referrals.views.case import signed_in, staffed_partnership
from referrals.views.shared import new_nonce
from reviews import actions
from reviews.questions import Fact

CHOOSE = ("", "Choose from the list")


class RuleForm(GovukForm):
    """When what is so, whom to ask, and why: a fact from the fixed list."""

    fact = forms.ChoiceField(label="When", choices=[CHOOSE, *Fact.choices])
    agency_type = forms.ChoiceField(label="Suggest to ask", choices=[CHOOSE, *AgencyType.choices])
    why = forms.CharField(
        label="Because",
        max_length=200,
        help_text="One sentence that your colleagues read beside the suggestion.",
    )


class Rules(View):
    """Every rule of one partnership, by fact."""

    partnership: Partnership
    user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user, self.partnership = signed_in(request), staffed_partnership(request, kwargs["ref"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rules = actions.rules_of(self.partnership)
        kinds = dict(AgencyType.choices)
        groups = [
            (fact.label, [(rule, kinds.get(rule.agency_type, "")) for rule in rules if rule.fact == fact])
            for fact in Fact
        ]
        return self.page(
            "asking/rules.html",
            groups=[(fact, found) for fact, found in groups if found],
            own=self.partnership.suggestion_rules.exists(),
        )

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        shown = {"partnership": self.partnership, "back": self.home(), **context}
        return render(self.request, template, shown, status=status)

    def home(self) -> str:
        return reverse("asking-rules", args=[self.partnership.ref])


class AddRule(Rules):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.form_page(RuleForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = RuleForm(tidied(request.POST))
        if not form.is_valid():
            return self.form_page(form, 422)
        nonce = posted_nonce(request)
        try:
            actions.add_rule(self.partnership, by=self.user, nonce=nonce, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.form_page(form, 422)
        except IntegrityError:
            return redirect(self.home())  # the same form again: its first arrival did it
        messages.success(request, "The rule is added.")
        return redirect(self.home())

    def form_page(self, form: RuleForm, status: int = 200) -> HttpResponse:
        return self.page("asking/rule_form.html", status, form=form, nonce=new_nonce())


class RemoveRule(Rules):
    """Take one rule out, after asking."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rule = next(
            (
                rule
                for rule in actions.rules_of(self.partnership)
                if (rule.fact, rule.agency_type) == (kwargs["fact"], kwargs["kind"])
            ),
            None,
        )
        if rule is None:
            raise Http404
        kind = dict(AgencyType.choices)[rule.agency_type]
        return self.page("asking/rule_remove.html", rule=rule, fact=Fact(rule.fact).label, kind=kind)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            actions.remove_rule(
                self.partnership, by=self.user, fact=kwargs["fact"], agency_type=kwargs["kind"]
            )
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, "The rule is removed.")
        return redirect(self.home())


class ShipRules(Rules):
    """Back to the rules the system came with, after asking."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page("asking/ship.html")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actions.ship_rules(self.partnership, by=self.user)
        messages.success(request, "The shipped rules are in force again.")
        return redirect(self.home())
