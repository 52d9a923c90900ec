"""Towards the Panel and back: sent with proof, told of a delay in time, and everybody told how it ended."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.documents.models import Document
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals.models import Referral
from referrals.states import DecisionKind, Outcome
from reviews import actions
from reviews.models import Feedback, RapidReview
from reviews.states import DECIDED_WORDS, PANEL_WORDS, PanelOutcome
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def a():
    return make.area()


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def url(subject, verb=""):
    return f"{subject.get_absolute_url()}{verb}/" if verb else subject.get_absolute_url()


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


def sent(a):
    review = make.drafted(a)
    make.decided(a, review.case, DecisionKind.REVIEW, Outcome.RR_SUFFICIENT, evidence_hash=review.report_hash)
    return perform(review, "submit", by=a.staff, today=TODAY, proof=make.shown(review), words="Sent")


def answered(a, outcome=PanelOutcome.AGREES):
    review = sent(a)
    letter = make.letter(review.case, a.staff)
    return perform(review, "record_panel_response", by=a.staff, today=TODAY, outcome=outcome, letter=letter)


def on(working_day):
    """Nine in the morning of that working day after the notification."""
    date = working_days().add(TODAY, working_day)
    return time_machine.travel(dt.datetime.combine(date, dt.time(9), LONDON), tick=False)


# --- sending ----------------------------------------------------------------------------------------------


def test_nothing_counts_as_sent_without_something_that_shows_it(a):
    review = make.drafted(a)
    with pytest.raises(Refused, match="Keep something that shows that it was sent"):
        perform(review, "submit", by=a.staff, today=TODAY, words="Sent")
    page = Browser(a.staff).fill(
        url(review, "submit"), status=422, words="Late", **day("effective_on", TODAY)
    )
    assert page.messages == ["Enter what you sent, or attach a file that shows it"]
    assert fresh(review).state == "partner_sign_off"


def test_the_message_that_was_sent_is_kept_as_a_document(a):
    review = make.drafted(a)
    Browser(a.staff).fill(
        url(review, "submit"),
        message="To the Panel, message 42.",
        words="Agreed",
        **day("effective_on", TODAY),
    )
    kept = fresh(review).proof
    assert (kept.kind, kept.name, kept.subject_ref) == ("proof_of_sending", "what-was-sent.txt", review.ref)
    assert Event.objects.get(kind="rapidreview.submit").facts["proof"] == kept.ref


def test_a_file_that_is_not_acceptable_leaves_nothing_sent_and_nothing_kept(a):
    review, before = make.drafted(a), Document.objects.count()
    bad = SimpleUploadedFile("sent.exe", b"MZ", content_type="application/octet-stream")
    Browser(a.staff).fill(
        url(review, "submit"), status=422, proof=bad, words="A", **day("effective_on", TODAY)
    )
    assert (fresh(review).state, Document.objects.count()) == ("partner_sign_off", before)


# --- the last days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("working_day", "words"),
    [
        (12, None),
        (13, "tell the Panel before that day"),
        (14, "tell the Panel before that day"),
        (16, "the Panel was not told of a delay"),
    ],
)
def test_from_day_13_page_and_work_press_for_the_delay_and_after_day_15_say_that_it_is_missing(
    a, working_day, words
):
    review = RapidReview.objects.get(notification=make.notified(a))
    with on(working_day):
        staff = Browser(a.staff)
        page, work = staff.get(url(review)).words, staff.get("/work/")
    assert ("tell the Panel before that day" in page or "was not told of a delay" in page) == bool(words)
    assert words is None or words in page
    assert (url(review, "record_delay") in work.links.values()) == bool(words)


def test_once_the_delay_is_recorded_nothing_presses_until_the_new_day_is_over(a):
    review = RapidReview.objects.get(notification=make.notified(a))
    later = working_days().add(TODAY, 20)
    with on(13):
        told = working_days().add(TODAY, 13)
        perform(
            review, "record_delay", by=a.staff, today=told, reason_code="agency_information", words="Late answers",
            expected_on=later,
        )  # fmt: skip
        quiet = Browser(a.staff).get(url(review)).words
    with on(21):
        again = Browser(a.staff).get(url(review)).words
    assert "Tell it anew" not in quiet
    assert "tell the Panel before" not in quiet
    assert "The Panel was told to expect it by" in again


# --- telling the outcome ----------------------------------------------------------------------------------


def test_every_outcome_has_its_fixed_words():
    review_outcomes = {o for o in Outcome if o.value in DECIDED_WORDS}
    assert {o.value for o in review_outcomes} == set(DECIDED_WORDS)
    assert set(PANEL_WORDS) == set(PanelOutcome)


def test_the_referrer_and_each_agency_read_the_outcome_and_are_told_so_without_content(a):
    review = answered(a)
    Browser(a.staff).fill(url(review, "tell_outcome"), words="Thank you for your care.")
    referral = Referral.objects.get(case=review.case)
    page = Browser(a.referrer).get(url(referral)).words
    assert "decided that the rapid review is enough." in page
    assert "The national Panel agrees with the decision." in page
    assert "Thank you for your care." in page
    mail = OutgoingEmail.objects.filter(kind="outcome_told")
    assert {(m.to, m.subject_label) for m in mail} >= {(a.referrer, "referrals.referral")}
    assert fresh(review).outcome_told_on == TODAY


def test_an_agency_that_was_asked_reads_it_on_its_own_page_and_one_that_was_let_off_is_not_written_to(a):
    review = RapidReview.objects.get(notification=make.notified(a))
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    request = actions.send(request, by=a.staff, today=TODAY, due_on=working_days().add(TODAY, 5))
    Feedback.objects.create(review=review, told_on=TODAY, outcome="lcspr", panel_outcome="agrees", words="")
    assert "carry out a Child Safeguarding Practice Review" in Browser(a.author).get(url(request)).words
    Feedback.objects.all().delete()
    assert "The outcome" not in Browser(a.author).get(url(request)).words


def test_the_page_says_which_agencies_nothing_from_here_reaches(a):
    review = answered(a)
    for code in ("school", "hospital"):
        request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies[code])
        actions.send(request, by=a.staff, today=TODAY, due_on=working_days().add(TODAY, 5))
    page = Browser(a.staff).get(url(review, "tell_outcome")).words
    assert f"each of these on the page of its request: {a.agencies['school'].name}." in page
    assert f"Please tell them yourself: {a.agencies['hospital'].name}." in page


def test_there_is_nothing_to_tell_before_the_panel_has_answered_for_good_nor_twice(a):
    review = answered(a, PanelOutcome.MORE_INFO)
    with pytest.raises(Refused, match="The Panel asked for more information"):
        actions.tell_outcome(review, by=a.staff, today=TODAY)
    review = perform(review, "reply_to_panel", by=a.staff, today=TODAY, words="Here it is")
    review = actions.tell_outcome(review, by=a.staff, today=TODAY)
    with pytest.raises(Refused, match="have been told already"):
        actions.tell_outcome(review, by=a.staff, today=TODAY)
    assert Feedback.objects.count() == 1


def test_a_rapid_review_is_not_closed_before_they_were_told_unless_there_is_a_reason(a):
    review = answered(a)
    with pytest.raises(Refused, match="or say why they are not told"):
        perform(review, "close", by=a.staff, today=TODAY)
    page = Browser(a.staff).fill(url(review, "close"), status=422, **day("effective_on", TODAY))
    assert "or say why they are not told" in page.words
    assert perform(review, "close", by=a.staff, today=TODAY, words="The referrer has died.").state == "closed"


def test_your_work_says_that_the_outcome_is_to_be_told_until_it_is(a):
    review = answered(a)
    link = url(review, "tell_outcome")
    assert link in Browser(a.staff).get("/work/").links.values()
    actions.tell_outcome(review, by=a.staff, today=TODAY)
    assert link not in Browser(a.staff).get("/work/").links.values()
