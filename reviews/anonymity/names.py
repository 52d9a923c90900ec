"""Names in a text: whole, in parts, bent, shortened, as initials, broken up, and with one letter wrong.

Every word of the text is looked up in tables made once from the key, so the work grows with the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from reviews.anonymity.folding import Folded, fold, plain
from reviews.anonymity.key import Entry, Key
from reviews.anonymity.kinds import PEOPLE, KeyKind
from reviews.anonymity.nicknames import SHORT_FORMS
from reviews.lint.names import one_apart
from reviews.lint.rules import ABBREVIATIONS, ALSO_NAMES, ORDINARY, WELL_KNOWN

WORD = re.compile(r"[^\W\d_]{1,80}(?:['-][^\W\d_]{1,80}){0,6}")
POSSESSIVE = re.compile(r"'s$|'$|(?<=s)'s$", re.IGNORECASE)
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
SPELT_OUT = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-][^\W\d_]){3,60}(?![^\W_])")
INITIALS = re.compile(r"(?<![\w.])[A-Za-z](?:\. ?|[ /-])[A-Za-z](?:(?:\. ?|[ /-])[A-Za-z])?(?![\w])\.?")
SOLID = re.compile(r"(?<![\w./-])[A-Z]{2,4}(?=(?:'?s)?(?![\w/-]))")
SENTENCE_ENDS = '.!?:;\n"(-'
TITLES = frozenset({
    "mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "sir", "prof", "professor", "pc", "dc", "pcso", "sgt",
    "sergeant", "nurse", "judge", "master", "aunt", "uncle", "aunty",
})  # fmt: skip
COMMON = frozenset(Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8").split())
# Two and three capitals that stand for something else in every report.
ABBREVIATED = WELL_KNOWN | frozenset(ABBREVIATIONS) | frozenset({
    "AE", "CC", "CE", "CP", "CT", "DA", "DC", "DI", "DS", "DV", "HR", "HV", "IG", "LA", "MH", "MP", "NE", "NW",
    "OT", "PA", "PC", "PD", "QA", "RN", "RR", "SE", "SI", "SS", "SW", "SA", "SAR", "TA", "UN", "UNHCR", "VS",
    "YP", "LSCP", "CSPR",
})  # fmt: skip
NOT_INITIALS = frozenset({"eg", "ie", "am", "pm", "ad", "bc"})
SHORTEST_NEAR, LONGEST_NEAR, SHORTEST_JOINED, SHORTEST_PART = 5, 40, 6, 2

EXACT, SHORT, BENT, NEAR, BROKEN, LETTERS, PHRASE = (
    "the name as it is",
    "a short form of the name",
    "a form of the name",
    "one letter away from the name",
    "the name, broken up",
    "the initials",
    "the words as they are",
)


@dataclass(frozen=True)
class Hit:
    """A stretch of folded text that gives an entry of the key away, and how."""

    start: int
    end: int
    entry: int
    why: str


@dataclass(frozen=True)
class _Part:
    """One word of a name. ``loose``: it counts wherever it stands; otherwise only where it can but be a name."""

    entry: int
    loose: bool
    alone: bool = True
    why: str = EXACT


@dataclass
class Names:
    """The tables of one key."""

    parts: dict[str, _Part] = field(default_factory=dict)
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = field(default_factory=dict)
    joined: dict[str, int] = field(default_factory=dict)
    initials: dict[str, int] = field(default_factory=dict)
    firsts: dict[str, set[str]] = field(default_factory=dict)
    near: dict[str, list[str]] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, key: Key) -> Names:
        names = cls()
        meant = {plain(word) for said in key.meant for word in WORD.findall(fold(said).text)}
        for number, entry in enumerate(key.entries):
            if entry.kind in {KeyKind.DATE, KeyKind.NUMBER}:
                continue
            for spelling in entry.spellings:
                names._learn(number, entry, [_bare(w) for w in WORD.findall(fold(spelling).text)], meant)
        for part in names.parts:
            for shorter in _deletions(part):
                names.near.setdefault(shorter, []).append(part)
        return names

    def _learn(self, number: int, entry: Entry, words: list[str], meant: set[str]) -> None:
        person = entry.kind in PEOPLE
        lower = [plain(word) for word in words]
        if not lower or all(word in meant for word in lower):
            return
        if len(lower) > 1:
            self.phrases.setdefault(lower[0], []).append((tuple(lower), number))
            self.joined.setdefault("".join(lower), number)
        pieces = [*lower, *(plain(half) for word in words if "-" in word for half in word.split("-"))]
        for piece in pieces:
            self._learn_part(number, piece, person=person, only=len(lower) == 1, meant=meant)
        if person:
            for short in SHORT_FORMS.get(lower[0], ()):
                if short not in meant:
                    self.parts.setdefault(short, _Part(number, _loose(short), why=SHORT))
            if len(lower) > 1:
                self._learn_initials(number, lower)

    def _learn_part(self, number: int, piece: str, *, person: bool, only: bool, meant: set[str]) -> None:
        if len(piece) < SHORTEST_PART or piece in meant:
            return
        everyday = piece in ORDINARY or piece in COMMON
        if not person and not only and (everyday or len(piece) < 4):
            return  # “hill” of “Sample Hill Academy” says nothing by itself
        alone = only or piece not in ORDINARY
        known = self.parts.get(piece)
        if known is None or (alone and not known.alone):
            self.parts[piece] = _Part(number, _loose(piece), alone)

    def _learn_initials(self, number: int, lower: list[str]) -> None:
        for letters in {"".join(w[0] for w in lower), lower[0][0] + lower[-1][0]}:
            self.initials.setdefault(letters, number)
        self.firsts.setdefault(lower[-1], set()).add(lower[0][0])

    # --- looking ---

    def hits(self, folded: Folded) -> Iterator[Hit]:
        """Every stretch of the text that says one of the names; stretches may overlap."""
        words = list(WORD.finditer(folded.text))
        for at, word in enumerate(words):
            yield from self._word(folded.text, words, at, word)
            yield from self._phrase(folded.text, words, at)
            yield from self._broken(folded.text, words, at)
        yield from self._letters(folded.flat)

    def _word(self, text: str, words: list[re.Match[str]], at: int, match: re.Match[str]) -> Iterator[Hit]:
        said = match.group()
        bare = _bare(said)
        low = plain(bare)
        for piece, why in _readings(bare, low):
            part = self.parts.get(piece)
            if part and self._counts(text, words, at, piece, part, bent=why == BENT):
                yield Hit(match.start(), match.end(), part.entry, part.why if why == EXACT else why)
                return
            if piece in self.joined:
                yield Hit(match.start(), match.end(), self.joined[piece], EXACT)
                return
        close = self._close(low)
        if close and self._may_be_misspelt(text, match, low):
            yield Hit(match.start(), match.end(), self.parts[close].entry, NEAR)

    def _counts(
        self, text: str, words: list[re.Match[str]], at: int, piece: str, part: _Part, *, bent: bool
    ) -> bool:
        match = words[at]
        capital = match.group()[0].isupper()
        before = words[at - 1].group().lower() if at else ""
        if before in TITLES or (len(before) == 1 and before in self.firsts.get(piece, ())):
            return capital
        if part.loose or not part.alone:
            return part.alone
        if not capital or (bent and piece in COMMON):
            return False
        inside = inside_sentence(text, match.start())
        if piece in ORDINARY:  # May, a child; not May, the month
            return inside and not any(c.isdigit() for c in text[max(match.start() - 4, 0) : match.end() + 6])
        return inside or part.why != SHORT  # “Will they …?”

    def _may_be_misspelt(self, text: str, match: re.Match[str], low: str) -> bool:
        if low in COMMON or low in ORDINARY or low in ALSO_NAMES:
            return False
        capital = match.group()[0].isupper()
        if len(low) < SHORTEST_NEAR or low.removesuffix("s") in COMMON:
            return capital and inside_sentence(text, match.start()) and len(low) > 3
        return capital or len(low) >= SHORTEST_NEAR + 2

    def _close(self, low: str) -> str:
        """The part of a name one letter away from the word, or ""."""
        if low not in self._known:
            found = ""
            if 3 < len(low) <= LONGEST_NEAR:
                candidates = (part for piece in _deletions(low) for part in self.near.get(piece, ()))
                found = next((part for part in candidates if len(part) > 3 and one_apart(low, part)), "")
            self._known[low] = found
        return self._known[low]

    def _phrase(self, text: str, words: list[re.Match[str]], at: int) -> Iterator[Hit]:
        for phrase, entry in self.phrases.get(plain(_bare(words[at].group())), ()):
            ahead = words[at : at + len(phrase)]
            if tuple(plain(_bare(w.group())) for w in ahead) != phrase:
                continue
            gaps = [text[a.end() : b.start()] for a, b in pairwise(ahead)]
            if all(len(gap) <= 4 and not any(c.isdigit() for c in gap) for gap in gaps):
                yield Hit(ahead[0].start(), ahead[-1].end(), entry, PHRASE)

    def _broken(self, text: str, words: list[re.Match[str]], at: int) -> Iterator[Hit]:
        """A name with a space or the end of a line inside it."""
        if at + 1 >= len(words):
            return
        one, two = words[at], words[at + 1]
        gap = text[one.end() : two.start()]
        if gap.strip(" \n") not in {"", "-"} or len(gap) > 4:
            return
        low = plain(one.group() + _bare(two.group()))
        shortest = SHORTEST_JOINED - 2 if "-" in gap else SHORTEST_JOINED
        part = self.parts.get(low) if len(low) >= shortest else None
        if part and part.alone and not (plain(one.group()) in COMMON and plain(two.group()) in COMMON):
            yield Hit(one.start(), two.end(), part.entry, BROKEN)

    def _letters(self, text: str) -> Iterator[Hit]:
        for match in SPELT_OUT.finditer(text):
            low = plain(match.group())
            for length in range(len(low), 3, -1):
                part = self.parts.get(low[:length])
                entry = part.entry if part else self.joined.get(low[:length])
                if entry is not None:
                    yield Hit(match.start(), match.end(), entry, BROKEN)
                    break
        for pattern, solid in ((INITIALS, False), (SOLID, True)):
            for match in pattern.finditer(text):
                letters = plain(match.group())
                entry = self.initials.get(letters)
                if entry is not None and _reads_as_initials(text, match, letters, solid=solid):
                    yield Hit(match.start(), match.end(), entry, LETTERS)


def _reads_as_initials(text: str, match: re.Match[str], letters: str, *, solid: bool) -> bool:
    said = match.group()
    if solid:
        around = text[max(match.start() - 12, 0) : match.start()] + " " + text[match.end() : match.end() + 12]
        shouted = re.search(r"[A-Z]{4}", around)
        return said not in ABBREVIATED and not shouted
    if letters in NOT_INITIALS or not (said.isupper() or "." in said):
        return False
    return "." in said or not set(letters) & {"a", "i"}


def inside_sentence(text: str, start: int) -> bool:
    """Whether the word that begins there does not begin a sentence, a line or a heading."""
    before = text[max(start - 80, 0) : start].rstrip(" \t'")
    return bool(before) and before[-1] not in SENTENCE_ENDS


def _bare(word: str) -> str:
    return POSSESSIVE.sub("", word) or word


def _loose(piece: str) -> bool:
    return piece not in ORDINARY and piece not in ALSO_NAMES and piece not in COMMON


def _readings(bare: str, low: str) -> Iterator[tuple[str, str]]:
    """What a word may be a form of: itself, without a plural, each side of a hyphen or of an inner capital."""
    yield low, EXACT
    if low.endswith("s"):
        yield low[:-1], BENT
    if low.endswith("es"):
        yield low[:-2], BENT
    if low.endswith("ies"):
        yield f"{low[:-3]}y", BENT
    if "-" in bare or "'" in bare or HUMP.search(bare):
        for half in HUMP.sub("-", bare).replace("'", "-").split("-"):
            if len(half) > 2:
                yield plain(half), EXACT


def _deletions(word: str) -> set[str]:
    return {word} | {word[:n] + word[n + 1 :] for n in range(len(word))}
