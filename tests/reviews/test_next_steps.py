"""What pages offer next is something to do, by this person, now; and what is over is offered no more."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.urls import reverse

from cspr.workflow import Refused, perform
from referrals import actions as referral_actions
from referrals.forms.decision import OwnViewForm
from referrals.states import DecisionKind, Outcome
from reviews import actions
from reviews.forms.releasing import ProposeReleaseForm
from reviews.models import PracticeReview, YearlyPack
from tests import fact_checking
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
LATER = TODAY + dt.timedelta(days=8)
ASK = "Propose: whether and what to publish"


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


def gate(review):
    return reverse("publication-gate", args=[review.ref])


def work(user):
    browser = Browser(user)
    browser.get("/work/")
    parts = ("late", "soon", "mine", "others")
    return {(item.words, item.waits_for) for part in parts for item in browser.context[part]}


def published(a, review):
    return perform(review, "publish", by=a.colleague, today=LATER)


def test_the_gates_button_is_an_instruction_and_others_read_who_does_it(a):
    review = make.fact_checked(a)
    first = Browser(a.staff).get(gate(review))
    assert (
        first.links["Ask the partners whether and what to publish"]
        == f"/cases/{review.case.ref}/decide/publication/"
    )
    read = Browser(a.reviewer).get(gate(review)).words
    assert "Next: ask the partners whether and what to publish. Staff propose it" in read
    proposed = perform_proposal(a, review)
    then = Browser(a.staff).get(gate(review))
    assert then.links["See what the proposal to the partners waits for"] == proposed.get_absolute_url()


def perform_proposal(a, review):
    return referral_actions.propose(
        review.case, by=a.staff, today=TODAY, kind=DecisionKind.PUBLICATION, outcome=Outcome.PUBLISH, grounds={},
        reasons="Nobody can be recognised.", evidence_hash=review.report_hash,
    )  # fmt: skip


def test_the_second_person_confirms_the_first_waits_and_afterwards_nobody_does_anything(a):
    review = make.sent_before_publication(a, on=TODAY - dt.timedelta(days=10))
    task, confirm = "Propose the release of the report", "Confirm the release of the report"
    assert (task, "") in work(a.colleague)
    release = make.release_proposed(a, review, in_hours=5)
    assert {one for one in work(a.colleague) if "elease" in one[0]} == {(confirm, "")}
    assert {one for one in work(a.staff) if "elease" in one[0]} == {(confirm, "somebody else on the case")}
    Browser(a.colleague).fill(reverse("release-confirm", args=[release.ref]))
    assert [one for one in (*work(a.colleague), *work(a.staff)) if "elease" in one[0]] == []


def test_what_is_published_is_not_proposed_again_until_the_report_is_opened_again(a):
    review = published(a, make.sent_before_publication(a))
    staff = Browser(a.staff)
    for page in (review.get_absolute_url(), gate(review), f"/cases/{review.case.ref}/"):
        assert ASK not in staff.get(page).links, page
    staff.get(f"/cases/{review.case.ref}/decide/publication/", status=403)
    perform(review, "reopen_report", by=a.staff, today=LATER, words="A new fact.")
    assert ASK in staff.get(review.get_absolute_url()).links


def test_once_it_is_sent_the_gate_stands_first_and_what_was_decided_is_not_asked_first_again(a):
    review = make.sent_before_publication(a)
    staff = Browser(a.staff)
    staff.get(review.get_absolute_url())
    assert staff.context["gate_first"]
    assert staff.context["ask"] == []
    assert ASK in {one.label for one in staff.context["also"]}


def test_at_the_fact_check_publication_is_asked_beside_what_moves_it_on_and_ending_it_is_not(a):
    staff = Browser(a.staff)
    page = staff.get(make.fact_checked(a).get_absolute_url())
    assert "See to the fact check: who has answered, and what became of each point" in page.links
    assert [one.name for one in staff.context["onward"]] == ["sign_off"]
    assert not staff.context["gate_first"]
    assert [one.label for one in staff.context["ask"]] == [ASK]
    assert "Propose: whether to discontinue the review" in {one.label for one in staff.context["also"]}


def test_the_papers_of_a_report_are_offered_once_it_says_something(a):
    staff, review = Browser(a.staff), make.practice_review(a)
    empty = staff.get(review.get_absolute_url()).words
    assert "Once the report says something, its papers can be made here." in empty
    assert staff.context["paper_kinds"] == []
    staff.get(make.fact_checked(a).get_absolute_url())
    kinds = {kind.kind for kind in staff.context["paper_kinds"]}
    assert kinds
    assert not {kind for kind in kinds if "delay" in kind}


def test_a_day_of_publication_that_has_passed_is_not_offered_again(a):
    today, review = LATER, make.sent_before_publication(a)
    yesterday, tomorrow = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    for planned, offered in ((yesterday, None), (today, today), (tomorrow, tomorrow)):
        review.planned_publication_on = planned
        assert ProposeReleaseForm(review=review, today=today).initial["day"] == offered


def test_what_became_of_a_point_stays_once_the_report_is_signed_off(a):
    check = fact_checking.answered(a)
    handle = {"number": 1, "verdict": "taken_up", "reason": ""}
    perform(check, "handle_point", by=a.staff, today=TODAY, **handle)
    review = PracticeReview.objects.get(pk=check.review_id)
    assert "Change what became of point 1" in Browser(a.staff).get(check.get_absolute_url()).links
    make.decided(a, review.case, DecisionKind.PUBLICATION, Outcome.PUBLISH, evidence_hash=review.report_hash)
    perform(review, "sign_off", by=a.chair, today=TODAY)
    assert "Change what became of point 1" not in Browser(a.staff).get(check.get_absolute_url()).links
    with pytest.raises(Refused, match="closed to changes"):
        perform(check, "handle_point", by=a.staff, today=TODAY, **handle)


def test_files_are_checked_once_they_are_there_and_neither_after_publication(a):
    review = make.fact_checked(a)
    make.key_begun(a, review)
    at = reverse("anonymity-workbench", args=[review.ref])
    page = Browser(a.staff).get(at).words
    assert ("Make the files" in page, "Check the files" in page) == (True, False)
    review = published(a, make.sent_before_publication(a))
    page = Browser(a.staff).get(reverse("anonymity-workbench", args=[review.ref])).words
    assert [words for words in ("Make the files", "Check the files", "not made yet") if words in page] == []


def test_the_fact_check_room_does_not_send_its_reader_to_itself(a):
    check = fact_checking.asked(a)
    room = Browser(a.staff).get(reverse("practice-review-fact-check", args=[check.review.ref])).words
    assert (
        "1 agency has not answered. Handle every point, or say that an agency is not asked after all." in room
    )
    assert "Under “Fact check”" not in room


def test_the_next_date_is_none_that_the_page_shows_already(a):
    check = fact_checking.asked(a)
    staff = Browser(a.author)
    page = staff.get("/work/")
    assert Counter(item.url for item in staff.context["mine"])[check.get_absolute_url()] == 1
    assert (staff.context["next"], "Next date after these" in page.words) == (None, False)


def test_a_label_says_when_an_answer_is_needed_and_never_that_such_a_one_is_optional(a):
    own = str(OwnViewForm())
    assert "Your reasons (if you disagree)" in own
    asked = ProposeReleaseForm(review=make.practice_review(a), today=TODAY)
    assert "Day of publication (if it is on a day, at a time)" in str(asked)
    assert "(optional)" not in own + str(asked)


def test_the_pack_does_not_name_a_day_that_is_over_as_one_to_come(a):
    pack = actions.make_pack(
        a.partnership, by=a.staff, today=TODAY, year=YearlyPack(year=2025).about, as_at=TODAY
    )
    page = Browser(a.staff).get(pack.get_absolute_url()).words
    assert "The report was due by 30 September 2026 (guidance)." in page
