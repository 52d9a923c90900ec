"""Disposal: whose period is over, what was proposed, and what was disposed of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from cspr.people.requests import freshly_proven
from cspr.ui.keyset import page_of
from cspr.workflow import Subject
from referrals import actions, emails, keeping_permissions
from referrals.forms.disposal import ApproveDisposalForm, DeclineDisposalForm, ProposeDisposalForm
from referrals.models import Case, Disposal
from referrals.models.due import (
    BESIDE_THE_PERIOD,
    due,
    due_cases,
    due_of,
    kept_cases,
    next_due_on,
    rules_of,
)
from referrals.papers.certificate import certificate_of
from referrals.retention import DISPOSAL_OPEN, DisposalState
from referrals.views.case import signed_in
from referrals.views.keeping import kept_partnership, reads
from referrals.views.shared import today
from referrals.views.verbs import VerbView, offers
from referrals.views.work import MOST, Item, work_from

PER_PAGE = 25
OPEN = Prefetch(
    "disposals",
    Disposal.objects.beside().filter(state__in=DISPOSAL_OPEN).select_related("proposed_by"),
    to_attr="open_disposals",
)


class DuePage(View):
    """Which cases have outlived their period, and what stands against disposing of each?"""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, day = signed_in(request), today()
        partnership = kept_partnership(request, ref, keeping_permissions.DISPOSERS)
        rules, mine = rules_of(partnership), kept_cases(user, partnership)
        over = due_cases(mine, rules, day).prefetch_related(*BESIDE_THE_PERIOD, OPEN)
        page = page_of(over, order=("kept_from", "id"), after=request.GET.get("after", ""), size=PER_PAGE)
        rows = [due(case, rules) for case in page.items]
        named = Case.objects.visible_to(user).filter(pk__in=[one.case.pk for one in rows])
        context = {
            "partnership": partnership,
            "page": page,
            "rows": [(one, one.against(day)) for one in rows],
            "named": set(named.values_list("pk", flat=True)) if rows else set(),
            "unconfirmed": [rule.row.kind.label for rule in rules.values() if rule.said is None],
            "keeps": keeping_permissions.confirm_period(partnership, user) is None,
            "reads_schedule": user.holds(partnership.pk, *keeping_permissions.READERS),
            "proposes": user.holds(partnership.pk, *keeping_permissions.PROPOSERS),
            "next": None if rows else next_due_on(mine, rules, day),
        }
        return render(request, "keeping/due.html", context)


class DisposedPage(View):
    """The register: everything that was disposed of, kept for ever."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        partnership = kept_partnership(request, ref, keeping_permissions.DISPOSERS)
        gone = Disposal.objects.visible_to(user).filter(
            partnership=partnership, state=DisposalState.CARRIED_OUT
        )
        page = page_of(gone, order=("-disposed_on", "-id"), after=request.GET.get("after", ""), size=PER_PAGE)
        return render(request, "keeping/disposed.html", {"partnership": partnership, "page": page})


class DisposalPage(View):
    """One disposal: what was proposed and what can be done with it, or its certificate."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        found = Disposal.objects.visible_to(user).select_related(
            "case", "partnership", "proposed_by", "approved_by"
        )
        disposal = get_object_or_404(found, ref=ref)
        context: dict[str, Any] = {"disposal": disposal, "subject": disposal}
        if disposal.carried_out:
            context |= {
                "certificate": certificate_of(disposal),
                "documents": documents_of(disposal, user),
                "paper_kinds": paper_kinds(Disposal._meta.label_lower),
            }
        else:
            context |= {
                "reads": disposal.case is not None and reads(disposal.case, user),
                "due": due_of(disposal.case) if disposal.case else None,
                "barred": disposal.barred(today()) if disposal.open else None,
                "verbs": offers(disposal, user) if disposal.open else [],
            }
        return render(request, "keeping/disposal.html", context)


# --- proposing --------------------------------------------------------------------------------------------


class Unread(VerbView):
    """A verb by people who may not read the case: its page shows the reference, and nothing else of it."""

    def context(self, subject: Any) -> dict[str, Any]:
        return {"case": None}


class ProposeDisposal(Unread):
    model: type[Subject] = Case
    verb = "propose_disposal"
    form_class = ProposeDisposalForm
    action = actions.propose_disposal
    template_name = "keeping/propose_disposal.html"
    done = "Disposal is proposed. Somebody else has to approve it."

    def subject(self) -> Case:
        cases = Case.objects.kept_by(self.user).select_related("partnership")
        return get_object_or_404(cases, ref=self.kwargs["ref"])

    def refusal(self, subject: Case) -> str | None:
        return super().refusal(subject) or actions.unproposable(subject, self.today)

    def told(self, subject: Case) -> list[User]:
        deciders = emails.disposal_deciders(Disposal(case=subject, partnership=subject.partnership))
        return [user for user in deciders if user.pk != self.user.pk]

    def context(self, subject: Case) -> dict[str, Any]:
        return {**super().context(subject), "due": due_of(subject)}

    def next(self, subject: Case) -> str:
        return reverse("retention-due", args=[subject.partnership.ref])


# --- deciding ---------------------------------------------------------------------------------------------


class DisposalVerb(Unread):
    model: type[Subject] = Disposal


@freshly_proven
class Approve(DisposalVerb):
    verb = "approve"
    form_class = ApproveDisposalForm
    template_name = "keeping/approve_disposal.html"
    done = "The disposal is approved. Within a minute the case is gone, and its certificate stands here."

    def refusal(self, subject: Disposal) -> str | None:
        return super().refusal(subject) or subject.barred(self.today)

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {}

    def told(self, subject: Disposal) -> list[User]:
        """Both, once it is carried out."""
        return [*emails.disposers(subject), self.user]

    def context(self, subject: Disposal) -> dict[str, Any]:
        return {**super().context(subject), "due": due_of(subject.case) if subject.case else None}


class Decline(DisposalVerb):
    verb = "decline"
    form_class = DeclineDisposalForm
    done = "The case is kept."


class Withdraw(DisposalVerb):
    verb = "withdraw"
    done = "The disposal is called off. The case is kept."


DISPOSAL_VERBS: tuple[type[DisposalVerb], ...] = (Approve, Decline, Withdraw)


@work_from
def to_decide_on(user: User, today: dt.date) -> Iterable[Item]:
    """What others have proposed, for chairs and data-protection officers. One statement."""
    if not user.partnerships(Role.CHAIR, Role.DPO):
        return
    proposed = Disposal.objects.visible_to(user).filter(state=DisposalState.PROPOSED)
    for disposal in proposed.filter(keeping_permissions.of_others(user)).order_by("id")[:MOST]:
        yield Item(
            words="Decide whether a case is disposed of",
            url=disposal.get_absolute_url(),
            about=disposal.case_ref,
            since=disposal.proposed_on,
        )
