"""Who may give, confirm and end a role; and that what is ended is over on the next page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from cspr.accounts.models import Agency, Membership, Partnership, PendingGrant, SignInSession, User
from cspr.accounts.roles import AGENCY_ROLES, Role
from cspr.audit.models import Event
from cspr.people.actions import (
    close_offer,
    confirm_grant,
    deactivate,
    end_membership,
    end_sessions,
    grant_role,
    invite,
    reset_second_factor,
)
from cspr.workflow import Refused
from tests.accounts.conftest import MakePerson, SignedIn, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = dt.date(2026, 11, 23)
ONLY_ADMINISTRATORS = "Only a technical administrator of the partnership can do this."
OTHERS = [role for role in Role.values if role != Role.SYSADMIN]
PLAIN = [Role.STAFF, Role.REVIEWER, Role.PANEL_MEMBER]


def roles(user: User) -> list[str]:
    return sorted(m.role for m in User.objects.get(pk=user.pk).standing)


@pytest.mark.parametrize("role", OTHERS)
def test_only_administrators_manage_people(person: MakePerson, partnership: Partnership, role: str) -> None:
    by, target = person("Bea By", role), person("Tom Target")
    membership = target.memberships.get()
    for attempt in (
        lambda: invite(by, partnership, "a@b.example", "A", Role.STAFF, None, TODAY),
        lambda: grant_role(by, target, partnership, Role.REVIEWER, None, TODAY),
        lambda: end_membership(by, membership, TODAY),
        lambda: deactivate(by, target, TODAY),
        lambda: end_sessions(by, target),
        lambda: reset_second_factor(by, target),
    ):
        with pytest.raises(Refused, match=ONLY_ADMINISTRATORS):
            attempt()
    assert roles(target) == [Role.STAFF]
    assert Event.objects.count() == 0


def test_an_administrator_of_another_partnership_manages_nobody_here(
    person: MakePerson, partnership: Partnership, elsewhere: Partnership
) -> None:
    by, target = person("Xena Else", Role.SYSADMIN, elsewhere), person("Tom Target")
    with pytest.raises(Refused, match=ONLY_ADMINISTRATORS):
        grant_role(by, target, partnership, Role.REVIEWER, None, TODAY)
    with pytest.raises(Refused, match=ONLY_ADMINISTRATORS):
        deactivate(by, target, TODAY)


@pytest.mark.parametrize("role", Role.values)
def test_nobody_gives_themselves_a_role(
    admin: User, partnership: Partnership, agency: Agency, role: str
) -> None:
    where = agency if role in AGENCY_ROLES else None
    with pytest.raises(Refused, match=r"Nobody can give themselves a role."):
        grant_role(admin, admin, partnership, role, where, TODAY)
    with pytest.raises(Refused, match=r"Nobody can give themselves a role."):
        invite(admin, partnership, admin.email.upper(), "Me", role, where, TODAY)
    assert roles(admin) == [Role.SYSADMIN]


@pytest.mark.parametrize("role", PLAIN)
def test_a_plain_role_is_given_at_once(
    admin: User, person: MakePerson, partnership: Partnership, role: str
) -> None:
    user = person("Tom Target", role="")
    grant_role(admin, user, partnership, role, None, TODAY)
    assert roles(user) == [role]
    assert [(e.kind, e.by, e.facts["person"]) for e in Event.objects.all()] == [
        ("membership.grant", admin, user.ref)
    ]


@pytest.mark.parametrize("role", [Role.CHAIR, Role.DPO, Role.SYSADMIN])
def test_a_role_of_weight_takes_two_administrators(
    admin: User, second_admin: User, person: MakePerson, partnership: Partnership, role: str
) -> None:
    user = person("Tom Target", role="")
    grant = grant_role(admin, user, partnership, role, None, TODAY)
    assert isinstance(grant, PendingGrant)
    assert roles(user) == []
    with pytest.raises(Refused, match=r"You asked for this role yourself."):
        confirm_grant(admin, grant, TODAY)
    with pytest.raises(Refused, match="Only a technical administrator"):
        confirm_grant(person("Sam Staff"), grant, TODAY)
    confirm_grant(second_admin, grant, TODAY)
    assert roles(user) == [role]
    kinds = ["pendinggrant.ask", "pendinggrant.confirm", "membership.grant"]
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == kinds
    with pytest.raises(Refused, match=r"Somebody has already dealt with this."):
        confirm_grant(second_admin, grant, TODAY)


def test_a_person_does_not_confirm_their_own_role(
    admin: User, second_admin: User, person: MakePerson, partnership: Partnership
) -> None:
    user = person("Tom Target", role="")
    grant = grant_role(admin, user, partnership, Role.SYSADMIN, None, TODAY)
    Membership.objects.create(user=user, partnership=partnership, role=Role.SYSADMIN)
    with pytest.raises(Refused, match=r"Nobody can give themselves a role."):
        confirm_grant(User.objects.get(pk=user.pk), grant, TODAY)  # type: ignore[arg-type]


def test_the_only_administrator_can_be_joined_by_a_second(
    admin: User, person: MakePerson, partnership: Partnership
) -> None:
    user = person("Tom Target", role="")
    assert isinstance(grant_role(admin, user, partnership, Role.SYSADMIN, None, TODAY), Membership)


def test_a_role_that_is_declined_is_not_given(
    admin: User, second_admin: User, person: MakePerson, partnership: Partnership
) -> None:
    user = person("Tom Target", role="")
    grant = grant_role(admin, user, partnership, Role.CHAIR, None, TODAY)
    assert isinstance(grant, PendingGrant)
    close_offer(second_admin, grant, TODAY)
    with pytest.raises(Refused, match=r"Somebody has already dealt with this."):
        confirm_grant(second_admin, grant, TODAY)
    assert roles(user) == []


@pytest.mark.parametrize(
    ("role", "with_agency", "why"),
    [
        (Role.REFERRER, False, "Choose the agency. This role belongs to one."),
        (Role.STAFF, True, "Leave the agency empty. This role belongs to the partnership."),
    ],
)
def test_a_role_and_its_agency_must_fit(
    admin: User,
    person: MakePerson,
    partnership: Partnership,
    agency: Agency,
    role: str,
    with_agency: bool,
    why: str,
) -> None:
    with pytest.raises(Refused, match=why):
        grant_role(
            admin, person("Tom Target", role=""), partnership, role, agency if with_agency else None, TODAY
        )


def test_a_delegated_partner_speaks_for_a_statutory_partner(
    admin: User, person: MakePerson, partnership: Partnership
) -> None:
    school = Agency.objects.create(name="Testshire School", type="school")
    school.partnerships.add(partnership)
    with pytest.raises(Refused, match="Choose the local authority, the integrated care board or the police"):
        grant_role(admin, person("Tom Target", role=""), partnership, Role.PARTNER, school, TODAY)


def test_an_agency_of_another_partnership_cannot_be_chosen(
    admin: User, person: MakePerson, partnership: Partnership
) -> None:
    stranger = Agency.objects.create(name="Otherham School", type="school")
    with pytest.raises(Refused, match=r"Choose an agency that works with this partnership."):
        grant_role(admin, person("Tom Target", role=""), partnership, Role.REFERRER, stranger, TODAY)


@pytest.mark.parametrize(("has", "gets"), [(Role.STAFF, Role.SYSADMIN), (Role.SYSADMIN, Role.STAFF)])
def test_an_administrator_holds_no_other_role(
    admin: User, person: MakePerson, partnership: Partnership, has: str, gets: str
) -> None:
    with pytest.raises(Refused, match="A technical administrator never sees a case"):
        grant_role(admin, person("Tom Target", has), partnership, gets, None, TODAY)


def test_a_role_is_not_held_twice(admin: User, person: MakePerson, partnership: Partnership) -> None:
    with pytest.raises(Refused, match=r"This person already has this role."):
        grant_role(admin, person("Tom Target"), partnership, Role.STAFF, None, TODAY)


def test_a_role_that_ended_can_be_given_again(
    admin: User, person: MakePerson, partnership: Partnership
) -> None:
    user = person("Tom Target")
    end_membership(admin, user.memberships.get(), TODAY)
    grant_role(admin, user, partnership, Role.STAFF, None, TODAY)
    assert roles(user) == [Role.STAFF]
    assert user.memberships.count() == 2


# --- the end -------------------------------------------------------------------------------------------------
def test_an_ended_role_is_gone_on_the_next_page(admin: User, person: MakePerson, signed_in: SignedIn) -> None:
    user = person("Tom Target")
    client = signed_in(user)
    assert client.get("/people/").status_code == 200
    end_membership(admin, user.memberships.get(), TODAY)
    assert client.get("/people/").status_code == 404
    assert client.get("/account/").status_code == 200


def test_a_role_can_end_after_a_last_day(admin: User, person: MakePerson) -> None:
    user = person("Tom Target")
    last_day = TODAY + dt.timedelta(days=30)
    end_membership(admin, user.memberships.get(), TODAY, last_day)
    assert [
        Membership.objects.in_force(d).filter(user=user).count()
        for d in (last_day, last_day + dt.timedelta(1))
    ] == [1, 0]
    with pytest.raises(Refused, match=r"The last day cannot be in the past."):
        end_membership(admin, user.memberships.get(), TODAY, TODAY - dt.timedelta(days=1))


def test_nobody_ends_their_own_role_or_account(admin: User) -> None:
    with pytest.raises(Refused, match=r"You cannot end your own role."):
        end_membership(admin, admin.memberships.get(), TODAY)
    with pytest.raises(Refused, match=r"You cannot do this to your own account."):
        deactivate(admin, admin, TODAY)


def test_closing_an_account_ends_every_session_at_once(
    admin: User, person: MakePerson, signed_in: SignedIn
) -> None:
    user = person("Tom Target")
    client = signed_in(user)
    assert SignInSession.objects.filter(user=user).count() == 1
    deactivate(admin, user, TODAY)
    assert SignInSession.objects.filter(user=user).count() == 0
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"
    assert roles(user) == []
    assert user.memberships.get().ends_on == TODAY - dt.timedelta(days=1)


def test_an_account_that_is_not_active_opens_nothing_even_with_a_session(
    person: MakePerson, signed_in: SignedIn
) -> None:
    user = person("Tom Target")
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_an_account_shared_with_another_partnership_is_not_closed_from_here(
    admin: User, person: MakePerson, elsewhere: Partnership
) -> None:
    user = person("Tom Target")
    Membership.objects.create(user=user, partnership=elsewhere, role=Role.REVIEWER)
    for act in (lambda: deactivate(admin, user, TODAY), lambda: reset_second_factor(admin, user)):
        with pytest.raises(Refused, match="also works with a partnership you do not administer"):
            act()
    end_sessions(admin, user)
    assert roles(user) == [Role.REVIEWER, Role.STAFF]


def test_a_removed_second_factor_must_be_set_up_again(
    admin: User, person: MakePerson, signed_in: SignedIn, client: Client
) -> None:
    user = person("Tom Target")
    inside = signed_in(user)
    reset_second_factor(admin, user)
    assert inside.get("/account/").status_code == 302
    client.force_login(user)
    assert client.get("/account/")["Location"] == "/account/2fa/totp/activate/"
    assert Event.objects.filter(kind="user.reset_second_factor", by=admin, subject_ref=user.ref).count() == 1
    assert told("user.reset_second_factor") == [user.email]
