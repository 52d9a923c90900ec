"""Trying one address or one verb as one person, and saying in words what is wrong with the answer.

An address is asked *at the door*, as a browser does, through every layer of the site; or *at the desk*: the view
alone, which is where people are told apart, and which takes a quarter of the time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from allauth.core.context import request_context
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils.html import escape

from cspr.workflow import Refused, Subject, perform, transitions
from tests.access.cast import Browser, Person
from tests.access.registry import Page
from tests.access.scenes import Scene
from tests.factories import TODAY

HIDDEN = HttpResponse(status=404)
NOWHERE = "/nothing-was-ever-here/"
TOKENS = re.compile(rb'(name="(?:csrfmiddlewaretoken|nonce)" value=)"[^"]+"')
_nowhere: dict[Browser, bytes] = {}
_requests = RequestFactory()
view_at = lru_cache(resolve)


class NothingWritten:
    """Notices every statement that writes: who is refused must not have changed anything on the way."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.written.append(" ".join(sql.split()[:3]))
        return execute(sql, params, many, context)


# --- addresses --------------------------------------------------------------------------------------------


def nothing_there(browser: Browser) -> bytes:
    """What this browser shows for an address that never existed."""
    if browser not in _nowhere:
        _nowhere[browser] = content(browser.get(NOWHERE))
    return _nowhere[browser]


def content(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def masked(response: HttpResponseBase) -> bytes:
    """The answer without what differs from one request to the next: the one-time numbers of forms."""
    return TOKENS.sub(rb'\1""', content(response))


def address_of(page: Page, scene: Scene) -> str:
    if page not in scene.addresses:
        scene.addresses[page] = reverse(page.name, args=page.args(scene))
    return scene.addresses[page]


def at_the_door(page: Page, scene: Scene, browser: Browser) -> HttpResponseBase:
    """The answer of the whole site. ``HIDDEN`` for the very bytes of an address that never existed."""
    asked = address_of(page, scene) + page.query
    if page.post:
        with transaction.atomic():
            response = browser.post(asked)
            transaction.set_rollback(True)
    else:
        response = browser.get(asked)
    same = response.status_code == 404 and content(response) == nothing_there(browser)
    return HIDDEN if same else response


def at_the_desk(page: Page, scene: Scene, person: Person) -> HttpResponseBase:
    """The answer of the view alone. Whatever raises 404 gets the page of what never existed, so is ``HIDDEN``."""
    address = address_of(page, scene)
    asked = address + page.query
    request: HttpRequest = _requests.post(asked) if page.post else _requests.get(asked)
    request.user = person.user
    request.resolver_match = found = view_at(address)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    request.session = {"started_at": time.time()}  # type: ignore[assignment]  # just signed in: not asked again
    try:
        with request_context(request):
            response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    except Http404:
        return HIDDEN
    except PermissionDenied as reason:
        return HttpResponseForbidden(str(reason))
    return response


def wrong_page(
    page: Page, scene: Scene, person: Person, *, allowed: bool, knows: bool, door: bool
) -> str | None:
    """What is wrong with the answer of the page; None when it is as the table says.

    ``knows``: the person may know of the thing, so the page may say why it refuses.
    """
    writes = NothingWritten()
    with connection.execute_wrapper(writes):
        response = at_the_door(page, scene, person.browser) if door else at_the_desk(page, scene, person)
    if door and not person.in_force and not allowed:
        return None if sent_to_sign_in(response) else f"{response.status_code} instead of signing in"
    if page.shows is not None:
        return wrong_sight(page, scene, response, allowed=allowed)
    if allowed:
        well = response.status_code in page.well and (302 in page.well[:1] or not sent_to_sign_in(response))
        well = well or (response.status_code == 403 and not_yet(page, scene, response))
        return None if well else f"{response.status_code}, but the table allows it"
    if writes.written:
        return f"wrote something before it refused: {writes.written}"
    if response is HIDDEN or (knows and response.status_code == (302 if page.says else 403)):
        return None
    return f"{response.status_code}, but the table does not allow it"


def not_yet(page: Page, scene: Scene, response: HttpResponseBase) -> bool:
    """Whether the page says that something else has to happen first: that is not about the person."""
    if not page.verb or page.about is None:
        return False
    subject = scene.fresh(page.about)
    reasons = [guard(subject) for guard in transition_of(subject, page.verb).custom["guards"]]
    return any(reason and escape(reason).encode() in content(response) for reason in reasons)


def wrong_sight(page: Page, scene: Scene, response: HttpResponseBase, *, allowed: bool) -> str | None:
    """The same for a page that more people open than may find this thing on it."""
    assert page.shows is not None
    there = page.shows(scene).encode() in content(response)
    if there and not allowed:
        return f"shows {page.shows(scene)!r}"
    if allowed and page.always and not there:
        return f"does not show {page.shows(scene)!r} ({response.status_code})"
    return None


def sent_to_sign_in(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith("/account/login/")


# --- verbs ------------------------------------------------------------------------------------------------


def wrong_verb(verb: str, subject: Subject, person: Person, *, allowed: bool) -> str | None:
    """What is wrong with what the one door says to the person; None when it is as the table says."""
    reason = transition_of(subject, verb).custom["rule"](subject, person.user)
    if allowed:
        return reason and f"is refused: {reason}"
    if reason is None:
        return "the rule lets it through"
    writes = NothingWritten()
    try:
        with connection.execute_wrapper(writes):
            perform_by(subject, verb, person)
    except Refused:
        return f"wrote something before it refused: {writes.written}" if writes.written else None
    return "is let through"


def transition_of(subject: Subject, verb: str) -> Any:
    """The transition the verb would take now. The scene is wrong where there is none."""
    return next(step for step in transitions(subject)[verb] if step.source in {subject.state, "*"})


def perform_by(subject: Subject, verb: str, person: Person) -> None:
    with transaction.atomic():
        perform(subject, verb, by=person.user, today=TODAY)
        transaction.set_rollback(True)
