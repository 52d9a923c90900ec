"""When things are due: pure calendar arithmetic, clocks as data, bank holidays as rows.

This module is the notice board between the calendar and the deadlines counted on it: the platform does not
know the domain apps, so they ask here to be told when a bank holiday comes or goes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """The bank holidays that came and went, each in date order."""

    added: tuple[dt.date, ...]
    removed: tuple[dt.date, ...]


Listener = Callable[[CalendarChange], str]

_LISTENERS: list[Listener] = []


def on_calendar_change(listener: Listener) -> Listener:
    """Ask to be called, once and inside the same transaction, whenever bank holidays come or go.

    ``working_days()`` already answers with the new calendar then. The listener returns a sentence that says
    what it did, or nothing; if it raises, the change of the calendar is undone as well.
    """
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)
    return listener


def announce(change: CalendarChange) -> list[str]:
    """Call every listener; return the sentences they answered with."""
    return [sentence for listener in _LISTENERS if (sentence := listener(change))]
