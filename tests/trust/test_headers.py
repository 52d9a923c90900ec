"""What every answer carries, whoever asks and however it ends: headers, cookies, methods."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import factories as make
from tests.access.headers import FILE, PAGE, wrong_headers
from tests.accounts.test_second_factor import addresses
from tests.house.test_settings import SECURE
from tests.services.programs import run

# Asked in production's own settings, over TLS and without; no address here needs the database.
ASKING = """
import json, django
django.setup()
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
asked = {}
for path, secure in json.loads(%r):
    answer = Client(headers={"host": "reviews.example"}).get(path, secure=secure)
    asked[f"{path} {secure}"] = [answer.status_code, dict(answer.items())]
cookies = {name: getattr(settings, name) for name in dir(settings) if "_COOKIE_" in name}
print(json.dumps([asked, cookies], default=str))
"""
PATHS = ["/health/live", "/work/"]


@pytest.fixture(scope="module")
def production() -> tuple[dict[str, Any], dict[str, Any]]:
    wanted = json.dumps([[path, secure] for path in PATHS for secure in (True, False)])
    result = run(
        [sys.executable, "-c", ASKING % wanted], SECURE | {"DJANGO_SETTINGS_MODULE": "cspr.settings"}
    )
    assert result.returncode == 0, result.stderr
    answers, cookies = json.loads(result.stdout.strip().splitlines()[-1])
    return answers, cookies


@pytest.fixture
def staff(db: None, settings: Any) -> Client:
    """The browser of somebody of the partnership, signed in."""
    settings.MFA_REQUIRED = False
    client, user = Client(), make.area().staff
    user.set_password("three green kettles")
    user.save()
    client.force_login(user)
    return client


def directives(policy: str) -> set[str]:
    return {part.strip() for part in policy.split(";")}


@pytest.mark.once
@pytest.mark.parametrize(("path", "expected"), [("/health/live", 200), ("/work/", 302)])
def test_production_answers_over_tls_with_every_header(production: Any, path: str, expected: int) -> None:
    status, headers = production[0][f"{path} True"]
    assert status == expected
    assert wrong_headers(HttpResponse(headers=headers), signed_in=False) is None
    assert not [name for name in headers if name.startswith("Access-Control-") or name == "Server"]


@pytest.mark.once
def test_a_person_who_types_http_is_sent_to_https_and_a_program_is_not(production: Any) -> None:
    status, headers = production[0]["/work/ False"]
    assert (status, headers["Location"]) == (301, "https://reviews.example/work/")
    assert production[0]["/health/live False"][0] == 200


@pytest.mark.once
def test_cookies_are_bound_to_this_host_unreadable_for_scripts_and_not_sent_from_elsewhere(
    production: Any,
) -> None:
    cookies = production[1]
    for kind in ("SESSION", "CSRF"):
        assert cookies[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert cookies[f"{kind}_COOKIE_SECURE"] is cookies[f"{kind}_COOKIE_HTTPONLY"] is True
        assert cookies[f"{kind}_COOKIE_SAMESITE"] == "Lax"
        assert (cookies[f"{kind}_COOKIE_PATH"], cookies[f"{kind}_COOKIE_DOMAIN"]) == ("/", None)


@pytest.mark.django_db
def test_every_address_answers_under_the_same_policy_and_says_what_it_is(staff: Client) -> None:
    visitors = {"nobody": Client(), "staff": staff}
    wrong, seen = {}, set()
    for address in addresses():
        for who, client in visitors.items():
            if address == "/account/logout/":
                continue
            answer = client.get(address)
            seen.add(answer.status_code)
            policy = directives(answer.headers.get("Content-Security-Policy", ""))
            kind = answer.headers.get("Content-Type", "")
            unsaid = kind.startswith("text/") and "charset=utf-8" not in kind
            plain = answer.headers.get("X-Content-Type-Options") == "nosniff"
            shared = "Access-Control-Allow-Origin" in answer.headers
            if policy not in (PAGE, FILE) or unsaid or not plain or shared:
                wrong[address, who] = (answer.status_code, policy, kind)
    assert wrong == {}
    assert {200, 302, 404} <= seen


@pytest.mark.django_db
def test_every_page_of_a_signed_in_person_offers_to_sign_out(staff: Client) -> None:
    pages = {}
    for address in addresses():
        answer = staff.get(address)
        if answer.status_code == 200 and "data-signed-in" in answer.content.decode(errors="ignore"):
            pages[address] = "/account/logout/" in answer.content.decode()
    assert len(pages) > 10
    assert [address for address, offered in pages.items() if not offered] == []


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "TRACK"])
def test_no_page_takes_a_method_that_it_does_not_need(client: Client, method: str) -> None:
    for path in ("/", "/library/", "/account/login/", "/health/live"):
        assert client.generic(method, path).status_code in {403, 405}, path


@pytest.mark.parametrize(
    "folder", ["/static/", "/static/govuk/", "/media/", "/documents/", "/.git/", "/.env"]
)
@pytest.mark.django_db
def test_no_folder_can_be_listed_and_nothing_of_the_workshop_is_served(client: Client, folder: str) -> None:
    assert client.get(folder).status_code == 404
