"""Whatever is typed into any form, by whoever may open it: no error page, and what is refused has written nothing.

A whole run sends every form of every page once, as one of those who may open it; ``--posts N`` sends it N times as
each of them.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import lxml.html
import pytest
from django.db import transaction
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from cspr.audit.models import Event
from tests.access.cast import Browser, Person
from tests.access.conftest import POINTS
from tests.access.registry import PAGES, Page
from tests.access.routes import verb_pages
from tests.access.scenes import SCENES, Scene
from tests.access.table import ROWS
from tests.access.trying import address_of, content

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SEED = 20261130
URLENCODED = "application/x-www-form-urlencoded"
Pairs = list[tuple[str, bytes]]
ODD = [
    b"",
    b" ",
    b"\x00",
    b"a\x00b",
    b"\xed\xa0\x80",  # half a character
    b"\xff\xfe\xfd",
    "\u202etxt.exe".encode(),
    "\u200b\u200d\ufeff".encode(),
    ("\U0001f9d2\U0001f3fd" * 40).encode(),
    ("e" + "\u0301" * 400).encode(),
    b"x" * 40_000,
    b"word " * 9_000,
    b"Subject\r\nBcc: somebody@elsewhere.example",
    b"<script>alert(1)</script>",
    b"{{ 7 * 7 }}{% load x %}",
    b"' OR 1=1 --",
    b"../../../etc/passwd",
    b"-1",
    b"0",
    b"1e309",
    b"NaN",
    b"99999999999999999999999",
    b"2026-02-30",
    b"31/12/9999",
    b"25:61",
    b"true",
    b"[]",
    b'{"a": {"b": [1, {"c": null}]}}',
    b"[" * 500,
    "\u0661\u0662".encode(),  # digits, but not ours
    b"=HYPERLINK(1)",
    b"![x](http://x)",
    b"> " * 300,
]
# What the page itself put into the form; without it nothing else is ever reached.
OURS = {"version", "nonce", "csrfmiddlewaretoken"}


def forms_of(page: bytes) -> Iterator[Any]:
    """The forms that send something, but for signing out and leaving."""
    for form in lxml.html.fromstring(page).forms:
        action = str(form.action or "")
        if str(form.method).upper() == "POST" and "/account/logout" not in action:
            yield form


def filled_in(form: Any, chance: random.Random) -> Pairs:
    """Every field with something odd, something that it offers, or nothing at all."""
    pairs: Pairs = []
    for field in form.inputs:
        name, offered = field.get("name"), [str(v) for v in getattr(field, "value_options", None) or []]
        if not name or field.get("type") == "file":
            continue
        own = str(field.get("value") or "").encode()
        if name in OURS and chance.random() < 0.95:
            pairs.append((name, own))
            continue
        options = [option.encode() for option in offered] or [own or b"Some words."]
        for _ in range(chance.choice((0, 1, 1, 1, 1, 1, 1, 2))):
            pairs.append((name, chance.choice(ODD if chance.random() < 0.6 else options)))
    if chance.random() < 0.02:
        pairs += [(f"more-{n}", b"x") for n in range(3_001)]
    return pairs


def send(browser: Browser, address: str, form: Any, chance: random.Random) -> Any:
    files = [field.get("name") for field in form.inputs if field.get("type") == "file"]
    pairs = filled_in(form, chance)
    if files:
        data: dict[str, Any] = {name: value.decode("utf-8", "replace") for name, value in pairs}
        for name in files:
            data[name] = io.BytesIO(chance.choice(ODD) + chance.randbytes(30))
            data[name].name = chance.choice(("a.pdf", "b.docx", "..\\c.png", "\u202egpj.exe", "x" * 300))
        return browser.generic("POST", address, encode_multipart(BOUNDARY, data), MULTIPART_CONTENT)
    body = "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs)
    return browser.generic("POST", address, body, URLENCODED)


def opened(scene: Scene, person: Person, done: set[str]) -> Iterator[tuple[Page, str, list[Any]]]:
    """Every page of this moment, but for those ``done``, that the person may open and that holds a form."""
    for page in (*PAGES, *verb_pages()):
        allowed = any(ROWS[page.row].allows(person.role, letter) for letter in {person.place[0], "N", "*"})
        if page.scene != scene.name or page.post or page.name in done or not allowed:
            continue
        address = address_of(page, scene) + page.query
        with transaction.atomic():
            response = person.browser.get(address)
            transaction.set_rollback(True)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code == 200 and html and (forms := list(forms_of(content(response)))):
            yield page, address, forms


def changes() -> int:
    """How many events there are, but for those that say that somebody read something."""
    return Event.objects.exclude(kind__startswith="read.").count()


@pytest.mark.parametrize("scene", sorted(SCENES), indirect=True, scope="module")
def test_no_form_breaks_and_what_is_refused_leaves_nothing(scene: Scene, request: pytest.FixtureRequest):
    chance = random.Random(f"{SEED} {scene.name}")
    each = int(request.config.getoption("--posts"))
    people = [person for (_, place), person in scene.town.cast.items() if place in {"O", "A"}]
    chance.shuffle(people)
    done: set[str] = set()
    wrong = set()
    for person in [*people, scene.town.anybody]:
        for page, address, forms in opened(scene, person, done):
            if not each:
                done.add(page.name)
            for form in forms * max(each, 1):
                before = changes()
                with transaction.atomic():
                    response = send(person.browser, str(form.action or "") or address, form, chance)
                    status = response.status_code
                    if status >= 500 or (status >= 400 and changes() != before):
                        wrong.add(f"{person.role} {page.name}: {status}")
                    transaction.set_rollback(True)
                POINTS["odd posts"] += 1
    assert wrong == set(), "\n".join(sorted(wrong))
