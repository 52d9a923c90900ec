"""The measurement itself: every leak hidden, every text and file checked, everything missed kept by name."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from cspr.documents.contents import Contents, gathered
from cspr.documents.contents.readers import read
from cspr.documents.office import Paragraph, WordPaper
from cspr.documents.pdf import render, typeset
from reviews.anonymity import Key, Place, find
from reviews.anonymity.files import find_in_file
from reviews.management.leaks.clean import clean_texts
from reviews.management.leaks.families import Family, family
from reviews.management.leaks.pdf_places import PDF_PLACES, clean_pdf, pdf_with, pdf_with_an_earlier_version
from reviews.management.leaks.texts import TextLeak, text_leaks
from reviews.management.leaks.word_places import BEING_THERE, WORD_PLACES, clean_docx, docx_with

ITEM = re.compile(r"Item\s(\d{3})\.")
DRAFT, PDF_TEXT, WORD_TEXT = "draft", "PDF: text of the pages", "Word: text"


@dataclass
class Row:
    """One form or hiding place: how many leaks, how many of them caught in the draft and in the final bytes."""

    leaks: int = 0
    draft: int | None = None
    final: int | None = None


@dataclass
class Measured:
    """What came out. ``missed``: where, and the words; ``alarms``: what was found in clean texts."""

    rows: dict[str, Row] = field(default_factory=dict)
    missed: list[tuple[str, str]] = field(default_factory=list)
    clean: int = 0
    alarmed: int = 0
    alarms: list[tuple[str, str]] = field(default_factory=list)

    @property
    def leaks(self) -> int:
        return sum(row.leaks for row in self.rows.values())

    @property
    def caught(self) -> int:
        """Leaks that were caught everywhere they were hidden."""
        return self.leaks - len({words for _, words in self.missed})

    def note(self, name: str, stage: str, words: str, *, caught: bool, new: bool = True) -> None:
        row = self.rows.setdefault(name, Row())
        row.leaks += new
        setattr(row, stage, (getattr(row, stage) or 0) + caught)
        if not caught:
            self.missed.append((name, words))


def measure(seed: int = 7, *, families: int = 4, secrets: int = 2) -> Measured:
    """Hide, look and count. ``families`` write every form of text; ``secrets`` hide in every place of a file."""
    rng = random.Random(seed)  # noqa: S311  (a measurement that can be repeated, not a secret)
    measured = Measured()
    people = [family(n, rng) for n in range(families)]
    for who in people:
        _texts(who, list(text_leaks(who, rng)), measured)
    for who in people[:secrets]:
        _hidden(who, measured)
    _clean([who.key for who in people], rng, measured)
    return measured


def _texts(who: Family, leaks: list[TextLeak], measured: Measured) -> None:
    items = [f"Item {n:03}. {leak.text}" for n, leak in enumerate(leaks)]
    pdf, word = _pdf_of(items), render(WordPaper("Report", "report", [Paragraph(item) for item in items]))
    in_pdf = _found_items(gathered(read(pdf, "pdf")), who.key)
    in_word = _found_items(gathered(read(word, "docx")), who.key)
    for n, leak in enumerate(leaks):
        name = f"Text: {leak.form}"
        finds = find(
            [
                Place(
                    "events",
                    "What happened",
                    f"Services met the family often. {leak.text} Then they stopped.",
                )
            ],
            who.key,
        )
        measured.note(name, "draft", leak.text, caught=bool(finds))
        measured.note(name, "final", f"{leak.text} [PDF]", caught=n in in_pdf, new=False)
        if n not in in_word:
            measured.missed.append((name, f"{leak.text} [Word]"))


def _pdf_of(items: list[str]) -> bytes:
    """Set by the renderer of the house, in a column so narrow that names are divided at the ends of lines."""
    style = "@page { size: A4; margin: 25mm } body { width: 48mm; hyphens: auto; overflow-wrap: anywhere }"
    body = "".join(f"<p>{escape(item)}</p>" for item in items)
    return typeset(
        f"<html lang='en-GB'><head><title>Report</title><style>{style}</style></head><body>{body}</body></html>"
    )


def _found_items(contents: Contents, key: Key) -> set[int]:
    """The numbers of the items in which something was found, however the text was divided over pages and places."""
    found: set[int] = set()
    marks: dict[str, list[tuple[int, int]]] = {}
    for one in find_in_file(contents, key):
        text = one.place.text
        if text not in marks:
            marks[text] = [(match.start(), int(match.group(1))) for match in ITEM.finditer(text)]
        before = [number for start, number in marks[text] if start <= one.start]
        after = [number for start, number in marks[text] if start > one.start]
        if (
            before or after
        ):  # what stands before the first item of a page belongs to the last one of the page before
            found.add(before[-1] if before else after[0] - 1)
    return found


def _hidden(who: Family, measured: Measured) -> None:
    secret, plain = f"{who.first} {who.last}", who.mother
    for place, (where, _) in PDF_PLACES.items():
        _look(measured, place, where, gathered(read(pdf_with(place, secret), "pdf")), who.key, secret)
    early = f"The plan for {plain} was late."
    data = pdf_with_an_earlier_version(early)
    _look(measured, "PDF: earlier version", "An earlier version", gathered(read(data, "pdf")), who.key, early)
    for place, where in WORD_PLACES.items():
        _look(measured, place, where, gathered(read(docx_with(place, secret), "docx")), who.key, secret)
    for kind, data in (("pdf", clean_pdf()), ("docx", clean_docx())):
        name = f"Report_{who.last.replace(' ', '')}_final.{kind}"
        _look(
            measured, f"File name: {kind}", "File name", gathered(read(data, kind), name=name), who.key, name
        )


def _look(measured: Measured, place: str, where: str, contents: Contents, key: Key, secret: str) -> None:
    """Caught: found under the name of its place; what leaks by being there, when it is said to be there."""
    if place in BEING_THERE:
        caught = any(one.where.startswith(where) for one in contents.carried)
    else:
        caught = any(one.place.title.startswith(where) for one in find_in_file(contents, key))
    measured.note(place, "final", f"{place}: {secret}", caught=caught)


def _clean(keys: list[Key], rng: random.Random, measured: Measured) -> None:
    for n, text in enumerate(clean_texts(rng)):
        finds = find([Place("analysis", "Analysis", text)], keys[n % len(keys)])
        measured.clean += 1
        measured.alarmed += bool(finds)
        measured.alarms += [(one.said, one.why) for one in finds]


def clean_files() -> Iterator[tuple[str, Contents]]:
    """The files in which things are hidden, with nothing hidden in them: nothing may be found."""
    yield "pdf", gathered(read(clean_pdf(), "pdf"))
    yield "docx", gathered(read(clean_docx(), "docx"))
