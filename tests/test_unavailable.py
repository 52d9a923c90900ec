"""The page of an error: what is passing is told from what is broken, and what was typed is on it, to copy."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from lxml import html
from pytest_django import Settings

from cspr.audit.models import Event
from referrals.models import Case, Referral
from tests import factories as make
from tests.signing_in import nothing_recorded

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}
WORDS = "Words that took <an hour>"


@pytest.fixture
def a(settings: Settings) -> make.Area:
    settings.MFA_REQUIRED = False
    return make.area()


@pytest.fixture
def browser(a: make.Area) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(a.staff)
    return client


def breaking(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*given: Any, **named: Any) -> None:
        raise error

    for model in (Case, Referral):
        monkeypatch.setattr(model.objects.get_queryset().__class__, "visible_to", broken)


def words_of(response: Any) -> str:
    return " ".join(str(html.fromstring(response.content).find(".//main").text_content()).split())


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (OperationalError("server closed the connection"), 503, "Nothing can be saved just now"),
        (IntegrityError("duplicate key"), 500, "Something went wrong on our side"),
        (ZeroDivisionError(), 500, "Something went wrong on our side"),
    ],
)
def test_a_database_that_is_away_is_no_fault_of_the_page(
    browser: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, heading: str
) -> None:
    breaking(monkeypatch, error)
    response = browser.get("/cases/")
    assert (response.status_code, html.fromstring(response.content).findtext(".//h1")) == (status, heading)
    assert response.headers.get("Retry-After") == ("30" if status == 503 else None)
    assert response.headers["Cache-Control"] == "no-store"
    assert str(error) not in words_of(response) or not str(error)


@pytest.mark.parametrize("error", [OperationalError("gone"), ZeroDivisionError()])
def test_what_was_typed_stands_on_the_page_without_what_the_form_itself_carries(
    browser: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    breaking(monkeypatch, error)
    sent = {"version": "3", "nonce": "n0nce", "csrfmiddlewaretoken": "t0ken", "new_password": "s3cret"}
    response = browser.post("/cases/K7QF3-MXRTW/rename/", {**sent, "words": WORDS, "more": " "}, headers=HERE)
    page = html.fromstring(response.content)
    assert [(name.text, name.getnext().text) for name in page.iter("h3")] == [("Words", WORDS)]


def test_a_form_sent_by_another_site_is_not_repeated(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch, OperationalError("gone"))
    for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Referer": "https://elsewhere.example/"}):
        response = browser.post("/cases/K7QF3-MXRTW/rename/", {"words": WORDS}, headers=headers)
        assert (response.status_code, "Words that took" in words_of(response)) == (503, False)


def test_what_cannot_be_recorded_is_not_done_and_the_same_form_is_carried_out_afterwards(
    browser: Client, a: make.Area
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no rights")
    case = Case.objects.get(pk=make.accepted(a).case.pk)
    sent = {"version": str(case.version), "nonce": "n" * 24, "pseudonym": "Cedar"}
    address = f"/cases/{case.ref}/rename/"
    with nothing_recorded():
        response = browser.post(address, sent, headers=HERE)
    assert (response.status_code, "Cedar" in words_of(response)) == (503, True)
    assert "it has not been carried out yet" in words_of(response)
    assert Case.objects.get(pk=case.pk).pseudonym == case.pseudonym
    assert [browser.post(address, sent, headers=HERE).status_code for _ in range(2)] == [302, 302]
    assert Case.objects.get(pk=case.pk).pseudonym == "Cedar"
    assert Event.objects.filter(kind="case.rename").count() == 1
