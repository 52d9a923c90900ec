"""One case from an agency's referral to a published report, by verbs alone; and what the law blocks on the way."""

import datetime as dt

import pytest

from cspr.audit.chain import first_break
from cspr.workflow import Refused, perform
from referrals.models import Case, Deadline, Notification, Referral
from referrals.states import Outcome
from reviews import actions
from reviews.models import PracticeReview, Publication, RapidReview
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def clocks(case):
    return {d.code: (d.trigger_on, d.due_on, d.met_on) for d in Deadline.objects.filter(case=case)}


def test_a_sent_referral_opens_a_case_and_starts_the_five_working_days():
    a = make.area()
    referral = make.sent(a)
    assert referral.state == "submitted"
    aware = dt.date(2026, 11, 19)
    assert clocks(referral.case) == {
        "SIN_5WD": (aware, dt.date(2026, 11, 26), None),
        "SIN_TO_PARTNERS_5WD": (aware, dt.date(2026, 11, 26), None),
    }


def test_a_submitted_notification_opens_exactly_one_rapid_review_due_in_fifteen_working_days():
    a = make.area()
    notification = make.notified(a)
    review = RapidReview.objects.get()
    assert (review.notification, review.opened_on) == (notification, TODAY)
    assert clocks(notification.case)["RR_15WD"] == (TODAY, dt.date(2026, 12, 14), None)


def test_a_decision_for_a_review_starts_six_months_on_that_day():
    a = make.area()
    review = make.practice_review(a)
    assert clocks(review.case)["LCSPR_6M"] == (TODAY, dt.date(2027, 5, 23), None)


def test_a_report_is_published_seven_days_after_it_was_sent_and_stays_a_year():
    a = make.area()
    review = make.sent_before_publication(a)
    with pytest.raises(Refused, match="first lawful day is Monday 30 November 2026"):
        actions.publish(review, by=a.colleague, today=TODAY + dt.timedelta(days=6))
    assert not Publication.objects.exists()
    actions.publish(review, by=a.colleague, today=TODAY + dt.timedelta(days=7))
    publication = Publication.objects.get()
    assert (publication.title, publication.public_until) == ("Rowan", dt.date(2027, 11, 30))
    with pytest.raises(Refused, match="one year"):
        perform(publication, "withdraw", by=a.colleague, today=dt.date(2027, 11, 30), words="Old")
    perform(publication, "withdraw", by=a.colleague, today=dt.date(2027, 12, 1), words="Old")
    assert Publication.objects.public(dt.date(2027, 12, 2)).count() == 0
    assert first_break(a.partnership) is None


def test_the_person_who_proposed_the_publication_does_not_release_it():
    a = make.area()
    review = make.sent_before_publication(a)
    with pytest.raises(Refused, match="somebody else"):
        actions.publish(review, by=a.staff, today=TODAY + dt.timedelta(days=10))


def test_everything_is_on_record():
    a = make.area()
    review = make.sent_before_publication(a)
    case = Case.objects.get(pk=review.case_id)
    referral, notification = Referral.objects.get(case=case), Notification.objects.get(case=case)
    assert (referral.state, notification.state, referral.outcome) == (
        "decided_notify",
        "submitted",
        Outcome.NOTIFY,
    )
    assert PracticeReview.objects.get(pk=review.pk).state == "sent"
    assert first_break(a.partnership) is None
