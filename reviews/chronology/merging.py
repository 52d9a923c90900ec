"""What several agencies' entries say together: the same event twice, contradictions, silences."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reviews.chronology.codes import FACTS, EventType, Said

NEAR = dt.timedelta(days=1)
ALIKE = 0.45
UNLIKE = 0.2
# A day on which everybody writes much must not make the page slow; the page says when it stopped looking.
MOST_COMPARED = 60_000
_WORD = re.compile(r"\w{3,}")
_COMMON = frozenset(
    {
        "the", "and", "was", "were", "has", "had", "have", "with", "that", "this",
        "for", "from", "not", "his", "her", "their", "they", "she", "him",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One entry as far as it is compared. ``exact``: whether the day is known."""

    pk: int
    agency: int
    day: dt.date
    exact: bool
    type: str
    text: str
    seen: str = ""
    spoken: str = ""
    persons: frozenset[str] = frozenset()
    last: dt.date | None = None


@dataclass(frozen=True)
class Pair:
    """Two entries that somebody should look at side by side, and why."""

    first: int
    second: int
    why: str
    duplicate: bool


@dataclass(frozen=True)
class Found:
    """The pairs, and whether every pair was looked at."""

    pairs: list[Pair]
    complete: bool


def words_of(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON


def alike(first: frozenset[str], second: frozenset[str]) -> float:
    """How much of the shorter text's words the other shares, from 0 to 1; symmetrical."""
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second)) * (len(first & second) > 1)


def pairs(items: Sequence[Item]) -> Found:
    """Possible duplicates (a day apart at most, alike, other agency) and contradictions (the same day)."""
    ordered = sorted((i for i in items if i.exact), key=lambda i: (i.day, i.pk))
    words = {item.pk: words_of(item.text) for item in ordered}
    found: list[Pair] = []
    for compared, (one, other) in enumerate(_neighbours(ordered)):
        if compared >= MOST_COMPARED:
            return Found(found, complete=False)
        pair = _compare(one, other, alike(words[one.pk], words[other.pk]))
        if pair:
            found.append(pair)
    return Found(found, complete=True)


def _neighbours(ordered: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.day - one.day > NEAR:
                break
            if other.agency != one.agency:
                yield one, other


def _compare(one: Item, other: Item, likeness: float) -> Pair | None:
    first, second = sorted((one.pk, other.pk))
    same_people = not one.persons or not other.persons or bool(one.persons & other.persons)
    if one.day == other.day and same_people:
        for what, mine, theirs in (
            ("seen", one.seen, other.seen), ("spoken to", one.spoken, other.spoken),
        ):  # fmt: skip
            if {mine, theirs} == {Said.YES.value, Said.NO.value}:
                return Pair(
                    first, second, f"One says that the child was {what}, the other that not.", duplicate=False
                )
    if likeness >= ALIKE:
        when = "on the same day" if one.day == other.day else "a day apart"
        return Pair(first, second, f"Two agencies write much the same {when}.", duplicate=True)
    same_fact = one.day == other.day and one.type == other.type and one.type in FACTS
    if same_fact and same_people and likeness < UNLIKE:
        kind = EventType(one.type).label.lower()
        return Pair(first, second, f"Two accounts of the same day ({kind}) that differ.", duplicate=False)
    return None


@dataclass(frozen=True)
class Silence:
    """An agency wrote nothing from the day after ``after`` to the day before ``before``."""

    agency: int
    after: dt.date
    before: dt.date

    @property
    def days(self) -> int:
        return (self.before - self.after).days - 1


def silences(items: Iterable[Item], longer_than: int) -> list[Silence]:
    """Every stretch of more than ``longer_than`` days between two entries of one agency, the longest first."""
    by_agency: dict[int, list[Item]] = {}
    for item in items:
        by_agency.setdefault(item.agency, []).append(item)
    found = []
    for agency, own in by_agency.items():
        covered: dt.date | None = None
        for item in sorted(own, key=lambda i: (i.day, i.pk)):
            if covered is not None and (item.day - covered).days - 1 > longer_than:
                found.append(Silence(agency, covered, item.day))
            end = max(item.day, item.last or item.day)
            covered = end if covered is None else max(covered, end)
    return sorted(found, key=lambda s: (-s.days, s.after, s.agency))


def last_seen(items: Iterable[Item]) -> dt.date | None:
    """The last day on which somebody wrote that the child was seen."""
    return max((item.day for item in items if item.seen == Said.YES), default=None)


@dataclass(frozen=True)
class NotBrought:
    """A series of appointments to which the child was not brought, with no sight of the child between them."""

    first: dt.date
    last: dt.date
    times: int


def not_brought(items: Iterable[Item]) -> list[NotBrought]:
    """Every series of two or more, in order."""
    found: list[NotBrought] = []
    run: list[dt.date] = []
    for item in sorted(items, key=lambda i: (i.day, i.pk)):
        if item.type == EventType.NOT_BROUGHT:
            run.append(item.day)
        elif item.seen == Said.YES:
            found += _series(run)
            run = []
    return found + _series(run)


def _series(run: list[dt.date]) -> list[NotBrought]:
    return [NotBrought(run[0], run[-1], len(run))] if len(run) > 1 else []
