"""The decision room: criteria beside the evidence, and a decision that stands only on what was approved."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.urls import reverse

from cspr.accounts.roles import Partner, Role
from cspr.audit.log import history
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals import actions
from referrals.models import Case, Decision
from referrals.models.evidence import basis_of
from referrals.states import DecisionKind, DecisionState, Outcome
from reviews import actions as review_actions
from reviews.models import InformationRequest, PracticeReview, RapidReview
from reviews.questions import by_part
from reviews.states import RAPID_REVIEW_SECTIONS
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
SOON = TODAY + dt.timedelta(days=7)
SECTION = "The report, “The incident and its context”"


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def review(a: make.Area) -> RapidReview:
    """Written, weighed and with the partners; the school has answered."""
    review = make.drafted(a)
    request = review_actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    request = review_actions.send(request, by=a.staff, today=TODAY, due_on=SOON)
    account = by_part(
        {"summary": "She was seen at the gate.", "learning": "Who collects whom.", "at_risk": "no"}
    )
    perform(request, "answer_request", by=a.author, today=TODAY, **account)
    return make.weighed(a, RapidReview.objects.get())


def room(review: RapidReview) -> str:
    return reverse("decision-room", args=[review.ref])


def criterion(review: RapidReview, code: str) -> str:
    return reverse("rapid-review-weigh", args=[review.ref, code])


def approved(a: make.Area, review: RapidReview) -> Decision:
    return make.decided(a, Case.objects.get(pk=review.case_id), DecisionKind.REVIEW, Outcome.LCSPR)


def rewritten(a: make.Area, review: RapidReview, text: str = "Another text.") -> None:
    perform(review, "reopen_report", by=a.staff, today=TODAY, words="A correction.")
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"incident": text})


def back_with_the_partners(a: make.Area, review: RapidReview) -> RapidReview:
    perform(review, "finish_draft", by=a.staff, today=TODAY)
    return perform(review, "seek_sign_off", by=a.staff, today=TODAY)


# --- the criteria ---------------------------------------------------------------------------------------------


def test_a_criterion_is_answered_beside_the_evidence_and_names_what_its_reason_rests_on(a):
    review = make.drafted(a)
    staff = Browser(a.staff)
    page = staff.get(criterion(review, "R11B"))
    assert "What the agencies told us." in page.words
    answer = {"met": "yes", "reason": "Hidden men, again.", "cites": ["report.learning"]}
    staff.fill(criterion(review, "R11B"), **answer)
    assert staff.went_to == criterion(review, "R11C")
    words = f"Rapid review report: {RAPID_REVIEW_SECTIONS['learning']}"
    kept = {
        "met": "yes",
        "reason": "Hidden men, again.",
        "cites": [{"code": "report.learning", "words": words}],
    }
    assert RapidReview.objects.get().weighed == {"R11B": kept}
    assert f"Rests on: {words}" in staff.get(room(review)).words
    assert staff.get(criterion(review, "R11B")).sends["cites"] == ["report.learning"]


def test_every_answer_needs_its_reason_and_evidence_that_is_not_there_cannot_be_named(a):
    review = make.drafted(a)
    staff = Browser(a.staff)
    page = staff.fill(criterion(review, "R11B"), 422, met="no", reason=" ")
    assert page.messages == ["Say why, even in one sentence"]
    staff.fill(criterion(review, "R11B"), 422, met="no", reason="None.", cites=["answer.XXXXX-XXXXX.summary"])
    with pytest.raises(Refused, match="Give your reason"):
        perform(review, "weigh", by=a.staff, today=TODAY, criterion="R11B", met="no", reason="")
    staff.get(criterion(review, "R11Z"), 404)


def test_two_people_answer_two_criteria_at_once_and_nothing_is_lost(a):
    review = make.drafted(a)
    one, other = Browser(a.staff), Browser(a.colleague)
    first, second = one.get(criterion(review, "R11A")), other.get(criterion(review, "C1"))
    one.post(criterion(review, "R11A"), {**first.sends, "met": "yes", "reason": "One."})
    other.post(criterion(review, "C1"), {**second.sends, "met": "no", "reason": "Two."})
    kept = RapidReview.objects.get().weighed
    assert {code: answer["reason"] for code, answer in kept.items()} == {"R11A": "One.", "C1": "Two."}


def test_two_people_at_one_criterion_are_told_of_each_other_and_keep_their_words(a):
    review = make.drafted(a)
    one, other = Browser(a.staff), Browser(a.colleague)
    page = other.get(criterion(review, "R11A"))
    one.fill(criterion(review, "R11A"), met="yes", reason="The first answer.")
    answer = {**page.sends, "met": "no", "reason": "My own answer."}
    clash = other.post(criterion(review, "R11A"), answer, 409)
    assert "The first answer." in clash.words
    assert clash.sends["reason"] == "My own answer."
    other.post(criterion(review, "R11A"), {**clash.sends, "reason": "Both."})
    assert RapidReview.objects.get().weighed["R11A"]["reason"] == "Both."


def test_a_second_click_changes_nothing(a):
    review = make.drafted(a)
    staff = Browser(a.staff)
    sends = {**staff.get(criterion(review, "R11A")).sends, "met": "yes", "reason": "Once."}
    staff.post(criterion(review, "R11A"), sends)
    went = staff.went_to
    staff.post(criterion(review, "R11A"), sends)
    assert (staff.went_to, history(review.case.ref).filter(kind="rapidreview.weigh").count()) == (went, 1)


def test_local_indicators_are_shown_as_advice_and_decide_nothing(a):
    review = make.drafted(a)
    for referral in review.case.referrals.all():
        referral.answers["criteria"]["indicators"] = ["W6"]
        referral.save(update_fields=["answers"])
    page = Browser(a.staff).get(room(review))
    assert "They advise and never decide." in page.words
    assert "W6: There are concerns about how agencies worked together" in page.words
    assert "W" not in {code[0] for code in make.weighed(a, review).weighed}


# --- what was approved, and what changes it ---------------------------------------------------------------------


def changes(a: make.Area, review: RapidReview, what: str) -> None:
    request = InformationRequest.objects.get()
    if what == "report":
        rewritten(a, review)
    elif what == "criterion":
        answer = {"criterion": "R11B", "met": "yes", "reason": "On second thoughts."}
        perform(review, "weigh", by=a.staff, today=TODAY, **answer)
    elif what == "answer queried":
        perform(request, "query", by=a.staff, today=TODAY, words="Which gate?")
    elif what == "chronology":
        make.entry(a, review.case, date="2026-09-01")
    elif what == "answer added":
        more = review_actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["hospital"])
        more = review_actions.send(more, by=a.staff, today=TODAY, due_on=SOON)
        perform(more, "record_nil_return", by=a.staff, today=TODAY, name="Somebody", role="Manager")


WHAT = {
    "report": [f"{SECTION}: changed"],
    "criterion": ["The answer to “The case highlights or may highlight recurrent themes”: changed"],
    "answer queried": ["The answer of Testshire School {n}: no longer there"],
    "chronology": ["The chronology entry of Testshire School {n} for 1 September 2026: added"],
    "answer added": ["The answer of Testshire Hospital Trust {n}: added"],
}


@pytest.mark.parametrize("what", WHAT)
def test_whatever_it_rests_on_changes_the_decision_no_longer_stands_and_says_what_changed(a, review, what):
    decision = approved(a, review)
    OutgoingEmail.objects.all().delete()
    changes(a, review, what)
    decision = Decision.objects.get(pk=decision.pk)
    number = a.agencies["school"].name.split()[-1]
    said = [f"{found['words']}: {found['how']}" for found in decision.changes]
    assert (decision.state, said) == (
        DecisionState.REOPENED,
        [words.format(n=number) for words in WHAT[what]],
    )
    event = history(review.case.ref).get(kind="decision.reopen")
    assert (event.by, event.facts["changed"]) == (None, [found["code"] for found in decision.changes])
    told = OutgoingEmail.objects.filter(kind="decision_reopened").values_list("to_id", flat=True)
    people = (a.chair, a.la, a.icb, a.police, a.staff, a.colleague)
    assert set(told) == {person.pk for person in people}
    for place in (room(review), decision.get_absolute_url()):
        page = Browser(a.chair).get(place)
        assert said[0] in page.words


def test_accepting_an_answer_changes_nothing_that_was_decided_on(a, review):
    decision = approved(a, review)
    perform(InformationRequest.objects.get(), "accept", by=a.staff, today=TODAY)
    assert Decision.objects.get(pk=decision.pk).state == DecisionState.APPROVED


def test_putting_the_old_text_back_does_not_make_it_stand_again(a, review):
    decision = approved(a, review)
    before = review.report["incident"]
    rewritten(a, review)
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"incident": before})
    assert Decision.objects.get(pk=decision.pk).state == DecisionState.REOPENED


def test_it_is_not_sent_as_signed_off_until_it_is_decided_again(a, review):
    first = approved(a, review)
    rewritten(a, review)
    review = back_with_the_partners(a, review)
    with pytest.raises(Refused, match="as they read now"):
        perform(review, "submit", by=a.staff, today=TODAY, told="DfE and Ofsted", proof=make.shown(review))
    second = approved(a, review)
    perform(review, "submit", by=a.staff, today=TODAY, told="DfE and Ofsted", proof=make.shown(review))
    sent = history(review.case.ref).get(kind="rapidreview.submit")
    assert sent.facts["signed_off"] is True
    states = [Decision.objects.get(pk=d.pk).state for d in (first, second)]
    assert states == [DecisionState.SUPERSEDED, DecisionState.APPROVED]
    assert PracticeReview.objects.count() == 1


def test_it_can_be_sent_all_the_same_with_a_recorded_reason_and_does_not_count_as_signed_off(a, review):
    approved(a, review)
    rewritten(a, review)
    review = back_with_the_partners(a, review)
    perform(
        review,
        "submit",
        by=a.staff,
        today=TODAY,
        words="The fifteen days end today.",
        proof=make.shown(review),
    )
    sent = history(review.case.ref).get(kind="rapidreview.submit")
    assert (sent.facts["signed_off"], sent.words) == (False, "The fifteen days end today.")


def test_what_was_sent_was_decided_and_later_news_reopens_it_only_when_the_partners_take_it_up_again(
    a, review
):
    decision = approved(a, review)
    review = perform(
        review, "submit", by=a.staff, today=TODAY, told="DfE and Ofsted", proof=make.shown(review)
    )
    perform(InformationRequest.objects.get(), "query", by=a.staff, today=TODAY, words="Which gate?")
    assert Decision.objects.get(pk=decision.pk).state == DecisionState.APPROVED
    letter = make.letter(review.case, a.staff)
    answer = {"outcome": "suggests_no_lcspr", "letter": letter}
    review = perform(review, "record_panel_response", by=a.staff, today=TODAY, **answer)
    perform(review, "reconsider", by=a.staff, today=TODAY)
    assert Decision.objects.get(pk=decision.pk).state == DecisionState.REOPENED


# --- who approves ---------------------------------------------------------------------------------------------


def test_whoever_wrote_in_the_report_does_not_approve_even_as_chair(a):
    review = make.drafted(a)
    both = make.person(a.partnership, Role.CHAIR)
    make.person_also(both, a.partnership, Role.STAFF)
    case = Case.objects.get(pk=review.case_id)
    for capacity in (Role.CHAIR, Role.STAFF):
        perform(case, "grant_access", by=a.staff, today=TODAY, user=both, capacity=capacity)
    perform(review, "weigh", by=both, today=TODAY, criterion="C1", met="no", reason="No.")
    decision = actions.propose(
        case, by=a.staff, today=TODAY, kind="review", outcome="lcspr", grounds={}, reasons="More to learn."
    )
    for partner in Partner:
        perform(decision, "give_view", by=a.people[partner], today=TODAY, partner=partner, view="agree")
    with pytest.raises(Refused, match="You wrote part of what this decision rests on"):
        actions.approve(decision, by=both, today=TODAY)
    actions.approve(decision, by=a.chair, today=TODAY)


def test_the_room_asks_for_a_fixed_number_of_statements(a, review, django_assert_max_num_queries):
    approved(a, review)
    staff = Browser(a.staff)
    for place in (room(review), criterion(review, "R11A")):
        staff.get(place)
        with django_assert_max_num_queries(33):
            staff.get(place)


def test_an_app_that_is_made_ready_again_registers_nothing_twice():
    before = list(basis_of(DecisionKind.REVIEW).parts)
    apps.get_app_config("reviews").ready()
    assert basis_of(DecisionKind.REVIEW).parts == before
