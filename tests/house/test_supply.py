"""What is shipped: its licences are known and accepted, and the two lists of it follow the lock."""

from __future__ import annotations

import json

import pytest

from tests.supply import CHOSEN, LICENCES, PARTS, licence_page, parts, refused

pytestmark = pytest.mark.once


def test_every_licence_is_one_that_was_accepted() -> None:
    assert len(parts()) > 50
    found = {part.name: refused(part.licences()) for part in parts() if part.shipped}
    assert {name: licences for name, licences in found.items() if licences} == {}


@pytest.mark.parametrize("licence", ["AGPL-3.0-or-later", "GPL-3.0-only", "UNKNOWN", ""])
def test_a_licence_that_reaches_into_a_service_and_an_unknown_one_are_refused(licence: str) -> None:
    assert refused(["MIT", licence]) == [licence]


def test_where_one_licence_was_chosen_of_several_the_package_still_offers_it() -> None:
    assert {part.name: part.licences() for part in parts() if part.name in CHOSEN} == {
        name: [licence] for name, licence in CHOSEN.items()
    }


def test_the_licence_list_follows_the_lock() -> None:
    assert LICENCES.read_text() == licence_page(), "Run ./dev supply."


def test_the_list_of_parts_follows_the_lock() -> None:
    listed = {(part["name"], part["version"]) for part in json.loads(PARTS.read_text())["components"]}
    assert listed == {(part.name, part.version) for part in parts()}, "Run ./dev supply."
