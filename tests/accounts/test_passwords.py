"""Passwords count exactly as typed, may be long and of any make-up, and are kept so that nobody can read them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.module_loading import import_string

from cspr.accounts.models import SignInSession, User
from tests.accounts.conftest import PASSWORD, MakePerson, SignedIn
from tests.accounts.test_sign_in import is_signed_in
from tests.accounts.totp import code, enrol, give_code, give_password, recovery_codes

pytestmark = pytest.mark.django_db


def opens(user: User, typed: str) -> bool:
    return give_password(Client(), user.email, typed).status_code == 302


@pytest.mark.parametrize(
    "chosen",
    [
        "all in small letters",
        "ELEVEN CAPITALS",
        "314159265358979",
        "ünïcödé wörds 😀",
        "  blanks around it  ",
        "é" * 90,
    ],
)
def test_any_characters_will_do_and_none_is_changed(person: MakePerson, chosen: str) -> None:
    validate_password(chosen)
    user = person("Cora Chair")
    user.set_password(chosen)
    user.save()
    near = [chosen[:-1], chosen + " ", chosen.swapcase() if chosen.swapcase() != chosen else chosen[1:]]
    assert [opens(user, typed) for typed in (chosen, *near)] == [True, False, False, False]


def test_only_the_last_of_a_hundred_characters_tells_two_passwords_apart(person: MakePerson) -> None:
    user = person("Cora Chair")
    user.set_password("a quiet lamp " * 8 + "y")
    user.save()
    assert [opens(user, "a quiet lamp " * 8 + end) for end in "xy"] == [False, True]


@pytest.mark.parametrize("common", ["qwertyuiop[]", "password1234", "123456789123"])
def test_a_password_that_many_people_use_is_refused(common: str) -> None:
    with pytest.raises(ValidationError, match="too common"):
        validate_password(common)


@pytest.mark.parametrize(
    "near",
    [
        "Safeguarding2026!",
        "child protection 1",
        "Ch1ldr3n-R3v1ew",
        "welcome review 99",
        "Police Council 7",
        "safeguarding1111111111",
    ],
)
def test_a_password_of_words_of_the_field_is_refused(near: str) -> None:
    with pytest.raises(ValidationError, match="everybody in safeguarding"):
        validate_password(near)


def test_a_password_of_the_name_of_ones_own_partnership_is_refused(person: MakePerson) -> None:
    user = person("Cora Chair")
    names = user.standing[0].partnership.name
    assert names.split()[0] == "Testshire"
    with pytest.raises(ValidationError, match="everybody in safeguarding"):
        validate_password("Testshire2026!", user)
    validate_password("Testshire2026!")


def test_one_word_of_the_field_among_others_does_no_harm(person: MakePerson) -> None:
    validate_password("seven kettles review the moon", person("Cora Chair"))


def test_a_password_is_asked_for_as_long_as_it_is_right(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    with time_machine.travel(time.time() + 3 * 365 * 86400, tick=False):
        assert give_password(client, user.email, PASSWORD).status_code == 302
        assert give_code(client, code(secret))["Location"] == "/work/"
        assert is_signed_in(client)


def test_the_box_hides_what_is_typed_and_lets_a_password_manager_fill_it(client: Client) -> None:
    page = client.get("/account/login/").content.decode()
    [box] = re.findall(r'<input[^>]*name="password"[^>]*>', page)
    assert 'type="password"' in box
    assert 'autocomplete="current-password"' in box
    assert not re.search(r"onpaste|readonly|maxlength", box)


def test_there_are_no_hints_and_no_secret_questions() -> None:
    asked = {name: set(import_string(form).base_fields) for name, form in settings.ACCOUNT_FORMS.items()}
    assert asked["reset_password"] == {"email"}
    assert asked["reset_password_from_key"] == {"password1", "password2"}
    assert asked["login"] <= {"login", "password", "remember"}


def test_production_keeps_passwords_as_argon2() -> None:
    script = (
        "import django; django.setup()\n"
        "from django.contrib.auth.hashers import make_password\n"
        "print(make_password('three green kettles'))"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "cspr.settings", "CSPR_MODE": "test"}
    made = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    found = re.match(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", made.stdout)
    assert found is not None
    assert int(found[1]) >= 19456  # OWASP's least memory, in KiB, for two passes
    assert int(found[2]) >= 2


def test_a_new_database_holds_no_account() -> None:
    assert not User.objects.exists()


# --- codes and session keys ---------------------------------------------------------------------------------


def test_a_code_is_good_for_half_a_minute(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    secret = enrol(user)
    now = time.time() // 30 * 30
    with time_machine.travel(now + 30, tick=False):
        give_password(client, user.email, PASSWORD)
        give_code(client, code(secret, now + 29))
        assert not is_signed_in(client)
        give_code(client, code(secret, now + 30))
        assert is_signed_in(client)


def test_recovery_codes_cannot_be_guessed(person: MakePerson) -> None:
    user = person("Cora Chair")
    enrol(user)
    codes = recovery_codes(user)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{8,}", each) for each in codes)  # 26 bits and more


def test_a_session_key_is_long_and_made_anew(signed_in: SignedIn, person: MakePerson) -> None:
    keys = [signed_in(person(name)).cookies["sessionid"].value for name in ("Cora Chair", "Sam Staff")]
    assert len(set(keys)) == 2
    assert set(keys) <= set(SignInSession.objects.values_list("session_key", flat=True))
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)  # 165 bits


def test_a_cookie_kept_from_before_signing_out_opens_nothing(signed_in: SignedIn, person: MakePerson) -> None:
    client = signed_in(person("Cora Chair"))
    kept = client.cookies["sessionid"].value
    client.post("/account/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_signed_in(thief)


def test_what_stands_in_the_address_is_never_taken_for_the_form(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    answer = client.post(f"/account/login/?login={user.email}&password={PASSWORD.replace(' ', '%20')}")
    assert answer.status_code == 200
    assert (
        "Enter your e-mail address" in answer.content.decode()
        or "There is a problem" in answer.content.decode()
    )
