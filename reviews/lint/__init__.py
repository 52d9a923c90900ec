"""The quiet check beside a section of a report: pure functions over the tables in ``rules``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviews.lint.figures import misplaced
from reviews.lint.names import Left, Named, names_in, without_names
from reviews.lint.rules import (
    ABBREVIATIONS,
    ACTION_SECTIONS,
    ADDRESSED,
    BLAME,
    JARGON,
    OWNERS,
    WELL_KNOWN,
    WHEN,
)

__all__ = ["Find", "Left", "Named", "look", "names_in", "without_names"]

# A mark of where a text was taken from, as ``reviews.prefill`` sets it.
TAKEN = re.compile(r"^\[From .+\]$", re.MULTILINE)
CAPITALS = re.compile(r"(?<![\w(])([A-Z]{2,5})s?(?![\w)])")


@dataclass(frozen=True)
class Find:
    """One thing the check noticed: the sentence, the words it is about, and whether it holds the draft up."""

    rule: str
    words: str
    quote: str = ""
    blocks: bool = False


def look(
    section: str,
    report: Mapping[str, str],
    *,
    order: Sequence[str],
    optional: Collection[str] = (),
    people: Sequence[Named] = (),
    pseudonym: str = "",
    accepted: Collection[str] = (),
    figures: Collection[int] = (),
) -> list[Find]:
    """What there is to say about one section, what holds the draft up first.

    ``order``: the sections as they are read, because an abbreviation is explained where it first stands.
    ``accepted``: names, in small letters, that somebody has left in for a reason. ``figures``: those of the report.
    """
    text = report.get(section, "").strip()
    if not text:
        needed = section not in optional
        return [Find("empty", "This section says nothing yet.", blocks=True)] if needed else []
    finds = [
        Find("name", f"A name was left in. Write {left.instead} instead.", left.word, blocks=True)
        for left in names_in(text, people, pseudonym=pseudonym)
        if left.word.lower() not in accepted
    ]
    before = (
        "\n".join(report.get(code, "") for code in order[: order.index(section)]) if section in order else ""
    )
    return [
        *finds,
        *_addressed(section, text),
        *_actions(section, text),
        *_words(text),
        *_short(text, before),
        *(Find("figure", *said) for said in misplaced(section, report, order=order, figures=figures)),
    ]


def _addressed(section: str, text: str) -> Iterator[Find]:
    for missing, signs in ADDRESSED.get(section, ()):
        if not re.search(rf"\b(?:{'|'.join(signs)})", text, re.IGNORECASE):
            yield Find("addressed", missing)


def _actions(section: str, text: str) -> Iterator[Find]:
    if section not in ACTION_SECTIONS:
        return
    for line in text.splitlines():
        if not line.startswith("- "):
            continue
        lacking = [
            what for what, sign in (("an owner", OWNERS), ("a date", WHEN)) if not re.search(sign, line, re.I)
        ]
        if lacking:
            yield Find(
                "action", f"This action has no {' and no '.join(w.split()[1] for w in lacking)}.", line[2:82]
            )


def _words(text: str) -> Iterator[Find]:
    for rule, table in (("blame", BLAME), ("jargon", JARGON)):
        for pattern, instead in table.items():
            if said := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                yield Find(rule, f"Perhaps: {instead}.", said.group())
    if taken := TAKEN.search(text):
        yield Find("taken", "The mark of where this was taken from is still there.", taken.group())


def _short(text: str, before: str) -> Iterator[Find]:
    """Abbreviations that are used here and written out neither here nor earlier in the report."""
    for short in dict.fromkeys(CAPITALS.findall(text)):
        explained = re.search(rf"\({short}s?\)|\b{short}s? \(", f"{before}\n{text}")
        if short in WELL_KNOWN or explained:
            continue
        stands_for = ABBREVIATIONS.get(short)
        yield Find(
            "abbreviation",
            f"Write it out: {stands_for}."
            if stands_for
            else "Write out what this stands for when it is first used.",
            short,
        )
