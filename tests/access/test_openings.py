"""That somebody opened something of a case is on record, whichever of its pages it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from cspr.audit.models import Event
from tests.access.registry import PAGES, Page
from tests.access.routes import verb_pages
from tests.access.scenes import SCENES, Scene
from tests.access.table import ROLES, ROWS
from tests.access.test_matrix import Standing, standings
from tests.access.trying import at_the_desk

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

# Pages that say no more of a case than whoever keeps its list, its period or the record may know without reading it.
KEEPING = (
    "case-access case-holds case-reads case-propose_disposal case-set_legal_hold case-lift_legal_hold "
    "disposal disposal-approve disposal-decline disposal-withdraw "
    "emergency emergency-open emergency-end_emergency emergency-look_at"
)
# What lies behind is on record when it is opened; the page itself says how far it is, or when it is.
ABOUT_SOMETHING_ELSE = "documents:progress meeting-calendar anonymity-check referral-sent"
UNRECORDED = frozenset(f"{KEEPING} {ABOUT_SOMETHING_ELSE}".split())
EVERY_PAGE = [
    page
    for page in (*PAGES, *verb_pages())
    if page.about and not page.post and ROWS[page.row].scope == "case" and page.name not in UNRECORDED
]


def insiders(scene: Scene, page: Page) -> Iterator[Standing]:
    """Who may open it and works in the case, not for the agency whose own it is."""
    row = ROWS[page.row]
    for role in ROLES[1:]:
        if role not in {"REF", "SGLEAD", "AUTH"}:
            yield from (
                one
                for one in standings(row, role, scene)
                if one.letter in "ABN" and not one.owns and row.allows(role, one.letter)
            )


@pytest.mark.parametrize(
    ("scene", "name"), [(name, name) for name in SCENES], indirect=["scene"], scope="module"
)
def test_every_page_of_a_case_leaves_a_reading(scene: Scene, name: str) -> None:
    found = [page for page in EVERY_PAGE if page.scene == name and scene.case is not None]
    silent = [
        page.name for page in found if (one := next(insiders(scene, page), None)) and unread(page, scene, one)
    ]
    assert silent == []


def unread(page: Page, scene: Scene, one: Standing) -> bool:
    """Whether the page was shown, and the record does not know of it."""
    with transaction.atomic():
        response = at_the_desk(page, scene, one.person)
        read = Event.objects.filter(kind__startswith="read.", by=one.person.user).exists()
        transaction.set_rollback(True)
    return response.status_code == 200 and not read
