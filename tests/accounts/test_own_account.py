"""One's own account: what is one's own to change, and where one is signed in."""

from __future__ import annotations

import time

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from cspr.accounts.models import SignInSession, User
from cspr.accounts.roles import Role
from cspr.people.devices import device_in_words
from tests.accounts.conftest import PASSWORD, MakePerson, SignedIn
from tests.accounts.totp import enrol, give_code, give_password, recovery_codes

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["", *Role.values])
def test_everybody_sees_their_own_account(signed_in: SignedIn, person: MakePerson, role: str) -> None:
    page = signed_in(person("Owen Own", role)).get("/account/")
    assert page.status_code == 200
    expected = Role(role).label if role else "You have no role at the moment"
    assert expected in page.content.decode()


def test_a_person_changes_their_name_but_not_their_address_or_role(
    signed_in: SignedIn, person: MakePerson
) -> None:
    user = person("Owen Own")
    form = {"name": "Owen Owner", "job_title": "Lead", "phone": "01632 960002"}
    more = {"email": "other@agency.example", "is_active": "", "role": "chair", "ref": "AAAAA-AAAAA"}
    done = signed_in(user).post("/account/edit/", form | more, follow=True)
    assert "Your details are saved." in done.content.decode()
    now = User.objects.get(pk=user.pk)
    assert (now.name, now.job_title, now.phone) == ("Owen Owner", "Lead", "01632 960002")
    assert (now.email, now.is_active, now.ref) == (user.email, True, user.ref)
    assert [m.role for m in now.standing] == [Role.STAFF]


def test_a_name_cannot_turn_the_words_beside_it_round(signed_in: SignedIn, person: MakePerson) -> None:
    user = person("Owen Own")
    form = {"name": "Owen\u202e nwO\u2066", "job_title": "\u200fLead\x00", "phone": ""}
    signed_in(user).post("/account/edit/", form)
    now = User.objects.get(pk=user.pk)
    assert (now.name, now.job_title) == ("Owen nwO", "Lead")


def test_what_is_typed_is_decoded_once(signed_in: SignedIn, person: MakePerson) -> None:
    user, typed = person("Owen Own"), "%3Cb%3E &lt;i&gt; &amp;amp; \\u003c"
    client = signed_in(user)
    client.post("/account/edit/", {"name": typed, "phone": ""})
    assert User.objects.get(pk=user.pk).name == typed
    shown = client.get("/account/edit/").content.decode()
    assert f'value="{typed.replace("&", "&amp;")}"' in shown


def test_who_has_no_password_is_told_how_to_come_by_one(client: Client, person: MakePerson) -> None:
    user = person("Owen Own")
    user.set_unusable_password()
    user.save()
    enrol(user)
    client.force_login(user)
    page = client.get("/account/password/change/", follow=True)
    assert [to for to, _ in page.redirect_chain] == ["/account/"]
    assert "follow “I do not know my password”" in page.content.decode()


def test_an_empty_name_is_refused(signed_in: SignedIn, person: MakePerson) -> None:
    user = person("Owen Own")
    text = signed_in(user).post("/account/edit/", {"name": "", "phone": "kept"}).content.decode()
    assert "Enter the full name" in text
    assert 'value="kept"' in text
    assert User.objects.get(pk=user.pk).name == "Owen Own"


def test_signing_out_everywhere_else(signed_in: SignedIn, person: MakePerson) -> None:
    user = person("Owen Own")
    here, there = (
        signed_in(user),
        Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}),
    )
    give_password(there, user.email, PASSWORD)
    give_code(there, recovery_codes(user)[0])
    text = here.get("/account/").content.decode()
    assert "Firefox on Windows" in text
    assert "Sign out everywhere else" in text
    done = here.post("/account/sessions/end/", follow=True)
    assert "You are signed out everywhere else." in done.content.decode()
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert SignInSession.objects.filter(user=user).count() == 1


def test_signing_out_everywhere_else_asks_for_the_password_again(
    signed_in: SignedIn, person: MakePerson
) -> None:
    user = person("Owen Own")
    here, there = signed_in(user), Client()
    give_password(there, user.email, PASSWORD)
    give_code(there, recovery_codes(user)[0])
    with time_machine.travel(time.time() + 301, tick=False):
        asked = here.post("/account/sessions/end/")
        assert asked["Location"].startswith("/account/reauthenticate/?next=")
        assert there.get("/account/").status_code == 200
        here.post(asked["Location"], {"password": PASSWORD})
        here.post("/account/sessions/end/")
        assert there.get("/account/").status_code == 302


def test_whoever_proves_again_who_they_are_goes_on_under_a_new_key(
    signed_in: SignedIn, person: MakePerson
) -> None:
    user = person("Owen Own")
    here, thief = signed_in(user), Client()
    name = settings.SESSION_COOKIE_NAME
    thief.cookies[name] = here.cookies[name].value
    with time_machine.travel(time.time() + 301, tick=False):
        assert thief.get("/account/").status_code == 200
        asked = here.post("/account/sessions/end/")
        here.post(asked["Location"], {"password": PASSWORD})
        assert here.cookies[name].value != thief.cookies[name].value
        assert here.get("/account/").status_code == 200
        assert thief.get("/account/").status_code == 302
    assert SignInSession.objects.filter(user=user).count() == 1


def test_nobody_sees_the_sessions_of_another(signed_in: SignedIn, person: MakePerson) -> None:
    signed_in(person("Otto Other"))
    own = signed_in(person("Owen Own")).get("/account/")
    assert len(own.context["sessions"]) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert device_in_words(agent) == words
