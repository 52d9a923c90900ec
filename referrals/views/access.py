"""Who can see what: the access list of a case, its conflicts of interest, and the same by person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Membership, User, people
from cspr.accounts.roles import Role
from cspr.ui.keyset import Page
from referrals import keeping_permissions, permissions
from referrals.forms.case import ConflictForm, GrantForm, LiftConflictForm, OwnConflictForm, PersonForm
from referrals.models import Case, CaseMember, Conflict
from referrals.views.case import find_case, signed_in
from referrals.views.case_verbs import CaseVerb
from referrals.views.clocks import case_bar
from referrals.views.lists import ListFilter, ListPage
from referrals.views.verbs import offers

# An access that ends within so many days is worth a look.
ENDS_SOON = dt.timedelta(days=14)
ACCESS_VERBS = ("grant_access", "end_access", "declare_conflict", "record_conflict", "lift_conflict")


def in_force(today: dt.date) -> Q:
    return Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))


# --- one case ---------------------------------------------------------------------------------------------


class AccessPage(View):
    """Who can open this case, in what capacity, until when; and who may not because of a conflict."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        case = find_case(user, ref)
        if reason := permissions.read_access_list(case, user):
            raise PermissionDenied(reason)
        members = list(case.members.select_related("user", "granted_by").order_by("user__name", "id"))
        context = {
            "case": case,
            "today": today,
            "bar": case_bar(case, case.deadlines.all(), today),
            "members": [m for m in members if not m.ends_on or m.ends_on >= today],
            "ended": [m for m in members if m.ends_on and m.ends_on < today],
            "conflicts": list(
                case.conflicts.select_related("user", "recorded_by", "lifted_by").order_by("-id")
            ),
            "soon": today + ENDS_SOON,
            "verbs": [o for o in offers(case, user) if o.name in ACCESS_VERBS and o.reason is None],
            "sees_reads": keeping_permissions.chair_or_officer(case, user) is None,
        }
        return render(request, "cases/access.html", context)


class AccessVerb(CaseVerb):
    """Back to the access list afterwards, for those who may read it."""

    def next(self, subject: Case) -> str:
        if permissions.read_access_list(subject, self.user):
            return subject.get_absolute_url()
        return reverse("case-access", args=[subject.ref])


class GrantAccess(AccessVerb):
    verb = "grant_access"
    form_class = GrantForm
    done = "Access is given from now on."
    effect = "They can open this case from their next page on."

    def form_kwargs(self, subject: Case) -> dict[str, Any]:
        return {"case": subject}

    def data(self, form: forms.Form) -> dict[str, Any]:
        held: Membership = form.cleaned_data["who"]
        return {"user": held.user, "capacity": held.role, "ends_on": form.cleaned_data["ends_on"]}


class AboutPerson(AccessVerb):
    """A verb about one of the people of the case. ``?who=`` in the address chooses one beforehand."""

    form_class = PersonForm

    def people(self, subject: Case) -> QuerySet[User]:
        raise NotImplementedError

    def form_kwargs(self, subject: Case) -> dict[str, Any]:
        return {"people": self.people(subject), "initial": {"user": self.request.GET.get("who", "")}}


class EndAccess(AboutPerson):
    verb = "end_access"
    done = "Their access has ended."

    def people(self, subject: Case) -> QuerySet[User]:
        listed = subject.members.filter(in_force(self.today))
        return people(listed.values("user_id"))

    def act(self, subject: Case, data: dict[str, Any]) -> Any:
        self.own = data["user"].pk == self.user.pk
        return super().act(subject, data)

    def next(self, subject: Case) -> str:
        # Who ends their own access may not see the case any more.
        return reverse(self.elsewhere) if getattr(self, "own", False) else super().next(subject)


class DeclareConflict(AccessVerb):
    verb = "declare_conflict"
    form_class = OwnConflictForm
    button = "Declare it, and leave the case"
    done = "Thank you for saying so. Your conflict of interest is recorded, and you can no longer open that case."

    def act(self, subject: Case, data: dict[str, Any]) -> Any:
        self.left = True
        return super().act(subject, data)

    def next(self, subject: Case) -> str:
        return reverse(self.elsewhere) if getattr(self, "left", False) else super().next(subject)


class RecordConflict(AboutPerson):
    verb = "record_conflict"
    form_class = ConflictForm
    done = "The conflict of interest is recorded."

    def people(self, subject: Case) -> QuerySet[User]:
        """Anybody who works with the partnership and has no open conflict here."""
        held = Membership.objects.in_force().filter(partnership=subject.partnership_id)
        conflicted = subject.conflicts.filter(lifted_on=None)
        everybody = people(held.values("user_id"))
        return everybody.exclude(pk__in=conflicted.values("user_id")).exclude(pk=self.user.pk)


class LiftConflict(AboutPerson):
    verb = "lift_conflict"
    form_class = LiftConflictForm
    done = "The conflict of interest is lifted."

    def people(self, subject: Case) -> QuerySet[User]:
        conflicted = subject.conflicts.filter(lifted_on=None)
        return people(conflicted.values("user_id"))


# --- every case, and every person -------------------------------------------------------------------------


class AccessFilter(ListFilter):
    q = forms.CharField(label="Reference of the case", required=False, max_length=20)


class AccessRegister(ListPage[Case]):
    """Case by case: who can open it. For staff and chairs their own cases, with names; for the data-protection
    officer every case of the partnership that is not restricted, by reference alone."""

    template_name = "cases/register.html"
    filter_class = AccessFilter
    order = ("-id",)
    heading = "Who can open which case"
    roles = frozenset({Role.STAFF, Role.CHAIR, Role.DPO})

    def rows(self, user: User) -> QuerySet[Case]:
        self.viewer = user
        members = (
            CaseMember.objects.filter(in_force(self.today))
            .select_related("user")
            .order_by("user__name", "id")
        )
        conflicts = Conflict.objects.filter(lifted_on=None).select_related("user").order_by("user__name")
        return Case.objects.audited_by(user).prefetch_related(
            Prefetch("members", members, to_attr="people"),
            Prefetch("conflicts", conflicts, to_attr="kept_out"),
        )

    def narrowed(self, rows: QuerySet[Case], asked: dict[str, str]) -> QuerySet[Case]:
        return rows.filter(ref__iexact=asked["q"].strip()) if asked["q"] else rows

    def context(self, page: Page[Case]) -> dict[str, Any]:
        seen = Case.objects.visible_to(self.viewer).filter(pk__in=[case.pk for case in page.items])
        oversees = self.viewer.partnerships(Role.DPO)
        return {
            "named": set(seen.values_list("pk", flat=True)),
            "soon": self.today + ENDS_SOON,
            "audits": {
                case.pk for case in page.items if case.partnership_id in oversees or self._chairs(case)
            },
        }

    def _chairs(self, case: Any) -> bool:
        return any(m.user_id == self.viewer.pk and m.capacity == Role.CHAIR for m in case.people)


MOST = 50


def cases_of(viewer: User, person: User) -> dict[str, Any] | None:
    """The panel of a person's page: which cases they may open. ``None`` for viewers without that right."""
    if not viewer.partnerships(Role.STAFF, Role.CHAIR, Role.DPO):
        return None
    today = timezone.localdate()
    audited = Case.objects.audited_by(viewer)
    grants = person.case_access.filter(in_force(today), case__in=audited)
    conflicts = person.conflicts.filter(lifted_on=None, case__in=audited)
    return {
        "grants": list(grants.select_related("case").order_by("-case_id")[:MOST]),
        "conflicts": list(conflicts.select_related("case").order_by("-case_id")[:MOST]),
        "named": set(
            Case.objects.visible_to(viewer).filter(members__user=person).values_list("pk", flat=True)[:MOST]
        ),
        "today": today,
    }
