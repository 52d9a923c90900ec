"""A rapid review and its decision, driven at random: what counts as signed off is what was approved."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cspr.accounts.models import User
from cspr.accounts.roles import Partner, Role
from cspr.audit.models import Event
from cspr.workflow import Refused, perform
from referrals import actions
from referrals.models import Case, Decision
from referrals.models.evidence import differences, parts_of
from referrals.states import DecisionKind, DecisionState, Outcome
from reviews.models import InformationRequest, RapidReview
from reviews.models.weighing import CRITERIA, WEIGHABLE
from reviews.questions import by_part
from reviews.states import RAPID_REVIEW_SECTIONS
from tests import factories as make

TODAY = make.TODAY
# "both" is a chair who also is staff: they propose, write and approve if they may.
PEOPLE = ("staff", "colleague", "chair", "both", "la", "icb", "police", "reviewer", "panel_member", "author")
SECTIONS = sorted(RAPID_REVIEW_SECTIONS)[:3]
WAY = {
    "meeting_held": "finish_draft",
    "drafted": "seek_sign_off",
    "submitted": "record_panel_response",
    "panel_response": "reconsider",
}


class DecisionMachine(RuleBasedStateMachine):
    """One rapid review; anybody tries anything with it, with its decision and with what the decision rests on."""

    area: make.Area
    review_id: int
    request_id: int
    tally: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        morning = dt.datetime.combine(TODAY, dt.time(9), ZoneInfo("Europe/London"))
        self.travel = time_machine.travel(morning, tick=False)
        self.travel.start()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.written = 0

    @initialize(steps=st.integers(0, 3))
    def so_far(self, steps: int) -> None:
        """It begins undecided; decided; decided and sent; or decided, then changed, and sent with a reason."""
        self.letter = make.letter(self.review.case, self.area.staff)
        if steps:
            self.everybody_does_what_is_due(send=steps == 2)
        if steps == 3:
            self.the_report_is_opened_again()
            self.somebody_writes("staff", SECTIONS[0])
            self.what_was_reopened_says_what_changed()
            for _ in range(2):
                self.the_review_goes_on()
            self.staff_send_it("The days are over.")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.travel.stop()

    @property
    def review(self) -> RapidReview:
        return RapidReview.objects.get(pk=self.review_id)

    @property
    def decision(self) -> Decision | None:
        held = Decision.objects.filter(case=self.review.case, kind=DecisionKind.REVIEW)
        return held.exclude(state=DecisionState.SUPERSEDED).order_by("-pk").first()

    def person(self, name: str) -> User:
        """Read afresh, as a new request would be."""
        return User.objects.get(pk=self.area.people[name].pk)

    def attempt(self, what: str, act: object, *subject: object, by: str, **data: object) -> bool:
        """Do it; if it is refused, everything is as before."""
        before = Event.objects.count()
        try:
            act(*subject, by=self.person(by), today=TODAY, **data)  # type: ignore[operator]
        except Refused:
            assert Event.objects.count() == before
            return False
        self.tally[what] += 1
        return True

    # --- what a decision rests on ---

    @rule(by=st.sampled_from(PEOPLE), section=st.sampled_from(SECTIONS))
    def somebody_writes(self, by: str, section: str) -> None:
        self.written += 1
        sections = {section: f"Text {self.written}."}
        self.attempt("write", perform, self.review, "write_report", by=by, sections=sections)

    @rule(by=st.sampled_from(PEOPLE), criterion=st.sampled_from(sorted(CRITERIA)))
    def somebody_answers_a_criterion(self, by: str, criterion: str) -> None:
        self.written += 1
        answer = {"criterion": criterion, "met": "no", "reason": f"Reason {self.written}."}
        self.attempt("weigh", perform, self.review, "weigh", by=by, **answer)

    @rule(verb=st.sampled_from(("query", "accept")))
    def staff_judge_the_answer(self, verb: str) -> None:
        data = {"words": "Which gate?"} if verb == "query" else {}
        request = InformationRequest.objects.get(pk=self.request_id)
        self.attempt(verb, perform, request, verb, by="staff", **data)

    @rule()
    def the_agency_answers(self) -> None:
        self.written += 1
        account = by_part({"summary": f"Account {self.written}.", "at_risk": "no"})
        request = InformationRequest.objects.get(pk=self.request_id)
        self.attempt("answer", perform, request, "answer_request", by="author", **account)

    # --- the decision ---

    @rule(by=st.sampled_from(PEOPLE), outcome=st.sampled_from((Outcome.LCSPR, Outcome.RR_SUFFICIENT)))
    def somebody_proposes(self, by: str, outcome: str) -> None:
        case = Case.objects.get(pk=self.review.case_id)
        data = {"outcome": outcome, "grounds": {}, "reasons": "Because."}
        decision = self.decision
        if decision is not None and decision.state in {DecisionState.PROPOSED, DecisionState.SENT_BACK}:
            self.attempt("revise", perform, decision, "revise", by=by, **data)
        else:
            self.attempt("propose", actions.propose, case, by=by, kind=DecisionKind.REVIEW, **data)

    @rule(partners=st.sets(st.sampled_from(Partner.values)), view=st.sampled_from(("agree", "disagree")))
    def partners_give_their_views(self, partners: set[str], view: str) -> None:
        for partner in sorted(partners):
            if (decision := self.decision) is not None:
                said = {"partner": partner, "view": view, "reason": "So we think."}
                self.attempt("view", perform, decision, "give_view", by=partner, **said)

    @rule(by=st.sampled_from(PEOPLE))
    def somebody_approves(self, by: str) -> None:
        decision = self.decision
        if decision is None or not self.attempt("approve", actions.approve, decision, by=by):
            return
        approved = Decision.objects.get(pk=decision.pk)
        approver = self.area.people[by]
        writers = set(
            Event.objects.filter(
                case_ref=self.review.case.ref, kind__in=("rapidreview.write_report", "rapidreview.weigh")
            ).values_list("by_id", flat=True)
        )
        assert set(approved.views.values_list("partner", flat=True)) == set(Partner.values)
        assert approver.pk != approved.proposed_by_id
        assert approver.pk not in writers
        assert not self.review.case.conflicts.filter(user=approver, lifted_on=None).exists()

    @rule(who=st.sampled_from(("chair", "both", "police")))
    def somebody_has_a_conflict(self, who: str) -> None:
        case = Case.objects.get(pk=self.review.case_id)
        if not case.conflicts.filter(user=self.area.people[who], lifted_on=None).exists():
            data = {"user": self.person(who), "words": "A relative."}
            self.attempt("conflict", perform, case, "record_conflict", by="staff", **data)

    # --- the way of the review ---

    @rule(words=st.sampled_from(("", "The days are over.")))
    def staff_send_it(self, words: str) -> None:
        data = {"told": "DfE and Ofsted", "words": words, "proof": self.letter}
        if not self.attempt("submit", perform, self.review, "submit", by="staff", **data):
            return
        sent = Event.objects.filter(kind="rapidreview.submit", subject_ref=self.review.ref).first()
        assert sent is not None
        standing = self.review.case.standing_decision(DecisionKind.REVIEW)
        same = standing is not None and not differences(
            standing.evidence, parts_of(self.review.case, DecisionKind.REVIEW)
        )
        assert sent.facts["signed_off"] is same
        assert same or sent.words
        self.tally["signed off" if same else "overridden"] += 1

    @rule()
    def the_report_is_opened_again(self) -> None:
        self.attempt("reopen_report", perform, self.review, "reopen_report", by="staff", words="A late fact.")

    @rule()
    def the_review_goes_on(self) -> None:
        verb = WAY.get(self.review.state)
        answered = {"outcome": "suggests_no_lcspr", "letter": self.letter}
        data = answered if verb == "record_panel_response" else {}
        if verb:
            self.attempt(verb, perform, self.review, verb, by="staff", **data)

    @rule(send=st.booleans())
    def everybody_does_what_is_due(self, send: bool) -> None:
        """Without this, chance seldom gets as far as an approval and a sending."""
        for _ in range(2):
            self.the_review_goes_on()
        self.somebody_proposes("staff", Outcome.RR_SUFFICIENT)
        self.partners_give_their_views(set(Partner.values), "agree")
        self.somebody_approves("chair")
        if send:
            self.staff_send_it("")

    # --- what always holds ---

    @invariant()
    def what_stands_reads_as_it_was_approved(self) -> None:
        review = self.review
        if review.state not in WEIGHABLE:
            return
        for decision in Decision.objects.filter(kind=DecisionKind.REVIEW, state=DecisionState.APPROVED):
            assert not differences(decision.evidence, parts_of(review.case, DecisionKind.REVIEW))
            assert decision.content_hash == decision.approved_hash

    @invariant()
    def what_was_reopened_says_what_changed(self) -> None:
        for decision in Decision.objects.filter(state=DecisionState.REOPENED):
            self.tally["reopened"] += 1
            assert decision.changes
            assert Event.objects.filter(subject_ref=decision.ref, kind="decision.reopen").count() == 1


@pytest.mark.long
@pytest.mark.django_db
def test_whatever_is_tried_nothing_counts_as_signed_off_but_what_was_approved():
    a = make.area()
    review = make.weighed(a, make.drafted(a))
    case = Case.objects.get(pk=review.case_id)
    both = make.person(a.partnership, Role.CHAIR)
    make.person_also(both, a.partnership, Role.STAFF)
    for capacity in (Role.CHAIR, Role.STAFF):
        perform(case, "grant_access", by=a.staff, today=TODAY, user=both, capacity=capacity)
    a.people["both"] = both
    request = make.asked(a, review)
    account = by_part({"summary": "Seen at the gate.", "at_risk": "no"})
    perform(request, "answer_request", by=a.author, today=TODAY, **account)
    DecisionMachine.area, DecisionMachine.review_id, DecisionMachine.request_id = a, review.pk, request.pk
    run_state_machine_as_test(
        DecisionMachine,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            # A story this long does not shrink in minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    seen = {
        what for what in ("approve", "reopened", "signed off", "overridden") if DecisionMachine.tally[what]
    }
    assert seen == {"approve", "reopened", "signed off", "overridden"}, (
        "a machine that never gets there proves nothing"
    )
