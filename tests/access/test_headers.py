"""Every answer of the access tests is compared with the list of headers; these are the endings they do not meet."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from referrals.models import Case
from tests import factories as make
from tests.access.cast import Browser, Town
from tests.access.headers import ALWAYS, COMPARED, wrong_headers

pytestmark = pytest.mark.django_db


def broken(*given: object, **named: object) -> None:
    raise ZeroDivisionError


def test_an_error_a_refused_way_and_a_sign_in_carry_them_too(town: Town, monkeypatch: pytest.MonkeyPatch):
    staff, stranger = Browser(), Browser()
    staff.force_login(make.area().staff)
    COMPARED.clear()
    assert stranger.get("/cases/").status_code == 302
    assert stranger.get("/account/login/").status_code == 200
    assert stranger.get("/nothing-was-ever-here/").status_code == 404
    assert staff.put("/cases/").status_code == 405
    monkeypatch.setattr(Case.objects.get_queryset().__class__, "visible_to", broken)
    assert staff.get("/cases/").status_code == 500
    assert COMPARED == {302: 1, 200: 1, 404: 1, 405: 1, 500: 1}


def test_a_form_without_its_token_is_refused_with_them(town: Town):
    browser = Browser(enforce_csrf_checks=True)
    assert browser.post("/account/login/", {"login": "x"}).status_code == 403


@pytest.mark.parametrize("name", ALWAYS)
def test_an_answer_without_one_of_them_is_noticed(name: str, town: Town):
    answer = HttpResponse(headers={other: value for other, value in ALWAYS.items() if other != name})
    assert str(wrong_headers(answer, signed_in=False)).startswith(name)
