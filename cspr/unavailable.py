"""The page when something broke: 503 while the database can keep nothing, 500 for everything else.

At that moment neither the database nor the person can be relied on, so the page asks nobody and stands alone. What was
typed is on it, to copy: pages here are stored nowhere, so a browser that goes back finds an empty form.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from cspr.audit.log import NotRecorded
from cspr.ui.arriving import words_sent

# The database is away, busy, full or on its way down; or it keeps no record, and then nothing is done.
PASSING = (OperationalError, InterfaceError, NotRecorded)
RETRY_AFTER_SECONDS = "30"


def went_wrong(request: HttpRequest) -> HttpResponse:
    """The answer to an exception that nobody caught (Django calls it while the exception is handled)."""
    passing = isinstance(sys.exception(), PASSING)
    page = render_to_string("503.html" if passing else "500.html", {"typed": _typed(request)})
    response = HttpResponse(page, status=503 if passing else 500)
    response["Cache-Control"] = "no-store"
    if passing:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What came with a form of ours, by the names of its fields; nothing of signing in, and nothing from elsewhere."""
    if request.method != "POST" or request.path.startswith("/account/") or not _from_here(request):
        return []
    with suppress(UnreadablePostError, SuspiciousOperation):
        return words_sent(request)
    return []


def _from_here(request: HttpRequest) -> bool:
    """Whether a page of this site sent it. The check of its token may not have been reached."""
    came_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    with suppress(SuspiciousOperation):
        return url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return False
