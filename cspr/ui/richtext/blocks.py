"""The blocks of a rich text, and the runs of words in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Run:
    """Words set alike; ``\\n`` in them is a line break. ``note``: they are the mark of that footnote of this text.

    ``again``: the mark of a footnote that stood before.
    """

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""
    note: int = 0
    again: bool = False


Words = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading below that of the section: ``level`` 1 or 2."""

    level: int
    words: Words
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True)
class Paragraph:
    words: Words
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Items:
    """A list; each item holds blocks. ``start``: the first number of an ordered one."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]
    kind: str = field(default="items", init=False)


@dataclass(frozen=True)
class Quote:
    blocks: tuple[Block, ...]
    kind: str = field(default="quote", init=False)


@dataclass(frozen=True)
class Table:
    """``numeric``: for each column, whether it is set to the right. Each row has as many cells as there are columns."""

    columns: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    numeric: tuple[bool, ...]
    caption: Words = ()
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Figure:
    """The place of a figure: which picture it is, whoever shows the text knows."""

    number: int
    kind: str = field(default="figure", init=False)


Block = Heading | Paragraph | Items | Quote | Table | Figure


@dataclass(frozen=True)
class RichText:
    """A text as blocks. Note ``n`` of its marks is ``notes[n - 1]``."""

    blocks: tuple[Block, ...]
    notes: tuple[Words, ...] = ()


def plain(words: Words) -> str:
    """Words without what sets them, and without the marks of footnotes."""
    return "".join(run.text for run in words if not run.note)


def tables_in(blocks: Sequence[Block]) -> Iterator[Table]:
    """Every table, also in lists and quotations."""
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Quote):
            yield from tables_in(block.blocks)
        elif isinstance(block, Items):
            for item in block.items:
                yield from tables_in(item)
