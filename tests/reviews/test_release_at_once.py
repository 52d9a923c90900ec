"""A release in the same moment twice: two who confirm, two workers, a worker and somebody who calls it off."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone

from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.workflow import perform
from referrals.models import Case
from reviews import actions
from reviews.models import Publication, Release
from tests import factories as make
from tests.factories import TODAY
from tests.reviews.test_at_once import Deed, at_once, done

pytestmark = pytest.mark.usefixtures("emptied")
LAST_WEEK = TODAY - dt.timedelta(days=8)


@pytest.fixture
def a() -> make.Area:
    cache.clear()
    a = make.area()
    a.people["third"] = make.person(a.partnership, Role.STAFF)
    return a


@pytest.fixture
def release(a: make.Area) -> Release:
    """Proposed for an hour from now; two people may confirm it."""
    review = make.sent_before_publication(a, on=LAST_WEEK)
    case = Case.objects.beside().get(pk=review.case_id)
    perform(case, "grant_access", by=a.staff, today=TODAY, user=a.third, capacity=Role.STAFF)
    return make.release_proposed(a, review, in_hours=1)


def confirming(release: Release, by: str, a: make.Area) -> Deed:
    given = {"by": a.people[by], "today": TODAY, "now": timezone.now()}
    return lambda: actions.confirm_release(release, **given)


def test_of_two_who_confirm_at_once_one_does_and_of_two_workers_one_publishes(
    a: make.Area, release: Release
) -> None:
    results = at_once(confirming(release, "colleague", a), confirming(release, "third", a))
    assert len(done(results)) == 1
    due = timezone.now() + dt.timedelta(hours=1)
    assert sorted(at_once(*[lambda: actions.release_due(due)] * 3)) == [0, 0, 1]
    assert Publication.objects.count() == 1
    assert Event.objects.filter(kind="practicereview.publish").count() == 1


def test_a_worker_and_somebody_who_calls_it_off_at_once_are_one_of_both(
    a: make.Area, release: Release
) -> None:
    confirming(release, "colleague", a)()
    due = timezone.now() + dt.timedelta(hours=1)
    published, off = at_once(
        lambda: actions.release_due(due),
        lambda: perform(release, "call_off", by=a.chair, today=TODAY, words="The court asked."),
    )
    assert Publication.objects.count() == published
    assert Release.objects.get().state == ("published" if published else "called_off")
    assert isinstance(off, Exception) == bool(published)
