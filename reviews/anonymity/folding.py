"""Reading a text as a person reads it: accents, lookalike letters, invisible marks and broken words are undone.

A folded text knows, for each of its letters, where that letter stands in the text it came from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from cspr.ui.richtext import unmarked

# Letters of other alphabets that look like Latin ones, and Latin ones that do not decompose.
LOOKALIKES = {
    **dict(zip("АВЕЅІЈКМНОРСТУХаеіјорсухѕԁԛԝһⅼѵ", "ABESIJKMHOPCTYXaeijopcyxsdqwhlv", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχγ", "ABEZHIKMNOPTYXaikvoptuxy", strict=True)),
    **dict(zip("ıłŁøØđĐħĦŧŦɑɡɩ", "ilLoOdDhHtTagi", strict=True)),
    "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D",
    "т": "t", "м": "m", "к": "k", "в": "b", "н": "h", "п": "n", "г": "r", "и": "u",
}  # fmt: skip
QUOTES = dict.fromkeys("’‘ʼʹ′‛`´", "'")
DASHES = dict.fromkeys("‐‑‒–—―−⁃﹣－", "-")
UNSEEN = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t]*\n\s*(?=[^\W\d_])")
# Nothing in it has to be undone.
PLAIN = re.compile(r"[ -)+,./-\[\]-_a-~\n]*")
# Stars inside a word, also those that a backslash makes into letters, and the backslash by itself.
MARKUP = re.compile(r"(?<=[^\W_])(?:\\?\*|\\){1,6}(?=[^\W_])")
# A backslash at the end of a line breaks it; it is not seen.
LINE_BREAK = re.compile(r"\\(?=\n)")


@dataclass(frozen=True)
class Folded:
    """``text`` to search in; ``origin[n]``: where its n-th letter begins in the text it was folded from."""

    text: str
    origin: list[int]
    whole: str

    @property
    def flat(self) -> str:
        """The same letters with single ends of lines read as spaces, for what may be divided over two lines."""
        return self.text.replace("\n", " ")

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the text it came from."""
        last = self.origin[end - 1] + 1 if end > start else self.origin[start]
        return self.origin[start], last


@lru_cache(maxsize=4096)
def folded_letter(letter: str) -> str:
    """One letter as it reads; nothing when it cannot be seen."""
    known = LOOKALIKES.get(letter) or QUOTES.get(letter) or DASHES.get(letter)
    if known or letter == "\n":
        return known or letter
    if letter.isspace():
        return "\n" if letter in "\r\v\f\u2028\u2029\x85" else " "
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.digit(letter))
    if category in UNSEEN:
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if unicodedata.category(c)[0] != "M")
    return plain if plain in {letter, ""} else "".join(folded_letter(c) for c in plain)


def unset(folded: Folded) -> Folded:
    """The same as it reads when it is set: without stars, brackets and addresses; it knows its places in ``folded``."""
    kept: list[str] = []
    origin: list[int] = []
    for start, end in unmarked(folded.text):
        kept.append(folded.text[start:end])
        origin += range(start, end)
    return Folded("".join(kept), origin, folded.text)


def fold(text: str) -> Folded:
    """``text`` without accents, lookalikes and invisible marks; a word divided at the end of a line is whole again."""
    if PLAIN.fullmatch(text):
        return Folded(text, list(range(len(text))), text)
    letters: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        read = letter if "!" <= letter <= "~" and letter != "`" else folded_letter(letter)
        letters.append(read)
        origin += [at] * len(read)
    folded = Folded("".join(letters), origin, text)
    for unseen in (LINE_BREAK, MARKUP, BROKEN):
        folded = _without(folded, unseen)
    return folded


def _without(folded: Folded, pattern: re.Pattern[str]) -> Folded:
    kept: list[str] = []
    origin: list[int] = []
    at = 0
    for match in pattern.finditer(folded.text):
        kept.append(folded.text[at : match.start()])
        origin += folded.origin[at : match.start()]
        at = match.end()
    if not at:
        return folded
    return Folded("".join(kept) + folded.text[at:], origin + folded.origin[at:], folded.whole)


@lru_cache(maxsize=32768)
def plain(text: str) -> str:
    """A short text folded, in small letters, letters only: how two spellings of one word are compared."""
    return "".join(letter for letter in fold(text).text.lower() if letter.isalpha())
