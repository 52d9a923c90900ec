"""Signing in: the password, the code, and everything that must not get round them."""

from __future__ import annotations

import html
import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client

from cspr.accounts.models import SignInSession
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from tests.accounts.conftest import PASSWORD, MakePerson, SignedIn
from tests.accounts.totp import code, enrol, give_code, give_password, recovery_codes, sign_in

pytestmark = pytest.mark.django_db


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def summary(response: HttpResponse) -> str:
    """The text of the error summary."""
    found = re.search(r"govuk-error-summary.*?<ul[^>]*>(.*?)</ul>", response.content.decode(), re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", found[1])).strip() if found else ""


def test_password_and_code_open_the_door(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    response = sign_in(client, user.email, PASSWORD, enrol(user))
    assert response["Location"] == "/work/"
    assert is_signed_in(client)


def test_the_address_may_be_typed_in_capitals(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    sign_in(client, user.email.upper(), PASSWORD, enrol(user))
    assert is_signed_in(client)


def test_the_password_alone_opens_nothing(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    enrol(user)
    give_password(client, user.email, PASSWORD)
    assert not is_signed_in(client)
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_a_wrong_code_opens_nothing(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    give_password(client, user.email, PASSWORD)
    response = give_code(client, code(secret, time.time() - 3600))
    assert "This code is not right" in summary(response)
    assert not is_signed_in(client)


def test_a_code_works_once(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    sign_in(client, user.email, PASSWORD, secret)
    thief = Client()
    give_password(thief, user.email, PASSWORD)
    assert "was used already" in summary(give_code(thief, code(secret)))
    assert not is_signed_in(thief)


def test_a_recovery_code_works_once(person: MakePerson) -> None:
    user = person("Cora Chair")
    enrol(user)
    first, second = recovery_codes(user)[:2]
    outcomes = []
    for typed in (first, first, second):
        client = Client()
        give_password(client, user.email, PASSWORD)
        give_code(client, typed)
        outcomes.append(is_signed_in(client))
    assert outcomes == [True, False, True]


def test_a_stolen_table_makes_no_codes(person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    stored = [str(a.data) for a in Authenticator.objects.filter(user=user)]
    assert len(stored) == 2
    assert not any(secret in text for text in stored)


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(person: MakePerson) -> None:
    user = person("Cora Chair")
    answers = [
        give_password(Client(), email, "not the password at all")
        for email in (user.email, "nobody@agency.example")
    ]
    assert [a.status_code for a in answers] == [200, 200]
    assert {summary(a) for a in answers} == {
        "The e-mail address or the password is not right. Check both, or choose a new password below."
    }


def test_after_five_wrong_passwords_the_right_one_must_wait(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    enrol(user)
    for _ in range(5):
        give_password(client, user.email, "not the password at all")
    locked = give_password(Client(), user.email, PASSWORD)
    assert summary(locked).startswith("Too many attempts. Wait five minutes")
    with time_machine.travel(time.time() + 301, tick=False):
        assert give_password(client, user.email, PASSWORD).status_code == 302


def test_codes_cannot_be_guessed_by_trying(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    give_password(client, user.email, PASSWORD)
    for number in range(5):
        give_code(client, f"{number:06d}")
    assert summary(give_code(client, code(secret))).startswith("Too many attempts.")
    assert not is_signed_in(client)


def test_the_session_key_changes_at_every_step(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    client.get("/account/password/reset/key/1-set-password/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    give_password(client, user.email, PASSWORD)
    give_code(client, code(secret))
    assert client.cookies["sessionid"].value != planted
    assert not SignInSession.objects.filter(session_key=planted).exists()
    assert is_signed_in(client)


def test_a_closed_account_cannot_sign_in(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    enrol(user)
    user.is_active = False
    user.save()
    assert give_password(client, user.email, PASSWORD)["Location"] == "/account/inactive/"
    assert not is_signed_in(client)


def test_signing_in_is_recorded(signed_in: SignedIn, person: MakePerson) -> None:
    user = person("Cora Chair", Role.CHAIR)
    signed_in(user)
    assert list(Event.objects.values_list("kind", "by", "by_role")) == [("user.sign_in", user.pk, "chair")]


# --- leaving ------------------------------------------------------------------------------------------------
def test_only_a_post_signs_out(signed_in: SignedIn, person: MakePerson) -> None:
    client = signed_in(person("Cora Chair"))
    assert client.get("/account/logout/").status_code == 200
    assert is_signed_in(client)
    response = client.post("/account/logout/")
    assert response["Clear-Site-Data"] == '"cache"'
    assert not is_signed_in(client)


def test_leaving_by_exit_this_page_signs_out_and_no_other_site_can_do_it(
    signed_in: SignedIn, person: MakePerson
) -> None:
    client = signed_in(person("Cora Chair"))
    for origin in ("", "null", "https://elsewhere.example", "http://testserver.elsewhere.example"):
        assert client.post("/account/leave/", headers={"origin": origin}).status_code == 403
    assert client.get("/account/leave/").status_code == 405
    assert is_signed_in(client)
    response = client.post("/account/leave/", headers={"origin": "http://testserver"})
    assert (response.status_code, response["Clear-Site-Data"], is_signed_in(client)) == (
        204,
        '"cache"',
        False,
    )


def test_a_form_without_its_token_is_refused(person: MakePerson) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert give_password(strict, person("Cora Chair").email, PASSWORD).status_code == 403
    assert strict.post("/account/logout/").status_code == 403


@pytest.mark.parametrize(
    ("role", "minutes"), [(Role.STAFF, 30), (Role.CHAIR, 15), (Role.SYSADMIN, 15), (Role.DPO, 15)]
)
def test_an_idle_session_ends(signed_in: SignedIn, person: MakePerson, role: str, minutes: int) -> None:
    client = signed_in(person("Cora Chair", role))
    start = time.time()
    with time_machine.travel(start + minutes * 60 - 60, tick=False):
        assert is_signed_in(client)
    with time_machine.travel(start + minutes * 120 - 61, tick=False):
        assert is_signed_in(client)
    with time_machine.travel(start + minutes * 180, tick=False):
        ended = client.get("/account/", follow=True)
    assert ended.redirect_chain == [("/account/login/?next=/account/", 302)]
    assert "We signed you out because this page was not used for a while." in ended.content.decode()


def test_a_session_ends_after_ten_hours_however_busy(signed_in: SignedIn, person: MakePerson) -> None:
    client = signed_in(person("Sam Staff"))
    start = time.time()
    for minute in range(0, 600, 20):
        with time_machine.travel(start + minute * 60, tick=False):
            assert is_signed_in(client)
    with time_machine.travel(start + 601 * 60, tick=False):
        assert not is_signed_in(client)


def test_the_fourth_browser_signs_the_oldest_out(person: MakePerson) -> None:
    user = person("Sam Staff")
    secret = enrol(user)
    start = time.time()
    browsers = []
    for number in range(4):
        with time_machine.travel(start + number * 130, tick=False):
            browsers.append(Client())
            sign_in(browsers[-1], user.email, PASSWORD, secret)
    with time_machine.travel(start + 600, tick=False):
        assert [is_signed_in(b) for b in browsers] == [False, True, True, True]


# --- the way back to a page --------------------------------------------------------------------------------
ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "\t//evil.example/",
    "/\n/evil.example/",
    "\n//evil.example",
    " //evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://testserver/",
    "https://localhost/",
    "//127.0.0.1:9999/",
    "javascript:alert(1)",
    "JaVaScRiPt://testserver/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "evil.example",
    "ftp://evil.example/",
    "/%09/evil.example/../../\\/",
]


@pytest.mark.parametrize("target", ELSEWHERE[:25])
def test_nobody_is_sent_to_another_site(client: Client, person: MakePerson, target: str) -> None:
    user = person("Sam Staff")
    secret = enrol(user)
    give_password(client, user.email, PASSWORD, next=target)
    assert give_code(client, code(secret))["Location"] == "/work/"


def test_people_come_back_to_the_page_they_wanted(client: Client, person: MakePerson) -> None:
    user = person("Sam Staff")
    secret = enrol(user)
    page = client.get("/people/?role=chair", follow=True)
    assert page.redirect_chain == [("/account/login/?next=/people/%3Frole%3Dchair", 302)]
    assert 'name="next" value="/people/?role=chair"' in page.content.decode()
    give_password(client, user.email, PASSWORD, next="/people/?role=chair")
    assert give_code(client, code(secret))["Location"] == "/people/?role=chair"


# --- what a page leaves behind -------------------------------------------------------------------------------
def test_nothing_signed_in_is_kept_by_the_browser(signed_in: SignedIn, person: MakePerson) -> None:
    client = signed_in(person("Sam Staff"))
    for path, status in [("/account/", 200), ("/people/nobody/", 404), ("/account/2fa/", 302)]:
        response = client.get(path)
        assert response.status_code == status
        kept = {name: response[name] for name in HEADERS}
        assert kept == HEADERS, path


HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def test_the_sign_in_page_is_not_kept_either(client: Client) -> None:
    response = client.get("/account/login/")
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "same-origin")
