"""Whoever owns a step of a plan has it on "Your work", and in their daily summary when its day has come."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from cspr.accounts.models import Membership
from cspr.accounts.roles import Role
from cspr.mail.models import MailState, OutgoingEmail
from cspr.mail.relay import relay
from cspr.workflow import perform
from referrals import actions
from referrals import reminders as sweeping
from referrals.models import Case
from referrals.states import DecisionKind, Outcome
from reviews.models import PlanStep, RapidReview
from reviews.states import PlanEvent
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
D = dt.date
READ, ASK = "Read the draft", "Send the requests to the agencies"
# The notification is sent on Monday 23 November 2026, so day 13 is Thursday 10 December.
DAY_13 = D(2026, 12, 10)
LABEL = "reviews.planstep"


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return RapidReview.objects.get(notification=make.notified(a))


def step(review, title):
    return PlanStep.objects.get(case=review.case, title=title)


def at(day, hour=7):
    return time_machine.travel(dt.datetime.combine(day, dt.time(hour), LONDON), tick=False)


def nights(start, end, *, without=(), times=1):
    """The sweep of every night, and what it sends in the morning."""
    day = start
    while day <= end:
        if day not in without:
            with at(day):
                for _ in range(times):
                    sweeping.sweep(timezone.now())
                relay()
        day += dt.timedelta(days=1)


def reminded(planned, user=None):
    """The reminders of one step, as (day, kind); of everybody, or of one person."""
    found = OutgoingEmail.objects.filter(subject_label=LABEL, subject_ref=planned.ref).order_by("id")
    found = found.filter(to=user) if user else found
    return [(timezone.localdate(row.created_at), row.kind) for row in found]


def told(planned):
    found = OutgoingEmail.objects.filter(subject_label=LABEL, subject_ref=planned.ref)
    return {row.to for row in found.select_related("to")}


# --- reminders --------------------------------------------------------------------------------------------


def test_a_step_is_reminded_of_on_its_day_and_every_other_working_day_while_late(a, review):
    """Day 13 is a Thursday; the sweep runs three times every night, over two weekends."""
    nights(D(2026, 12, 7), D(2026, 12, 21), times=3)
    assert reminded(step(review, READ), a.chair) == [
        (D(2026, 12, 10), "plan_step_due"),  # Thursday: its day
        (D(2026, 12, 14), "plan_step_late"),  # Monday: two working days late
        (D(2026, 12, 16), "plan_step_late"),  # Wednesday
        (D(2026, 12, 18), "plan_step_late"),  # Friday
    ]


def test_a_night_without_a_sweep_is_made_up_for_once(a, review):
    nights(DAY_13, D(2026, 12, 15), without={DAY_13, D(2026, 12, 14)})
    assert reminded(step(review, READ), a.chair) == [
        (D(2026, 12, 11), "plan_step_late"),  # Friday, for the day itself
        (D(2026, 12, 15), "plan_step_late"),  # Tuesday, for Monday
    ]


def test_only_those_who_hold_its_role_on_the_case_hear_of_it(a, review):
    nights(DAY_13, DAY_13)
    asked = step(review, ASK)
    assert (told(step(review, READ)), told(asked)) == ({a.chair}, {a.staff, a.colleague})
    assert reminded(step(review, "Send it to the Panel")) == []


def test_nobody_in_conflict_hears_of_it(a, review):
    perform(review.case, "declare_conflict", by=a.chair, today=make.TODAY, words="Knows the family")
    nights(DAY_13, DAY_13)
    assert told(step(review, READ)) == set()


@pytest.mark.parametrize("verb", ["tick", "drop"])
def test_what_is_done_or_not_needed_is_not_reminded_of(a, review, verb):
    perform(step(review, READ), verb, by=a.staff, today=make.TODAY, words="It is settled")
    nights(DAY_13, D(2026, 12, 14))
    assert reminded(step(review, READ)) == []


def test_a_step_that_was_moved_is_reminded_of_on_its_new_day(a, review):
    nights(DAY_13, DAY_13)
    with at(D(2026, 12, 11)):
        moved = perform(
            step(review, READ),
            "move",
            by=a.staff,
            today=D(2026, 12, 11),
            due_on=D(2026, 12, 15),
            words="The chair is away",
        )
    nights(D(2026, 12, 11), D(2026, 12, 15))
    assert reminded(moved, a.chair) == [(DAY_13, "plan_step_due"), (D(2026, 12, 15), "plan_step_due")]


def test_once_it_was_sent_to_the_panel_nobody_is_reminded(a):
    review = make.drafted(a)
    perform(
        review,
        "submit",
        by=a.staff,
        proof=make.shown(review),
        today=make.TODAY,
        words="The partners agreed by telephone",
    )
    nights(DAY_13, D(2026, 12, 14))
    assert not OutgoingEmail.objects.filter(subject_label=LABEL).exists()


def test_it_goes_with_the_daily_summary_and_says_nothing_of_the_case(a, review):
    nights(DAY_13, DAY_13)
    [row] = OutgoingEmail.objects.filter(subject_ref=step(review, READ).ref)
    sentence = "A step of a review that is yours is due today."
    letters = [letter for letter in mail.outbox if letter.to == [a.chair.email]]
    [summary] = [letter for letter in letters if sentence in " ".join(letter.body.split())]
    assert (row.state, row.immediate) == (MailState.SENT, False)
    assert [word for word in (READ, review.case.pseudonym, review.case.ref) if word in summary.body] == []


# --- your work --------------------------------------------------------------------------------------------


def steps_on_work(user, day):
    with at(day, 9):
        browser = Browser(user)
        browser.get("/work/")
        groups = {name: browser.context[name] for name in ("late", "soon", "mine", "others")}
    return {
        (name, item.words, item.day, item.length)
        for name, items in groups.items()
        for item in items
        if "/plan-steps/" in item.url
    }


def test_a_step_is_on_the_owners_work_from_two_working_days_before_it_is_due(a, review):
    assert steps_on_work(a.chair, D(2026, 12, 7)) == set()
    assert steps_on_work(a.chair, D(2026, 12, 8)) == {("soon", READ, 13, 15)}


def test_a_late_step_is_among_what_is_late_until_it_is_done(a, review):
    approve = ("soon", "Approve the decision", 14, 15)
    assert steps_on_work(a.chair, D(2026, 12, 11)) == {("late", READ, 13, 15), approve}
    perform(step(review, READ), "tick", by=a.chair, today=D(2026, 12, 11))
    assert steps_on_work(a.chair, D(2026, 12, 11)) == {approve}


def test_a_step_of_somebody_elses_is_not_on_ones_work(a, review):
    assert steps_on_work(a.la, D(2026, 12, 8)) == set()
    assert steps_on_work(a.referrer, D(2026, 12, 14)) == set()
    assert {title for _, title, _, _ in steps_on_work(a.staff, D(2026, 11, 23))} == {
        ASK,
        "Book the meeting and the sign-off",
    }


def test_a_role_that_has_ended_takes_the_steps_off_ones_work(a, review):
    Membership.objects.filter(user=a.chair, role=Role.CHAIR).update(ends_on=D(2026, 12, 1))
    assert steps_on_work(a.chair, D(2026, 12, 8)) == set()


def test_every_step_is_there_once(a, review):
    with at(D(2026, 12, 21), 9):
        browser = Browser(a.staff)
        browser.get("/work/")
        late = [item.url for item in browser.context["late"] if "/plan-steps/" in item.url]
    assert set(Counter(late).values()) == {1}


def test_a_partner_who_has_given_their_view_is_not_asked_for_the_three_views_any_more(a):
    """The plan's step stays open until all three are there; those who have given theirs have nothing left to do."""
    review = make.weighed(a, make.drafted(a))
    views = PlanStep.objects.get(case=review.case, event=PlanEvent.VIEWS_GIVEN)
    day = make.TODAY + dt.timedelta(days=1)
    perform(views, "move", by=a.staff, today=make.TODAY, due_on=day, words="Sooner.")
    decision = actions.propose(
        Case.objects.get(pk=review.case_id), by=a.staff, today=make.TODAY, kind=DecisionKind.REVIEW,
        outcome=Outcome.LCSPR, grounds=review.weighed, reasons="As the report says.",
    )  # fmt: skip
    perform(decision, "give_view", by=a.la, today=make.TODAY, partner="la", view="agree")
    recorded = {"partner": "icb", "view": "agree", "reason": "Told at the meeting."}
    perform(decision, "give_view", by=a.staff, today=make.TODAY, **recorded)
    with at(day):
        work = {who: Browser(a.people[who]).get("/work/").words for who in ("la", "icb", "police")}
        sweeping.sweep(timezone.now())
    assert {who: views.title in words for who, words in work.items()} == {
        "la": False,
        "icb": False,
        "police": True,
    }
    assert reminded(views, a.la) == []
    assert reminded(views, a.police) == [(day, "plan_step_due")]
    page = Browser(a.la).get(decision.get_absolute_url()).words
    assert "Change your partner’s view" in page
    assert "Give a partner" not in page
