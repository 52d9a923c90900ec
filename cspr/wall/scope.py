"""Which partnerships' rows are open now. Nothing is, until somebody at an entrance says so.

The entrances: a request (``cspr.accounts.middleware.Walled``), a task (``cspr.celery``), ``manage.py``. Who of these
partnerships may see what is never asked here: that is ``visible_to``, and ``visible_to`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# What the database is told, and what it is told when every row is open.
SETTING = "cspr.partnerships"
ALL = "all"
_open: ContextVar[frozenset[int] | None] = ContextVar("open", default=frozenset())  # None: every partnership


@contextmanager
def within(partnerships: Iterable[int]) -> Iterator[None]:
    """The rows of these partnerships, given by their keys, and of no other."""
    before = _open.set(frozenset(partnerships))
    try:
        yield
    finally:
        _open.reset(before)


@contextmanager
def admitted(partnerships: Iterable[int]) -> Iterator[None]:
    """The rows of these partnerships as well: for whoever has just shown that they belong there."""
    now = _open.get()
    before = _open.set(now if now is None else now | frozenset(partnerships))
    try:
        yield
    finally:
        _open.reset(before)


@contextmanager
def everything() -> Iterator[None]:
    """The rows of all partnerships: for the worker's queues, and for the few questions that belong to none.

    A test lists the places that ask for it.
    """
    before = _open.set(None)
    try:
        yield
    finally:
        _open.reset(before)


def setting() -> str:
    """What the database is told: the keys with commas between, ``all``, or nothing."""
    now = _open.get()
    return ALL if now is None else ",".join(map(str, sorted(now)))
