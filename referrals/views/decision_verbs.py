"""One page for each verb of a decision."""

from __future__ import annotations

from typing import Any

from django import forms

from cspr.accounts.roles import Partner
from cspr.workflow import perform
from referrals import actions
from referrals.forms.decision import ApproveForm, OwnViewForm, RecordedViewForm, SendBackForm, WithdrawForm
from referrals.models import Decision
from referrals.states import STARTS_CSPR, DecisionKind, Outcome
from referrals.views.decision import proposal_form, proposed, the_decision, unanswered
from referrals.views.evidence import evidence_hash
from referrals.views.verbs import VerbView, with_files


class DecisionVerb(VerbView):
    """A verb of a decision, with the decision itself on the page: nobody decides on what they do not see."""

    model = Decision
    template_name = "decisions/verb.html"

    def context(self, subject: Decision) -> dict[str, Any]:
        return {**super().context(subject), **the_decision(subject, self.user)}


class GiveView(DecisionVerb):
    verb = "give_view"
    button = "Record this view"
    done = "The view is recorded."

    def own(self, decision: Decision) -> str:
        """Which partner the person speaks for; "" for staff, who record another's view."""
        return self.user.partner_for(decision.partnership.pk)

    def label(self) -> str:
        return "A partner’s view"

    def form(self, subject: Decision, data: Any = None, files: Any = None) -> forms.Form:
        if partner := self.own(subject):
            given = next((view for view in subject.views.all() if view.partner == partner), None)
            initial = {"view": given.view, "reason": given.reason} if given else {}
            return OwnViewForm(data, files, initial=initial)
        in_person = {view.partner for view in subject.views.all() if view.given_by_id}
        return RecordedViewForm(data, files, open_to=[p.value for p in Partner if p.value not in in_person])

    def refusal(self, subject: Decision) -> str | None:
        reason = super().refusal(subject)
        everybody = all(view.given_by_id for view in subject.views.all()) and subject.views_missing() is None
        if reason is None and everybody and not self.own(subject):
            reason = "Each partner has given their view here in person, so there is none to record."
        return reason

    def act(self, subject: Decision, data: dict[str, Any]) -> Decision:
        files = data.pop("evidence", [])
        data.setdefault("partner", self.own(subject))
        common: dict[str, Any] = {
            "by": self.user,
            "today": self.today,
            "version": self._version(),
            "nonce": self._nonce(),
        }
        done: Decision = with_files(
            files,
            subject,
            by=self.user,
            kind="partner_view",
            act=lambda kept: perform(
                subject, "give_view", evidence=kept[0] if kept else None, **common, **data
            ),
        )
        return done


class Approve(DecisionVerb):
    verb = "approve"
    form_class = ApproveForm
    action = actions.approve
    done = "Approved. What follows from it has happened."

    def context(self, subject: Decision) -> dict[str, Any]:
        """With what the chair's word brings about, said before it is given."""
        return {**super().context(subject), "effect": f"The decision stands. {follows_from(subject)}".strip()}


def follows_from(decision: Decision) -> str:
    """What happens by itself once the proposal is approved; "" where nothing does."""
    if decision.kind == DecisionKind.NOTIFY:
        if decision.outcome == Outcome.NOTIFY:
            return "The authority can then notify the Panel; approving does not send anything to it."
        return "The Panel is not notified. The referrer is then told the outcome and the reasons."
    if decision.outcome in STARTS_CSPR:
        return "A Child Safeguarding Practice Review opens at once."
    if decision.outcome == Outcome.DISCONTINUE:
        return "The practice review ends at once."
    return ""


class SendBack(DecisionVerb):
    verb = "send_back"
    form_class = SendBackForm
    done = "Sent back to the proposer."


class Revise(DecisionVerb):
    verb = "revise"
    template_name = "decisions/revise.html"
    button = "Put it to the partners again"
    done = "The changed proposal is with the three partners and the chair."

    def form(self, subject: Decision, data: Any = None, files: Any = None) -> forms.Form:
        return proposal_form(subject.case, subject.kind, data, files, earlier=subject)

    def refusal(self, subject: Decision) -> str | None:
        return super().refusal(subject) or unanswered(subject.case, subject.kind)

    def data(self, form: Any) -> dict[str, Any]:
        return proposed(form)

    def act(self, subject: Decision, data: dict[str, Any]) -> Any:
        return super().act(subject, {**data, "evidence_hash": evidence_hash(subject.case, subject.kind)})


class Withdraw(DecisionVerb):
    verb = "withdraw"
    form_class = WithdrawForm
    done = "The proposal is taken back. It stays in the record."
