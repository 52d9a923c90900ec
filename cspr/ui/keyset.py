"""Pages of a long list, found by where the last one ended: no COUNT, no OFFSET, every page as fast."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet

M = TypeVar("M", bound=models.Model)
MAX_CURSOR = 500


@dataclass(frozen=True)
class Page(Generic[M]):
    """A page's rows, and the cursors of its neighbours ("" where there is none)."""

    items: list[M]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the sort values of a row, and whether the page lies before it."""

    values: list[Any]
    backwards: bool


def page_of(
    queryset: QuerySet[M], *, order: tuple[str, ...] = ("-id",), after: str = "", size: int = 25
) -> Page[M]:
    """The page of ``queryset`` that ``after`` (a cursor from an earlier page) points at.

    ``order`` names columns of the model (or of a relation, or annotations) that are never null, and ends
    with a unique one, so that ties have an order. A cursor is not a secret and gives no right: what may be
    seen is decided by ``queryset``. A cursor that cannot be read gives the first page.
    """
    cursor = _decoded(after, queryset, order)
    backwards = cursor is not None and cursor.backwards
    directed = tuple(_reversed(name) for name in order) if backwards else order
    rows = queryset.order_by(*directed)
    if cursor:
        rows = rows.filter(_beyond(directed, cursor.values))
    found = list(rows[: size + 1])
    more = len(found) > size
    items = found[:size][::-1] if backwards else found[:size]
    has_next = more if not backwards else bool(items)
    has_previous = more if backwards else cursor is not None and bool(items)
    return Page(
        items,
        _encoded(items[-1], order, backwards=False) if has_next else "",
        _encoded(items[0], order, backwards=True) if has_previous else "",
    )


def _reversed(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows after ``values``: the first column further on, or equal and the second further on, and so on."""
    condition = Q()
    equal = Q()
    for name, value in zip(order, values, strict=True):
        column, sign = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{column}__{sign}": value})
        equal &= Q(**{column: value})
    return condition


def _value(row: models.Model, name: str) -> Any:
    value: Any = row
    for part in name.lstrip("-").split("__"):
        value = getattr(value, part)
    return value


def _encoded(row: models.Model, order: tuple[str, ...], *, backwards: bool) -> str:
    values = [_value(row, name) for name in order]
    plain = [v.isoformat() if isinstance(v, dt.date | dt.datetime) else v for v in values]
    text = json.dumps([int(backwards), *plain], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(text: str, queryset: QuerySet[M], order: tuple[str, ...]) -> Cursor | None:
    if not text or len(text) > MAX_CURSOR:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        backwards, *values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if backwards not in (0, 1) or len(values) != len(order):
            return None
        typed = [_typed(queryset, name, value) for name, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, ValidationError):
        return None
    return Cursor(typed, bool(backwards))


def _typed(queryset: QuerySet[M], name: str, value: Any) -> Any:
    """``value`` as its column has it; a value that the column could never hold is an error."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError(name)
    typed = _column(queryset, name.lstrip("-")).to_python(value)
    if typed is None or (isinstance(typed, int) and abs(typed) >= 2**63) or "\x00" in str(typed):
        raise ValueError(name)
    return typed


def _column(queryset: QuerySet[M], name: str) -> Any:
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    model: Any = queryset.model
    *path, last = name.split("__")
    for step in path:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)
