"""Reminders: exactly the rungs of the ladder, once each, whatever happens to the worker."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cspr.clocks.models import working_days
from cspr.mail.models import OutgoingEmail
from cspr.workflow import perform
from referrals import actions, reminders
from referrals.models import Case, Deadline
from reviews.models import PracticeReview
from tests import factories as make

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def sweep(day: dt.date, hour: int = 7) -> int:
    now = dt.datetime.combine(day, dt.time(hour), LONDON)
    with time_machine.travel(now, tick=False):
        return reminders.sweep(now)


def days(start: dt.date, end: dt.date):
    return [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]


def heard(user, code):
    """The rungs of one clock that a person was reminded of, in order."""
    rows = OutgoingEmail.objects.filter(to=user, dedupe_key__contains=f":{code}:").order_by("id")
    return [row.dedupe_key.split(":")[-2] for row in rows]


def test_six_months_remind_at_three_months_six_four_two_one_weeks_the_day_then_weekly_with_the_partners():
    a = make.area()
    review = make.practice_review(a)
    due = Deadline.objects.get(case=review.case, code="LCSPR_6M").due_on
    for day in days(make.TODAY, due + dt.timedelta(days=15)):
        sweep(day)
    late = [f"late {due + dt.timedelta(days=7 * n)}" for n in (1, 2)]
    ladder = [
        "3 months before",
        "6 weeks before",
        "4 weeks before",
        "2 weeks before",
        "1 week before",
        "the day",
    ]
    assert heard(a.staff, "LCSPR_6M") == ladder + late
    assert heard(a.chair, "LCSPR_6M") == ladder + late
    assert heard(a.police, "LCSPR_6M") == late
    assert heard(a.referrer, "LCSPR_6M") == []


def test_a_rapid_review_reminds_on_days_5_10_13_15_and_every_working_day_after():
    a = make.area()
    make.notified(a)
    for day in days(make.TODAY, dt.date(2026, 12, 17)):
        sweep(day)
    assert heard(a.staff, "RR_15WD") == [
        "day 5",
        "day 10",
        "day 13",
        "day 15",
        "late 2026-12-15",
        "late 2026-12-16",
        "late 2026-12-17",
    ]


def test_a_notification_reminds_on_days_3_4_and_5():
    a = make.area()
    make.sent(a)
    for day in days(make.TODAY, dt.date(2026, 11, 26)):
        sweep(day)
    assert heard(a.staff, "SIN_5WD") == ["day 3", "day 4", "day 5"]


def test_running_twice_adds_nothing_and_a_missed_week_is_made_up_for_by_one():
    a = make.area()
    make.notified(a)
    sweep(dt.date(2026, 11, 30))
    before = OutgoingEmail.objects.count()
    assert sweep(dt.date(2026, 11, 30), hour=8) == 0
    assert OutgoingEmail.objects.count() == before
    sweep(dt.date(2026, 12, 13))
    assert heard(a.staff, "RR_15WD") == ["day 5", "day 13"]


def test_what_is_due_within_two_working_days_goes_at_once_and_the_rest_in_one_summary_a_day():
    a = make.area()
    make.notified(a)
    sweep(dt.date(2026, 11, 30))
    assert OutgoingEmail.objects.get(to=a.staff, dedupe_key__contains="RR_15WD").state == "held"
    assert OutgoingEmail.objects.filter(to=a.staff, kind="mail.daily_summary").count() == 1
    sweep(dt.date(2026, 12, 10))
    assert OutgoingEmail.objects.get(to=a.staff, dedupe_key__contains="day 13").state == "queued"


def test_a_person_in_conflict_hears_nothing():
    a = make.area()
    review = make.practice_review(a)
    perform(review.case, "declare_conflict", by=a.chair, today=make.TODAY, words="I know the family.")
    OutgoingEmail.objects.all().delete()
    for day in days(make.TODAY, dt.date(2027, 6, 15)):
        sweep(day)
    assert not OutgoingEmail.objects.filter(to=a.chair).exists()
    assert OutgoingEmail.objects.filter(to=a.staff).exists()


def test_a_met_clock_falls_silent():
    a = make.area()
    review = make.practice_review(a)
    PracticeReview.objects.filter(pk=review.pk).update(concluded_on=make.TODAY)
    perform(Case.objects.get(pk=review.case_id), "rename", by=a.staff, today=make.TODAY, pseudonym="Rowan")
    for day in days(make.TODAY, dt.date(2027, 6, 15)):
        sweep(day)
    assert heard(a.staff, "LCSPR_6M") == []


def test_a_returned_referral_and_an_approval_that_waits_are_remembered_every_other_working_day():
    a = make.area()
    referral = perform(
        make.sent(a),
        "return_incomplete",
        by=a.staff,
        today=make.TODAY,
        due_on=dt.date(2026, 11, 25),
        marks=[
            {
                "section": "incident",
                "field": "narrative",
                "reason": "missing_mandatory",
                "comment": "Who was there?",
            }
        ],
    )
    b = make.area()
    case = make.accepted(b).case
    actions.propose(
        case, by=b.staff, today=make.TODAY, kind="notify", outcome="notify", grounds={}, reasons="Both limbs."
    )
    OutgoingEmail.objects.all().delete()
    for day in days(make.TODAY, dt.date(2026, 12, 1)):
        sweep(day)
    assert OutgoingEmail.objects.filter(to=a.referrer, kind="referral_returned").count() == 2
    assert OutgoingEmail.objects.filter(to=b.police, kind="decision_proposed").count() == 3
    assert referral.state == "returned"


def bulk(a, how_many):
    """Many cases with a running clock, as the sweep sees them."""
    cases = Case.objects.bulk_create(
        Case(partnership=a.partnership, pseudonym=f"Case {n}") for n in range(how_many)
    )
    Deadline.objects.bulk_create(
        Deadline(
            ref=f"{case.ref}:RR_15WD",
            partnership=a.partnership,
            case=case,
            code="RR_15WD",
            name="Rapid review",
            trigger_on=make.TODAY,
            trigger_source="test",
            due_on=dt.date(2026, 12, 14),
            force="guidance",
            rule_set="WT2023",
            counting="15 working days",
            remind_on=make.TODAY,
        )
        for case in cases
    )


def statements(a, how_many):
    bulk(a, how_many)
    working_days()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        reminders.remind_of_deadlines(dt.date(2026, 11, 30))
    inserts = [q for q in captured if "INSERT" in q["sql"]]
    return len(captured) - len(inserts), len(inserts)


@pytest.mark.parametrize("how_many", [1, 400])
def test_a_batch_costs_the_same_statements_whatever_its_rows(how_many):
    a = make.area()
    timezone.activate(LONDON)
    others, inserts = statements(a, how_many)
    # Reading the batch, its people, marking the batch; and the insert, which SQLite has to split by the number of
    # its variables, and which does not tell how many rows it took in.
    if connection.vendor == "postgresql":
        assert (others, inserts) == (3, 1)
    else:
        assert others == 4


def test_a_kind_of_reminder_that_fails_stops_no_other_and_is_told(monkeypatch):
    def broken(today: dt.date) -> int:
        raise ArithmeticError

    reminded = []
    more = [broken, lambda today: reminded.append(today) or 0]
    monkeypatch.setattr(reminders, "_more", more)
    monkeypatch.setattr(reminders, "compose_digests", lambda today: reminded.append("the summaries"))
    with pytest.raises(ArithmeticError):
        sweep(make.TODAY)
    assert reminded == [make.TODAY, "the summaries"]
