"""A browser that answers by a link is, to every other address of the site, the browser of somebody not signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from cspr.mail.relay import relay
from reviews import actions
from reviews.models import RequestLink
from tests.access.registry import NOUNS
from tests.access.scenes import Scene
from tests.access.trying import masked
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
# Addresses whose answer is about the browser's own way in, with one-time numbers of their own in it.
OWN_NUMBERS = re.compile(rb'value="[A-Za-z0-9_-]{20,}"')


def addresses(scene: Scene) -> Iterator[tuple[str, str]]:
    """Every address of the site but those of the answer itself, made of what the scene has."""
    refs = {noun: scene.things[kind].ref for noun, kind in NOUNS.items() if kind in scene.things}
    for name in sorted(set(_names(get_resolver().url_patterns))):
        if not name.rpartition(":")[2].startswith("by-link"):
            yield name, _address(name, refs)


def _names(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern.url_patterns, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}"


def _address(name: str, refs: dict[str, str]) -> str:
    noun = max((n for n in refs if name.startswith(n)), key=len, default="")
    own = refs.get(noun, refs["request"])
    for more in (
        (),
        (1,),
        ("who",),
        ("who", 1),
        ("INFO_REQUEST", refs["request"]),
        (own,),
        (own, own),
        (1, 1),
    ):
        for args in ((own, *more), more):
            try:
                return reverse(name, args=args)
            except NoReverseMatch:
                continue
    raise AssertionError(f"no address for {name}")


@pytest.fixture
def holder(scene: Scene) -> Client:
    """A browser that has opened the link and given the code."""
    handed = actions.renew_link(
        RequestLink.objects.get(), by=scene.town.here.staff, today=TODAY, expires_on=TODAY
    )
    relay()
    letters = [sent.body for sent in mail.outbox if sent.recipients() == ["head@school.example"]]
    [address] = re.findall(r"http://127.0.0.1:8000(/answer/open/\S+)", letters[-1])
    browser = Client()
    assert browser.get(address).headers["Location"] == reverse("by-link-code")
    entered = browser.post(reverse("by-link-code"), {"code": handed.code})
    assert entered.headers["Location"] == reverse("by-link")
    return browser


@pytest.mark.parametrize("scene", ["linked"], indirect=True)
def test_every_other_address_answers_as_it_does_to_a_stranger(scene: Scene, holder: Client) -> None:
    stranger = Client()
    found = list(addresses(scene))
    assert len(found) > 200
    assert holder.get(reverse("by-link")).status_code == 200
    different = []
    for name, address in found:
        theirs, others = holder.get(address), stranger.get(address)
        same = (theirs.status_code, theirs.headers.get("Location")) == (
            others.status_code,
            others.headers.get("Location"),
        )
        if not same or OWN_NUMBERS.sub(b"", masked(theirs)) != OWN_NUMBERS.sub(b"", masked(others)):
            different.append(name)
    assert different == []
    assert holder.get(reverse("by-link")).status_code == 200


@pytest.mark.parametrize("scene", ["linked"], indirect=True)
def test_no_page_of_the_holder_leads_anywhere_else_or_shows_more_than_the_request(
    scene: Scene, holder: Client
) -> None:
    """No reference of the case, no person of the partnership, no other agency; links only within the answer."""
    town = scene.town.here
    pages = [
        reverse("by-link"),
        reverse("by-link-nil"),
        reverse("by-link-account"),
        reverse("by-link-answer_request"),
        reverse("by-link-section", args=["who"]),
        reverse("by-link-section", args=["events"]),
        reverse("by-link-item", args=["events", 1]),
    ]
    secret = [town.staff.name, town.author.name, town.agencies["hospital"].name, "Synthetic Child"]
    secret += [thing.ref for thing in scene.things.values() if hasattr(thing, "ref")]
    assert scene.case is not None
    secret.append(scene.case.pseudonym)
    for page in pages:
        response = holder.get(page)
        text = response.content.decode()
        assert response.status_code == 200, page
        assert [word for word in secret if word in text] == [], page
        leads = set(re.findall(r'(?:href|action)="(/[^"]*)"', text))
        outside = {to for to in leads if not to.startswith(("/answer/", "/static/"))}
        assert outside <= {"/", "/accessibility/", "/privacy/"}, page
