"""The finder: everything in a text by which somebody of the case could be recognised, in place and with its reason.

Looked for: every entry of the key (names bent, shortened, misspelt, broken up or in lookalike letters; days and
numbers however they are written); and, whether or not it is in the key, every exact day, number, address, reference
and account. The work grows with the text alone; a text past ``LONGEST`` is refused with a sentence, never half read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reviews.anonymity.dates import Day, day_of, days_in
from reviews.anonymity.folding import Folded, fold, unset
from reviews.anonymity.key import Key
from reviews.anonymity.kinds import PEOPLE, KeyKind
from reviews.anonymity.names import Names
from reviews.anonymity.numbers import numbers_in, same_number

# Some 900 pages.
LONGEST = 3_000_000
DAY, KEY_DAY, KEY_NUMBER = "an exact day", "a day of this case", "a number of this case"
JOINTS = frozenset({"", " ", "-", "\n", "'"})
AROUND, LONGEST_NAME = 160, 60
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")


class TooMuch(ValueError):
    """The sentence to show."""

    def __init__(self) -> None:
        super().__init__(
            f"This is longer than {LONGEST // 1_000_000} million characters, some 900 pages. "
            "Divide the report: it is not checked in part."
        )


@dataclass(frozen=True)
class Place:
    """Somewhere words stand. ``machine``: not prose, such as a file name, so only what the key knows counts."""

    code: str
    title: str
    text: str
    machine: bool = False


@dataclass(frozen=True)
class Find:
    """One thing found: where (``start`` to ``end`` of the place's text), what was said, why it counts, what instead."""

    place: Place
    start: int
    end: int
    kind: KeyKind
    why: str
    instead: str
    entry: int | None = None

    @property
    def said(self) -> str:
        return self.place.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The words of its sentence that stand before it."""
        text = self.place.text[max(self.start - AROUND, 0) : self.start]
        own = SENTENCE.split(text)[-1]
        cut = own == text and self.start > AROUND
        return f"… {own.partition(' ')[2]}" if cut else own

    @property
    def after(self) -> str:
        """The words of its sentence that stand after it."""
        text = self.place.text[self.end : self.end + AROUND]
        own = SENTENCE.split(text, maxsplit=1)[0]
        cut = own == text and self.end + AROUND < len(self.place.text)
        return f"{own.rpartition(' ')[0]} …" if cut else own


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    kind: KeyKind
    why: str
    instead: str
    entry: int | None = None


def find(places: Iterable[Place], key: Key) -> list[Find]:
    """Everything in the places by which somebody could be recognised, in the order in which it is read.

    Raises ``TooMuch`` when the places hold more than ``LONGEST`` characters together.
    """
    read = list(places)
    if sum(len(place.text) for place in read) > LONGEST:
        raise TooMuch
    finder = Finder(key)
    return [found for place in read for found in finder.look(place)]


class Finder:
    """The tables of one key, made once and used for every place."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.names = Names.of(key)
        entries = list(enumerate(key.entries))
        self.days = [
            (day, number)
            for number, entry in entries
            if entry.kind == KeyKind.DATE
            for spelling in entry.spellings
            if (day := day_of(spelling))
        ]
        self.numbers = [
            (pattern, number)
            for number, entry in entries
            if entry.kind == KeyKind.NUMBER
            for spelling in entry.spellings
            if (pattern := same_number(spelling))
        ]

    def look(self, place: Place) -> Iterator[Find]:
        folded = fold(place.text)
        spans = list(self._spans(folded, machine=place.machine))
        as_set = unset(folded)
        if as_set.text != folded.text:  # a name half in bold, or with a footnote inside it
            for span in self._spans(as_set, machine=place.machine):
                start, end = _with_both_marks(folded.text, *as_set.place(span.start, span.end))
                spans.append(replace(span, start=start, end=end))
        for span in _apart(folded.text, spans):
            start, end = folded.place(span.start, span.end)
            yield Find(place, start, end, span.kind, span.why, span.instead, span.entry)

    def _spans(self, folded: Folded, *, machine: bool) -> Iterator[_Span]:
        for hit in self.names.hits(folded):
            entry = self.key.entries[hit.entry]
            yield _Span(hit.start, hit.end, entry.kind, hit.why, entry.instead, hit.entry)
        for pattern, number in self.numbers:
            for match in pattern.finditer(folded.flat):
                yield _Span(
                    match.start(),
                    match.end(),
                    KeyKind.NUMBER,
                    KEY_NUMBER,
                    self.key.entries[number].instead,
                    number,
                )
        for day in days_in(folded):
            yield from self._day(day, machine=machine)
        for one in numbers_in(folded, machine=machine):
            yield _Span(one.start, one.end, KeyKind.NUMBER, one.why, one.instead)

    def _day(self, day: Day, *, machine: bool) -> Iterator[_Span]:
        if any(day.is_(meant) for meant in self.key.meant_days):
            return
        number = next((n for known, n in self.days if day.is_(known)), None)
        if number is not None:
            yield _Span(day.start, day.end, KeyKind.DATE, KEY_DAY, self.key.entries[number].instead, number)
        elif not machine:
            yield _Span(day.start, day.end, KeyKind.DATE, DAY, "write the month, or an age")


def _with_both_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch that holds one half of a pair of stars is stretched to the other, so that none is left when it goes."""
    for sign in "*_":
        inside = text[start:end].count(sign)
        before = len(text[max(start - 3, 0) : start]) - len(text[max(start - 3, 0) : start].rstrip(sign))
        after = len(text[end : end + 3]) - len(text[end : end + 3].lstrip(sign))
        for back, on in ((before, 0), (0, after), (before, after)):
            if inside and back + on == inside:
                start, end = start - back, end + on
                break
    return start, end


def _apart(text: str, spans: Iterable[_Span]) -> Sequence[_Span]:
    """The spans without those that lie in others; neighbours that say one entry together are one."""
    kept: list[_Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.entry is None)):
        last = kept[-1] if kept else None
        if last is None or span.start >= last.end:
            one_name = (
                last
                and span.kind in PEOPLE
                and span.entry == last.entry
                and span.end - last.start < LONGEST_NAME
            )
            if last and one_name and text[last.end : span.start] in JOINTS:
                kept[-1] = _Span(last.start, span.end, last.kind, last.why, last.instead, last.entry)
            else:
                kept.append(span)
        elif span.end > last.end:  # they overlap: what is known from the key says what stands instead
            known = last if last.entry is not None or span.entry is None else span
            kept[-1] = _Span(last.start, span.end, known.kind, known.why, known.instead, known.entry)
        elif last.entry is None and span.entry is not None and span.end - span.start == last.end - last.start:
            kept[-1] = span
    return kept
