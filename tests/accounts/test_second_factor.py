"""Nobody does anything without a second factor, and nobody gets rid of one on the quiet."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from tests.accounts.conftest import PASSWORD, MakePerson, SignedIn, told
from tests.accounts.totp import code, enrol, give_password, recovery_codes

pytestmark = pytest.mark.django_db

# What somebody may open who has no second factor yet.
OPEN = {"/account/2fa/totp/activate/", "/account/reauthenticate/", "/account/logout/"}
SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "slug": "entra", "str": "K7QF3-MXRTW"}


def addresses(resolver: URLResolver | None = None, prefix: str = "/") -> list[str]:
    """One address of every URL pattern of the site."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        text = str(entry.pattern)
        text = re.sub(r"\(\?P<\w+>[^()]*\)", "x", text).strip("^$")
        text = re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES[m[1] or "str"], text)
        if isinstance(entry, URLResolver):
            found += addresses(entry, prefix + text)
        elif isinstance(entry, URLPattern):
            found.append(prefix + text)
    return found


@pytest.mark.parametrize("role", Role.values)
def test_no_page_opens_without_a_second_factor(client: Client, person: MakePerson, role: str) -> None:
    give_password(client, person("Nell Newcomer", role).email, PASSWORD)
    every = addresses()
    assert len(every) > 30
    opened = set()
    for address in every:
        for response in (client.get(address), client.post(address)) if address not in OPEN else ():
            if response.status_code != 302 or response["Location"] != "/account/2fa/totp/activate/":
                opened.add(address)
    assert opened == set()
    assert {a: client.get(a).status_code for a in OPEN} == dict.fromkeys(OPEN, 200)


def test_a_newcomer_sets_up_an_app_and_gets_recovery_codes(
    client: Client, person: MakePerson, django_capture_on_commit_callbacks: Any
) -> None:
    user = person("Nell Newcomer")
    assert give_password(client, user.email, PASSWORD)["Location"] == "/work/"
    page = client.get("/account/", follow=True)
    assert page.redirect_chain == [("/account/2fa/totp/activate/", 302)]
    text = page.content.decode()
    secret = re.search(r">([A-Z2-7]{32})<", text)
    assert secret is not None
    assert 'src="data:image/svg+xml;base64,' in text
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/account/2fa/totp/activate/", {"code": code(secret[1])}, follow=True)
    assert done.redirect_chain == [("/account/2fa/recovery-codes/", 302)]
    assert [c in done.content.decode() for c in recovery_codes(user)] == [True] * 10
    assert client.get("/account/").status_code == 200
    notices = OutgoingEmail.objects.filter(kind="user.set_second_factor")
    assert [notice.to_address for notice in notices] == [user.email]
    assert Event.objects.filter(kind="user.set_second_factor", by=user).count() == 1


def test_a_wrong_first_code_keeps_the_same_key(client: Client, person: MakePerson) -> None:
    user = person("Nell Newcomer")
    give_password(client, user.email, PASSWORD)
    find = re.compile(r">([A-Z2-7]{32})<")
    before = find.findall(client.get("/account/2fa/totp/activate/").content.decode())
    answer = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert "This code is not right" in answer.content.decode()
    assert find.findall(answer.content.decode()) == before


def test_setting_up_later_than_five_minutes_asks_for_the_password_again(
    client: Client, person: MakePerson
) -> None:
    give_password(client, person("Nell Newcomer").email, PASSWORD)
    with time_machine.travel(time.time() + 301, tick=False):
        response = client.get("/account/2fa/totp/activate/")
        assert response["Location"].startswith("/account/reauthenticate/?next=")
        confirmed = client.post(response["Location"], {"password": PASSWORD})
        assert confirmed["Location"] == "/account/2fa/totp/activate/"
        assert client.get("/account/2fa/totp/activate/").status_code == 200


def test_changing_the_app_asks_again_and_leads_straight_to_a_new_one(
    signed_in: SignedIn, person: MakePerson, django_capture_on_commit_callbacks: Any
) -> None:
    user = person("Sam Staff")
    client = signed_in(user)
    with time_machine.travel(time.time() + 301, tick=False):
        asked = client.get("/account/2fa/totp/deactivate/")
        assert asked["Location"].startswith("/account/reauthenticate/?next=")
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/account/2fa/totp/deactivate/")
        assert client.get("/account/")["Location"] == "/account/2fa/totp/activate/"
    assert user.authenticator_set.count() == 0
    assert Event.objects.filter(kind="user.remove_second_factor").count() == 1
    assert told("user.remove_second_factor") == [user.email]


def test_recovery_codes_are_not_shown_without_proving_it_is_you(
    signed_in: SignedIn, person: MakePerson
) -> None:
    client = signed_in(person("Sam Staff"))
    with time_machine.travel(time.time() + 301, tick=False):
        for path in ("/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/download/"):
            assert client.get(path)["Location"].startswith("/account/reauthenticate/?next="), path


def test_new_recovery_codes_end_the_old_ones(
    signed_in: SignedIn, person: MakePerson, django_capture_on_commit_callbacks: Any
) -> None:
    user = person("Sam Staff")
    client = signed_in(user)
    old = recovery_codes(user)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/recovery-codes/generate/")
    assert told("user.make_recovery_codes") == [user.email]
    new = recovery_codes(user)
    assert len(new) == 10
    assert set(new) & set(old) == set()


def test_the_demonstration_may_go_without(client: Client, person: MakePerson, settings: object) -> None:
    settings.MFA_REQUIRED = False  # type: ignore[attr-defined]
    give_password(client, person("Sam Staff").email, PASSWORD)
    page = client.get("/account/")
    assert page.status_code == 200
    assert "Signing in does not ask for a second factor." in page.content.decode()


def test_even_in_the_demonstration_an_app_once_set_up_is_asked_for(
    client: Client, person: MakePerson, settings: object
) -> None:
    settings.MFA_REQUIRED = False  # type: ignore[attr-defined]
    user = person("Sam Staff")
    enrol(user)
    assert give_password(client, user.email, PASSWORD)["Location"] == "/account/2fa/authenticate/"
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/account/signup/",
        "/account/email/",
        "/account/confirm-email/",
        "/account/password/set/",
        "/account/login/code/confirm/",
        "/account/3rdparty/",
        "/account/3rdparty/signup/",
        "/account/2fa/webauthn/",
        "/account/social/connections/",
        "/admin/",
        "/admin/login/",
    ],
)
def test_pages_of_allauth_that_are_not_used_do_not_exist(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
