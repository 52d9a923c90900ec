"""What is published, and what leaves in a copy, is done by somebody who has just shown that it is they."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from cspr.documents.models import Document
from reviews import actions
from reviews.models import RapidReview, Release
from reviews.states import ReleaseState
from tests import factories as make

pytestmark = pytest.mark.django_db
PASSWORD = "three green kettles"


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


def asked_before(page):
    return f"/account/reauthenticate/?{urlencode({'next': page})}"


def at_a_browser(person):
    """Signed in with a password, and about to be left."""
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.force_login(person)
    return client


def test_whoever_confirms_a_release_gives_the_password_again_after_five_minutes():
    a = make.area()
    now = timezone.now()
    release = actions.propose_release(
        make.sent_before_publication(a), by=a.staff, today=timezone.localdate(now), now=now,
        day=timezone.localdate(now) + dt.timedelta(days=7), time=dt.time(9),
    )  # fmt: skip
    client, page = at_a_browser(a.colleague), reverse("release-confirm", args=[release.ref])
    with time_machine.travel(now, tick=False) as clock:
        assert client.get(page).status_code == 200
        clock.shift(301)
        assert client.get(page).headers["Location"] == asked_before(page)
        client.post(asked_before(page), {"password": PASSWORD})
        assert client.get(page).status_code == 200
        clock.shift(301)
        assert client.post(page, {}).headers["Location"] == asked_before(page)
    assert Release.objects.get().state == ReleaseState.PROPOSED


def test_whoever_takes_a_copy_of_the_chronology_gives_it_again_and_has_nothing_to_choose_anew():
    a = make.area()
    review = RapidReview.objects.get(notification=make.notified(a))
    make.entry(a, review.case)
    client, page = at_a_browser(a.staff), reverse("chronology-export", args=[review.ref])
    chosen = {"what": "all", "level": "roles", "format": "docx"}
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        assert client.get(page).status_code == 200
        clock.shift(301)
        assert client.post(page, chosen).headers["Location"] == asked_before(page)
        assert Document.objects.count() == 0
        made = client.post(asked_before(page), {"password": PASSWORD})
    assert made.headers["Location"] == reverse("documents:progress", args=[Document.objects.get().ref])
