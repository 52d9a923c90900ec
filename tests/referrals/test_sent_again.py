"""A form that arrives again: the same words change nothing and lead where the first led; other words are told so."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import Settings

from cspr.audit.models import Event
from referrals.models import Case, Referral
from tests import factories as make

pytestmark = pytest.mark.django_db
NUMBER = "n" * 24


@pytest.fixture
def a(settings: Settings) -> make.Area:
    settings.MFA_REQUIRED = False
    return make.area()


def browser_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words_of(response: Any) -> str:
    return " ".join(str(html.fromstring(response.content).find(".//main").text_content()).split())


def received(a: make.Area, **changes: str) -> dict[str, str]:
    on = f"{a.partnership.pk}-{a.agencies['school'].pk}"
    day = {"received_on_day": "20", "received_on_month": "11", "received_on_year": "2026"}
    place = {"agency": on, "route": "email", "sender": "Synthetic Sender"}
    return {**day, **place, "nonce": NUMBER, **changes}


def test_a_form_that_begins_something_begins_one_and_leads_there_each_time(a: make.Area) -> None:
    browser = browser_of(a.staff)
    answers = [browser.post(reverse("referral-received"), received(a)) for _ in range(3)]
    referral = Referral.objects.get()
    assert [answer.url for answer in answers] == [reverse("referral-form", args=[referral.ref])] * 3


def test_the_same_form_with_other_words_begins_nothing_and_says_what_the_first_began(a: make.Area) -> None:
    browser = browser_of(a.staff)
    browser.post(reverse("referral-received"), received(a))
    answer = browser.post(reverse("referral-received"), received(a, sender="Somebody <else>"))
    [link] = html.fromstring(answer.content).xpath("//main//a[text()='Go to what you sent first']")
    assert (answer.status_code, link.get("href")) == (409, Referral.objects.get().get_absolute_url())
    assert "SenderSomebody <else>" in words_of(answer)
    assert "What you changed afterwards was not" in words_of(answer)


def test_somebody_elses_number_is_their_own(a: make.Area) -> None:
    for user in (a.staff, a.colleague):
        assert browser_of(user).post(reverse("referral-received"), received(a)).status_code == 302
    assert Referral.objects.count() == 2


def test_a_verbs_form_with_other_words_is_told_that_the_first_is_done_and_keeps_its_text(
    a: make.Area,
) -> None:
    case = Case.objects.get(pk=make.accepted(a).case.pk)
    browser, address = browser_of(a.staff), reverse("case-rename", args=[case.ref])
    sent = {"version": str(case.version), "nonce": NUMBER, "pseudonym": "Cedar"}
    assert [browser.post(address, sent).status_code for _ in range(2)] == [302, 302]
    answer = browser.post(address, {**sent, "pseudonym": "Hazel"})
    [field] = html.fromstring(answer.content).xpath("//input[@name='pseudonym']")
    assert (answer.status_code, field.get("value")) == (409, "Hazel")
    assert "You have already sent this form, with other words. That is done" in words_of(answer)
    assert Case.objects.get(pk=case.pk).pseudonym == "Cedar"
    assert Event.objects.filter(kind="case.rename").count() == 1
