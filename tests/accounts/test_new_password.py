"""A forgotten password: who is told what, where the link leads, and what it never gets round."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from tests.accounts.conftest import PASSWORD, MakePerson, SignedIn, told
from tests.accounts.totp import code, enrol, give_code, give_password

pytestmark = pytest.mark.django_db
NEW = "four quiet lanterns"


def ask(client: Client, email: str, **headers: str) -> str:
    """Ask for a new password; the path of the link that was queued, or "" when none was."""
    client.post("/account/password/reset/", {"email": email}, **headers)
    mail = OutgoingEmail.objects.filter(kind="account.password_reset").order_by("-id").first()
    return mail.link.removeprefix(settings.SITE_URL) if mail else ""


def choose(client: Client, link: str, password: str = NEW) -> str:
    """Open the link and send a new password; the answer's text."""
    form = client.get(link, follow=True)
    action = re.search(r'action="(/account/password/reset/key/[^"]+)"', form.content.decode())
    if action is None:
        return form.content.decode()
    sent = client.post(action[1], {"password1": password, "password2": password}, follow=True)
    return sent.content.decode()


def test_a_new_password_still_needs_the_code(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    assert "Your new password is saved" in choose(client, ask(client, user.email))
    assert client.get("/account/").status_code == 302
    assert give_password(client, user.email, NEW)["Location"] == "/account/2fa/authenticate/"
    assert client.get("/account/").status_code == 302
    give_code(client, code(secret))
    assert client.get("/account/").status_code == 200


def test_a_new_password_ends_every_session(signed_in: SignedIn, person: MakePerson) -> None:
    user = person("Cora Chair")
    inside = signed_in(user)
    choose(Client(), ask(Client(), user.email))
    assert inside.get("/account/").status_code == 302
    notices = OutgoingEmail.objects.filter(kind="user.reset_password")
    assert [n.to_address for n in notices] == [user.email]
    assert Event.objects.filter(kind="user.reset_password").count() == 1


def test_the_link_works_once(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    link = ask(client, user.email)
    choose(client, link)
    assert "This link is no longer valid" in choose(Client(), link, "five other lanterns")
    assert User.objects.get().check_password(NEW)


def test_the_link_is_good_for_an_hour(client: Client, person: MakePerson) -> None:
    link = ask(client, person("Cora Chair").email)
    with time_machine.travel(time.time() + 3602, tick=False):
        assert "This link is no longer valid" in choose(client, link)


def test_the_link_of_one_person_does_not_open_another_account(client: Client, person: MakePerson) -> None:
    user, other = person("Cora Chair"), person("Otto Other")
    key = ask(client, user.email).split("-", 1)[1]
    own = ask(client, other.email).split("/")[-2].split("-", 1)[0]
    page = choose(client, f"/account/password/reset/key/{own}-{key}")
    assert "This link is no longer valid" in page


def test_a_weak_new_password_is_refused_in_words(client: Client, person: MakePerson) -> None:
    text = choose(client, ask(client, person("Cora Chair").email), "password")
    assert "This password is too short. It must contain at least 12 characters." in text
    assert User.objects.get().check_password(PASSWORD)


def test_an_unknown_address_gets_the_same_page_and_no_mail(client: Client, person: MakePerson) -> None:
    known = client.post("/account/password/reset/", {"email": person("Cora Chair").email}, follow=True)
    unknown = client.post("/account/password/reset/", {"email": "nobody@agency.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain == [("/account/password/reset/done/", 302)]
    assert known.content == unknown.content
    assert OutgoingEmail.objects.count() == 1


def test_a_closed_account_gets_no_link(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    user.is_active = False
    user.save()
    assert ask(client, user.email) == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "testserver.evil.example"},
        {"HTTP_HOST": "testserver@evil.example"},
        {"HTTP_HOST": "testserver:80@evil.example"},
        {"HTTP_HOST": "evil.example:80"},
        {"HTTP_HOST": ""},
    ],
)
def test_a_request_for_another_host_is_refused(
    client: Client, person: MakePerson, headers: dict[str, str]
) -> None:
    user = person("Cora Chair")
    assert client.post("/account/password/reset/", {"email": user.email}, **headers).status_code == 400
    assert OutgoingEmail.objects.count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_FORWARDED": "host=evil.example"},
        {"HTTP_X_HOST": "evil.example"},
        {"HTTP_X_ORIGINAL_HOST": "evil.example"},
        {"HTTP_HOST": "localhost:9999"},
        {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": "https://evil.example/"},
    ],
)
def test_the_link_leads_to_our_own_address_whatever_the_request_says(
    client: Client, person: MakePerson, headers: dict[str, str]
) -> None:
    ask(client, person("Cora Chair").email, **headers)
    link = OutgoingEmail.objects.get().link
    assert link.startswith(f"{settings.SITE_URL}/account/password/reset/key/")


def test_changing_the_password_asks_for_the_present_one_and_signs_others_out(
    signed_in: SignedIn, person: MakePerson, django_capture_on_commit_callbacks: Any
) -> None:
    user = person("Cora Chair")
    here = signed_in(user)
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert (
        "This is not your present password" in here.post("/account/password/change/", form).content.decode()
    )
    with django_capture_on_commit_callbacks(execute=True):
        done = here.post("/account/password/change/", form | {"oldpassword": PASSWORD})
    assert done["Location"] == "/account/"
    assert told("user.change_password") == [user.email]
    assert here.get("/account/").status_code == 200
    assert User.objects.get(pk=user.pk).check_password(NEW)
