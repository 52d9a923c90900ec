"""Hidden and never existed look the same: for every address, and for everything a restricted case could touch."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from cspr.workflow import perform
from referrals.models import Case
from tests.access.cast import Browser, Town
from tests.access.registry import PAGES, Page
from tests.access.routes import verb_pages
from tests.access.scenes import SCENES, Scene, set_up
from tests.access.table import ROLES
from tests.access.trying import content, masked, nothing_there
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
NEVER = "33333-33333"
LISTS = (
    "/work/",
    "/cases/",
    "/cases/?q=Alder",
    "/cases/access/",
    "/referrals/",
    "/rapid-reviews/",
    "/practice-reviews/",
    "/actions/",
    "/emails/",
    "/emails/?state=waiting",
    "/people/",
    "/library/",
)


# --- references that never existed ------------------------------------------------------------------------


class Nothing:
    """A thing of which there is only an address."""

    ref, slug, pk = NEVER, "never", 0


class NeverHere(dict[type, Any]):
    def __missing__(self, kind: type) -> Any:
        return Nothing


def test_a_reference_that_never_existed_gets_the_page_of_an_address_that_never_existed(town: Town) -> None:
    town.move_in([])
    browser = town.cast["STAFF", "A"].browser
    nowhere = Scene("", town, NeverHere({Case: Nothing}))
    pages: dict[str, Page] = {p.name: p for p in (*PAGES, *verb_pages()) if p.about is not None}
    other = []
    for page in pages.values():
        address = reverse(page.name, args=page.args(nowhere))
        response = browser.post(address) if page.post else browser.get(address)
        if (response.status_code, content(response)) != (404, nothing_there(browser)):
            other.append((page.name, response.status_code))
    assert other == []


# --- a restricted case changes nothing that others can observe --------------------------------------------

OUTSIDE = [(role, "N") for role in ROLES if role != "ANON"] + [
    ("STAFF", "L-list"),
    ("CHAIR", "C"),
    ("STAFF", "X"),
]


def seen(browser: Browser, address: str) -> tuple[int, bytes]:
    response = browser.get(address)
    return response.status_code, masked(response)


def everything_seen(town: Town) -> dict[tuple[str, str, str], tuple[int, bytes]]:
    return {
        (role, place, address): seen(town.cast[role, place].browser, address)
        for role, place in OUTSIDE
        for address in LISTS
    }


def restricted_like(name: str, town: Town) -> Case:
    """The case of the scene, restricted to the crew: the chairs and partners of the cast are taken off its list."""
    case = next(thing for thing in SCENES[name](town.here) if isinstance(thing, Case))
    case.members.filter(user__in=[person.user for person in town.cast.values()]).delete()
    return perform(case, "restrict", by=town.here.staff, today=TODAY, words="A colleague's family")


def test_who_is_outside_a_restricted_case_sees_the_same_bytes_with_it_and_without_it(town: Town) -> None:
    """Lists, counts, your work, e-mails, people: as if it were not there. Another case is there for all to see."""
    with transaction.atomic():
        set_up("asked", town)
        before = everything_seen(town)
        hidden = [restricted_like(name, town) for name in ("asked", "quality", "action_planned")]
        after = everything_seen(town)
        transaction.set_rollback(True)
    assert [case.restricted for case in hidden] == [True] * 3
    assert any(b"Alder" in body for _, body in before.values())
    assert [where for where in before if after[where] != before[where]] == []
