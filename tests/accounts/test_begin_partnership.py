"""How an installation gets its first partnership and administrators."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.mail.models import OutgoingEmail
from tests.accounts.totp import give_password

pytestmark = pytest.mark.django_db
ARGUMENTS = {
    "short_name": "Testshire",
    "area": "Testshire",
    "email": "team@testshire.example",
    "phone": "01632 960001",
    "urgent_contact": "Front door, 01632 960000",
    "administrator": ["Ada Admin <ada@testshire.example>", "Bert Backup <bert@testshire.example>"],
}


def begin(**change: Any) -> None:
    words = ["Testshire Safeguarding Partnership"]
    for name, value in (ARGUMENTS | change).items():
        for one in value if isinstance(value, list) else [value]:
            words += [f"--{name.replace('_', '-')}", one]
    call_command("begin_partnership", *words)


def test_two_administrators_begin_and_choose_their_own_passwords(capsys: Any, client: Client) -> None:
    begin()
    assert capsys.readouterr().out == (
        f"Done. Both administrators now choose a password at {settings.SITE_URL}/account/password/reset/\n"
    )
    admins = list(User.objects.order_by("email"))
    assert [a.has_usable_password() for a in admins] == [False, False]
    assert [m.role for a in admins for m in a.standing] == [Role.SYSADMIN, Role.SYSADMIN]
    kinds = ["partnership.begin", "membership.grant", "membership.grant"]
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == kinds
    client.post("/account/password/reset/", {"email": "ada@testshire.example"})
    link = OutgoingEmail.objects.get().link.removeprefix(settings.SITE_URL)
    page = client.get(link, follow=True).content.decode()
    action = re.search(r'action="(/account/password/reset/key/[^"]+)"', page)
    assert action is not None
    client.post(action[1], {"password1": "three green kettles", "password2": "three green kettles"})
    assert give_password(client, "ada@testshire.example", "three green kettles")["Location"] == "/work/"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"administrator": ["Ada <ada@a.example>"]}, "Name two administrators"),
        ({"administrator": ["Ada <ada@a.example>", "Ada <ADA@a.example>"]}, "Name two administrators"),
        ({"administrator": ["Ada <ada@a.example>", "nonsense"]}, "email: Enter a valid email address."),
        ({"email": "nonsense"}, "email: Enter a valid email address."),
    ],
)
def test_nonsense_is_refused_in_one_line(capsys: Any, change: dict[str, Any], why: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        begin(**change)
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith(why)
    assert (Partnership.objects.count(), User.objects.count()) == (0, 0)


def test_a_partnership_begins_once(capsys: Any) -> None:
    begin()
    with pytest.raises(SystemExit):
        begin(administrator=["C <c@a.example>", "D <d@a.example>"])
    assert capsys.readouterr().err == "There is a partnership of this name already.\n"
