"""Papers that people go on working with: what a Word document or an Excel workbook says, as plain data.

A builder returns a ``WordPaper`` or a ``SheetPaper`` where it would return a ``Paper``; asking, making, access and
keeping are the same. The file itself is written in a confined child (``cspr.documents.writing``).
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cspr.documents.confined import TookTooLong, run
from cspr.documents.failures import CannotRender, RenderFailed
from cspr.documents.formats import Format
from cspr.documents.parcel import Pictures, packed
from cspr.documents.writing import SECONDS
from cspr.ui.richtext import RichText

MOST_DATA = 16 * 1024 * 1024
# What XML cannot hold; people paste it without seeing it.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Heading:
    """A heading of level 1, 2 or 3, which Word lists in its navigation. ``anchor``: a name that nobody sees."""

    text: str
    level: int = 1
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. ``style``: ``""`` or ``note`` (set apart from the text around it)."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list without an order."""

    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on every page and whose rows are not divided between two.

    ``widths``: the columns' shares of the page; equal when not given. ``heads``: whether the first column names
    the row, as in a list of facts.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    widths: Sequence[float] = ()
    heads: bool = False


# A rich text is one block: its headings begin with level 2, its footnotes stand at the foot of their pages.
Block = Heading | Paragraph | Bullets | Table | RichText


def prose(text: str) -> list[Block]:
    """What a person wrote in a box, paragraph by paragraph; lines that begin with a dash are a list."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        if lines and all(line.startswith(("- ", "* ", "• ")) for line in lines):
            blocks.append(Bullets([line[2:].strip() for line in lines]))
        elif lines:
            blocks.append(Paragraph("\n".join(lines)))
    return blocks


@dataclass(frozen=True)
class Answer:
    """What was answered to a comment. ``when``: a moment in ISO form."""

    author: str
    when: str
    text: str


@dataclass(frozen=True)
class Remark:
    """A comment in the margin: at ``quote``, where that stands under the heading with ``anchor``, or at the heading."""

    anchor: str
    number: int
    author: str
    when: str
    text: str
    quote: str = ""
    before: str = ""
    after: str = ""
    done: bool = False
    answers: Sequence[Answer] = ()


@dataclass(frozen=True)
class Shown:
    """What a rich text shows where it says ``[Figure 1]``. ``name``: of its picture, the hash of the bytes."""

    name: str
    alt: str
    caption: str


@dataclass(frozen=True)
class WordPaper:
    """A Word document. As in every paper, ``title`` and ``file_stem`` hold no name of a person.

    ``page``: ``A4``, ``A4 landscape`` or ``A3 landscape``. ``figures``: by their numbers; a number that is not there
    stays the words that it is. ``pictures`` are read when the file is made.
    """

    title: str
    file_stem: str
    blocks: Sequence[Block]
    subtitle: str = ""
    marking: str = ""
    running_head: str = ""
    page: str = "A4"
    remarks: Sequence[Remark] = ()
    figures: Mapping[int, Shown] = field(default_factory=dict)
    pictures: Pictures = field(default_factory=dict, repr=False)
    lang: str = "en-GB"
    format: Format = field(default=Format.DOCX, init=False)

    def source(self) -> str:
        """Everything the file says, in a form of which a hash can be taken."""
        blocks = [
            {"kind": type(block).__name__.lower(), **dataclasses.asdict(block)} for block in self.blocks
        ]
        said = {**_cover(self), "page": self.page, "subtitle": self.subtitle, "blocks": blocks}
        remarks = {"remarks": [dataclasses.asdict(one) for one in self.remarks]} if self.remarks else {}
        shown = {str(number): dataclasses.asdict(one) for number, one in self.figures.items()}
        figures = {"figures": shown} if shown else {}
        return _canonical({**said, **remarks, **figures})


@dataclass(frozen=True)
class Sheet:
    """One sheet: a row of column heads that stays in sight, and rows of texts.

    Every cell is kept as text. What begins like a formula is never one, and reads back as it was.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class SheetPaper:
    """An Excel workbook."""

    title: str
    file_stem: str
    sheets: Sequence[Sheet]
    marking: str = ""
    running_head: str = ""
    lang: str = "en-GB"
    pictures: Pictures = field(default_factory=dict, init=False, repr=False)
    format: Format = field(default=Format.XLSX, init=False)

    def source(self) -> str:
        """Everything the file says, in a form of which a hash can be taken."""
        return _canonical({**_cover(self), "sheets": [dataclasses.asdict(sheet) for sheet in self.sheets]})


def _cover(paper: WordPaper | SheetPaper) -> dict[str, Any]:
    return {name: getattr(paper, name) for name in ("title", "marking", "running_head", "lang")}


def _canonical(said: dict[str, Any]) -> str:
    return json.dumps(_writable(said), sort_keys=True, ensure_ascii=False)


def _writable(thing: Any) -> Any:
    """The same, without the characters no office file can hold."""
    if isinstance(thing, str):
        return UNWRITABLE.sub("", thing)
    if isinstance(thing, dict):
        return {key: _writable(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_writable(value) for value in thing]
    return thing


def written(
    source: str,
    fmt: Format,
    on_laid_out: Callable[[], None] = lambda: None,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The bytes of a Word or Excel file that says ``source``. Raises ``CannotRender`` or ``RenderFailed``."""
    data = source.encode()
    if len(data) > MOST_DATA:
        raise CannotRender("This document is too long for one file (over 16 MB of text). Divide it.")
    on_laid_out()
    try:
        done = run(
            "cspr.documents.writing", packed(data, pictures or {}), arguments=[fmt.extension], seconds=SECONDS
        )
    except TookTooLong as late:
        raise RenderFailed(f"It took longer than {SECONDS} seconds.") from late
    if done.code or not done.output.startswith(b"PK\x03\x04"):
        raise RenderFailed(f"The writer stopped ({done.code}).")
    return done.output
