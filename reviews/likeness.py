"""How alike two recommendations are: pure functions on words, with no help from a database or from outside.

A text is known by its terms: its telling words, without endings. Terms are stored beside each recommendation, so that
a database of any kind finds the few that share some; how alike those are is then worked out here, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Set

LONGEST, MOST_TERMS = 8, 60
# Below this two texts only happen to use the same words.
ALIKE = 0.2
WORD = re.compile(r"[a-z]{3,}")
ENDINGS = (
    ("ations", ""), ("ation", ""), ("ments", ""), ("ment", ""), ("ings", ""), ("ing", ""), ("ions", ""), ("ion", ""),
    ("ies", "i"), ("ied", "i"), ("y", "i"),
    ("ers", ""), ("er", ""), ("es", ""), ("ed", ""), ("ly", ""), ("e", ""), ("s", ""),
)  # fmt: skip
# Words that stand in nearly every recommendation, or say nothing by themselves.
NOTHING = """
    about after all agencies agency also and any are area because been before being both but can child children could
    does done each ensure every family families for from give had has have help how into its itself local made make
    may more must need needs not one only other others our out over own partner partners partnership people practice
    practitioner practitioners professional professionals review reviews safeguarding same say service services
    should so some staff such take than that the their them then there these they this those through together under use
    used using was way well were what when where whether which while who whom whose why will with within work working
    would"""
SAYS_NOTHING = frozenset(NOTHING.split())


def terms(text: str) -> set[str]:
    """The telling words of a text, without endings, shortened: ``{"bruis", "paediatr", …}``."""
    found: dict[str, None] = {}
    for word in WORD.findall(text.lower().replace("’", "'")):
        if word not in SAYS_NOTHING:
            found.setdefault(_stem(word))
    return set(list(found)[:MOST_TERMS])


def _stem(word: str) -> str:
    for ending, instead in ENDINGS:
        if (
            word.endswith(ending)
            and not word.endswith("ss")
            and len(word) - len(ending) >= (3 if instead else 4)
        ):
            return (word[: -len(ending)] + instead)[:LONGEST]
    return word[:LONGEST]


def likeness(one: str, other: str) -> float:
    """From 0 to 1: half by shared terms, half by shared runs of three letters, so that a misspelling counts little."""
    return (_shared(terms(one), terms(other)) + _shared(_threes(one), _threes(other))) / 2


def _shared(one: Set[str], other: Set[str]) -> float:
    """Dice's coefficient."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _threes(text: str) -> set[str]:
    plain = " ".join(word for word in WORD.findall(text.lower()) if word not in SAYS_NOTHING)
    return {plain[n : n + 3] for n in range(len(plain) - 2)}
