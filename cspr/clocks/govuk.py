"""The bank-holiday list of https://www.gov.uk/bank-holidays.json. Pure: text in, days out."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

DIVISION = "england-and-wales"
BUNDLED = Path(__file__).with_name("bank_holidays.json")
# England and Wales has had eight or more every year since 1978: a year with fewer is not a whole year.
FEWEST_IN_A_YEAR = 8
LONGEST_TITLE = 200


class BankHolidaysRefused(Exception):
    """The bank holidays offered cannot be taken in. ``str()`` is the sentence to show."""


def parse(text: str) -> dict[dt.date, str]:
    """The England and Wales days and their titles, in date order.

    Refuses (``BankHolidaysRefused``) text that is not such JSON, an impossible or doubled date, and a
    year that is not whole, because a deadline counted over it would silently come too early.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BankHolidaysRefused("The file is not JSON.") from None
    division = found.get(DIVISION) if isinstance(found, dict) else None
    events = division.get("events") if isinstance(division, dict) else None
    if not isinstance(events, list) or not events:
        raise BankHolidaysRefused(f'The file has no "{DIVISION}" list of events.')
    days: dict[dt.date, str] = {}
    for event in events:
        day, title = _event(event)
        if day in days:
            raise BankHolidaysRefused(f"The file names {day} twice.")
        days[day] = title
    _whole_years(days)
    return dict(sorted(days.items()))


def _event(event: Any) -> tuple[dt.date, str]:
    if not isinstance(event, dict):
        raise BankHolidaysRefused("The file holds an event that is not a date with a title.")
    written, title, notes = event.get("date"), event.get("title"), event.get("notes", "")
    try:
        day = dt.date.fromisoformat(written)  # type: ignore[arg-type]  # a non-string is refused here
        if day.isoformat() != written:
            raise ValueError
    except (TypeError, ValueError):
        raise BankHolidaysRefused(f"The file holds an impossible date: {str(written)[:40]!r}.") from None
    if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_TITLE - 20:
        raise BankHolidaysRefused(f"The file has no usable title for {day}.")
    return day, f"{title.strip()} (substitute day)" if notes == "Substitute day" else title.strip()


def _whole_years(days: dict[dt.date, str]) -> None:
    counted = Counter(day.year for day in days)
    for year in range(min(counted), max(counted) + 1):
        if counted[year] < FEWEST_IN_A_YEAR:
            raise BankHolidaysRefused(
                f"The file lists {counted[year]} bank holidays in {year}; "
                f"a whole year has {FEWEST_IN_A_YEAR} or more."
            )


def bundled() -> dict[dt.date, str]:
    """The list that is committed with the code: 2 January 2012 to 26 December 2028."""
    return parse(BUNDLED.read_text(encoding="utf-8"))
