"""Changing the bank holidays: the GOV.UK list taken in, or one day proclaimed ahead of it.

Each change is one transaction together with what follows from it: whoever asked through
``on_calendar_change`` re-counts inside it, so the calendar and the deadlines never disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Min

from cspr.clocks import CalendarChange, announce
from cspr.clocks.calendar import in_full
from cspr.clocks.govuk import LONGEST_TITLE, BankHolidaysRefused, parse
from cspr.clocks.models import BankHoliday, forget

Source = BankHoliday.Source


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did: the days that came, went or were only renamed, and what the listeners answered."""

    added: tuple[BankHoliday, ...] = ()
    removed: tuple[BankHoliday, ...] = ()
    renamed: tuple[BankHoliday, ...] = ()
    followed: tuple[str, ...] = ()


def take_in(text: str) -> Outcome:
    """Make the table agree with a GOV.UK list for the years the list covers.

    Days entered here are kept, whatever the list says. Doing it again changes nothing. Refuses
    (``BankHolidaysRefused``) a text that is no such list, and one that would leave a gap of unknown years.
    """
    listed = parse(text)
    with _changing():
        rows = {row.on: row for row in BankHoliday.objects.select_for_update()}
        _no_gap(listed, {on.year for on, row in rows.items() if row.source == Source.GOVUK})
        ours = {on: row for on, row in rows.items() if row.source == Source.GOVUK}
        span = range(min(listed).year, max(listed).year + 1)
        removed = [row for on, row in ours.items() if on.year in span and on not in listed]
        renamed = [row for on, row in ours.items() if listed.get(on, row.title) != row.title]
        added = [
            BankHoliday(on=on, title=title, source=Source.GOVUK)
            for on, title in listed.items()
            if on not in rows
        ]
        for row in renamed:
            row.title = listed[row.on]
        BankHoliday.objects.filter(pk__in=[row.pk for row in removed]).delete()
        BankHoliday.objects.bulk_update(renamed, ["title"])
        BankHoliday.objects.bulk_create(added)
        return _outcome(added, removed, renamed)


def proclaim(on: dt.date, title: str) -> Outcome:
    """Enter one bank holiday ahead of the GOV.UK list.

    Refuses a day that is one already, a day without a title, and a year that can only be a slip of the pen: the day
    that was meant would go on counting.
    """
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise BankHolidaysRefused(f"Give the bank holiday a title of at most {LONGEST_TITLE} characters.")
    with _changing():
        known = BankHoliday.objects.filter(on=on).first()
        if known:
            raise BankHolidaysRefused(f"{in_full(on)} is a bank holiday already: {known.title}.")
        _likely(on)
        return _outcome([BankHoliday.objects.create(on=on, title=title.strip(), source=Source.LOCAL)], [])


# Days are proclaimed a year or so ahead, and the list ends some years from now.
AHEAD = 2


def _likely(on: dt.date) -> None:
    years = BankHoliday.objects.filter(source=Source.GOVUK).aggregate(first=Min("on"), last=Max("on"))
    first, last = years["first"], years["last"]
    if first and not first.year <= on.year <= last.year + AHEAD:
        raise BankHolidaysRefused(
            f"{on.year} lies outside {first.year} to {last.year + AHEAD}, the years known and soon to come. "
            "Check the year."
        )


def withdraw(on: dt.date) -> Outcome:
    """Take back a day that was entered here. Refuses a day from the GOV.UK list: that goes only by a newer
    list.
    """
    with _changing():
        row = BankHoliday.objects.filter(on=on, source=Source.LOCAL).first()
        if row is None:
            raise BankHolidaysRefused(f"{in_full(on)} is not a bank holiday that was entered here.")
        BankHoliday.objects.filter(pk=row.pk).delete()
        return _outcome([], [row])


@contextmanager
def _changing() -> Iterator[None]:
    # Forget on the way out too: after a roll-back the calendar kept in this process would be the one undone.
    try:
        with transaction.atomic():
            yield
    finally:
        forget()


def _outcome(
    added: list[BankHoliday], removed: list[BankHoliday], renamed: list[BankHoliday] | None = None
) -> Outcome:
    forget()
    change = CalendarChange(tuple(row.on for row in added), tuple(row.on for row in removed))
    followed = announce(change) if added or removed else []
    return Outcome(tuple(added), tuple(removed), tuple(renamed or ()), tuple(followed))


def _no_gap(listed: dict[dt.date, str], known: set[int]) -> None:
    first, last = min(listed).year, max(listed).year
    if known and (first > max(known) + 1 or last < min(known) - 1):
        raise BankHolidaysRefused(
            f"The file covers {first} to {last} and the table {min(known)} to {max(known)}: "
            "the years between would be unknown."
        )
