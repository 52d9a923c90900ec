"""The log: a JSON object a line, that says what happened where, and never what anybody wrote.

An exception's own words may quote a row ("Key (name)=(…) already exists"), so only its type and place are kept; what
another package says is kept as its template, without the values, unless they are known to be harmless.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

from cspr.refs import new_ref

ROOT = Path(__file__).resolve().parent.parent
OURS = ("cspr", "referrals", "reviews")
# What may stand in for a placeholder of another package's message: numbers, and the names of tasks and signals.
NAMED_SAFELY = ("name", "id", "task_name", "task_id")

current: ContextVar[str] = ContextVar("request", default="")
requests = logging.getLogger("cspr.requests")


class Line(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """``at`` (UTC), ``level``, ``logger``, ``said``, and where there is one ``request``, ``error``, ``details``."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name}
        if record.name.split(".", 1)[0] in OURS:
            line["said"] = record.getMessage()
        else:
            line |= {"said": str(record.msg), **_harmless(record.args)}
        if request := current.get():
            line["request"] = request
        if record.exc_info and record.exc_info[1]:
            line["error"] = kind_and_place(record.exc_info[1])
        line |= getattr(record, "details", {})
        return json.dumps(line, ensure_ascii=True)


def _harmless(args: Any) -> dict[str, Any]:
    if isinstance(args, dict):
        return {key: str(args[key]) for key in NAMED_SAFELY if key in args}
    numbers = [value for value in args or () if isinstance(value, int | float)]
    return {"numbers": numbers} if numbers else {}


def kind_and_place(error: BaseException) -> str:
    """``IntegrityError at referrals/actions/family.py:40``: the last of our own lines that it passed, or the last."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _within(frame.filename)]
    kind = type(error).__name__
    if not frames:
        return kind
    frame = (ours or frames)[-1]
    name = Path(frame.filename)
    return f"{kind} at {name.relative_to(ROOT) if ours else name.name}:{frame.lineno}"


def _within(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in OURS


class OneLineEach:
    """A line for each request: who (a number), what kind of page, how it ended, how long. No address, no question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, started = current.set(new_ref()), time.perf_counter()
        try:
            response = self.get_response(request)
            match = request.resolver_match
            requests.info(
                "answered",
                extra={
                    "details": {
                        "method": request.method,
                        "page": match.view_name if match else "",
                        "status": response.status_code,
                        "ms": round(1000 * (time.perf_counter() - started)),
                        "user": _known(request),
                    }
                },
            )
            return response
        finally:
            current.reset(token)


def _known(request: HttpRequest) -> int | None:
    """Whoever it turned out to be. Nobody is looked up for the log's sake: that would be a query for every page."""
    user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)
