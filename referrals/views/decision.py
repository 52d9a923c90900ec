"""The decision room: a question, the criteria beside the evidence, the three partners' views, the approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import Partner, Role
from cspr.audit.log import record_opening
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from referrals import actions, emails, permissions
from referrals.forms.decision import (
    ProposalForm,
)
from referrals.models import Case, Decision, PartnerView
from referrals.questions.criteria import MET, criteria_of
from referrals.states import (
    DECISION_OPEN,
    LIVE_NOTIFICATION,
    DecisionKind,
    DecisionState,
    NotificationState,
    NotificationType,
)
from referrals.views.clocks import case_bar
from referrals.views.evidence import Evidence, basis, evidence_for, evidence_hash
from referrals.views.verbs import VerbView, offers

OPEN = DECISION_OPEN


# --- which questions can be put ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """A question that can be put to the partners now; ``reason`` says why not by this person."""

    kind: DecisionKind
    label: str
    reason: str | None
    url: str
    pressing: bool  # the case waits for it; otherwise it can be asked, but seldom is
    name: str = "propose"
    effect: str = "The three partners are asked for their views."


# In which state a report waits for its decision; by name, because reviews stand above referrals.
WAITS_FOR_DECISION = {
    DecisionKind.REVIEW: frozenset({"partner_sign_off", "reconsideration"}),
    DecisionKind.PUBLICATION: frozenset({"quality_assurance", "fact_check"}),
}


# In which state of a practice review there is nothing to publish, or nothing more, before its report is opened again.
PUBLISHED_OR_ENDED = frozenset(
    {"published", "action_monitoring", "closed", "discontinued", "subsumed_national", "merged_joint"}
)
NOTHING_TO_PUBLISH = "The report is published, or the review has ended. Open the report again first."


def question_label(kind: str) -> str:
    label = str(DecisionKind(kind).label)
    return f"Propose: {label[:1].lower()}{label[1:]}"


def questions(case: Case, user: User) -> list[Question]:
    """The questions that the case has come to and that are not open already, each with why it cannot be asked yet."""
    refused = permissions.propose(case, user)
    asked = {decision.kind for decision in case.decisions.all() if decision.state in OPEN}
    return [
        Question(
            kind,
            question_label(kind),
            refused or unanswered(case, kind),
            reverse("propose", args=[case.ref, kind]),
            pressing=_pressing(case, kind),
        )
        for kind in DecisionKind
        if kind not in asked and not_yet(case, kind) is None
    ]


def _pressing(case: Case, kind: DecisionKind) -> bool:
    if kind == DecisionKind.NOTIFY:
        return True
    report = basis(case, kind)
    if report is None or report.state not in WAITS_FOR_DECISION[kind]:
        return False
    standing = case.standing_decision(kind)
    return standing is None or standing.evidence_hash != report.report_hash


def not_yet(case: Case, kind: str) -> str | None:
    """Why the case has not come to this question; None when it has."""
    notification: Any = getattr(case, "notification", None)
    state = notification.state if notification else ""
    if kind == DecisionKind.NOTIFY:
        decided = "Whether to notify has been decided. Consider it again first, if something has changed."
        return None if state == NotificationState.CONSIDERING else decided
    if kind == DecisionKind.RETRACT:
        return None if state in LIVE_NOTIFICATION else "There is no notification that could be retracted."
    if kind == DecisionKind.REVIEW:
        return (
            None
            if basis(case, kind)
            else "There is no rapid review yet. It opens when the Panel is notified."
        )
    review = basis(case, DecisionKind.PUBLICATION)
    if review is None:
        return "There is no practice review yet."
    if kind == DecisionKind.DISCONTINUE:
        return "The practice review has ended." if review.concluded_on else None
    return NOTHING_TO_PUBLISH if review.state in PUBLISHED_OR_ENDED else None


# --- the decision page ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    """A criterion, what was answered, and the evidence that speaks to it."""

    label: str
    met: str
    reason: str
    evidence: list[Evidence]
    cites: list[str]  # what the reason was said to rest on, by name


@dataclass(frozen=True)
class PartnerSays:
    """One of the three partners and their view, if there is one."""

    partner: Partner
    view: PartnerView | None


class DecisionPage(View):
    """What is proposed and why; the views; who may approve; after approval, what exactly was approved."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = request.user, timezone.localdate()
        if not isinstance(user, User):
            raise Http404
        decision = find_decision(user, ref)
        case = decision.case
        record_opening(user, partnership=case.partnership, case_ref=case.ref)
        found = offers(decision, user)
        context = {
            "case": case,
            "decision": decision,
            "today": today,
            "bar": case_bar(case, case.deadlines.all(), today),
            "verbs": [offer for offer in found if offer.reason is None],
            "refused": [offer for offer in found if offer.reason],
            "approvers": approvers(decision),
            "documents": documents_of(decision, user),
            "paper_kinds": paper_kinds("referrals.decision"),
            "subject": decision,
            **the_decision(decision, user),
        }
        return render(request, "decisions/decision.html", context)


def find_decision(user: User, ref: str) -> Decision:
    decisions = Decision.objects.visible_to(user).select_related(
        "case__partnership", "proposed_by", "approved_by"
    )
    views = PartnerView.objects.select_related("given_by", "recorded_by", "evidence")
    return get_object_or_404(decisions.prefetch_related(Prefetch("views", views)), ref=ref)


def the_decision(decision: Decision, user: User) -> dict[str, Any]:
    """What the decision's own page and the pages of its verbs show alike."""
    pieces = evidence_for(decision.case, decision.kind, user)
    codes = [code for code, _ in criteria_of(decision.kind)]
    views = {view.partner: view for view in decision.views.all()}
    report = basis(decision.case, decision.kind)
    return {
        "decision": decision,
        "grounds": grounds(decision, pieces),
        "evidence": [piece for piece in pieces if piece.criterion not in codes],
        "several": len({piece.source for piece in pieces}) > 1,
        "says": [PartnerSays(partner, views.get(partner.value)) for partner in Partner],
        "own_view": views.get(user.partner_for(decision.partnership.pk)),
        "report": report,
        "report_changed": bool(
            report and not decision.evidence and decision.evidence_hash != report.report_hash
        ),
        "changes": [str(found) for found in decision.differences()]
        or [f"{found['words']}: {found['how']}" for found in decision.changes],
        "unchanged": decision.approved_hash == decision.content_hash,
    }


def grounds(decision: Decision, pieces: list[Evidence]) -> list[Ground]:
    words = dict(MET)
    found = []
    for code, label in criteria_of(decision.kind):
        answer = decision.grounds.get(code, {})
        cited = {cite["code"]: cite["words"] for cite in answer.get("cites", ())}
        found.append(
            Ground(
                label,
                words.get(answer.get("met", ""), "Not answered"),
                answer.get("reason", ""),
                [piece for piece in pieces if piece.criterion == code or piece.code in cited],
                list(cited.values()),
            )
        )
    return found


def approvers(decision: Decision) -> list[tuple[User, str | None]]:
    """The chairs on the case, each with the reason why they may not approve this one, if there is one."""
    if decision.state not in OPEN:
        return []
    return [
        (chair, permissions.approve(decision, chair)) for chair in emails.members(decision.case, Role.CHAIR)
    ]


# --- proposing --------------------------------------------------------------------------------------------


class Propose(VerbView):
    """Put a question to the partners. The kind of question stands in the address."""

    model = Case
    verb = "propose"
    template_name = "decisions/propose.html"
    button = "Put it to the partners"
    effect = "The three partners are asked for their views. Then a chair who is not the proposer approves."
    done = "The proposal is with the three partners and the chair."

    @property
    def kind(self) -> str:
        kind = self.kwargs["kind"]
        if kind not in DecisionKind.values:
            raise Http404
        return str(kind)

    def label(self) -> str:
        return question_label(self.kind)

    def told(self, subject: Case) -> list[User]:
        """The chair and the partners, whose view is asked for."""
        return [user for user in emails.members(subject, Role.CHAIR, Role.PARTNER) if user.pk != self.user.pk]

    def refusal(self, subject: Case) -> str | None:
        standing = subject.decisions.filter(kind=self.kind, state__in=OPEN).exists()
        asked = "This question is open already. Change that proposal instead of making a second one."
        return (
            permissions.propose(subject, self.user)
            or not_yet(subject, self.kind)
            or (asked if standing else None)
            or unanswered(subject, self.kind)
        )

    def form(self, subject: Case, data: Any = None, files: Any = None) -> forms.Form:
        # What was proposed before it had to be decided again is not typed a second time.
        again = subject.decisions.filter(kind=self.kind, state=DecisionState.REOPENED).order_by("-pk").first()
        return proposal_form(subject, self.kind, data, files, earlier=again)

    def context(self, subject: Case) -> dict[str, Any]:
        return {
            **super().context(subject),
            "evidence": evidence_for(subject, self.kind, self.user),
            "report": basis(subject, self.kind),
        }

    def act(self, subject: Case, data: dict[str, Any]) -> Decision:
        return actions.propose(
            subject,
            by=self.user,
            today=self.today,
            kind=self.kind,
            nonce=self._nonce(),
            evidence_hash=evidence_hash(subject, self.kind),
            **data,
        )

    def data(self, form: Any) -> dict[str, Any]:
        return proposed(form)

    def next(self, subject: Case) -> str:
        """The proposal, once it is made."""
        made = subject.decisions.filter(kind=self.kind, state__in=OPEN).first()
        return made.get_absolute_url() if made else subject.get_absolute_url()


def unanswered(case: Case, kind: str) -> str | None:
    """The criteria of a practice review are answered one by one, in a room of their own, before it is proposed."""
    return str(basis(case, kind).unweighed() or "") or None if kind == DecisionKind.REVIEW else None


def proposal_form(
    case: Case, kind: str, data: Any, files: Any, *, earlier: Decision | None = None
) -> ProposalForm:
    """The form of a proposal, filled in with an earlier one."""
    answered = dict(basis(case, kind).weighed) if kind == DecisionKind.REVIEW else None
    before = (
        {
            "outcome": earlier.outcome,
            "reasons": earlier.reasons,
            "grounds": {} if answered else earlier.grounds,
        }
        if earlier
        else None
    )
    return ProposalForm(data, files, kind=kind, duty=under_duty(case), proposed=before, answered=answered)


def proposed(form: ProposalForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {"outcome": data["outcome"], "reasons": data["reasons"], "grounds": form.grounds}


def under_duty(case: Case) -> bool:
    """Whether the two limbs decide it: not for the death of a looked-after child or care leaver without abuse."""
    notification: Any = getattr(case, "notification", None)
    return notification is None or notification.type == NotificationType.ABUSE_NEGLECT
