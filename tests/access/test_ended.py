"""What ends, ends with the next click: role, place on the list, account, freedom of conflict, openness of the case.

Each person has been at work in the same browser a moment before.
"""

from __future__ import annotations

import datetime as dt

import pytest

from cspr.accounts.models import Membership
from cspr.accounts.roles import Role
from cspr.people import actions as people
from cspr.workflow import Refused, perform
from referrals.models import Case, Decision, Referral
from tests.access.cast import Browser, Person
from tests.access.scenes import Scene
from tests.access.trying import NOWHERE, content, sent_to_sign_in
from tests.factories import TODAY

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("scene", ["proposed"], indirect=True, scope="module"),
]


def addresses(scene: Scene) -> list[str]:
    """What a person at work has open: bookmarks, too."""
    ref, decision = scene[Case].ref, scene[Decision].ref
    return [
        f"/cases/{ref}/",
        f"/cases/{ref}/events/",
        f"/decisions/{decision}/",
        f"/decisions/{decision}/approve/",
    ]


def opens(browser: Browser, scene: Scene) -> list[int]:
    """The answers; a 404 among them is that of what never existed."""
    answers = [browser.get(address) for address in addresses(scene)]
    nothing = content(browser.get(NOWHERE))
    assert [a for a in answers if a.status_code == 404 and content(a) != nothing] == []
    return [answer.status_code for answer in answers]


def finds(browser: Browser, scene: Scene) -> bool:
    """Whether the case is found anywhere the person looks. A page echoes what was searched for; that is no find."""
    pages = [content(browser.get(place)) for place in ("/cases/", "/work/", "/cases/access/", "/referrals/")]
    known = [scene[kind].ref for kind in (Case, Referral, Decision)] + [f">{scene[Case].pseudonym}<"]
    searched = content(browser.get(f"/cases/?q={scene[Case].pseudonym}"))
    return scene[Case].ref.encode() in searched or any(
        word.encode() in page for page in pages for word in known
    )


OPEN, SHUT = [200, 200, 200, 200], [404, 404, 404, 404]


@pytest.fixture
def chair(scene: Scene) -> Person:
    """At work on the case, in a browser that stays open."""
    person = scene.town.cast["CHAIR", "A"]
    assert (opens(person.browser, scene), finds(person.browser, scene)) == (OPEN, True)
    return person


def test_an_ended_role(scene: Scene, chair: Person) -> None:
    membership = Membership.objects.get(user=chair.user, role=Role.CHAIR)
    people.end_membership(scene.town.here.sysadmin, membership, TODAY)
    assert (opens(chair.browser, scene), finds(chair.browser, scene)) == (SHUT, False)


def test_an_ended_place_on_the_list(scene: Scene, chair: Person) -> None:
    perform(scene[Case], "end_access", by=scene.town.here.staff, today=TODAY, user=chair.user)
    assert (opens(chair.browser, scene), finds(chair.browser, scene)) == (SHUT, False)


def test_a_place_on_the_list_that_ends_by_its_date(scene: Scene, chair: Person) -> None:
    scene[Case].members.filter(user=chair.user).update(ends_on=TODAY)
    assert opens(chair.browser, scene) == OPEN
    scene[Case].members.filter(user=chair.user).update(ends_on=TODAY - dt.timedelta(days=1))
    assert opens(chair.browser, scene) == SHUT


def test_a_closed_account(scene: Scene, chair: Person) -> None:
    people.deactivate(scene.town.here.sysadmin, chair.user, TODAY)
    answers = [chair.browser.get(address) for address in addresses(scene)]
    assert [answer for answer in answers if not sent_to_sign_in(answer)] == []


def test_a_conflict_that_one_declares_oneself(scene: Scene, chair: Person) -> None:
    response = chair.browser.post(
        f"/cases/{scene[Case].ref}/declare_conflict/", {"words": "My sister", "version": scene[Case].version}
    )
    assert (response.status_code, response.headers["Location"]) == (302, "/work/")
    assert (opens(chair.browser, scene), finds(chair.browser, scene)) == (SHUT, False)


def test_a_conflict_that_another_records(scene: Scene, chair: Person) -> None:
    perform(
        scene[Case], "record_conflict", by=scene.town.here.staff, today=TODAY, user=chair.user, words="Known"
    )
    assert (opens(chair.browser, scene), finds(chair.browser, scene)) == (SHUT, False)


def test_what_a_conflicted_person_wrote_stays_readable_for_others(scene: Scene) -> None:
    proposer, colleague = scene.town.here.staff, scene.town.cast["STAFF", "A"]
    perform(scene[Case], "record_conflict", by=colleague.user, today=TODAY, user=proposer, words="Known")
    assert colleague.browser.get(f"/decisions/{scene[Decision].ref}/").status_code == 200


def test_a_case_that_is_restricted_while_others_read_it(scene: Scene, chair: Person) -> None:
    passer_by = scene.town.cast["STAFF", "N"]
    assert opens(passer_by.browser, scene) == [200, 200, 200, 403]
    perform(scene[Case], "restrict", by=scene.town.here.staff, today=TODAY, words="A colleague's family")
    assert (opens(passer_by.browser, scene), finds(passer_by.browser, scene)) == (SHUT, False)
    assert opens(chair.browser, scene) == OPEN


def test_no_place_on_the_list_brings_somebody_back_while_the_conflict_stands(
    scene: Scene, chair: Person
) -> None:
    staff = scene.town.here.staff
    case = perform(scene[Case], "record_conflict", by=staff, today=TODAY, user=chair.user, words="Known")
    case = perform(case, "grant_access", by=staff, today=TODAY, user=chair.user, capacity=Role.CHAIR)
    assert opens(chair.browser, scene) == SHUT
    with pytest.raises(Refused, match="conflict of interest"):
        perform(case, "lift_conflict", by=chair.user, today=TODAY, user=chair.user, words="It is nothing")
