"""Whatever is typed or asked for: no page breaks, and what was typed is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from referrals.models import Referral
from referrals.questions import SECTIONS
from tests import factories as make
from tests.referrals.browse import Browser, begun, part, stored, verb

pytestmark = pytest.mark.django_db


# --- bad input --------------------------------------------------------------------------------------------

HOSTILE = (
    "\x00\x00", "x" * 60_000, "\u202etxt.exe", "é" * 300, "𝕊" * 300, "<script>alert(1)</script>", "{{ 7*7 }}",
    "-1", "٣", "9" * 400, "' OR 1=1 --", "\ud7ff\ue000", "\r\n" * 300,
)  # fmt: skip


def every_address(referral: Referral) -> list[str]:
    addresses = [part(referral, section.code) for section in SECTIONS]
    return addresses + [part(referral, section.code, 1) for section in SECTIONS if section.repeats]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_no_page_of_the_form_breaks_whatever_is_typed(a: make.Area, mine: Browser, value: str) -> None:
    referral = make.draft(a)
    for address in every_address(referral):
        page = mine.get(address)
        sends: dict[str, Any] = {name: value for name in page.sends if name != "seen"}
        for name in (
            "harm_types",
            "disability",
            "confirmed",
            "type",
            "incident_on_day",
            "incident_on_year",
            "more",
        ):
            sends[name] = value
        assert_answers(mine, address, {**sends, "seen": page.sends["seen"]})
        mine.get(address)
        mine.get(f"{address}?check=1")
    mine.get(verb(referral, "submit"))
    mine.get(reverse("referral", args=[referral.ref]))


def assert_answers(browser: Browser, address: str, data: dict[str, Any]) -> None:
    """The page answers, whatever it answers."""
    status = browser.client.post(address, data).status_code
    assert status in {302, 422}, (address, status)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999"])
def test_a_nonsense_item_is_not_found(a: make.Area, mine: Browser, number: str) -> None:
    referral = make.draft(a)
    address = f"/referrals/{referral.ref}/form/children/{number}/"
    mine.get(address, 404)
    before = stored(referral, "children")
    mine.post(address, {"seen": "", "name": "x"}, 409 if number == "3" else 404)
    mine.get(f"{address}remove/", 404)
    assert stored(referral, "children") == before


@pytest.mark.parametrize("code", ["nowhere", "items", "typed", "-", "submit"])
def test_a_part_that_does_not_exist_is_not_found(a: make.Area, mine: Browser, code: str) -> None:
    referral = make.draft(a)
    mine.get(f"/referrals/{referral.ref}/form/{code}/", 404)
    mine.post(f"/referrals/{referral.ref}/form/{code}/", {"seen": ""}, 404)


def test_a_part_without_items_has_no_item_page(a: make.Area, mine: Browser) -> None:
    mine.get(part(make.draft(a), "safety", 1), 404)


def test_characters_that_hide_something_are_taken_out_and_the_rest_is_kept(
    a: make.Area, mine: Browser
) -> None:
    referral = begun(a)
    mine.fill(part(referral, "incident"), 422, place="Home\x00 \u202egnp\u202c of e\u0301mile\u200d")
    assert stored(referral, "incident")["place"] == "Home gnp of émile\u200d"


def test_text_that_is_too_long_is_refused_with_both_numbers_and_kept(a: make.Area, mine: Browser) -> None:
    referral = begun(a)
    page = mine.fill(part(referral, "incident"), 422, place="p" * 201)
    assert "Place of the incident must be 200 characters or less; it has 201" in page.messages
    assert mine.get(part(referral, "incident")).sends["place"] == "p" * 201
