"""The decision room in the browser: criteria with reasons, three views, an approval by somebody else."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.documents.models import Document
from cspr.mail.models import OutgoingEmail
from cspr.workflow import perform
from referrals import actions
from referrals.models import Case, Decision, Notification, PartnerView
from referrals.states import DecisionState
from reviews.models import PracticeReview, RapidReview
from tests import factories as make
from tests.documents.clamd import VIRUS, Clamd, listening
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
LIMBS = {
    "SCSC_A_met": "yes",
    "SCSC_A_reason": "Unexplained fractures.",
    "SCSC_B1_met": "no",
    "SCSC_B1_reason": "The child is alive.",
    "SCSC_B2_met": "yes",
    "SCSC_B2_reason": "Several fractures.",
}
NOTIFY = {**LIMBS, "outcome": "notify", "reasons": "Both limbs are met."}


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a() -> make.Area:
    return make.area()


@pytest.fixture
def case(a: make.Area) -> Case:
    return Case.objects.get(pk=make.accepted(a).case_id)


@pytest.fixture
def staff(a: make.Area) -> Browser:
    return Browser(a.staff)


def ask(case: Case, kind: str = "notify") -> str:
    return reverse("propose", args=[case.ref, kind])


def at(decision: Decision, verb: str = "") -> str:
    return reverse(f"decision-{verb}" if verb else "decision", args=[decision.ref])


@pytest.fixture
def decision(staff: Browser, case: Case) -> Decision:
    """Whether to notify, just proposed."""
    staff.fill(ask(case), **NOTIFY)
    return Decision.objects.get()


def views(decision: Decision) -> dict[str, str]:
    return dict(PartnerView.objects.filter(decision=decision).values_list("partner", "view"))


def give_all(a: make.Area, decision: Decision) -> None:
    for partner in ("la", "icb", "police"):
        Browser(a.people[partner]).fill(at(decision, "give_view"), view="agree")


# --- proposing --------------------------------------------------------------------------------------------


def test_each_limb_is_answered_by_itself_with_reasons(staff, case, decision):
    assert decision.grounds == {
        "SCSC_A": {"met": "yes", "reason": "Unexplained fractures."},
        "SCSC_B1": {"met": "no", "reason": "The child is alive."},
        "SCSC_B2": {"met": "yes", "reason": "Several fractures."},
    }
    assert (decision.outcome, decision.reasons, staff.went_to) == (
        "notify",
        "Both limbs are met.",
        at(decision),
    )


def test_the_evidence_stands_beside_the_form(staff, case):
    page = staff.get(ask(case))
    assert "A baby was brought to hospital with fractures." in page.words
    assert "Inflicted injury is likely." in page.words
    assert "The three partners are asked for their views." in page.words


def test_chair_and_partners_are_told_without_details(a, decision):
    told = OutgoingEmail.objects.filter(kind="decision_proposed").values_list("to", flat=True)
    assert sorted(told) == sorted(u.pk for u in (a.chair, a.la, a.icb, a.police))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SCSC_A_met": ""}, "Choose an answer to “Abuse or neglect of a child is known or suspected”"),
        ({"SCSC_A_reason": " "}, "Enter the reasons: abuse or neglect of a child is known or suspected"),
        ({"outcome": "nfa"}, "You answered that both limbs are met. Then the law requires a notification."),
        ({"SCSC_A_met": "no"}, "You answered that a limb is not met. Then there is nothing to notify."),
        ({"outcome": "publish"}, "Select one of the options"),
        ({"reasons": ""}, "Enter the reasons for the proposal"),
    ],
)
def test_a_proposal_that_does_not_hold_is_shown_again_with_everything_typed(staff, case, change, message):
    page = staff.fill(ask(case), 422, **{**NOTIFY, **change})
    assert page.messages == [message]
    assert page.sends["SCSC_B2_reason"] == "Several fractures."
    assert not Decision.objects.exists()


def test_for_the_death_of_a_care_leaver_the_limbs_do_not_bind(a, staff):
    case = make.accepted(a, incident={"outcome": "care_leaver_death"}).case
    staff.fill(ask(case), **{**NOTIFY, "SCSC_A_met": "no", "SCSC_B1_met": "yes"})
    assert Decision.objects.get().outcome == "notify"


def test_the_same_proposal_sent_twice_is_made_once(staff, case):
    sends = {**staff.get(ask(case)).sends, **NOTIFY}
    staff.post(ask(case), sends)
    first = staff.went_to
    staff.post(ask(case), sends)
    assert (staff.went_to, Decision.objects.count()) == (first, 1)


def test_a_question_that_is_open_is_not_put_again(staff, case, decision):
    assert "This question is open already." in staff.get(ask(case), 403).words
    page = staff.post(ask(case), {**NOTIFY, "nonce": "another"}, 403)
    assert "Both limbs are met." in page.words
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("retract", "There is no notification that could be retracted."),
        ("review", "There is no rapid review yet."),
        ("publication", "There is no practice review yet."),
        ("discontinue", "There is no practice review yet."),
    ],
)
def test_a_question_the_case_has_not_come_to_says_so(staff, case, kind, why):
    assert why in staff.get(ask(case, kind), 403).words


def test_an_unknown_question_is_no_page_and_others_do_not_propose(a, staff, case):
    staff.get(ask(case, "nonsense"), 404)
    Browser(a.chair).get(ask(case), 403)
    Browser(a.referrer).get(ask(case), 404)


# --- the views --------------------------------------------------------------------------------------------


def test_each_partner_gives_their_own_view(a, decision):
    page = Browser(a.la).get(at(decision, "give_view"))
    assert "Whose view is it?" not in page.words
    give_all(a, decision)
    assert views(decision) == {"la": "agree", "icb": "agree", "police": "agree"}


def test_a_different_view_needs_reasons_and_stands_out(a, decision):
    police = Browser(a.police)
    page = police.fill(at(decision, "give_view"), 422, view="disagree")
    assert page.messages == ["Say why you disagree"]
    police.fill(at(decision, "give_view"), view="disagree", reason="The medical opinion is awaited.")
    words = police.get(at(decision)).words
    assert "The partners differ." in words
    assert "The medical opinion is awaited." in words
    assert "the local authority’s alone" in words


def test_staff_record_a_view_with_the_letter_it_came_in(a, staff, decision):
    letter = SimpleUploadedFile("letter.txt", b"We agree.", "text/plain")
    when = {"effective_on_day": "20", "effective_on_month": "11", "effective_on_year": "2026"}
    staff.fill(at(decision, "give_view"), partner="icb", view="agree", evidence=letter, **when)
    view = PartnerView.objects.get()
    assert (view.partner, view.given_by, view.recorded_by, str(view.given_on)) == (
        "icb",
        None,
        a.staff,
        "2026-11-20",
    )
    assert view.evidence == Document.objects.get(kind="partner_view")
    assert f"recorded by {a.staff.name}" in staff.get(at(decision)).words
    assert a.staff.name in Event.objects.get(kind="decision.give_view").by.name


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"view": "agree"}, "Say how the view was given, or attach the letter or e-mail"),
        ({"view": "not_sought"}, "Say why: it stands in the decision record"),
        ({"view": "agree", "reason": "By e-mail.", "partner": ""}, "Answer the question “Whose view is it?”"),
    ],
)
def test_a_view_without_its_evidence_is_not_recorded(staff, decision, given, message):
    when = {"effective_on_day": "20", "effective_on_month": "11", "effective_on_year": "2026"}
    page = staff.fill(at(decision, "give_view"), 422, **{"partner": "icb", **when, **given})
    assert page.messages == [message]
    assert views(decision) == {}


def test_staff_do_not_write_over_a_view_given_in_person(a, staff, decision):
    Browser(a.la).fill(at(decision, "give_view"), view="agree")
    when = {"effective_on_day": "20", "effective_on_month": "11", "effective_on_year": "2026"}
    page = staff.fill(
        at(decision, "give_view"), 422, partner="la", view="disagree", reason="By telephone.", **when
    )
    assert page.messages == ["Select one of the options"]
    assert views(decision) == {"la": "agree"}
    give_all(a, decision)
    assert "so there is none to record" in staff.get(at(decision, "give_view"), 403).words


def test_a_letter_that_cannot_be_kept_leaves_no_view(staff, decision):
    letter = SimpleUploadedFile("letter.exe", b"x", "text/plain")
    when = {"effective_on_day": "20", "effective_on_month": "11", "effective_on_year": "2026"}
    page = staff.fill(at(decision, "give_view"), 422, partner="icb", view="agree", evidence=letter, **when)
    assert "this kind of file is not taken here" in page.words
    assert (views(decision), Document.objects.count()) == ({}, 0)


def test_a_letter_with_a_virus_leaves_no_view_and_is_on_record(staff, decision, tmp_path, settings):
    letter = SimpleUploadedFile("letter.txt", VIRUS, "text/plain")
    when = {"effective_on_day": "20", "effective_on_month": "11", "effective_on_year": "2026"}
    with listening(Clamd(), tmp_path / "s") as settings.CLAMAV:
        page = staff.fill(
            at(decision, "give_view"), 422, partner="icb", view="agree", evidence=letter, **when
        )
    assert "something harmful in it" in page.words
    assert (views(decision), Document.objects.count()) == ({}, 0)
    event = Event.objects.get(kind="document.infected")
    assert (event.case_ref, event.subject_ref) == (decision.case.ref, decision.ref)


# --- approving --------------------------------------------------------------------------------------------


def test_nobody_approves_before_all_three_views_are_there(a, decision):
    chair = Browser(a.chair)
    assert "Views not yet recorded: Local authority, Integrated care board, Police." in (
        chair.get(at(decision, "approve"), 403).words
    )
    assert f"{a.chair.name} : once the three views are recorded" in chair.get(at(decision)).words.replace(
        f"{a.chair.name}:", f"{a.chair.name} :"
    )


def test_the_chair_approves_and_what_follows_happens(a, case, decision):
    give_all(a, decision)
    chair = Browser(a.chair)
    assert "approving does not send anything to it" in chair.get(at(decision, "approve")).words
    chair.fill(at(decision, "approve"), words="Agreed at the meeting.")
    decision = Decision.objects.get(pk=decision.pk)
    assert (decision.state, decision.approved_by) == (DecisionState.APPROVED, a.chair)
    assert Notification.objects.get(case=case).state == "decided_notify"
    page = chair.get(at(decision))
    assert decision.approved_hash in page.words
    assert "They still read as they were approved." in page.words


def test_a_chair_who_proposed_it_is_told_why_somebody_else_approves(a, case):
    perform(case, "grant_access", by=a.staff, today=TODAY, user=a.chair, capacity=Role.CHAIR)
    both = make.person(a.partnership, Role.STAFF)
    a.partnership.memberships.create(user=both, role=Role.CHAIR, starts_on=TODAY)
    for capacity in (Role.STAFF, Role.CHAIR):
        perform(case, "grant_access", by=a.staff, today=TODAY, user=both, capacity=capacity)
    Browser(both).fill(ask(case), **NOTIFY)
    made = Decision.objects.get()
    give_all(a, made)
    page = Browser(both).get(at(made))
    assert "You proposed this, so somebody else has to approve it." in page.words
    assert f"{a.chair.name}: now" in page.words


def test_a_proposal_is_sent_back_changed_and_looked_at_again(a, staff, decision):
    give_all(a, decision)
    Browser(a.chair).fill(at(decision, "send_back"), words="Say more about the second limb.")
    page = staff.get(at(decision, "revise"))
    assert page.sends["SCSC_B2_reason"] == "Several fractures."
    staff.fill(at(decision, "revise"), SCSC_B2_reason="Seven fractures of different age.")
    decision = Decision.objects.get(pk=decision.pk)
    assert (decision.state, decision.grounds["SCSC_B2"]["reason"]) == (
        "proposed",
        "Seven fractures of different age.",
    )
    assert views(decision) == {}


def test_the_proposer_takes_it_back_and_it_stays_in_the_record(a, staff, decision):
    Browser(a.colleague).get(at(decision, "withdraw"), 403)
    staff.fill(at(decision, "withdraw"))
    decision = Decision.objects.get(pk=decision.pk)
    assert decision.state == DecisionState.SUPERSEDED
    staff.get(at(decision))


def test_two_chairs_at_once_and_one_of_them_wins(a, case, decision):
    give_all(a, decision)
    second = make.person(a.partnership, Role.CHAIR)
    perform(
        Case.objects.get(pk=case.pk),
        "grant_access",
        by=a.staff,
        today=TODAY,
        user=second,
        capacity=Role.CHAIR,
    )
    other = Browser(second)
    sends = {**other.get(at(decision, "send_back")).sends, "words": "Not yet."}
    Browser(a.chair).fill(at(decision, "approve"))
    page = other.post(at(decision, "send_back"), sends, 409)
    assert f"Approved: Notify the Panel, by {a.chair.name}" in page.words
    assert "Not yet." in page.words
    decision = Decision.objects.get(pk=decision.pk)
    assert decision.state == DecisionState.APPROVED


# --- the reviews' questions -------------------------------------------------------------------------------


REVIEW = {"outcome": "lcspr", "reasons": "More can be learnt."}


def test_a_decision_on_a_review_is_made_on_the_report_as_it_reads(a, staff):
    review = make.weighed(a, make.drafted(a))
    staff.fill(ask(review.case, "review"), **REVIEW)
    made = Decision.objects.get(kind="review")
    assert (made.evidence_hash, made.grounds) == (review.report_hash, review.weighed)
    give_all(a, made)
    Browser(a.chair).fill(at(made, "approve"))
    assert PracticeReview.objects.get(case=review.case).decision == made


def test_a_report_that_changed_since_is_said_loudly_and_a_changed_proposal_counts_again(a, staff):
    review = make.weighed(a, make.drafted(a))
    staff.fill(ask(review.case, "review"), **REVIEW)
    made = Decision.objects.get(kind="review")
    assert "has changed since" not in staff.get(at(made)).words
    review = perform(review, "reopen_report", by=a.staff, today=TODAY, words="A correction.")
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"child": "Corrected."})
    page = staff.get(at(made))
    assert "The report, “The child: identity, family, lived experience and voice”: changed" in page.words
    give_all(a, made)
    page = Browser(a.chair).get(at(made, "approve"), 403)
    assert "What this rests on has changed since it was proposed" in page.words
    staff.fill(at(made, "revise"))
    made = Decision.objects.get(pk=made.pk)
    assert made.evidence_hash == RapidReview.objects.get().report_hash
    give_all(a, made)
    Browser(a.chair).fill(at(made, "approve"))


def test_a_practice_review_is_proposed_when_each_criterion_has_been_answered(a, staff):
    review = make.drafted(a)
    page = staff.get(ask(review.case, "review"), 403)
    assert "Criteria still to be answered: 11 of 11." in page.words
    # It is not offered before either; what is still to do is said instead.
    for place in (review.get_absolute_url(), review.case.get_absolute_url()):
        seen = staff.get(place)
        assert ask(review.case, "review") not in seen.links.values()
        assert "Criteria still to be answered: 11 of 11." in seen.words


def test_the_publication_is_decided_on_the_practice_reviews_report(a, staff):
    review = make.fact_checked(a)
    staff.fill(ask(review.case, "publication"), outcome="publish", reasons="Nothing stands against it.")
    assert Decision.objects.get(kind="publication").evidence_hash == review.report_hash


# --- who sees it ------------------------------------------------------------------------------------------


def test_a_decision_is_hidden_like_its_case(a, case, decision):
    for who in ("referrer", "author", "reviewer", "dpo", "sysadmin"):
        visitor = Browser(a.people[who])
        for place in ("", "give_view/", "approve/"):
            hidden, unknown = (
                visitor.client.get(f"/decisions/{r}/{place}") for r in (decision.ref, "AAAAA-AAAAA")
            )
            assert (hidden.status_code, hidden.content) == (404, unknown.content)


def test_an_agencys_author_on_the_case_sees_no_decision(a, case, decision):
    perform(
        Case.objects.get(pk=case.pk),
        "grant_access",
        by=a.staff,
        today=TODAY,
        user=a.author,
        capacity=Role.AUTHOR,
    )
    Browser(a.author).get(at(decision), 404)


def test_a_read_only_panel_member_sees_the_decision_but_not_what_the_referral_says(a, case, decision):
    perform(
        Case.objects.get(pk=case.pk), "grant_access", by=a.staff, today=TODAY, user=a.panel_member,
        capacity=Role.PANEL_MEMBER,
    )  # fmt: skip
    page = Browser(a.panel_member).get(at(decision))
    assert ("Both limbs are met." in page.words, "A baby was brought" in page.words) == (True, False)


def test_an_earlier_decision_is_replaced_and_stays_to_be_read(a, staff, case):
    first = make.decided(a, case, "notify", "nfa")
    perform(Notification.objects.get(case=case), "reconsider", by=a.staff, today=TODAY, words="New facts.")
    staff.fill(ask(case), **NOTIFY)
    second = Decision.objects.get(state=DecisionState.PROPOSED)
    give_all(a, second)
    Browser(a.chair).fill(at(second, "approve"))
    first = Decision.objects.get(pk=first.pk)
    assert first.state == DecisionState.SUPERSEDED
    assert "Replaced by a later decision" in staff.get(at(first)).words


def test_the_room_asks_for_a_fixed_number_of_statements(a, staff, decision, django_assert_max_num_queries):
    give_all(a, decision)
    staff.get(at(decision))
    with django_assert_max_num_queries(16):
        staff.get(at(decision))
    chair = Browser(a.chair)
    chair.get(at(decision))
    with django_assert_max_num_queries(16):
        chair.get(at(decision))


def test_proposing_goes_through_the_same_action_as_everything_else(a, case):
    made = actions.propose(
        case, by=a.staff, today=TODAY, kind="notify", outcome="notify", grounds={}, reasons="Because."
    )
    assert "Not answered." in Browser(a.staff).get(at(made)).words
