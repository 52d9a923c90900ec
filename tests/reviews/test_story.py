"""What reviews add to the pages of a case: sentences for its history, evidence for its decisions, dates for work."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse

from cspr.audit.models import Event
from cspr.workflow import Subject, perform, transitions
from referrals.states import DecisionKind, Outcome
from referrals.views.evidence import evidence_for
from referrals.views.story import told
from reviews import actions
from reviews.management.commands.workflow_docs import NOUNS as EVERY_NOUN
from reviews.models import InformationRequest, RapidReview
from reviews.views.story import SENTENCES
from tests import factories as make
from tests.referrals.browse import Browser

TODAY = make.TODAY
NOUNS = [noun for noun in EVERY_NOUN if noun._meta.app_label == "reviews"]
# Recorded beside the verbs, by the actions.
NOTED = {
    "accessrequest.forget",
    "accessrequest.move_due",
    "informationrequest.let_in",
    "informationrequest.let_out",
    "informationrequest.alert",
    "informationrequest.chase",
    "informationrequest.chase_nobody",
    "chronologyentry.judge",
    "practicereview.export_report",
    "practicereview.freeze",
    "practicereview.begin_section",
    "practicereview.drop_section",
    "informationrequest.outcome_told",
    "referral.outcome_told",
    "rapidreview.begin_section",
    "rapidreview.drop_section",
}


def test_every_noun_that_moves_by_verbs_stands_in_the_pages_about_the_workflow():
    assert set(EVERY_NOUN) == {model for model in apps.get_models() if issubclass(model, Subject)}


def at(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False)


def test_every_kind_of_event_of_reviews_has_a_sentence_and_no_other_has():
    verbs = {f"{noun._meta.model_name}.{verb}" for noun in NOUNS for verb in transitions(noun)}
    begun = {f"{noun._meta.model_name}.begin" for noun in NOUNS}
    assert set(SENTENCES) == verbs | begun | NOTED


@pytest.mark.django_db
def test_the_history_of_a_published_review_reads_in_plain_words():
    a = make.area()
    review = actions.publish(
        make.sent_before_publication(a), by=a.colleague, today=TODAY + dt.timedelta(days=7)
    )
    events = Event.objects.filter(case_ref=review.case.ref, subject_ref=review.ref).order_by("id")
    assert [line.words for line in told(events)] == [
        "The practice review was opened",
        "The six months were laid out, with 22 milestones",
        "A lead reviewer was appointed",
        "The reviewer began the work",
        "11 sections of the report were written",
        "Finding 1 was added",
        "Recommendation 1 was added",
        "The draft of the report was handed in",
        "Quality assurance of the draft began",
        "The fact check began",
        "The report was signed off",
        "The full report was sent to the Secretary of State on 23 November 2026, to the Panel on 23 November 2026, "
        "to Ofsted on 23 November 2026",
        "The family was told of the publication",
        "The report was published",
        "A copy of what was published was fixed",
    ]


@pytest.mark.django_db
def test_beside_the_decision_on_a_review_stand_the_report_and_what_agencies_think():
    a = make.area()
    review = make.drafted(a)
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    actions.send(request, by=a.staff, today=TODAY, due_on=TODAY + dt.timedelta(days=7))
    request = InformationRequest.objects.get()
    perform(request, "answer_request", by=a.author, today=TODAY, view={"provisional_view": "practice_review"})
    pieces = evidence_for(review.case, DecisionKind.REVIEW, a.la)
    assert {piece.source for piece in pieces} == {
        "Rapid review report",
        a.agencies["school"].name,
        f"Referral of {a.agencies['hospital'].name}",
    }
    assert [p.text for p in pieces if p.label == "Provisional view"] == ["A practice review should follow"]
    assert evidence_for(review.case, DecisionKind.REVIEW, make.area("Otherham").staff) == []


@pytest.mark.django_db
def test_beside_the_decision_on_publication_stands_what_bars_it():
    a = make.area()
    review = make.fact_checked(a)
    review.case.processes.update(bars_publication=True)
    pieces = evidence_for(review.case, DecisionKind.PUBLICATION, a.la)
    barred = [p.text for p in pieces if p.source == "Parallel processes"]
    assert barred == [
        "Publication is barred: Police investigation or criminal proceedings, until it ends. Under way"
    ]
    assert [p.label for p in pieces if p.source == "The report"][:2] == [
        "Improvements that should be made",
        "Analysis of the underlying reasons why actions were or were not taken",
    ]


@pytest.mark.django_db
def test_a_hold_comes_up_again_on_the_chairs_work_when_its_day_is_near():
    a = make.area()
    review = make.fact_checked(a)
    review = perform(review, "ask_changes", by=a.chair, today=TODAY, words="More.")
    look_on = TODAY + dt.timedelta(weeks=4)
    perform(
        review, "hold", by=a.chair, today=TODAY, reason_code="trial", review_on=look_on, agreed_by="Partners"
    )
    assert "Look at the hold again" not in Browser(a.chair).get(reverse("work")).words
    with at(look_on):
        assert "Look at the hold again" in Browser(a.chair).get(reverse("work")).words


@pytest.mark.django_db
def test_what_is_not_published_comes_up_again_on_the_day_given_for_it():
    a = make.area()
    review = make.sent_before_publication(a, outcome=Outcome.NOT_PUBLISH)
    look_on = TODAY + dt.timedelta(weeks=10)
    perform(
        review,
        "withhold",
        by=a.colleague,
        today=TODAY,
        reason_code="court_order",
        words="A court order.",
        review_on=look_on,
    )
    with at(look_on):
        assert "Look again at what is not published" in Browser(a.colleague).get(reverse("work")).words


@pytest.mark.django_db
def test_before_the_agencies_are_asked_the_page_says_who_is_mailed_and_whom_nobody_reaches():
    a = make.area()
    notification = make.notified(a)
    review = RapidReview.objects.get(notification=notification)
    asked = [a.agencies["school"], a.agencies["hospital"]]
    actions.add_requests(review, by=a.staff, today=TODAY, agencies=asked)
    words = Browser(a.staff).get(f"/rapid-reviews/{review.ref}/request_info/").words
    assert f"An e-mail without any details goes to {a.author.name}" in words
    nobody = [agency.name for agency in asked if f"{agency.name}: nobody there has an account" in words]
    assert nobody == [a.agencies["hospital"].name]
