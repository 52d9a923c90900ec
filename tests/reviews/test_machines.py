"""The state machines as wholes: no state without a way in and a way on, no verb without a rule, no short cut."""

from __future__ import annotations

import datetime as dt
import inspect
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cspr.accounts.models import User
from cspr.accounts.roles import Partner
from cspr.audit.models import Event
from cspr.clocks.calendar import add_months
from cspr.workflow import Refused, follows, perform, transitions, why_not
from referrals.models import Case, Deadline, Decision, Notification, Referral
from referrals.states import CaseState, DecisionKind, DecisionState, NotificationState, Outcome, ReferralState
from reviews import actions
from reviews.anonymity.kinds import KeyState
from reviews.change import ActionState
from reviews.chronology.codes import ImportState
from reviews.models import (
    Action,
    FamilyContact,
    FamilyPromise,
    IdentityKey,
    InformationRequest,
    Meeting,
    PlanStep,
    PlanTemplate,
    PracticeReview,
    Publication,
    RapidReview,
    ReportComment,
    ReportImport,
)
from reviews.plans import Step
from reviews.questions.commenting import CommentState
from reviews.questions.family import FamilyState, PromiseState
from reviews.states import (
    REPORT_SECTIONS,
    SUITABILITY,
    MeetingState,
    PlanStepState,
    PlanTemplateState,
    PracticeReviewState,
    PublicationState,
    RapidReviewState,
    RequestState,
)
from tests import factories as make
from tests.illustrated import ALT, CAPTION, stored

TODAY = make.TODAY
# Each noun, its states, and the states in which it may rest for good.
MACHINES: dict[Any, tuple[Any, set[str]]] = {
    Case: (CaseState, set()),
    Referral: (
        ReferralState,
        {ReferralState.DECIDED_NOTIFY, ReferralState.TRANSFERRED, ReferralState.LINKED},
    ),
    Notification: (NotificationState, {NotificationState.RETRACTED, NotificationState.CLOSED}),
    Decision: (DecisionState, {DecisionState.SUPERSEDED}),
    RapidReview: (RapidReviewState, {RapidReviewState.CANCELLED}),
    PlanTemplate: (PlanTemplateState, {PlanTemplateState.IN_USE}),
    PlanStep: (PlanStepState, set()),
    FamilyContact: (FamilyState, set()),
    FamilyPromise: (PromiseState, set()),
    InformationRequest: (RequestState, set()),
    Meeting: (MeetingState, {MeetingState.HELD, MeetingState.CANCELLED}),
    PracticeReview: (PracticeReviewState, set()),
    ReportImport: (ImportState, {ImportState.DONE, ImportState.DROPPED}),
    ReportComment: (CommentState, set()),
    IdentityKey: (KeyState, {KeyState.KEPT}),
    Publication: (PublicationState, {PublicationState.WITHDRAWN}),
    Action: (ActionState, set()),
}
nouns = pytest.mark.parametrize("noun", MACHINES, ids=lambda noun: noun._meta.model_name)


def steps(noun: Any) -> Iterator[tuple[str, str, str]]:
    """Every (verb, state before, state after) of a noun."""
    for name, declared in transitions(noun).items():
        for step in declared:
            sources = MACHINES[noun][0].values if step.source == "*" else [step.source]
            for source in sources:
                yield name, source, step.target or source


@nouns
def test_every_state_can_be_reached_from_the_first(noun):
    states, _ = MACHINES[noun]
    reached, before = {noun._meta.get_field("state").default}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for _, source, after in steps(noun) if source in before}
    assert reached == set(states.values)


@nouns
def test_every_state_has_a_way_on_or_is_a_named_end(noun):
    states, ends = MACHINES[noun]
    with_a_way_on = {source for _, source, after in steps(noun) if after != source}
    assert set(states.values) - with_a_way_on == ends


@nouns
def test_every_verb_has_a_rule_a_label_and_one_name(noun):
    declared = [(name, step) for name, found in transitions(noun).items() for step in found]
    assert declared
    assert [name for name, step in declared if not callable(step.custom["rule"])] == []
    assert [name for name, step in declared if not step.custom["label"]] == []
    assert [name for name, step in declared if step.name != name] == []


@pytest.mark.django_db
def test_no_verb_in_any_state_is_open_to_somebody_of_another_partnership():
    """Not even the same roles elsewhere: each rule is asked about each person there."""
    a, other = make.area(), make.area("Otherham")
    review = make.practice_review(a)
    request = actions.add_request(
        RapidReview.objects.get(), by=a.staff, today=TODAY, agency=a.agencies["school"]
    )
    publication = Publication(review=review)
    decision = Decision.objects.filter(case=review.case).first()
    referral, notification = Referral.objects.get(), Notification.objects.get()
    subjects = [
        review.case,
        referral,
        notification,
        decision,
        request.rapid_review,
        request,
        review,
        publication,
        PlanTemplate(partnership=a.partnership),
        make.key_begun(a, review),
        *review.case.plan_steps.all(),
    ]
    allowed = [
        (type(subject).__name__, name, role)
        for subject in subjects
        for name, declared in transitions(subject).items()
        for step in declared
        for role, person in other.people.items()
        if step.custom["rule"](subject, person) is None
    ]
    assert allowed == []


# --- the CSPR machine, driven at random -------------------------------------------------------------------

ACTIONS = {
    "appoint_reviewer": actions.appoint_reviewer,
    "remove_reviewer": actions.remove_reviewer,
    "publish": actions.publish,
    "publish_improvements": actions.publish_improvements,
}
WAY = {
    "decided": "plan",
    "commissioning": "appoint_reviewer",
    "reviewer_appointed": "begin_work",
    "in_progress": "receive_draft",
    "on_hold": "resume",
    "draft_received": "start_quality",
    "quality_assurance": "start_fact_check",
    "fact_check": "sign_off",
    "signed_off": "send",
    "sent": "publish",
    "published": "start_follow_up",
    "improvements_published": "start_follow_up",
    "not_published": "reopen_report",
    "action_monitoring": "reopen_report",
    "closed": "reopen",
}
VERBS = [n for n, found in transitions(PracticeReview).items() if found[0].custom["rule"] is not follows]
PEOPLE = ("staff", "colleague", "chair", "reviewer", "la", "panel_member", "referrer")
WITH_A_REASON = (
    *("remove_reviewer", "ask_changes", "reopen_report", "leave_as_published"),
    *("close", "reopen", "subsume", "merge"),
)
OUTCOMES = (Outcome.PUBLISH, Outcome.IMPROVEMENTS_ONLY, Outcome.NOT_PUBLISH)


def picture(a: make.Area) -> Any:
    """A picture that was taken in for the review of the area, if there is one."""
    review = PracticeReview.objects.filter(case__partnership=a.partnership).first()
    return review and stored(review, a.staff)


def data_for(verb: str, today: dt.date, back: int, a: make.Area) -> dict[str, Any]:
    """Plausible data for a verb; ``back`` is how many days ago a sending is said to have happened."""
    soon, sent = today + dt.timedelta(days=7), today - dt.timedelta(days=back)
    words = {"words": "Because."}
    sending = {
        "sent_to_sos_on": today,
        "sent_to_panel_on": sent,
        "sent_to_ofsted_on": None,
        "planned_publication_on": soon,
    }
    recommendation = {"text": "Include fathers.", "kind": "partnership", "owner": "All partners"}
    known: dict[str, dict[str, Any]] = {
        "plan": {"scope": "All of it", "methodology": "Talking", "lead_partner": "la"},
        "tell_national": {"told_panel_on": today, "told_dfe_on": today, "told_ofsted_on": None},
        "appoint_reviewer": {"user": a.reviewer, "suitability": dict.fromkeys(SUITABILITY, "Yes.")},
        "monitor": {"time_in_hand": "Yes", "quality": "Good"},
        "hold": {"reason_code": "trial", "review_on": soon, "agreed_by": "Partners", **words},
        "extend_hold": {"reason_code": "trial", "review_on": soon, "agreed_by": "Partners", **words},
        "record_delay": {"reason_code": "criminal", "expected_on": soon, **words},
        "write_report": {
            "sections": dict.fromkeys(REPORT_SECTIONS, f"Text of day {back}."),
            "title": "Rowan",
        },
        "recommend": recommendation,
        "plan_action": {"number": 1, "action": 1},
        "answer_recommendation": {"number": 1, "response": "accepted"},
        "add_figure": {"document": picture(a), "caption": CAPTION, "alt": ALT}
        if verb == "add_figure"
        else {},
        "amend_figure": {"number": 1, "caption": f"Visits by day {back}", "alt": ALT},
        "drop_figure": {"number": 1, **words},
        "add_finding": {"text": "Nobody asked.", "themes": ["hidden_men"]},
        "amend_finding": {"number": 1, "text": f"Nobody asked on day {back}."},
        "drop_finding": {"number": 1, **words},
        "amend_recommendation": {"number": 1, **recommendation},
        "drop_recommendation": {"number": 1, **words},
        "meet_practitioners": {"how": "group"},
        "note_marker": {"number": 1, "standing": "in_place"},
        "describe": {"age": ["under_1"], "harm": [], "agency": []},
        "add_step": {"step": Step(26, "Thank those who took part", "")},
        "send": sending,
        "propose_release": {"at": None},
        "plan_publication": {"planned_publication_on": soon},
        "publish_improvements": {"reason_code": "court_order", **words},
        "withhold": {"reason_code": "court_order", "review_on": soon, **words},
    }
    known |= dict.fromkeys(WITH_A_REASON, words)
    return known.get(verb, {})


class ReviewMachine(RuleBasedStateMachine):
    """One CSPR, its people, and a calendar; anybody tries anything, and the partners decide now and then."""

    starts: tuple[tuple[make.Area, PracticeReview], ...]
    area: make.Area
    review_id: int
    tally: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.today = TODAY
        self.travel = time_machine.travel(self._morning(), tick=False)
        self.traveller = self.travel.start()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.public = 0

    @initialize(start=st.integers(0, 1))
    def somewhere(self, start: int) -> None:
        self.area, review = self.starts[start]
        self.review_id, self.decided_on = review.pk, review.decided_on

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.travel.stop()

    def _morning(self) -> dt.datetime:
        return dt.datetime.combine(self.today, dt.time(9), ZoneInfo("Europe/London"))

    @property
    def review(self) -> PracticeReview:
        return PracticeReview.objects.get(pk=self.review_id)

    def attempt(self, verb: str, person: str, back: int) -> None:
        """Do it; if it is refused, everything is as before."""
        before = (self.review.state, self.review.version, Event.objects.count())
        by = self._person(person)
        data = data_for(verb, self.today, back, self.area)
        try:
            if verb in ACTIONS:
                ACTIONS[verb](self.review, by=by, today=self.today, **data)
            else:
                perform(self.review, verb, by=by, today=self.today, **data)
            self.tally[verb] += 1
            self._nothing_is_public_but_what_was_decided_and_sent_seven_days_before()
        except Refused:
            assert (self.review.state, self.review.version, Event.objects.count()) == before

    def _nothing_is_public_but_what_was_decided_and_sent_seven_days_before(self) -> None:
        newer = list(Publication.objects.order_by("pk")[self.public :])
        self.public += len(newer)
        self.tally["published"] += len(newer)
        for publication in newer:
            review = self.review
            assert None not in {review.sent_to_sos_on, review.sent_to_panel_on}
            sent = max(review.sent_to_sos_on, review.sent_to_panel_on)
            assert publication.published_on - sent >= dt.timedelta(days=7)
            assert review.sent_hash == review.report_hash
            decision = review.case.standing_decision(DecisionKind.PUBLICATION)
            wanted = Outcome.IMPROVEMENTS_ONLY if publication.improvements_only else Outcome.PUBLISH
            assert (decision.outcome, decision.evidence_hash) == (wanted, review.sent_hash)
            assert set(decision.views.values_list("partner", flat=True)) == set(Partner.values)
            assert decision.approved_by_id != decision.proposed_by_id
            released = Event.objects.get(kind="publication.begin", subject_ref=publication.ref)
            assert released.by_id != decision.proposed_by_id
            assert review.family_told_on is not None
            signed = IdentityKey.objects.get(case=review.case).standing_signatures(review.report_hash)
            assert len({one.by_id for one in signed}) == 2

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.today += dt.timedelta(days=days)
        self.traveller.move_to(self._morning(), tick=False)

    @rule(verb=st.sampled_from(VERBS), person=st.sampled_from(PEOPLE), back=st.integers(-1, 9))
    def anybody_tries_anything(self, verb: str, person: str, back: int) -> None:
        self.attempt(verb, person, back)

    @rule(steps=st.integers(1, 14), back=st.integers(0, 9), wait=st.integers(0, 3))
    def the_next_steps_are_taken(self, steps: int, back: int, wait: int) -> None:
        for _ in range(steps):
            self._next_step(back)
            self.days_pass(wait)

    def _next_step(self, back: int) -> None:
        review = self.review
        if review.stopped:
            self._decide(DecisionKind.REVIEW, Outcome.LCSPR)
            return
        if review.state == PracticeReviewState.IN_PROGRESS:
            self.attempt("write_report", "reviewer", 0)
        elif review.state == PracticeReviewState.FACT_CHECK and review.undecided():
            self._decide(DecisionKind.PUBLICATION, Outcome.PUBLISH)
        elif review.state == PracticeReviewState.SENT:
            self.attempt("tell_family", "staff", 0)
            self.two_people_sign(person="chair")
        self._whoever_may(WAY[review.state], back)

    def _whoever_may(self, verb: str, back: int) -> None:
        for person in PEOPLE:
            if why_not(self.review, verb, self._person(person)) is None:
                self.attempt(verb, person, back)
                return

    def _person(self, name: str) -> User:
        """Read afresh, as a new request would be."""
        return User.objects.get(pk=self.area.people[name].pk)

    @rule(person=st.sampled_from(("staff", "chair", "reviewer")))
    def two_people_sign(self, person: str) -> None:
        """They try; the second may be the first, or somebody who may not."""
        key = make.files_checked(self.area, self.review, on=self.today)
        for name in ("staff", person):
            try:
                key = perform(key, "sign", by=self._person(name), today=self.today)
            except Refused:
                continue

    @rule(outcome=st.sampled_from(OUTCOMES))
    def the_partners_decide(self, outcome: str) -> None:
        self._decide(DecisionKind.PUBLICATION, outcome)

    @rule()
    def the_partners_discontinue(self) -> None:
        if not self.review.concluded_on and not self.review.published_already():
            self._decide(DecisionKind.DISCONTINUE, Outcome.DISCONTINUE)

    def _decide(self, kind: str, outcome: str) -> None:
        case = self.review.case
        make.decided(self.area, case, kind, outcome, today=self.today, evidence_hash=self.review.report_hash)
        if kind == DecisionKind.REVIEW:
            self.decided_on = self.today

    @rule(person=st.sampled_from(("staff", "colleague")))
    def somebody_publishes(self, person: str) -> None:
        for verb in ("publish", "publish_improvements", "withhold"):
            self.attempt(verb, person, 0)

    @invariant()
    def the_state_is_what_the_last_event_says(self) -> None:
        last = Event.objects.filter(subject_ref=self.review.ref).first()
        assert last is not None
        assert last.state_after == self.review.state

    @invariant()
    def six_months_from_the_decision_and_never_another_day(self) -> None:
        row = Deadline.objects.get(case=self.review.case, code="LCSPR_6M")
        assert (row.trigger_on, row.due_on) == (self.decided_on, add_months(self.decided_on, 6))

    @invariant()
    def what_is_public_stays_as_it_was(self) -> None:
        assert not Publication.objects.exclude(state=PublicationState.PUBLIC).exists()

    @invariant()
    def at_most_one_reviewer_has_access(self) -> None:
        assert self.review.reviewers.filter(removed_on=None).count() <= 1
        assert self.review.holds.filter(ended_on=None).count() == (self.review.state == "on_hold")


@pytest.mark.django_db
def test_the_machine_has_an_answer_to_all_that_any_verb_asks():
    a = make.area()
    lacking = {
        verb: asked
        for verb in VERBS
        if (asked := asked_by(verb) - data_for(verb, TODAY, 1, a).keys() - {"self", "by", "on"})
    }
    assert lacking == {}


def asked_by(verb: str) -> set[str]:
    """What a verb cannot do without."""
    parameters = inspect.signature(getattr(PracticeReview, verb)).parameters.values()
    return {p.name for p in parameters if p.default is p.empty and p.kind != p.VAR_KEYWORD}


@pytest.mark.thorough
@pytest.mark.django_db
def test_whatever_is_tried_nothing_is_published_without_decision_and_seven_days():
    early, late = make.area(), make.area("Otherham")
    ReviewMachine.starts = ((early, make.practice_review(early)), (late, make.fact_checked(late)))
    run_state_machine_as_test(
        ReviewMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            phases=[
                Phase.explicit,
                Phase.reuse,
                Phase.generate,
            ],  # a story this long does not shrink in minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert ReviewMachine.tally["published"] > 0, "a machine that never publishes proves nothing"
