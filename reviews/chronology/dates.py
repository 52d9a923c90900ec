"""Dates as people in Britain write them, and what they leave open: a day, a month, a season, a year, or about that."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from reviews.chronology.codes import Exactness

MONTHS = tuple(calendar.month_name)[1:]
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
EARLIEST, LATEST = 1900, 2100
# Excel counts days from here; below the first number a figure is a year, not a day.
SERIAL_DAY_0 = dt.date(1899, 12, 30)
SERIALS = range(14_611, 73_051)

_ABOUT = re.compile(
    r"^(?:circa\b|ca?\.|ca?\s|about\b|around\b|approx(?:imately|\.)?|~|est\.?\s|early\b|mid\b|late\b)[\s.\-]*"
)
_SUFFIX = re.compile(r"\s*(?:\(?(?:circa|approx(?:imately|\.)?|c\.)\)?|\?)$")
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")
_NUMBERS = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_DAY_FIRST = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s\-]+([a-z]+)\.?,?[\s\-]+(\d{4}|'?\d{2})$")
_MONTH_FIRST = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_MONTH = re.compile(r"^([a-z]+)\.?,?[\s\-/]+(\d{4}|'?\d{2})$")
_MONTH_NUMBER = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{4})$")
_ISO_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$")
_WINTER = re.compile(r"^winter\s+(\d{4})\s*[/\-–]\s*(?:\d{4}|\d{2})$")
_YEAR = re.compile(r"^(\d{4})$")
_SERIAL = re.compile(r"^(\d{5})(?:\.\d+)?$")
_UNTIL = re.compile(r"\s+(?:to|until|till)\s+|\s*[–—]\s*|\s+-\s+")
_WITH_TIME = re.compile(r"^(.*?)(?:[t,]|\s+at|\s)\s*(\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm)?)$")

HOW = "Write it as 3 April 2025, 3/4/2025, April 2025, spring 2025 or 2025."


class NotADate(ValueError):
    """The sentence to show."""


@dataclass(frozen=True)
class When:
    """The day an event was, or the first day of the time it lies in. ``circa``: perhaps not even there."""

    first: dt.date
    exactness: Exactness = Exactness.EXACT
    circa: bool = False

    @property
    def last(self) -> dt.date:
        """The last day it may have been, as far as the words go."""
        first = self.first
        months = {Exactness.MONTH: 1, Exactness.SEASON: 3, Exactness.YEAR: 12}.get(self.exactness)
        if months is None:
            return first
        index = first.year * 12 + first.month - 1 + months
        return dt.date(index // 12, index % 12 + 1, 1) - dt.timedelta(days=1)

    def words(self) -> str:
        """``3 April 2025``, ``April 2025``, ``spring 2025``, ``2025``; with ``about`` before it where it is."""
        first = self.first
        if self.exactness == Exactness.YEAR:
            said = str(first.year)
        elif self.exactness == Exactness.SEASON:
            season = next(name for name, month in SEASONS.items() if month == first.month)
            year = f"{first.year}/{(first.year + 1) % 100:02}" if season == "winter" else first.year
            said = f"{season} {year}"
        elif self.exactness == Exactness.MONTH:
            said = f"{MONTHS[first.month - 1]} {first.year}"
        else:
            said = f"{first.day} {MONTHS[first.month - 1]} {first.year}"
        return f"about {said}" if self.circa else said


def parse_when(text: str) -> When:
    """The date in ``text``. Numbers are day/month/year. Raises ``NotADate`` with what to do instead."""
    words = " ".join(text.strip().lower().replace(",", " , ").replace(" ,", ",").split())
    if not words:
        raise NotADate("There is no date.")
    bare = _ABOUT.sub("", words)
    circa = bare != words
    shorter = _SUFFIX.sub("", bare)
    circa, bare = circa or shorter != bare, _WEEKDAY.sub("", shorter)
    found = _numbers(bare) or _named(bare) or _year_or_serial(bare)
    if found is None:
        raise NotADate(f"This is not a date we can read. {HOW}")
    return When(found.first, found.exactness, circa)


def _numbers(words: str) -> When | None:
    if match := _ISO.match(words):
        return _day(match[1], int(match[2]), match[3])
    if match := _NUMBERS.match(words):
        if int(match[2]) > 12 >= int(match[1]):
            raise NotADate("Dates in numbers are read as day/month/year, and there is no such month.")
        return _day(match[3], int(match[2]), match[1])
    if match := _ISO_MONTH.match(words):
        return _month(match[1], int(match[2]))
    if match := _MONTH_NUMBER.match(words):
        return _month(match[2], int(match[1]))
    return None


def _named(words: str) -> When | None:
    if match := _DAY_FIRST.match(words):
        return _day(match[3], _month_number(match[2]), match[1])
    if match := _MONTH_FIRST.match(words):
        return _day(match[3], _month_number(match[1]), match[2])
    if match := _WINTER.match(words):
        return When(dt.date(_year(match[1]), 12, 1), Exactness.SEASON)
    if match := _MONTH.match(words):
        season = SEASONS.get("autumn" if match[1] == "fall" else match[1])
        if season:
            return When(dt.date(_year(match[2]), season, 1), Exactness.SEASON)
        return _month(match[2], _month_number(match[1]))
    return None


def _year_or_serial(words: str) -> When | None:
    if match := _YEAR.match(words):
        return When(dt.date(_year(match[1]), 1, 1), Exactness.YEAR)
    if (match := _SERIAL.match(words)) and int(match[1]) in SERIALS:
        return When(SERIAL_DAY_0 + dt.timedelta(days=int(match[1])))
    return None


def _month_number(word: str) -> int:
    found = [n for n, name in enumerate(MONTHS, start=1) if len(word) >= 3 and name.lower().startswith(word)]
    if not found and word == "sept":
        return 9
    if not found:
        raise NotADate(f"This is not a date we can read. {HOW}")
    return found[0]


def _year(text: str) -> int:
    digits = text.lstrip("'")
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < 50 else 1900
    if not EARLIEST <= year <= LATEST:
        raise NotADate(f"The year must lie between {EARLIEST} and {LATEST}.")
    return year


def _day(year: str, month: int, day: str) -> When:
    try:
        return When(dt.date(_year(year), month, int(day)))
    except NotADate:
        raise
    except ValueError:
        raise NotADate("There is no such day in the calendar.") from None


def _month(year: str, month: int) -> When:
    if not 1 <= month <= 12:
        raise NotADate("There is no such month.")
    return When(dt.date(_year(year), month, 1), Exactness.MONTH)


def parse_span(text: str) -> tuple[When, dt.date | None, str]:
    """The date in a cell, the day it ended and the time, where the cell says them, too.

    ``3 April 2025 to 5 April 2025``; ``3/4/2025 14:30``. Raises ``NotADate``.
    """
    words = text.strip()
    try:
        return parse_when(words), None, ""
    except NotADate as no:
        refusal = no
    if match := _WITH_TIME.match(words.lower()):
        return parse_when(match[1]), None, parse_time(match[2])
    if match := re.match(r"^(\d{1,2})\s*[-–]\s*(\d{1,2})\s+([a-z]+\.?\s+\d{4})$", words.lower()):
        return parse_when(f"{match[1]} {match[3]}"), parse_when(f"{match[2]} {match[3]}").last, ""
    parts = _UNTIL.split(words)
    if len(parts) == 2 and all(parts):
        return parse_when(parts[0]), parse_when(parts[1]).last, ""
    raise refusal


_CLOCK = re.compile(
    r"^(\d{1,2})(?:[:.h]?(\d{2}))?(?:[:.]\d{2}(?:\.\d+)?)?\s*(a\.?m\.?|p\.?m\.?|hrs?|hours)?$"
)
_NAMED_TIMES = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_FRACTION = re.compile(r"^0\.\d+$")


def parse_time(text: str) -> str:
    """A time as ``HH:MM``, ``""`` for none. Raises ``NotADate``."""
    words = text.strip().lower()
    if not words:
        return ""
    if words in _NAMED_TIMES:
        return _NAMED_TIMES[words]
    if _FRACTION.match(words):
        minutes = round(float(words) * 24 * 60) % (24 * 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    match = _CLOCK.match(words)
    if match is None or (match[2] is None and not match[3]):
        raise NotADate("This is not a time we can read. Write it as 14:30 or 2.30pm.")
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
    if half in {"a", "p"}:
        if not 1 <= hour <= 12:
            raise NotADate("There is no such time of day.")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise NotADate("There is no such time of day.")
    return f"{hour:02}:{minute:02}"


def age_on(born: dt.date, day: dt.date) -> str:
    """How old somebody born on ``born`` was: in days, weeks, months, or years and months; or before birth."""
    if day < born:
        weeks = (born - day).days // 7
        return f"{weeks} weeks before birth" if weeks > 1 else "just before birth"
    days = (day - born).days
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    if days < 14:
        return _count(days, "day")
    if months < 3:
        return _count(days // 7, "week")
    if months < 24:
        return _count(months, "month")
    years, rest = divmod(months, 12)
    return _count(years, "year") + (f" {_count(rest, 'month')}" if rest and years < 6 else "")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
