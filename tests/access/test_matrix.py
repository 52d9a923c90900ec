"""Every cell of ``docs/access.md``: each role in each context, at every address and every verb of the row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction

from cspr.workflow import Subject
from referrals.models import Case
from tests.access.cast import PLACES, Person
from tests.access.conftest import POINTS
from tests.access.own import OWN
from tests.access.registry import PAGES, Page
from tests.access.routes import verb_pages
from tests.access.scenes import Scene
from tests.access.table import CONTEXTS, ROLES, ROWS, Row
from tests.access.trying import wrong_page, wrong_verb
from tests.access.verbs import VERBS

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
EVERY_PAGE = [*PAGES, *verb_pages()]
# By scene and row: the pages, each with its number among all, and the verbs.
PAGES_OF: defaultdict[tuple[str, str], list[tuple[int, Page]]] = defaultdict(list)
VERBS_OF: defaultdict[tuple[str, str], list[tuple[type[Subject], str]]] = defaultdict(list)
for number, page in enumerate(EVERY_PAGE):
    PAGES_OF[page.scene, page.row].append((number, page))
for kind, row, scene_name, verbs in VERBS:
    VERBS_OF[scene_name, row] += [(kind, verb) for verb in verbs.split()]
# In the order of the scenes, so that each is played once.
PLAYS = sorted(PAGES_OF.keys() | VERBS_OF.keys())


@dataclass(frozen=True)
class Standing:
    """One person in one context. ``letter`` is what the table says of them, ``place`` who in the cast they are."""

    letter: str
    person: Person
    owns: bool = False


def standings(row: Row, role: str, scene: Scene) -> Iterator[Standing]:
    """Everybody of the role, as what they are to this scene."""
    hook = role in OWN.get(row.action, {})
    restricted = scene.case is not None and scene.case.restricted
    for person in scene.town.of(role):
        letter = person.place[0]
        if row.scope != "case":
            letter = {"self": {"N": "S"}, "pub": {"N": "*"}}.get(row.scope, {}).get(letter, letter)
            if letter in CONTEXTS[row.scope] and person.place not in _out_of_place(row):
                yield Standing(letter, person)
            continue
        if (letter == "O" and not hook) or (scene.case is None and letter in "AC"):
            continue
        if person.place == "L-list":
            if scene.case is None or owns_without_list(row, role):
                continue
            letter = "N"  # still holds the role: like anybody who never was on the list
        if restricted and letter in "NB":
            letter = "R"
        yield Standing(letter, person, owns=hook and person.place[0] in "OCL")


def _out_of_place(row: Row) -> set[str]:
    """One's own account stays one's own when a list or a role has ended."""
    return {"L-list", "L-role"} if row.scope == "self" else {"L-list"}


def owns_without_list(row: Row, role: str) -> bool:
    """A referral is its agency's and its writer's, an action its owner's and an emergency access its holder's,
    whether or not they are on any list."""
    if role in {"REF", "SGLEAD"} or row.action.startswith("emergency."):
        return True
    return row.action.startswith(("referral.", "action.", "fact_check.")) and row.cells[role].text == "O"


def named(part: str | tuple[str, str]) -> str:
    return part if isinstance(part, str) else part[1]


@pytest.mark.parametrize(
    ("scene", "play"), [(play[0], play) for play in PLAYS], indirect=["scene"], scope="module", ids=named
)
def test_row(scene: Scene, play: tuple[str, str]) -> None:
    """One row of the table at one moment: what is wrong with any of its cells."""
    row = ROWS[play[1]]
    wrong = list(tried_by_nobody(scene, row))
    for role in ROLES[1:]:
        wrong += [x for standing in standings(row, role, scene) for x in tried(scene, row, standing)]
    wrong += tried_when_restricted(scene, row)
    assert wrong == [], "\n".join(wrong)


def tried_by_nobody(scene: Scene, row: Row) -> Iterator[str]:
    allowed = row.allows("ANON", "*")
    for _, page in PAGES_OF[scene.name, row.action]:
        POINTS["addresses"] += 1
        wrong = wrong_page(page, scene, scene.town.anybody, allowed=allowed, knows=False, door=True)
        if wrong:
            yield f"ANON {page.name}: {wrong}"


def tried(scene: Scene, row: Row, standing: Standing) -> list[str]:
    """The sentences about what is wrong, for one person at every address and verb of the row."""
    if not standing.owns:
        found = [*tried_addresses(scene, row, standing), *tried_verbs(scene, row, standing)]
    else:
        with transaction.atomic():
            OWN[row.action][standing.person.role](scene, standing.person.user, scene.town)
            found = [*tried_addresses(scene, row, standing), *tried_verbs(scene, row, standing)]
            transaction.set_rollback(True)
    who = f"{standing.person.role} {standing.person.place} as {standing.letter}"
    return [f"{who}: {what}: {wrong}" for what, wrong in found if wrong]


Tried = Iterator[tuple[str, str | None]]


def tried_addresses(scene: Scene, row: Row, standing: Standing) -> Tried:
    person, allowed = standing.person, row.allows(standing.person.role, standing.letter)
    for number, page in PAGES_OF[scene.name, row.action]:
        knows = knows_of(page, row, standing)
        door = allowed or row.scope != "case" or one_of_many(number, standing)
        # A closed account is nobody before any view is asked, so it is tried at the door only.
        if knows is None or not (door or person.in_force):
            continue
        POINTS["addresses"] += 1
        yield page.name, wrong_page(page, scene, person, allowed=allowed, knows=knows, door=door)


def tried_verbs(scene: Scene, row: Row, standing: Standing) -> Tried:
    person, allowed = standing.person, row.allows(standing.person.role, standing.letter)
    for kind, verb in VERBS_OF[scene.name, row.action]:
        POINTS["verbs"] += 1
        # What a subject remembers of people is theirs alone; only a changed subject has to be read again.
        changed = standing.owns or standing.letter == "R"
        subject = scene.fresh(kind) if changed else scene.shared(kind)
        yield f"{kind.__name__}.{verb}", wrong_verb(verb, subject, person, allowed=allowed)


def one_of_many(number: int, standing: Standing) -> bool:
    """Which of the people who are refused ask at the door, too: by turns, so that every page, role and context does."""
    places = (*PLACES, "R")
    place = "R" if standing.letter == "R" else standing.person.place
    return (number + ROLES.index(standing.person.role)) % (2 * len(places)) == places.index(place)


def tried_when_restricted(scene: Scene, row: Row) -> list[str]:
    """Context R: the people of N and of B, once the case is restricted."""
    if row.scope != "case" or scene.case is None or scene.case.restricted:
        return []
    with transaction.atomic():
        Case.objects.filter(pk=scene.case.pk).update(restricted=True)
        people = [scene.town.cast[role, place] for place in "NB" for role in ROLES[1:]]
        found = [x for person in people for x in tried(scene, row, Standing("R", person))]
        transaction.set_rollback(True)
    return found


def knows_of(page: Page, row: Row, standing: Standing) -> bool | None:
    """Whether the person may know of the thing; None when the page says nothing to somebody from elsewhere."""
    if page.about is None:
        return None if standing.letter == "X" and page.shows is None else True
    return ROWS[page.seen].allows(standing.person.role, standing.letter)
