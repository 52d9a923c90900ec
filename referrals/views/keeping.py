"""How long records are kept, and what must not be disposed of: the schedule of a partnership, legal holds of a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.workflow import Refused
from referrals import actions, keeping_permissions
from referrals.forms.keeping import LiftHoldForm, PeriodForm, SetHoldForm
from referrals.models import Case
from referrals.models.retaining import schedule_of
from referrals.views.case import signed_in
from referrals.views.case_verbs import CaseVerb
from referrals.views.verbs import offers


def kept_partnership(request: HttpRequest, ref: str, roles: tuple[str, ...]) -> Partnership:
    """The partnership in which the person holds one of the roles; to everybody else there is nothing here."""
    readable = signed_in(request).partnerships(*roles)
    return get_object_or_404(Partnership.objects.filter(pk__in=readable), ref=ref)


class SchedulePage(View):
    """How long is what kept, and is that confirmed?"""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        partnership = kept_partnership(request, ref, keeping_permissions.READERS)
        rows = schedule_of(partnership)
        context = {
            "partnership": partnership,
            "rows": rows,
            "unconfirmed": sum(1 for one in rows if one.row.length and one.said is None),
            "keeps": keeping_permissions.confirm_period(partnership, user) is None,
            "disposes": user.holds(partnership.pk, *keeping_permissions.DISPOSERS),
        }
        return render(request, "keeping/schedule.html", context)


class SetPeriod(View):
    """One row of it: confirm the default, or change it and say why."""

    def get(self, request: HttpRequest, ref: str, kind: str) -> HttpResponse:
        partnership, one = self._found(request, ref, kind)
        form = PeriodForm(
            row=one.row, initial={"length": one.length, "words": one.said.words if one.said else ""}
        )
        return self._page(request, partnership, one, form)

    def post(self, request: HttpRequest, ref: str, kind: str) -> HttpResponse:
        partnership, one = self._found(request, ref, kind)
        form = PeriodForm(request.POST, row=one.row)
        if not form.is_valid():
            return self._page(request, partnership, one, form, 422)
        said = form.cleaned_data
        try:
            actions.set_period(
                partnership, by=signed_in(request), today=timezone.localdate(), kind=one.row.kind, **said
            )
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, partnership, one, form, 422)
        messages.success(request, f"{one.row.kind.label}: {one.row.lasting(said['length'])}, confirmed.")
        return redirect("retention-schedule", ref)

    def _found(self, request: HttpRequest, ref: str, kind: str) -> tuple[Partnership, Any]:
        partnership = kept_partnership(request, ref, keeping_permissions.KEEPERS)
        one = next((o for o in schedule_of(partnership) if o.row.kind == kind and o.row.length), None)
        if one is None:
            raise Http404
        return partnership, one

    def _page(
        self, request: HttpRequest, partnership: Partnership, one: Any, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        context = {"partnership": partnership, "one": one, "form": form}
        return render(request, "keeping/period.html", context, status=status)


# --- legal hold -------------------------------------------------------------------------------------------


def case_to_keep(request: HttpRequest, ref: str) -> Case:
    """The case, for those who look after its keeping: its staff, its chair, and without seeing it the officer."""
    found = Case.objects.audited_by(signed_in(request)).select_related("partnership")
    return get_object_or_404(found, ref=ref)


def reads(case: Case, user: User) -> bool:
    """Whether the person sees more of the case than its reference."""
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


class HoldsPage(View):
    """May anything of this case be disposed of, and who said not?"""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, case = signed_in(request), case_to_keep(request, ref)
        holds = list(case.legal_holds.select_related("set_by", "lifted_by"))
        context = {
            "case": case,
            "reads": reads(case, user),
            "standing": [hold for hold in holds if hold.lifted_on is None],
            "lifted": [hold for hold in holds if hold.lifted_on],
            "verbs": [o for o in offers(case, user) if o.name in HOLDING and o.reason is None],
        }
        return render(request, "keeping/holds.html", context)


class HoldVerb(CaseVerb):
    """A verb about a case's legal holds. The data-protection officer sees the reference, and nothing else of it."""

    def subject(self) -> Case:
        return case_to_keep(self.request, self.kwargs["ref"])

    def context(self, subject: Case) -> dict[str, Any]:
        return {} if reads(subject, self.user) else {"case": None}

    def next(self, subject: Case) -> str:
        return reverse("case-holds", args=[subject.ref])


class SetLegalHold(HoldVerb):
    verb = "set_legal_hold"
    form_class = SetHoldForm
    done = "The legal hold is set. Nothing of this case can be disposed of."


class LiftLegalHold(HoldVerb):
    verb = "lift_legal_hold"
    form_class = LiftHoldForm
    done = "The legal hold is lifted."

    def form_kwargs(self, subject: Case) -> dict[str, Any]:
        return {"case": subject}


HOLD_VERBS: tuple[type[HoldVerb], ...] = (SetLegalHold, LiftLegalHold)
HOLDING = frozenset(view.verb for view in HOLD_VERBS)
