"""What differs between two texts, word by word: for reading, not for merging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from cspr.ui import richtext

SAME, GONE, NEW = "same", "gone", "new"
# Word by word the comparison takes the square of the length; a longer passage is shown as gone and new.
MOST_WORDS = 600


@dataclass(frozen=True)
class Run:
    """A stretch of text that stayed, went or came."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Run]:
    """Both texts as one run of stretches, line by line and inside a changed line word by word.

    The stretches that stayed or went make ``before``, those that stayed or came ``after``.
    """
    steps = _compared(before.splitlines(keepends=True), after.splitlines(keepends=True), by_word=True)
    return [
        Run(kind, "".join(run.text for run in stretch))
        for kind, stretch in groupby(steps, key=lambda run: run.kind)
    ]


SET_DIFFERENTLY = " (the same words, set differently)"


def in_words(runs: list[Run]) -> list[Run]:
    """The stretches as they read: without signs of Markdown. Words that are only set differently are said to be so."""
    said = [Run(run.kind, richtext.in_words(run.text, heading="Heading: ")) for run in runs]
    found: list[Run] = []
    for run in said:
        if found and (found[-1].kind, run.kind) == (GONE, NEW) and found[-1].text == run.text:
            words = run.text.rstrip()
            found[-1:] = [Run(SAME, words), Run(NEW, SET_DIFFERENTLY), Run(SAME, run.text[len(words) :])]
        else:
            found.append(run)
    return [run for run in found if run.text]


def _compared(before: list[str], after: list[str], *, by_word: bool) -> Iterator[Run]:
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for step, i1, i2, j1, j2 in steps:
        old, new = "".join(before[i1:i2]), "".join(after[j1:j2])
        words = (_words(old), _words(new)) if by_word and step == "replace" else ([], [])
        if words[0] and max(map(len, words)) <= MOST_WORDS:
            yield from _compared(*words, by_word=False)
        elif step == "equal":
            yield Run(SAME, old)
        else:
            yield from (run for run in (Run(GONE, old), Run(NEW, new)) if run.text)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
