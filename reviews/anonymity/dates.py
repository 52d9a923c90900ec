"""Exact days in a text, however they are written. A report speaks of ages and months (domain §4.5)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from reviews.anonymity.folding import Folded, fold

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
MONTHS = {name: n for n, name in enumerate(_MONTHS, 1)}
# As people abbreviate and misspell them, too.
MONTHS |= {name[:3]: n for name, n in MONTHS.items()} | {"sept": 9, "febuary": 2, "janurary": 1}
ROMAN = {
    word: n
    for n, word in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), 1)
}
_UNITS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
ORDINALS = {word: n for n, word in enumerate(_UNITS, 1)} | {"twentieth": 20, "thirtieth": 30}
ORDINALS |= {f"twenty-{word}": 20 + n for n, word in enumerate(_UNITS[:9], 1)} | {"thirty-first": 31}
_CARDINALS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
CARDINALS = {word: n for n, word in enumerate(_CARDINALS, 1)} | {"twenty": 20, "thirty": 30}
CARDINALS |= {f"twenty-{word}": 20 + n for n, word in enumerate(_CARDINALS[:9], 1)}
FEASTS: dict[str, tuple[int, int] | None] = {
    "christmas day": (12, 25), "christmas eve": (12, 24), "boxing day": (12, 26), "new year's day": (1, 1), "hogmanay": (12, 31),
    "new year's eve": (12, 31), "valentine's day": (2, 14), "halloween": (10, 31), "bonfire night": (11, 5), "easter sunday": None,
    "good friday": None, "easter monday": None, "st george's day": (4, 23),
}  # fmt: skip

_MONTH = (
    "(?P<month>"
    + "|".join(sorted((re.escape(m) for m in MONTHS), key=len, reverse=True))
    + r")\b(?:(?<=\b\w{3})\.)?"
)
_ORDINAL = "|".join(sorted((word.replace("-", "[- ]?") for word in ORDINALS), key=len, reverse=True))
_DAYS = {word.replace("-", ""): n for word, n in ORDINALS.items()}
_YEAR_WORDS = r"(?:two thousand(?: and)? [a-z]+(?:[- ][a-z]+)?|twenty[- ][a-z]+(?:[- ][a-z]+)?|nineteen[- ][a-z]+(?:[- ][a-z]+)?)"
_YEAR = (
    rf"(?:[,.]?\s{{1,3}}(?:in\s)?(?:the year\s)?(?P<year>(?:19|20)\d\d|'\d\d|\d\d(?![\d:.%])|{_YEAR_WORDS}))?"
)
_DAY = r"(?P<day>\d{1,2})(?:\s?(?:st|nd|rd|th))?"
_BEFORE = r"(?<![\w./:£$-])"
_SEP = r"\s?[/.\-]\s?"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BEFORE}(?P<year>(?:19|20)\d\d){_SEP}(?P<month>\d{{1,2}}){_SEP}(?P<day>\d{{1,2}})(?!\d|[/.\-]\d)",
        rf"{_BEFORE}(?P<day>\d{{1,2}}){_SEP}(?P<month>\d{{1,2}}|[ivx]{{1,4}}){_SEP}(?P<year>(?:19|20)?\d\d)(?!\d|[/.\-]\d)",
        rf"{_BEFORE}(?P<day>\d{{1,2}})\s(?P<month>\d{{1,2}})\s(?P<year>(?:19|20)\d\d)(?![\d\s]*\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)",
        r"(?<!\d)(?P<day>[0-3]\d)(?P<month>[01]\d)(?P<year>(?:19|20)\d\d)(?!\d)",
        rf"{_BEFORE}{_DAY}(?:\s?,)?[\s\-/]{{0,3}}(?:day\s)?(?:of\s)?(?:the month of\s)?{_MONTH}(?:[\-/](?P<short>\d{{2,4}})\b|{_YEAR})",
        rf"(?<![\w]){_MONTH}[\s\-/]{{1,3}}(?:the\s)?{_DAY}(?!\d|\s?%)(?!:)(?:\s?,)?{_YEAR}",
        rf"(?<!\w)(?P<ordinal>{_ORDINAL})\s(?:day\s)?(?:of\s)?{_MONTH}{_YEAR}",
        rf"(?<!\w){_MONTH}\s(?:the\s)?(?P<ordinal>{_ORDINAL})(?!\w){_YEAR}",
        rf"(?<!\w)(?P<feast>{'|'.join(FEASTS)})(?!\w){_YEAR}",
    )
)
# Months that are also words, and short forms: only with a capital.
NEEDS_CAPITAL = frozenset({"may", "march", "mar", "dec", "jan", "jun", "sep", "oct", "apr", "aug"})


@dataclass(frozen=True)
class Day:
    """A day that a text names; ``year`` is 0 when it does not say which."""

    start: int
    end: int
    year: int
    month: int
    day: int

    def is_(self, day: dt.date) -> bool:
        return (self.month, self.day) == (day.month, day.day) and self.year in {0, day.year}


def days_in(folded: Folded) -> Iterator[Day]:
    """Every day that is named, with or without its year; stretches may overlap."""
    text = folded.flat
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            found = _day(match)
            if found:
                yield found


def _day(match: re.Match[str]) -> Day | None:
    parts = match.groupdict()
    year = _year(parts.get("year") or parts.get("short") or "")
    feast = parts.get("feast")
    if feast:
        month, day = FEASTS[feast.lower()] or (0, 0)
        return Day(match.start(), match.end(), year, month, day) if year else None
    said = (parts.get("month") or "").lower()
    if said in NEEDS_CAPITAL and not match.group("month")[0].isupper():
        return None
    month = int(said) if said.isdigit() else MONTHS.get(said) or ROMAN.get(said, 0)
    ordinal = (parts.get("ordinal") or "").lower().replace(" ", "").replace("-", "")
    day = _DAYS.get(ordinal) or int(parts.get("day") or 0)
    if not _possible(year, month, day):
        return None
    return Day(match.start(), match.end(), year, month, day)


def _possible(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year or 2024, month, day)
    except ValueError:
        return False
    return True


def _year(said: str) -> int:
    words = said.strip(" ,.'").lower().replace("-", " ")
    if words.isdigit():
        return int(words) if len(words) == 4 else 2000 + int(words) if int(words) < 50 else 1900 + int(words)
    if words.startswith("two thousand"):
        return 2000 + _small(words.removeprefix("two thousand").replace(" and ", " ").strip())
    for century, start in (("nineteen", 1900), ("twenty", 2000)):
        if words.startswith(century):
            return start + _small(words.removeprefix(century).strip())
    return 0


def _small(words: str) -> int:
    return CARDINALS.get(words.replace(" ", "-"), 0)


def day_of(words: str) -> dt.date | None:
    """The one day that an entry of the key names; None when it names none, or no year."""
    found = next((day for day in days_in(fold(words)) if day.year), None)
    return dt.date(found.year, found.month, found.day) if found else None
