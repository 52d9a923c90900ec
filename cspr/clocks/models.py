"""Bank holidays as rows, and the calendar that is built from them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from django.db import models

from cspr.clocks.calendar import OutsideCalendar, WorkingDays, add_months, in_short
from cspr.clocks.govuk import FEWEST_IN_A_YEAR, LONGEST_TITLE

LOOK_AGAIN_AFTER = 60.0  # seconds


class BankHoliday(models.Model):
    """A bank holiday in England and Wales: from the GOV.UK list, or entered here ahead of it."""

    class Source(models.TextChoices):
        GOVUK = "gov.uk", "GOV.UK list"
        LOCAL = "local", "Entered here"

    on = models.DateField(unique=True)
    title = models.CharField(max_length=LONGEST_TITLE)
    source = models.CharField(max_length=6, choices=Source.choices)

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{in_short(self.on)}: {self.title}"


Row = tuple[dt.date, str, str]  # on, title, source


@dataclass(slots=True)
class _Kept:
    rows: Sequence[Row] = ()
    calendar: WorkingDays | None = None
    looked_at: float = 0.0


_kept = _Kept()


def working_days() -> WorkingDays:
    """The calendar as the table stands. Raises ``OutsideCalendar`` if the table covers no whole year.

    The calendar is kept in the process and built again when the rows differ. At most once a minute the rows
    are read again (one query, some 150 short rows, about a millisecond) so that a change made by another
    process arrives within that minute; comparing the rows themselves cannot miss a change, as a version
    number could. The process that makes the change calls ``forget()`` and sees it at once.
    """
    now = monotonic()
    if _kept.calendar is None or now - _kept.looked_at >= LOOK_AGAIN_AFTER:
        rows = list(BankHoliday.objects.order_by("on").values_list("on", "title", "source"))
        if _kept.calendar is None or rows != _kept.rows:
            _kept.calendar, _kept.rows = _build(rows), rows
        _kept.looked_at = now
    return _kept.calendar


def forget() -> None:
    """Make the next ``working_days()`` read the table."""
    _kept.calendar = None


def calendar_end() -> dt.date | None:
    """The last day that can be counted; ``None`` while the table covers no whole year."""
    try:
        return working_days().last
    except OutsideCalendar:
        return None


def calendar_warning(today: dt.date) -> str:
    """The sentence for the strip under the header if the table ends within twelve months; else empty."""
    end = calendar_end()
    if end is None:
        return "No bank holidays are loaded, so no deadline can be counted."
    if end > add_months(today, 12):
        return ""
    return f"Bank holidays are known only until {in_short(end)}. Load the newer list from GOV.UK."


def _build(rows: Sequence[Row]) -> WorkingDays:
    first, last = _covered(rows)
    return WorkingDays({on: title for on, title, _ in rows}, dt.date(first, 1, 1), dt.date(last, 12, 31))


def _covered(rows: Sequence[Row]) -> tuple[int, int]:
    """The first and last year of the newest unbroken run of whole years.

    A day entered here never makes a year: "2031" with one proclaimed day is not a year whose bank holidays
    are known.
    """
    listed = {on.year for on, _, source in rows if source == BankHoliday.Source.GOVUK}
    counted = Counter(on.year for on, _, _ in rows)
    whole = {year for year in listed if counted[year] >= FEWEST_IN_A_YEAR}
    if not whole:
        raise OutsideCalendar(
            "No bank holidays are loaded, so no deadline can be counted. "
            "Load them with: manage.py import_bank_holidays FILE"
        )
    first = last = max(whole)
    while first - 1 in whole:
        first -= 1
    return first, last
