"""The same text for whoever reads it without setting it: a check, a summary, a feed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cspr.ui.richtext.blocks import Block, Heading, Items, Paragraph, Quote, plain
from cspr.ui.richtext.reading import read

MARKS = re.compile(
    r"\\[!-/:-@\[-`{-~]"  # a sign that is meant as it is
    r"|\[\^[^\]\s]{1,40}\](?!:)"  # the mark of a footnote
    r"|\]\(https://[^)\s]{1,2000}\)"  # the address of a link
    r"|\[(?=[^\[\]\n]{1,2000}\]\(https://)"
    r"|\*{1,3}"
    r"|(?<![^\W_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![^\W_])"
)


def without_marks(text: str) -> str:
    """``text`` line by line as it reads: without the stars, brackets and addresses that only set it."""
    return "".join(text[start:end] for start, end in unmarked(text))


HEADED = re.compile(r"^#{1,6}[ \t]+(?=\S)", re.MULTILINE)


def in_words(text: str, *, heading: str = "") -> str:
    """``text`` as it reads for whoever does not know Markdown; a line that is a heading begins with ``heading``."""
    return HEADED.sub(heading, without_marks(text))


def unmarked(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of ``text`` that are read, without the marks between them. A star that begins a list stays."""
    at = 0
    for mark in MARKS.finditer(text):
        if mark.group() == "*" and text[mark.end() : mark.end() + 1].isspace():
            continue
        if mark.start() > at:
            yield at, mark.start()
        at = mark.end() - mark.group().startswith("\\")
    if at < len(text):
        yield at, len(text)


def without_tables(text: str) -> str:
    """The sentences of ``text`` in lines, for a summary: tables and footnotes are left out, lists have their dashes."""
    return "\n\n".join(_said(read(text).blocks))


def _said(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Heading):
            yield f"## {plain(block.words)}"
        elif isinstance(block, Paragraph):
            yield plain(block.words)
        elif isinstance(block, Quote):
            yield from _said(block.blocks)
        elif isinstance(block, Items):
            yield "\n".join("- " + " ".join(_said(item)) for item in block.items)
