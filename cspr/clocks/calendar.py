"""Counting days: pure arithmetic on dates. Knows no Django, no database and no "today".

A working day is not a Saturday, a Sunday or a bank holiday in England and Wales. The regulations about local
reviews do not define it; this is the definition of their sibling, SI 2006/1738 regulation 2. Day 0 is the
trigger and does not count.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

SATURDAY = 5
ONE_DAY = dt.timedelta(days=1)


class OutsideCalendar(Exception):
    """The dates leave the years whose bank holidays are known. ``str()`` is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a working-out: its number (0 is the trigger), or why it is not counted."""

    date: dt.date
    number: int | None
    why_skipped: str = ""


def in_full(day: dt.date) -> str:
    """``Tuesday 29 December 2026``."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def in_short(day: dt.date) -> str:
    """``29 December 2026``."""
    return f"{day.day} {day:%B %Y}"


def series(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *head, last = words
    return f"{', '.join(head)} and {last}" if head else last


def skipped_in_words(days: Iterable[dt.date]) -> str:
    """``25 and 28 December and 1 January skipped``; nothing if there are none."""
    months = [
        f"{series(str(day.day) for day in group)} {month}"
        for month, group in groupby(days, lambda day: f"{day:%B}")
    ]
    return f"{series(months)} skipped" if months else ""


def add_months(day: dt.date, months: int) -> dt.date:
    """The corresponding date so many months on (back if negative), or the month's last day if there is none.

    31 August and six months: 28 or 29 February.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


class WorkingDays:
    """The working days from ``first`` to ``last`` inclusive, given the bank holidays and their titles.

    Built once and then only looked up. The working days are numbered from 1 (``_days``; nought is a filler),
    and ``_reached`` gives for the i-th day of the table, also from 1, the number of the last working day up
    to and including it. Every method raises ``OutsideCalendar`` rather than guess about a day outside the
    table.
    """

    def __init__(self, holidays: Mapping[dt.date, str], first: dt.date, last: dt.date) -> None:
        if last < first:
            raise ValueError("The calendar ends before it starts.")
        self.holidays = {day: title for day, title in sorted(holidays.items()) if first <= day <= last}
        self.first, self.last = first, last
        self._eve = first.toordinal() - 1
        self._days = [dt.date.min]
        self._reached = [0]
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = dt.date.fromordinal(ordinal)
            if day.weekday() < SATURDAY and day not in self.holidays:
                self._days.append(day)
            self._reached.append(len(self._days) - 1)

    def add(self, start: dt.date, n: int) -> dt.date:
        """Working day ``n`` after ``start``, which is day 0 whether it is a working day or not."""
        index = start.toordinal() - self._eve
        if index < 1 or n < 1:
            return self._unusual(start, n)
        try:
            return self._days[self._reached[index] + n]
        except IndexError:
            raise self._outside(f"{n} working days after {in_short(start)}") from None

    def subtract(self, start: dt.date, n: int) -> dt.date:
        """Working day ``n`` counted backwards from ``start``, which is day 0 and does not count."""
        number = self._reached[self._index(start) - 1] + 1 - n
        if n < 1:
            return self._unusual(start, n)
        if number < 1:
            raise self._outside(f"{n} working days before {in_short(start)}")
        return self._days[number]

    def number(self, start: dt.date, day: dt.date) -> int:
        """How many working days lie after ``start`` up to and including ``day``: the n of "day n of 15".

        Negative when ``day`` comes before ``start``.
        """
        return self._reached[self._index(day)] - self._reached[self._index(start)]

    def number_if_known(self, start: dt.date, day: dt.date) -> int | None:
        """``number``, or ``None`` for a day outside the table: what people enter may lie years ahead."""
        try:
            return self.number(start, day)
        except OutsideCalendar:
            return None

    def between(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """The working days after ``start`` up to and including ``end``."""
        return self._days[self._reached[self._index(start)] + 1 : self._reached[self._index(end)] + 1]

    def is_working(self, day: dt.date) -> bool:
        """Whether ``day`` is a working day."""
        index = self._index(day)
        return self._reached[index - 1] < self._reached[index]

    def next_working(self, day: dt.date) -> dt.date:
        """The first working day after ``day``."""
        return self.add(day, 1)

    def latest_working(self, day: dt.date) -> dt.date:
        """``day`` itself if it is a working day, otherwise the last one before it."""
        number = self._reached[self._index(day)]
        if number < 1:
            raise self._outside(f"the working day before {in_short(day)}")
        return self._days[number]

    def skipped(self, start: dt.date, due: dt.date) -> list[dt.date]:
        """The weekday bank holidays that a count from ``start`` to ``due``, either way, passes over.

        ``start`` is day 0 and is not counted, so a bank holiday on it is not passed over either.
        """
        self._index(start), self._index(due)
        low, high = (start + ONE_DAY, due) if start <= due else (due, start - ONE_DAY)
        return [day for day in self.holidays if low <= day <= high and day.weekday() < SATURDAY]

    def walk(self, start: dt.date, due: dt.date) -> list[Day]:
        """The working-out, day by day from ``start`` (number 0) to ``due``, which may lie before it."""
        step = 1 if start <= due else -1
        days, number = [Day(start, 0)], 0
        for ordinal in range(start.toordinal() + step, due.toordinal() + step, step):
            day = dt.date.fromordinal(ordinal)
            if self.is_working(day):
                number += 1
                days.append(Day(day, number))
            else:
                days.append(Day(day, None, self.why_not(day)))
        return days

    def why_not(self, day: dt.date) -> str:
        """Why ``day`` is no working day: the bank holiday's title, ``Saturday`` or ``Sunday``; else empty."""
        weekend = f"{day:%A}" if day.weekday() >= SATURDAY else ""
        return weekend or self.holidays.get(day, "")

    def explain(self, start: dt.date, due: dt.date) -> str:
        """What a count from ``start`` to ``due`` passes over: ``25 and 28 December skipped``, or nothing."""
        return skipped_in_words(self.skipped(start, due))

    def _index(self, day: dt.date) -> int:
        if not self.first <= day <= self.last:
            raise self._outside(in_short(day))
        return day.toordinal() - self._eve

    def _unusual(self, start: dt.date, n: int) -> dt.date:
        self._index(start)
        if n == 0:
            return start
        raise ValueError("Count a positive number of days; to count backwards use subtract().")

    def _outside(self, what: str) -> OutsideCalendar:
        return OutsideCalendar(
            f"Cannot count {what}: bank holidays are known only "
            f"from {in_short(self.first)} to {in_short(self.last)}. "
            "Load a newer list with: manage.py import_bank_holidays FILE"
        )
