"""The pages "People and access": who may read them, what they hold, and what an administrator can do there."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cspr.accounts.models import Agency, Invitation, Membership, Partnership, PendingGrant, User
from cspr.accounts.roles import PEOPLE_READERS, Role
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from cspr.people import panels
from tests.accounts.conftest import MakePerson, SignedIn
from tests.accounts.totp import enrol

pytestmark = pytest.mark.django_db


def names(client: Client, query: str = "") -> list[str]:
    """The names in the list of people, in its order."""
    text = client.get(f"/people/{query}").content.decode()
    return re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]+)</a>', text)


@pytest.mark.parametrize("role", Role.values)
def test_only_staff_administrators_and_the_dpo_see_who_is_who(
    person: MakePerson, signed_in: SignedIn, role: str
) -> None:
    target = person("Tom Target")
    client = signed_in(person("Vera Viewer", role))
    expected = 200 if role in PEOPLE_READERS else 404
    assert client.get("/people/").status_code == expected
    assert client.get(f"/people/{target.ref}/").status_code == expected


def test_somebody_of_another_partnership_is_as_unknown_as_nobody(
    person: MakePerson, signed_in: SignedIn, elsewhere: Partnership
) -> None:
    stranger = person("Xavier Else", Role.STAFF, elsewhere)
    client = signed_in(person("Ada Admin", Role.SYSADMIN))
    assert names(client) == ["Ada Admin"]
    theirs, nobodys = client.get(f"/people/{stranger.ref}/"), client.get("/people/K7QF3-MXRTW/")
    assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    for verb in ("role/", "deactivate/", "sessions/end/", "second-factor/remove/"):
        assert client.post(f"/people/{stranger.ref}/{verb}").status_code == 404


def test_a_person_of_two_partnerships_shows_only_what_they_are_here(
    person: MakePerson, signed_in: SignedIn, elsewhere: Partnership
) -> None:
    both = person("Bo Both", Role.REVIEWER)
    Membership.objects.create(user=both, partnership=elsewhere, role=Role.CHAIR)
    client = signed_in(person("Sam Staff"))
    for path in ("/people/", f"/people/{both.ref}/"):
        text = client.get(path).content.decode()
        assert "Lead reviewer" in text
        assert "Otherham" not in text
    assert "Sub-group chair" not in client.get(f"/people/{both.ref}/").content.decode()


def test_the_list_can_be_filtered(person: MakePerson, signed_in: SignedIn, admin: User) -> None:
    for name, role in [
        ("Cora Chair", Role.CHAIR),
        ("Rex Reviewer", Role.REVIEWER),
        ("Eve Ended", Role.CHAIR),
    ]:
        person(name, role)
    enrol(User.objects.get(name="Cora Chair"))
    Membership.objects.filter(user__name="Eve Ended").update(ends_on="2020-01-01")
    client = signed_in(admin)
    assert names(client) == ["Ada Admin", "Cora Chair", "Rex Reviewer"]
    assert names(client, "?role=chair") == ["Cora Chair"]
    assert names(client, "?q=REX") == ["Rex Reviewer"]
    assert names(client, "?show=no-second-factor") == ["Rex Reviewer"]
    assert names(client, "?show=ended") == ["Eve Ended"]
    assert names(client, "?role=nonsense&show=nonsense&after=nonsense") == names(client)


def test_the_list_turns_pages_and_costs_the_same_for_many(
    person: MakePerson, signed_in: SignedIn, admin: User
) -> None:
    client = signed_in(admin)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/people/")
        assert len({q["sql"] for q in seen}) == len(seen)
        return len(seen)

    for number in range(30):
        person(f"Person {number:02d}", Role.STAFF)
    few = statements()
    for number in range(30, 60):
        person(f"Person {number:02d}", Role.STAFF)
    assert statements() == few <= 10
    page = client.get("/people/")
    assert len(page.content) < 60_000
    first = names(client)
    assert len(first) == 25
    following = re.search(r'href="\?(after=[^"]+)" rel="next"', page.content.decode())
    assert following is not None
    assert names(client, f"?{following[1]}") == [f"Person {n:02d}" for n in range(24, 49)]


def test_titles_name_nobody(person: MakePerson, signed_in: SignedIn) -> None:
    target = person("Tom Target")
    client = signed_in(person("Ada Admin", Role.SYSADMIN))
    paths = ["/account/", "/people/", f"/people/{target.ref}/", f"/people/{target.ref}/deactivate/"]
    for path in paths:
        title = re.search(r"<title>(.*?)</title>", client.get(path).content.decode())
        assert title is not None
        assert "Target" not in title[1]
        assert "Ada" not in title[1]


# --- what an administrator does ------------------------------------------------------------------------------
def test_inviting_from_the_page(
    signed_in: SignedIn, admin: User, agency: Agency, partnership: Partnership
) -> None:
    client = signed_in(admin)
    form = {"name": "Nell Newcomer", "email": "nell@new.example", "role": Role.REFERRER, "agency": agency.pk}
    done = client.post("/people/invite/", form, follow=True)
    assert done.redirect_chain == [("/people/", 302)]
    assert "Invitation sent to nell@new.example." in done.content.decode()
    assert "Agency referrer, Testshire Council" in done.content.decode()
    assert OutgoingEmail.objects.filter(to_address="nell@new.example").count() == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"role": ""}, "Select a role"),
        ({"name": ""}, "Enter the person’s full name"),
        ({"email": "not an address"}, "Enter an e-mail address in full, like name@example.gov.uk"),
        ({"role": Role.REFERRER}, "Choose the agency. This role belongs to one."),
        ({"email": "ada.admin@agency.example"}, "Nobody can give themselves a role."),
        ({"role": "emperor"}, "Select one of the options"),
    ],
)
def test_what_cannot_be_invited_is_explained_and_kept(
    signed_in: SignedIn, admin: User, change: dict[str, str], why: str
) -> None:
    form = {"name": "Nell Newcomer", "email": "nell@new.example", "role": Role.STAFF, "agency": ""} | change
    text = signed_in(admin).post("/people/invite/", form).content.decode()
    assert why in text
    assert f'value="{form["email"]}"' in text
    assert Invitation.objects.count() == 0


def test_a_chair_is_asked_for_by_one_and_confirmed_by_another(
    signed_in: SignedIn, admin: User, second_admin: User, person: MakePerson
) -> None:
    user = person("Tom Target", Role.REVIEWER)
    first, second = signed_in(admin), signed_in(second_admin)
    asked = first.post(f"/people/{user.ref}/role/", {"role": Role.CHAIR}, follow=True)
    assert "The role waits for a second administrator to confirm it." in asked.content.decode()
    grant = PendingGrant.objects.get()
    own = first.get(f"/people/grants/{grant.ref}/confirm/")
    assert own.status_code == 403
    assert "You asked for this role yourself." in own.content.decode()
    done = second.post(f"/people/grants/{grant.ref}/confirm/", follow=True)
    assert "Tom Target is now sub-group chair." in done.content.decode()
    assert {m.role for m in user.memberships.in_force()} == {Role.REVIEWER, Role.CHAIR}
    assert second.post(f"/people/grants/{grant.ref}/confirm/").status_code == 404


def test_ending_a_role_closing_an_account_and_removing_an_app(
    signed_in: SignedIn, admin: User, person: MakePerson
) -> None:
    user = person("Tom Target")
    enrol(user)
    client = signed_in(admin)
    client.post(f"/people/{user.ref}/second-factor/remove/")
    assert user.authenticator_set.count() == 0
    client.post(f"/people/{user.ref}/roles/{user.memberships.get().ref}/end/", {"when": "now"})
    assert user.memberships.in_force().count() == 0
    client.post(f"/people/{user.ref}/deactivate/")
    user.refresh_from_db()
    assert user.is_active is False
    assert "This account is closed." in client.get(f"/people/{user.ref}/").content.decode()


def test_an_administrator_signs_somebody_out_everywhere(
    signed_in: SignedIn, admin: User, person: MakePerson
) -> None:
    user = person("Tom Target")
    theirs, ours = signed_in(user), signed_in(admin)
    ours.post(f"/people/{user.ref}/sessions/end/")
    assert theirs.get("/account/").status_code == 302
    assert ours.get("/account/").status_code == 200


def test_staff_see_people_but_change_nothing(signed_in: SignedIn, person: MakePerson) -> None:
    user, client = person("Tom Target"), signed_in(person("Sam Staff"))
    role = user.memberships.get().ref
    assert "Invite a person" not in client.get("/people/").content.decode()
    for path in (
        "/people/invite/",
        f"/people/{user.ref}/role/",
        f"/people/{user.ref}/deactivate/",
        f"/people/{user.ref}/sessions/end/",
        f"/people/{user.ref}/second-factor/remove/",
        f"/people/{user.ref}/roles/{role}/end/",
    ):
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 403, path
            assert "Only a technical administrator" in response.content.decode()
    assert client.get("/people/partnerships/").status_code == 404


def test_opening_pages_changes_nothing(signed_in: SignedIn, admin: User, person: MakePerson) -> None:
    user, client = person("Tom Target"), signed_in(admin)
    before = Event.objects.count()
    for verb in ("", "role/", "deactivate/", "sessions/end/", "second-factor/remove/"):
        assert client.get(f"/people/{user.ref}/{verb}").status_code == 200
    assert Event.objects.count() == before
    assert User.objects.get(pk=user.pk).is_active


def test_important_things_ask_for_the_password_again(
    signed_in: SignedIn, admin: User, person: MakePerson
) -> None:
    user, client = person("Tom Target"), signed_in(admin)
    session = client.session
    session["started_at"] -= 301
    session.save()
    for path in ("/people/invite/", f"/people/{user.ref}/role/", f"/people/{user.ref}/deactivate/"):
        assert client.post(path)["Location"].startswith("/account/reauthenticate/?next="), path


# --- the partnership itself ---------------------------------------------------------------------------------
def test_an_administrator_edits_the_partnership(
    signed_in: SignedIn, admin: User, partnership: Partnership
) -> None:
    form = {
        "name": partnership.name,
        "area": "Testshire and Vale",
        "sub_group_name": "Case Review Sub-group",
        "email": "team@testshire.example",
        "phone": "01632 960001",
        "urgent_contact": "Front door, 01632 960000",
        "lead_signs_off": "on",
        "last_yearly_report_on_day": "15",
        "last_yearly_report_on_month": "9",
        "last_yearly_report_on_year": "2025",
    }
    done = signed_in(admin).post(f"/people/partnerships/{partnership.ref}/", form, follow=True)
    assert "Testshire and Vale" in done.content.decode()
    event = Event.objects.get(kind="partnership.edit")
    assert event.facts["area"] == ["Testshire", "Testshire and Vale"]
    assert "name" not in event.facts
    partnership.refresh_from_db()
    assert partnership.lead_signs_off is True
    assert partnership.last_yearly_report_on == dt.date(2025, 9, 15)
    assert event.facts["last_yearly_report_on"] == [None, "2025-09-15"]


def test_an_administrator_adds_an_agency(
    signed_in: SignedIn, admin: User, partnership: Partnership, elsewhere: Partnership
) -> None:
    force = Agency.objects.create(name="Regional Police", type="police", partner="police")
    force.partnerships.add(elsewhere)
    client = signed_in(admin)
    add = f"/people/partnerships/{partnership.ref}/agency/"
    client.post(add, {"name": "regional police", "type": "police", "partner": "police"})
    client.post(add, {"name": "St Test School", "type": "school", "partner": ""})
    again = client.post(add, {"name": "St Test School", "type": "school", "partner": ""})
    assert "already works with an agency of this name and kind" in again.content.decode()
    assert [a.name for a in partnership.agencies.all()] == [
        "Regional Police",
        "St Test School",
        "Testshire Council",
    ]
    assert Agency.objects.filter(type="police").get() == force


def test_another_partnership_does_not_exist_for_an_administrator(
    signed_in: SignedIn, admin: User, elsewhere: Partnership
) -> None:
    client = signed_in(admin)
    assert client.get(f"/people/partnerships/{elsewhere.ref}/").status_code == 404
    assert client.get(f"/people/partnerships/{elsewhere.ref}/agency/").status_code == 404


def test_a_panel_of_the_domain_stands_on_a_persons_page(
    signed_in: SignedIn, admin: User, person: MakePerson, monkeypatch: Any
) -> None:
    monkeypatch.setattr(panels, "_panels", [])

    def context(viewer: User, subject: User) -> dict[str, Any] | None:
        if viewer.partnerships(Role.SYSADMIN):
            return None
        return {"words": f"Cases of {subject.name}"}

    panels.register_panel("components/empty.html", context)
    user = person("Tom Target")
    assert panels.panels_for(admin, user) == []
    assert panels.panels_for(user, user) == [("components/empty.html", {"words": "Cases of Tom Target"})]
    assert "app-panel--empty" in signed_in(user).get(f"/people/{user.ref}/").content.decode()


def test_the_last_sign_in_is_shown(signed_in: SignedIn, admin: User, person: MakePerson) -> None:
    user = person("Tom Target")
    client = signed_in(admin)
    assert "Never" in client.get(f"/people/{user.ref}/").content.decode()
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    assert "Never" not in client.get(f"/people/{user.ref}/").content.decode()
