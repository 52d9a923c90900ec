"""Signing in: the password, the code, and everything that must not get round them."""

from __future__ import annotations

import pytest
from django.test import Client

from cspr.accounts.models import User
from tests.accounts.conftest import PASSWORD, MakePerson
from tests.accounts.totp import code, enrol, give_code, give_password, recovery_codes, sign_in

pytestmark = pytest.mark.django_db


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_password_and_code_open_the_door(client: Client, person: MakePerson) -> None:
    user = person("Cora Chair")
    response = sign_in(client, user.email, PASSWORD, enrol(user))
    assert response["Location"] == "/work/"
    assert is_signed_in(client)
