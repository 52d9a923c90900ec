"""The working days of England, worked out from the rules alone: nothing here reads the site's calendar or its list."""

from __future__ import annotations

import datetime as dt

DAY = dt.timedelta(days=1)
# What was proclaimed for one year only: days added, and days that were moved away from.
PROCLAIMED = {
    dt.date(2020, 5, 8), dt.date(2022, 6, 2), dt.date(2022, 6, 3), dt.date(2022, 9, 19), dt.date(2023, 5, 8),
}  # fmt: skip
MOVED = {dt.date(2020, 5, 4), dt.date(2022, 5, 30)}


def easter(year: int) -> dt.date:
    """Easter Sunday, by the rule of Butcher."""
    a, b, c = year % 19, *divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def holidays(year: int) -> set[dt.date]:
    """The eight of each year, with a substitute for those that fall on a weekend, and what was proclaimed."""
    found = {easter(year) - 2 * DAY, easter(year) + DAY}
    found |= {monday(dt.date(year, 5, 1)), monday(dt.date(year, 5, 25)), monday(dt.date(year, 8, 25))}
    for fixed in (dt.date(year, 1, 1), dt.date(year, 12, 25), dt.date(year, 12, 26)):
        day = fixed
        while day.weekday() > 4 or day in found:
            day += DAY
        found.add(day)
    return (found - MOVED) | {day for day in PROCLAIMED if day.year == year}


def monday(day: dt.date) -> dt.date:
    """That day, or the first Monday after it."""
    return day + (-day.weekday() % 7) * DAY


_known: dict[int, set[dt.date]] = {}


def works(day: dt.date) -> bool:
    if day.year not in _known:
        _known[day.year] = holidays(day.year)
    return day.weekday() < 5 and day not in _known[day.year]


def after(day: dt.date, number: int) -> dt.date:
    """So many working days on; the day itself does not count."""
    step = DAY if number > 0 else -DAY
    for _ in range(abs(number)):
        day += step
        while not works(day):
            day += step
    return day


def months_after(day: dt.date, number: int) -> dt.date:
    """The corresponding date, or the last day of a month that has none."""
    year, month = divmod(day.month - 1 + number, 12)
    first = dt.date(day.year + year, month + 1, 1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return first.replace(day=min(day.day, last.day))
