"""Emergency access: asking for it by the reference of a case, and what the chair and the officer see of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.log import reads
from cspr.people.requests import freshly_proven
from cspr.ui.keyset import Page
from cspr.workflow import Subject
from referrals import actions, emails, emergency_permissions, permissions
from referrals.emergency import OPENERS
from referrals.forms.emergency import LookForm, OpenForm, WhichCaseForm
from referrals.models import Case, Deadline, EmergencyAccess
from referrals.views.case import signed_in
from referrals.views.clocks import Face
from referrals.views.lists import ListFilter, ListPage
from referrals.views.reading import told_reads
from referrals.views.verbs import VerbView, offers
from referrals.views.work import MOST, Item, work_from

# Said of every reference alike: one that never existed, of another partnership, restricted, or in a conflict.
NOT_THIS_ONE = (
    "No case can be opened with this reference. Check it, and if it is right, ring the team or the chair"
)


def openable(user: User) -> QuerySet[Case]:
    """The cases the person could open in an emergency. That such a case exists is not said before they name it."""
    return Case.objects.openable_by(user).select_related("partnership")


class WhichCase(View):
    """Which case? For whoever knows its reference, and does not see it in any list."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, WhichCaseForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = WhichCaseForm(request.POST)
        self._opener(request)
        if form.is_valid():
            case = openable(signed_in(request)).filter(ref=form.cleaned_data["ref"]).first()
            if case is not None:
                return redirect("emergency-open", case.ref)
            form.add_error("ref", NOT_THIS_ONE)
        return self._page(request, form, 422)

    @staticmethod
    def _opener(request: HttpRequest) -> User:
        user = signed_in(request)
        if not user.partnerships(*OPENERS):
            raise Http404
        return user

    def _page(self, request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
        self._opener(request)
        return render(request, "emergency/which.html", {"form": form}, status=status)


@freshly_proven
class Open(VerbView):
    """Why, and for how long. Nothing of the case is shown but its reference, which the person brought."""

    model = Case
    verb = "open_in_emergency"
    form_class = OpenForm
    template_name = "emergency/open.html"
    button = "Open the case"
    effect = "You can read the case, with names, until the time is over. You change nothing, and take no files away."
    done = "You have opened the case. What you read is recorded."

    def label(self) -> str:
        return "Open a case in an emergency"

    def subject(self) -> Case:
        return get_object_or_404(openable(self.user), ref=self.kwargs["ref"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        subject = self.subject()
        if permissions.standing_on(subject, self.user).emergency:
            return redirect(subject)
        return super().get(request, **kwargs)

    def refusal(self, subject: Case) -> str | None:
        return emergency_permissions.open_case(subject, self.user)

    def told(self, subject: Case) -> list[User]:
        return [user for user in emails.overseers(subject) if user.pk != self.user.pk]

    def context(self, subject: Case) -> dict[str, Any]:
        return {"case": None, "effect": self.effect}

    def act(self, subject: Case, data: dict[str, Any]) -> EmergencyAccess:
        return actions.open_in_emergency(
            subject, by=self.user, today=self.today, now=timezone.now(), nonce=self._nonce(), **data
        )

    def next(self, subject: Case) -> str:
        seen = Case.objects.visible_to(self.user).filter(pk=subject.pk).exists()
        return subject.get_absolute_url() if seen else reverse("emergency-which")


# --- afterwards -------------------------------------------------------------------------------------------


class EmergencyFilter(ListFilter):
    q = forms.CharField(label="Reference of the case", required=False, max_length=20)
    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[("", "All of them"), ("open", "Open now"), ("unseen", "Not looked at yet")],
    )


class EmergencyList(ListPage[EmergencyAccess]):
    """Who opened which case, why and when. One's own; for a chair those of their cases, for the data-protection officer
    those of the partnership."""

    template_name = "emergency/list.html"
    filter_class = EmergencyFilter
    heading = "Cases opened in an emergency"
    empty = "Nobody has opened a case in an emergency, or nothing fits these filters."
    roles = frozenset({*OPENERS, Role.DPO})

    def rows(self, user: User) -> QuerySet[EmergencyAccess]:
        self.viewer = user
        return EmergencyAccess.objects.visible_to(user).select_related("case", "user", "looked_at_by")

    def narrowed(self, rows: QuerySet[EmergencyAccess], asked: dict[str, str]) -> QuerySet[EmergencyAccess]:
        if asked["q"]:
            rows = rows.filter(case__ref__iexact=asked["q"].strip())
        if asked["show"] == "open":
            rows = rows.filter(ended_at=None, ends_at__gt=timezone.now())
        if asked["show"] == "unseen":
            rows = rows.filter(looked_at_on=None)
        return rows

    def context(self, page: Page[EmergencyAccess]) -> dict[str, Any]:
        return {"opens": bool(self.viewer.partnerships(*OPENERS))}


class EmergencyPage(View):
    """One emergency access: who, why, from when to when, and what was read meanwhile."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        access = find(user, ref)
        case = access.case
        found = reads(case.ref, list(case.referrals.values_list("ref", flat=True)))
        meanwhile = found.filter(by=access.user, at__gte=access.begins_at, at__lte=access.over_at)
        context = {
            "access": access,
            "case": case,
            "seen": Case.objects.visible_to(user).filter(pk=case.pk).exists(),
            "events": told_reads(meanwhile[:MOST]),
            "times": meanwhile.count(),
            "verbs": [offer for offer in offers(access, user) if offer.reason is None],
        }
        return render(request, "emergency/access.html", context)


def find(user: User, ref: str) -> EmergencyAccess:
    found = EmergencyAccess.objects.visible_to(user)
    people = ("user", "ended_by", "looked_at_by")
    return get_object_or_404(found.select_related("case__partnership", *people), ref=ref)


class EmergencyVerb(VerbView):
    """A verb of an emergency access. Of the case it shows nothing but the reference."""

    model: type[Subject] = EmergencyAccess
    template_name = "emergency/verb.html"

    def subject(self) -> EmergencyAccess:
        return find(self.user, self.kwargs["ref"])

    def context(self, subject: EmergencyAccess) -> dict[str, Any]:
        return {"case": None}

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        return []


class EndEmergency(EmergencyVerb):
    verb = "end_emergency"
    done = "The emergency access has ended."


class LookAt(EmergencyVerb):
    verb = "look_at"
    form_class = LookForm
    done = "Recorded: you have looked at it."


EMERGENCY_VERBS: tuple[type[EmergencyVerb], ...] = (EndEmergency, LookAt)


@work_from
def to_look_at(user: User, today: dt.date) -> Iterable[Item]:
    """What nobody has looked at yet, for chairs and data-protection officers. One statement."""
    if not user.partnerships(Role.CHAIR, Role.DPO):
        return
    unseen = EmergencyAccess.objects.visible_to(user).filter(looked_at_on=None)
    for access in unseen.exclude(user=user).select_related("case").order_by("id")[:MOST]:
        yield Item(
            words="Look at who opened a case in an emergency",
            url=access.get_absolute_url(),
            about=access.case.ref,
            since=timezone.localdate(access.begins_at),
        )
