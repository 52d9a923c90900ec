"""A day beyond the bank holidays that are known (a mistyped year, an action for later) breaks no page and no sweep."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from cspr.clocks.models import working_days
from cspr.workflow import perform
from referrals.reminders import sweep
from reviews import actions
from reviews.change import LADDER, rung_due
from reviews.models import FamilyPromise, RapidReview
from reviews.questions.family import PromiseKind
from tests import acting
from tests import factories as make
from tests.fact_checking import asked
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture(params=[dt.date(2029, 1, 9), dt.date(2206, 12, 14), dt.date.max], ids=str)
def far(request):
    """Just beyond the table; a year with two figures in the wrong place; the last day there is."""
    return request.param


@pytest.fixture
def a():
    return make.area()


def opened(who, *addresses):
    browser = Browser(who)
    for address in addresses:
        browser.get(address)


def test_a_fact_check_by_such_a_day(a, far):
    check = perform(asked(a), "move_due", by=a.staff, today=TODAY, due_on=far)
    opened(a.author, "/work/", f"/fact-checks/{check.ref}/")
    review = f"/practice-reviews/{check.review.ref}/"
    opened(a.staff, "/work/", review, f"{review}fact-check/", f"/fact-checks/{check.ref}/")
    sweep(timezone.now())


def test_an_action_by_such_a_day(a, far):
    action = acting.planned(a, due_on=far)
    review = f"/practice-reviews/{action.recommendation.review.ref}/"
    opened(a.referrer, "/work/", f"/actions/{action.ref}/", "/actions/")
    opened(a.staff, "/work/", f"/actions/{action.ref}/", "/actions/", review, f"{review}actions/")
    sweep(timezone.now())


def test_a_request_by_such_a_day(a, far):
    make.notified(a)
    review = RapidReview.objects.get()
    request = make.asked(a, review)
    request = perform(request, "extend", by=a.staff, today=TODAY, due_on=far, words="The records are away.")
    own, rapid = f"/requests/{request.ref}/", f"/rapid-reviews/{review.ref}/"
    opened(a.author, "/work/", own)
    opened(a.staff, "/work/", own, rapid, f"{rapid}agencies/", f"{own}chase_now/", f"{own}send_link/")
    sweep(timezone.now())


def test_a_promise_by_such_a_day(a, far):
    review = make.fact_checked(a)
    contact = actions.add_to_family(
        review, by=a.staff, today=TODAY, name="Synthetic Grandmother", relationship="Grandmother"
    )
    promise = FamilyPromise.objects.filter(contact=contact, kind=PromiseKind.READ_DRAFT).get()
    perform(promise, "postpone", by=a.staff, today=TODAY, due_on=far, why="She is abroad.")
    room = f"/practice-reviews/{review.ref}/"
    opened(a.staff, "/work/", room, f"{room}family/", f"{room}fact-check/", f"/promises/{promise.ref}/")
    sweep(timezone.now())


def test_at_the_end_of_the_bank_holidays_what_can_be_counted_is_still_reminded_of(a):
    calendar = working_days()
    due, planned = calendar.last, calendar.last - dt.timedelta(days=90)
    near = next(rung for rung in LADDER if rung.days < 0)
    today = calendar.subtract(due, -near.days)
    assert rung_due(due, planned, today, calendar) == (near.code, near)
    assert rung_due(due + dt.timedelta(days=9), planned, today, calendar) is None
