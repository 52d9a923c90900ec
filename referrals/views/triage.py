"""Triage: can it be accepted? Safety, completeness, what it may duplicate, and which clocks run already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.log import history, record_read
from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from referrals import actions, permissions
from referrals.forms.intake import words_form
from referrals.forms.triage import (
    AcceptForm,
    AskMoreForm,
    FeedbackForm,
    LinkForm,
    ReopenForm,
    ReturnForm,
    TransferForm,
    WithdrawForm,
)
from referrals.models import Case, Referral
from referrals.questions import changes, missing, section_of, shown
from referrals.questions.answers import shown_in
from referrals.states import ReferralState
from referrals.views.case import note_opening
from referrals.views.clocks import case_bar, faces
from referrals.views.duplicates import likely
from referrals.views.shared import ReferralVerb, cards, person, today
from referrals.views.verbs import offers

WAITS = frozenset({ReferralState.SUBMITTED, ReferralState.RETURNED})
AGENCY_VERBS = frozenset({"send_to_lead", "give_back", "submit", "discard", "take_up", "ask_to_withdraw"})
# How long an agency is given to complete a form, if staff choose nothing else (practice A3).
RETURN_DAYS = 2


def triage(request: HttpRequest, subject: Referral) -> HttpResponse:
    """The page of a sent referral for staff and for those who decide. That it was opened is recorded."""
    user = person(request)
    staff = user.holds(subject.partnership_id, Role.STAFF)
    hidden = permissions.read_answers(subject, user)
    rows = list(subject.case.deadlines.all()) if subject.case else []
    every = sorted(offers(subject, user, without=AGENCY_VERBS), key=lambda offer: offer.name != "accept")
    context = {
        "referral": subject,
        "staff": staff,
        "today": today(),
        "bar": case_bar(subject.case, rows, today()) if subject.case else None,
        "case": subject.case,
        "clocks": faces(rows, today()),
        "verbs": every if staff else [offer for offer in every if not offer.reason],
        "hidden": hidden,
        "waits": subject.state in WAITS,
        "withdrawal": _withdrawal(subject),
        "writes": permissions.edit_referral(subject, user) is None,
    }
    if not hidden:
        context |= _contents(subject, request)
        note_reading(subject, user)
    elif subject.case:
        note_opening(subject.case, user)
    return render(request, "referrals/triage.html", context)


def note_reading(subject: Referral, user: User) -> None:
    """What a referral says is about to be shown to somebody of another agency than its own: on record every time."""
    record_read(
        user, what="referral", partnership=subject.partnership,
        case_ref=subject.case.ref if subject.case else "",
        subject=subject._meta.label_lower, subject_ref=subject.ref,
    )  # fmt: skip


def _withdrawal(subject: Referral) -> Event | None:
    """Who asked to withdraw it, and why."""
    if subject.withdrawal_asked_on is None or subject.case is None:
        return None
    asked = history(subject.case.ref).filter(kind="referral.ask_to_withdraw", subject_ref=subject.ref)
    return asked.first()


def _contents(subject: Referral, request: HttpRequest) -> dict[str, Any]:
    """What only a person who may read the answers is shown."""
    user = person(request)
    safety = section_of("safety")
    assert safety is not None
    versions = list(subject.versions.all())
    unknown = [row for row in shown(subject.answers) if row.not_known]
    return {
        "gaps": missing(subject.answers),
        "unknown": unknown,
        "unclear": subject.safety_unclear,
        "died": subject.answers.get("safety", {}).get("child_safe") == "deceased",
        "safety": list(shown_in(safety, subject.answers.get("safety", {}))),
        "likely": likely(subject, user) if subject.state in WAITS else [],
        "changes": changes(versions[-2].answers, versions[-1].answers) if len(versions) > 1 else [],
        "versions": len(versions),
        "cards": [card for card in cards(subject.answers) if card.place.section.code != "safety"],
        "documents": documents_of(subject, user),
        "paper_kinds": paper_kinds(subject._meta.label_lower),
    }


# --- verbs ------------------------------------------------------------------------------------------------


class Dated(ReferralVerb):
    """A verb whose form knows what day it is."""

    def form_kwargs(self, subject: Referral) -> dict[str, Any]:
        return {"today": self.today}


class Accept(Dated):
    verb = "accept"
    action = actions.accept
    form_class = AcceptForm
    template_name = "referrals/accept.html"
    done = "Accepted. Considering whether to notify has begun."
    clocks = "The five working days to notify the Panel run from the day you give. No other date moves."

    def form_kwargs(self, subject: Referral) -> dict[str, Any]:
        known = subject.case.la_aware_on if subject.case else None
        return {"today": self.today, "initial": {"la_aware_on": known}}

    def context(self, subject: Referral) -> dict[str, Any]:
        return {
            **super().context(subject),
            "unclear": subject.safety_unclear,
            "likely": likely(subject, self.user),
        }


class ReturnIncomplete(Dated):
    """First what is marked, which the address keeps; then why, and by when."""

    verb = "return_incomplete"
    action = actions.return_incomplete
    form_class = ReturnForm
    template_name = "referrals/return.html"
    done = "Returned. The agency has been asked to complete it."

    def marks(self) -> list[str]:
        """What was ticked, wherever it stands."""
        return (self.request.POST if self.request.method == "POST" else self.request.GET).getlist("mark")

    def form(self, subject: Referral, data: Any = None, files: Any = None) -> forms.Form:
        form: Any = super().form(subject, data, files)
        if not form.chosen:
            self.template_name = "referrals/return_marks.html"
        return form  # type: ignore[no-any-return]

    def form_kwargs(self, subject: Referral) -> dict[str, Any]:
        return {
            "today": self.today,
            "answers": subject.answers,
            "marks": [] if "choose" in self.request.GET else self.marks(),
            "safety_unclear": subject.safety_unclear,
            "initial": {"due_on": working_days().add(self.today, RETURN_DAYS)},
        }

    def context(self, subject: Referral) -> dict[str, Any]:
        ticked = QueryDict(mutable=True)
        ticked.setlist("mark", self.marks())
        return {
            **super().context(subject),
            "unclear": subject.safety_unclear,
            "asked": self.marks(),
            "nothing_marked": "chosen" in self.request.GET and not self.marks(),
            "again": f"?choose=1&{ticked.urlencode()}",
        }


class Link(ReferralVerb):
    verb = "link"
    action = actions.link
    form_class = LinkForm
    done = "Linked. It now belongs to the case you chose."
    clocks = "The clocks of the case you choose run on."
    button = "Link"

    def form_kwargs(self, subject: Referral) -> dict[str, Any]:
        cases = Case.objects.visible_to(self.user).filter(
            partnership=subject.partnership_id, merged_into=None
        )
        return {
            "cases": cases.exclude(referrals=subject),
            "likely": [(one.case, one.why) for one in likely(subject, self.user)],
        }


class AskMore(Dated):
    verb = "ask_more"
    form_class = AskMoreForm
    done = "Recorded. The clocks keep running while you wait."


class RecordInfo(ReferralVerb):
    verb = "record_info"
    form_class = words_form("What did you learn, and from whom?")
    done = "Recorded. It is being considered again."


class Transfer(Dated):
    verb = "transfer"
    form_class = TransferForm
    done = "Transferred."
    clocks = (
        "The clocks stop here, unless another referral about the same case is open. The other area’s run on."
    )


class Withdraw(ReferralVerb):
    verb = "withdraw"
    form_class = WithdrawForm
    done = "Withdrawn."
    clocks = "The clocks stop here, unless another referral about the same case is open."


class Reopen(Dated):
    verb = "reopen"
    action = actions.reopen
    form_class = ReopenForm
    done = "Reopened. The five working days run from the date you gave."
    clocks = "The five working days to notify the Panel run from the day you give."


class GiveFeedback(Dated):
    verb = "give_feedback"
    form_class = FeedbackForm
    done = "Recorded."

    def form_kwargs(self, subject: Referral) -> dict[str, Any]:
        return {"today": self.today, "initial": {"effective_on": self.today}}
