"""One person for every role and every way to stand to a case, each signed in in a browser of their own."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from cspr.accounts.models import Agency, Membership, Partnership, User, load_standing
from cspr.accounts.roles import AGENCY_ROLES, AgencyType, Role
from referrals.emergency import EmergencyReason
from referrals.models import Case, CaseMember, Conflict, EmergencyAccess
from tests.access.headers import wrong_headers
from tests.access.table import ROLES
from tests.factories import TODAY, Area, area

HELD = {
    "REF": Role.REFERRER,
    "SGLEAD": Role.SAFEGUARDING_LEAD,
    "AUTH": Role.AUTHOR,
    "STAFF": Role.STAFF,
    "CHAIR": Role.CHAIR,
    "PARTNER": Role.PARTNER,
    "LEAD": Role.REVIEWER,
    "PANEL": Role.PANEL_MEMBER,
    "SYSADM": Role.SYSADMIN,
    "DPO": Role.DPO,
}
# L in its three kinds: the entry on the list has ended, the role has ended, the account is closed.
PLACES = ("O", "A", "N", "B", "X", "C", "L-list", "L-role", "L-account")
# Who has opened the case in an emergency: those of B, and those for whom that must count for nothing.
OPENED = frozenset({"B", "C", "L-role", "L-account"})
YESTERDAY = TODAY - dt.timedelta(days=1)
LONG_AGO = dt.date(2026, 1, 1)


class Browser(Client):
    """The test client without its copies of every template's context: thousands of pages are asked for here.

    An error in a page is an answer (500), not an exception of the test. It comes by https, and every answer is asked
    for its headers.
    """

    def request(self, **request: Any) -> HttpResponseBase:
        signed_in = settings.SESSION_COOKIE_NAME in self.cookies
        secure = {**request, "wsgi.url_scheme": "https", "SERVER_PORT": "443"}
        response: HttpResponseBase = self.handler(self._base_environ(**secure))
        wrong = wrong_headers(response, signed_in=signed_in)
        assert wrong is None, f"{request.get('PATH_INFO')} ({response.status_code}): {wrong}"
        return response


@dataclass
class Person:
    """Somebody in a role, and what they are to the case. ``user`` is read anew for every scene."""

    role: str
    place: str
    user: Any
    browser: Browser

    @property
    def in_force(self) -> bool:
        """Whether the account is open."""
        return self.place not in {"L-account", "-"}

    @property
    def listed(self) -> bool:
        return self.place in {"O", "A", "C", "L-list", "L-role", "L-account"}


@dataclass
class Town:
    """A partnership that the scenes are played in, its neighbour, and the cast."""

    here: Area
    elsewhere: Partnership
    clinic: Agency  # the agency of everybody in the cast who has one; it works with both partnerships
    council: Agency
    cast: dict[tuple[str, str], Person]
    anybody: Person

    def of(self, role: str) -> Iterator[Person]:
        return (self.cast[role, place] for place in PLACES)

    def move_in(self, cases: Iterable[Case]) -> None:
        """Give the cast its roles, and its places on the lists of ``cases``; nobody else is on them but the crew.

        Only now, so that no verb of the scene has let anybody in or told them anything.
        """
        Membership.objects.bulk_create(self._membership(person) for person in self.cast.values())
        for case in cases:
            CaseMember.objects.bulk_create(
                CaseMember(
                    case=case,
                    user=person.user,
                    capacity=HELD[person.role],
                    starts_on=LONG_AGO,
                    ends_on=YESTERDAY if person.place == "L-list" else None,
                )
                for person in self.cast.values()
                if person.listed
            )
            EmergencyAccess.objects.bulk_create(
                EmergencyAccess(
                    case=case,
                    user=person.user,
                    reason=EmergencyReason.DANGER,
                    begins_at=timezone.now(),
                    looked_at_on=TODAY,
                    # Of those of N it has just ended.
                    ends_at=timezone.now() + dt.timedelta(hours=1 if person.place in OPENED else 0),
                )
                for person in self.cast.values()
                if person.place in {*OPENED, "N"}
            )
            Conflict.objects.bulk_create(
                Conflict(
                    case=case,
                    user=p.user,
                    declared_on=TODAY,
                    recorded_by=self.here.staff,
                    reason="A relative",
                )
                for p in self.cast.values()
                if p.place == "C"
            )
        fresh = User.objects.in_bulk([person.user.pk for person in self.cast.values()])
        load_standing(fresh.values())
        for person in self.cast.values():
            person.user = fresh[person.user.pk]

    def _membership(self, person: Person) -> Membership:
        role = HELD[person.role]
        agency = {Role.PARTNER: self.council}.get(role, self.clinic) if role in AGENCY_ROLES else None
        return Membership(
            user=person.user,
            partnership=self.elsewhere if person.place == "X" else self.here.partnership,
            agency=agency,
            role=role,
            starts_on=LONG_AGO,
            ends_on=YESTERDAY if person.place == "L-role" else None,
        )


def town() -> Town:
    """The town with its crew (one person in every role, who carry the scenes) and the cast, still without roles."""
    here = area()
    elsewhere = area("Otherham").partnership
    clinic = Agency.objects.create(name="Synthetic Clinic", type=AgencyType.GP)
    for agency in (clinic, here.agencies["la"]):
        agency.partnerships.add(here.partnership, elsewhere)
    parts = [(role, place) for role in ROLES if role != "ANON" for place in PLACES]
    users = User.objects.bulk_create(
        User(email=f"{role}-{place}@cast.example".lower(), name=f"{role} {place}") for role, place in parts
    )
    cast = {
        part: Person(*part, user=user, browser=signed_in(user))
        for part, user in zip(parts, users, strict=True)
    }
    User.objects.filter(email__contains="-l-account@").update(is_active=False)
    return Town(
        here, elsewhere, clinic, here.agencies["la"], cast, Person("ANON", "-", AnonymousUser(), Browser())
    )


def signed_in(user: User) -> Browser:
    """A browser in which the person has just signed in with all that sensitive pages ask for."""
    browser = Browser()
    browser.force_login(user)
    session = browser.session
    now = time.time()
    session["account_authentication_methods"] = [{"method": "password", "at": now}]
    session["started_at"] = session["last_seen_at"] = int(now)
    session.save()
    return browser
