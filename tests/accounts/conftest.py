"""A partnership with its people, and a browser that signs in as people do: password, then a real code."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from cspr.accounts.models import Agency, Membership, Partnership, User
from cspr.accounts.roles import AGENCY_ROLES, AgencyType, Partner, Role
from cspr.mail.models import OutgoingEmail
from tests.accounts.totp import enrol, sign_in

PASSWORD = "three green kettles"
MakePerson = Callable[..., User]
SignedIn = Callable[[User], Client]


@pytest.fixture
def monday() -> Iterator[None]:
    """It is Monday 23 November 2026, from nine in the morning on."""
    with time_machine.travel("2026-11-23T09:00:00+00:00", tick=True):
        yield


@pytest.fixture
def partnership(db: None) -> Partnership:
    return Partnership.objects.create(
        name="Testshire Safeguarding Partnership", short_name="Testshire", area="Testshire"
    )


@pytest.fixture
def elsewhere(db: None) -> Partnership:
    return Partnership.objects.create(
        name="Otherham Safeguarding Partnership", short_name="Otherham", area="Otherham"
    )


@pytest.fixture
def agency(partnership: Partnership) -> Agency:
    council = Agency.objects.create(
        name="Testshire Council", type=AgencyType.CHILDRENS_SOCIAL_CARE, partner=Partner.LA
    )
    council.partnerships.add(partnership)
    return council


@pytest.fixture
def person(partnership: Partnership, agency: Agency) -> MakePerson:
    """Make somebody with an account, a password, and a role (none for ``role=""``) in the partnership."""

    def make(name: str, role: str = Role.STAFF, where: Partnership | None = None) -> User:
        user = User.objects.create_user(f"{name.lower().replace(' ', '.')}@agency.example", name, PASSWORD)
        if role:
            Membership.objects.create(
                user=user,
                partnership=where or partnership,
                role=role,
                agency=agency if role in AGENCY_ROLES else None,
            )
        return user

    return make


@pytest.fixture
def admin(person: MakePerson) -> User:
    return person("Ada Admin", Role.SYSADMIN)


@pytest.fixture
def second_admin(person: MakePerson) -> User:
    return person("Bert Backup", Role.SYSADMIN)


@pytest.fixture
def signed_in() -> SignedIn:
    """A browser in which the person is fully signed in, second factor and all."""

    def browser(user: User) -> Client:
        client = Client()
        secret = enrol(user)
        sign_in(client, user.email, PASSWORD, secret)
        return client

    return browser


def told(kind: str) -> list[str]:
    """To which addresses the notice of this kind was queued."""
    return [notice.to_address for notice in OutgoingEmail.objects.filter(kind=kind)]
