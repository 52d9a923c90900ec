"""Names of people on a case, found in a text: whole, in parts, with possessives, and with one letter wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviews.lint.rules import ALSO_NAMES, ORDINARY

WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
POSSESSIVE = re.compile(r"['’]s?$")
SENTENCE_ENDS = '.!?:;\n“"‘-–•('
# A shorter word has too many neighbours.
SHORTEST_NEAR = 5


@dataclass(frozen=True)
class Named:
    """Somebody on the case, and what the report calls them instead."""

    name: str
    instead: str

    @property
    def parts(self) -> list[str]:
        """The words of the name, a hyphened one also in its parts; initials are none."""
        words = [_bare(word) for word in WORD.findall(self.name)]
        halves = [half for word in words if "-" in word for half in word.split("-")]
        return [part for part in (*words, *halves) if len(part) > 1]


@dataclass(frozen=True)
class Left:
    """A name that was left in: as it is written, and what to write instead."""

    word: str
    instead: str


def names_in(text: str, people: Iterable[Named], *, pseudonym: str = "") -> list[Left]:
    """The names of ``people`` that ``text`` holds, each once, in the order in which it is read.

    The words of ``pseudonym`` are meant to be there. A part of a name that is an ordinary word counts only in the
    whole name; one that is also an ordinary word only with a capital inside a sentence.
    """
    known = {_bare(word).lower() for word in WORD.findall(pseudonym)}
    sought = {part.lower(): who for who in people for part in who.parts if part.lower() not in known}
    certain = {part: who for part, who in sought.items() if part not in ORDINARY}
    found: dict[str, Left] = {}
    for word, inside in _words(text):
        who = certain.get(word.lower())
        if who and word.lower() in ALSO_NAMES and not (inside and word[0].isupper()):
            who = None
        who = who or (_near(word, certain) if word[0].isupper() else None)
        if who:
            found.setdefault(word.lower(), Left(word, who.instead))
    for who in people:
        if all(part.lower() in ORDINARY for part in who.parts) and _whole(who.name).search(text):
            found.setdefault(who.name.lower(), Left(who.name, who.instead))
    return list(found.values())


def without_names(text: str, people: Iterable[Named], *, pseudonym: str = "") -> str:
    """``text`` with every name it holds replaced by what the report calls that person."""
    everyone = list(people)
    for who in sorted(everyone, key=lambda who: -len(who.name)):
        text = _whole(who.name).sub(who.instead, text)
    for left in names_in(text, everyone, pseudonym=pseudonym):
        text = re.sub(rf"(?<!\w){re.escape(left.word)}(?!\w)", left.instead, text)
    return text


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)")


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Each word without its possessive, and whether it stands inside a sentence."""
    for match in WORD.finditer(text):
        before = (
            text[: match.start()].rstrip(" \t")
            if match.start() < 80
            else text[match.start() - 80 : match.start()]
        )
        before = before.rstrip(" \t")
        inside = bool(before) and before[-1] not in SENTENCE_ENDS
        word = _bare(match.group())
        yield word, inside


def _bare(word: str) -> str:
    return POSSESSIVE.sub("", word) or word


def _near(word: str, certain: dict[str, Named]) -> Named | None:
    """The person one of whose names is one letter away from the word; nobody for a short or an ordinary word."""
    low = word.lower()
    if len(low) < SHORTEST_NEAR or low in ORDINARY or low in ALSO_NAMES or low.removesuffix("s") in ORDINARY:
        return None
    return next(
        (who for part, who in certain.items() if len(part) >= SHORTEST_NEAR and one_apart(low, part)), None
    )


def one_apart(one: str, other: str) -> bool:
    """Whether one letter was changed, added, left out, or two neighbours exchanged."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    one, other = one[start:], other[start:]
    exchanged = one[:2] == other[1::-1] and one[2:] == other[2:] and len(one) > 1
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or exchanged
