"""Signing in with a Microsoft work account: for people we know, from our own tenant, and with a code as well."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.http import HttpResponse
from django.test import Client

from cspr.accounts.models import User
from tests.accounts.conftest import PASSWORD, MakePerson, told
from tests.accounts.provider import Provider, new_key, provider
from tests.accounts.totp import code, enrol, give_code

pytestmark = pytest.mark.django_db
ENTRA = "/account/work-account/entra/"


@pytest.fixture
def entra(settings: Any) -> Iterator[Provider]:
    with provider() as server:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "entra",
                        "name": "Microsoft work account",
                        "client_id": "an-id",
                        "secret": "a-secret",
                        "settings": {
                            "server_url": f"{server.url}/tenant/v2.0",
                            "verified_email": ["agency.example"],
                        },
                    }
                ],
            }
        }
        yield server


def come_back(client: Client, process: str = "login") -> HttpResponse:
    """Press the button, and come back from the provider with its answer."""
    away = client.post(f"{ENTRA}?process={process}")
    asked = parse_qs(urlsplit(away["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(f"{ENTRA}callback/", {"code": "a-code", "state": asked["state"][0]})


def known(person: MakePerson, name: str = "Mia Microsoft") -> User:
    user = person(name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_a_known_person_signs_in_with_the_code_as_well(
    client: Client, entra: Provider, person: MakePerson, django_capture_on_commit_callbacks: Any
) -> None:
    user = known(person)
    secret = enrol(user)
    entra.claims = {"sub": "s-1", "email": user.email.upper(), "name": "Mia"}
    assert "Sign in with your Microsoft work account" in client.get("/account/login/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert come_back(client)["Location"] == "/account/2fa/authenticate/"
    assert told("user.connect_work_account") == [user.email]
    assert client.get("/account/").status_code == 302
    give_code(client, code(secret))
    assert client.get("/account/").status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert SocialAccount.objects.get().user == user


def test_a_known_person_without_a_second_factor_sets_one_up(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    entra.claims = {"sub": "s-1", "email": known(person).email}
    come_back(client)
    assert client.get("/account/")["Location"] == "/account/2fa/totp/activate/"


def test_nothing_the_provider_gives_us_is_kept_but_who_it_is(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    entra.claims = {"sub": "s-1", "email": known(person).email}
    come_back(client)
    assert SocialAccount.objects.get().uid == "s-1"
    assert not SocialToken.objects.exists()
    assert "a-token" not in str(client.session.items())


def test_a_work_account_stays_whose_it_is_when_its_address_changes(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    user, other = known(person), known(person, "Otto Other")
    entra.claims = {"sub": "s-1", "email": user.email}
    come_back(client)
    entra.claims = {"sub": "s-1", "email": other.email}
    later = Client()
    come_back(later)
    assert later.get("/account/2fa/totp/activate/").wsgi_request.user == user


def refused(client: Client) -> None:
    response = come_back(client)
    assert response.status_code == 403
    assert "There is no account here for that work account" in response.content.decode()
    assert client.get("/account/").status_code == 302
    assert SocialAccount.objects.count() == 0


def test_a_stranger_is_refused_and_no_account_made(client: Client, entra: Provider) -> None:
    entra.claims = {"sub": "s-2", "email": "stranger@agency.example", "email_verified": True}
    refused(client)
    assert User.objects.count() == 0


def test_an_address_of_a_domain_the_tenant_does_not_control_is_refused(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    user = known(person)
    User.objects.filter(pk=user.pk).update(email="mia@other.example")
    EmailAddress.objects.update(email="mia@other.example")
    entra.claims = {"sub": "s-3", "email": "mia@other.example"}
    refused(client)


def test_a_closed_account_is_refused_with_the_same_page(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    user = known(person)
    user.is_active = False
    user.save()
    entra.claims = {"sub": "s-4", "email": user.email}
    refused(client)


def test_no_work_account_is_joined_to_somebody_signed_in(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    user = known(person)
    enrol(user)
    client.force_login(user)
    entra.claims = {"sub": "s-5", "email": "another@agency.example"}
    come_back(client, process="connect")
    assert SocialAccount.objects.count() == 0


def test_an_answer_nobody_asked_for_is_refused(client: Client, entra: Provider, person: MakePerson) -> None:
    entra.claims = {"sub": "s-6", "email": known(person).email}
    response = client.get(f"{ENTRA}callback/", {"code": "a-code", "state": "made-up"})
    assert "did not work" in response.content.decode()
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "odd",
    [
        {"aud": "another-application"},
        {"iss": "https://login.microsoftonline.com/another-tenant/v2.0"},
        {"exp": 1_000_000_000},
        {"sub": None},
    ],
    ids=["for somebody else", "of another tenant", "too old", "of nobody"],
)
def test_an_id_token_that_is_not_for_us_signs_nobody_in(
    client: Client, entra: Provider, person: MakePerson, odd: dict[str, Any]
) -> None:
    entra.claims, entra.odd = {"sub": "s-8", "email": known(person).email}, odd
    not_signed_in(client)


def test_an_id_token_that_the_provider_did_not_sign_signs_nobody_in(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    entra.claims = {"sub": "s-9", "email": known(person).email}
    entra.signed = new_key()
    not_signed_in(client)
    entra.signed = None
    not_signed_in(client)


def test_a_provider_whose_metadata_name_another_issuer_signs_nobody_in(
    client: Client, entra: Provider, person: MakePerson
) -> None:
    entra.claims = {"sub": "s-10", "email": known(person).email}
    entra.named = entra.odd["iss"] = "https://login.microsoftonline.com/another-tenant/v2.0"
    not_signed_in(client)


def not_signed_in(client: Client) -> None:
    assert "did not work" in come_back(client).content.decode()
    assert client.get("/account/").status_code == 302
    assert SocialAccount.objects.count() == 0


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/keys"])
def test_where_the_provider_sends_us_on_nobody_goes(
    client: Client, entra: Provider, person: MakePerson, path: str
) -> None:
    entra.claims = {"sub": "s-7", "email": known(person).email}
    entra.elsewhere = path
    assert "did not work" in come_back(client).content.decode()
    assert entra.moved_to == 0
    assert SocialAccount.objects.count() == 0


def test_nothing_of_it_is_there_until_it_is_configured(client: Client) -> None:
    assert "work account" not in client.get("/account/login/").content.decode()
    assert client.get(ENTRA).status_code == 404
    assert client.get(f"{ENTRA}callback/").status_code == 404


def boot(**environment: str) -> subprocess.CompletedProcess[str]:
    """Start the project with this environment and say what the sign-in knows of providers."""
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "print(settings.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0]['settings'])\n"
        "print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cspr.settings", "CSPR_MODE": "test", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


CONFIGURED = {
    "CSPR_OIDC_CLIENT_ID": "an-id",
    "CSPR_OIDC_CLIENT_SECRET": "a-secret",
    "CSPR_OIDC_SERVER_URL": "https://login.microsoftonline.com/5f1c/v2.0",
    "CSPR_OIDC_EMAIL_DOMAINS": "agency.example,council.example",
}


def test_the_environment_configures_it() -> None:
    started = boot(**CONFIGURED)
    assert started.stdout.splitlines() == [
        "{'server_url': 'https://login.microsoftonline.com/5f1c/v2.0', "
        "'verified_email': ['agency.example', 'council.example']}",
        "[\"'self'\", 'https://login.microsoftonline.com']",
    ], started.stderr


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers"])
def test_a_directory_shared_with_everybody_is_refused(tenant: str) -> None:
    url = f"https://login.microsoftonline.com/{tenant}/v2.0"
    started = boot(**CONFIGURED | {"CSPR_OIDC_SERVER_URL": url})
    assert started.returncode == 1
    assert "CSPR_OIDC_SERVER_URL must name your own tenant." in started.stderr
