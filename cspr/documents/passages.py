"""The passage of a text that somebody commented on, found again after the text has changed. Pure functions on words.

Texts are compared by what can be read of them: without spaces, marks of layout (``**``, ``# ``, ``> ``) and the kind of
quotation marks, which programs change as they like.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

THERE, NEAR, GONE = "there", "near", "gone"
# Kept from either side of the words, so that the right ones are found where the same words stand twice.
AROUND = 60
# So much of the words, by count, has to stand together for a place to be the nearest one.
ALIKE = 0.6
UNSAID = frozenset("*_#>|\\`~-‐‑‒–—―•·‘’“”„‚\"'´")


@dataclass(frozen=True)
class Passage:
    """Words that were commented on, with what stood before and after them."""

    quote: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Place:
    """Where a passage stands now: ``how`` says whether as it was, nearly, or no more (then from 0 to 0)."""

    how: str
    start: int = 0
    end: int = 0


NOWHERE = Place(GONE)


class Readable:
    """A text with what can be read of it, and where each sign of that stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        signs = list(_signs(text))
        self.said = "".join(sign for sign, _ in signs)
        self._at = [at for _, at in signs]
        self._words: list[tuple[str, int, int]] | None = None

    @property
    def words(self) -> list[tuple[str, int, int]]:
        """Its words as they are compared, each with its beginning and end; cut once."""
        if self._words is None:
            self._words = list(_words(self.text))
        return self._words

    def places(self, quote: str) -> list[tuple[int, int]]:
        """Every place at which these words stand, as beginning and end in the text. Overlapping ones count once."""
        wanted, found, begin = said_of(quote), [], 0
        while wanted and (begin := self.said.find(wanted, begin)) >= 0:
            found.append(
                self._with_marks(quote.strip(), self._at[begin], self._at[begin + len(wanted) - 1] + 1)
            )
            begin += len(wanted)
        return found

    def _with_marks(self, quote: str, start: int, end: int) -> tuple[int, int]:
        """Quotation marks at the ends belong to the words, where they are part of what was quoted."""
        for sign in quote:
            if sign not in UNSAID or not start or self.text[start - 1] not in UNSAID:
                break
            start -= 1
        for sign in reversed(quote):
            if sign not in UNSAID or self.text[end : end + 1] not in UNSAID:
                break
            end += 1
        return start, end

    def passage(self, start: int, end: int) -> Passage:
        """The words from ``start`` to ``end`` with what stands around them."""
        before, after = self.text[max(start - AROUND, 0) : start], self.text[end : end + AROUND]
        return Passage(self.text[start:end], before, after)

    def find(self, passage: Passage) -> Place:
        """Where the passage stands now: the same words, of several the ones in its surroundings; else the nearest."""
        exact = self.places(passage.quote)
        if exact:
            start, end = max(exact, key=lambda place: self._fits(passage, *place))
            return Place(THERE, start, end)
        return self._nearest(passage) or NOWHERE

    def _fits(self, passage: Passage, start: int, end: int) -> int:
        """How much around this place is as it was."""
        here = self.passage(start, end)
        before = _alike(reversed(said_of(here.before)), reversed(said_of(passage.before)))
        return before + _alike(said_of(here.after), said_of(passage.after))

    def _nearest(self, passage: Passage) -> Place | None:
        """The stretch of as many words that has most of them; none when too few stand together."""
        wanted = Counter(said for said, _, _ in _words(passage.quote))
        length = wanted.total()
        if length < 3 or not self.words:
            return None
        said = [word for word, _, _ in self.words]
        shared = list(_shared(said, wanted, length))
        most = max(shared)
        if most < ALIKE * length:
            return None
        ends = [place for place, count in enumerate(shared) if count == most]
        spans = [(self.words[max(last - length + 1, 0)][1], self.words[last][2]) for last in ends]
        return Place(NEAR, *max(spans, key=lambda span: self._fits(passage, *span)))


def said_of(text: str) -> str:
    """What can be read of ``text``, for comparing."""
    return "".join(sign for sign, _ in _signs(text))


def _signs(text: str) -> Iterator[tuple[str, int]]:
    for at, char in enumerate(text):
        if char.isspace() or char in UNSAID:
            continue
        for sign in unicodedata.normalize("NFKD", char).casefold():
            if unicodedata.category(sign) not in {"Mn", "Cf", "Cc"}:
                yield sign, at


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Every word as it is compared, without the signs around it, and where it begins and ends."""
    for found in re.finditer(r"\S+", text):
        said = "".join(sign for sign in said_of(found.group()) if sign.isalnum())
        if said:
            yield said, found.start(), found.end()


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    same = accumulate((a == b for a, b in zip(one, other, strict=False)), min)
    return sum(same)


def _shared(words: Sequence[str], wanted: Counter[str], length: int) -> Iterator[int]:
    """How many of the wanted words stand in the ``length`` words that end at each word."""
    window: Counter[str] = Counter()
    count = 0
    for at, word in enumerate(words):
        window[word] += 1
        count += window[word] <= wanted[word]
        if at >= length:
            left = words[at - length]
            count -= window[left] <= wanted[left]
            window[left] -= 1
        yield count


@dataclass(frozen=True)
class Stretch:
    """A piece of a text; ``of``: the numbers of what stands here, ``ending``: of what ends with it."""

    text: str
    of: tuple[int, ...] = ()
    ending: tuple[int, ...] = ()


def stretches(text: str, places: Sequence[tuple[int, Place]]) -> list[Stretch]:
    """The text cut at every beginning and end of a place, each with the number it goes by. Places may overlap."""
    found = [(number, place) for number, place in places if place.how != GONE]
    cuts = sorted({0, len(text), *(p.start for _, p in found), *(p.end for _, p in found)})
    return [
        Stretch(
            text[start:end],
            tuple(number for number, p in found if p.start <= start and end <= p.end),
            tuple(number for number, p in found if p.end == end),
        )
        for start, end in pairwise(cuts)
    ]
