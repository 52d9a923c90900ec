"""What holds for every page of a signed-in person: a second factor first, nothing kept, an end when idle."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.wall.scope import within

GetResponse = Callable[[HttpRequest], HttpResponse]

# What a person without a second factor may open: setting it up, proving who they are for that, leaving.
ENROLMENT = frozenset({"mfa_activate_totp", "account_reauthenticate", "account_logout"})
# Idle limits in seconds; shorter where one screen left open would show or change most.
IDLE = 30 * 60
IDLE_SHORT = 15 * 60
SHORT_ROLES = frozenset({Role.CHAIR, Role.SYSADMIN, Role.DPO})
# The last use is written at most this often, so that reading pages does not write a session row each time.
LAST_USE_GRAIN = 30


def may_be_signed_in(request: HttpRequest) -> bool:
    """Whether it is worth asking who this is. Public pages without a cookie read no session at all."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class Walled:
    """Open to the request the rows of the partnerships its person works with today, and to a visitor none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if may_be_signed_in(request) else None
        with within({m.partnership_id for m in user.standing} if isinstance(user, User) else ()):
            return self.get_response(request)


class RequireSecondFactor:
    """Send a signed-in person who has no second factor to set one up, whatever page they asked for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not settings.MFA_REQUIRED or not may_be_signed_in(request):
            return None
        user = request.user
        if not isinstance(user, User) or user.has_second_factor:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in ENROLMENT:
            return None
        return redirect("mfa_activate_totp")


class NeverStore:
    """Nothing of a signed-in page stays in a cache, and a session ends when it is idle or ten hours old."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        private = may_be_signed_in(request)
        if private and isinstance(request.user, User):
            end_or_mark(request, request.user)
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if private or request.path.startswith("/account/"):
            response["Cache-Control"] = "no-store"
            # Not "no-referrer": with it browsers post forms with "Origin: null", which the CSRF check refuses.
            # "same-origin" tells other sites just as little.
            response["Referrer-Policy"] = "same-origin"
        if request.method == "POST" and request.path in {"/account/logout/", "/account/leave/"}:
            response["Clear-Site-Data"] = '"cache"'
        return response


def idle_limit(user: User) -> int:
    """Seconds without a request after which the person is signed out."""
    return IDLE_SHORT if any(m.role in SHORT_ROLES for m in user.standing) else IDLE


def end_or_mark(request: HttpRequest, user: User) -> None:
    """End an idle or overlong session; otherwise note that it is in use."""
    now = int(time.time())
    session = request.session
    started, seen = session.get("started_at", now), session.get("last_seen_at", now)
    if now - seen > idle_limit(user) or now - started > settings.SESSION_COOKIE_AGE:
        logout(request)
        messages.info(request, "We signed you out because this page was not used for a while. Sign in again.")
    elif "started_at" not in session or now - seen >= LAST_USE_GRAIN:
        session["started_at"], session["last_seen_at"] = started, now
        session["device"] = request.headers.get("User-Agent", "")[:200]
