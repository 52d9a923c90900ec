"""A rich text (``cspr.ui.richtext``, as JSON brings it) at the end of a Word document. Imported only in the child."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.shared import Mm

from cspr.documents.wordxml import Footnotes, put_table, runs, table

QUOTE = "Quote"
# In millimetres: no picture is higher, so that its caption stands on the same page. A dot of a screen is 1/96 inch, and
# python-docx takes those of a file that does not say for 1/72.
HIGHEST, A_DOT = 190, 72 / 96
# The styles of lists go three deep in the template; what is deeper stays on the third.
DEEPEST = 3


@dataclass(frozen=True)
class Figure:
    """A picture with what it says to whoever does not see it, and its caption."""

    data: bytes
    alt: str
    caption: str


Figures = dict[int, Figure]


def figures_of(paper: dict[str, Any]) -> Figures:
    """The figures of a paper by their numbers."""
    return {
        int(number): Figure(paper["pictures"][shown["name"]], shown["alt"], shown["caption"])
        for number, shown in paper.get("figures", {}).items()
    }


def add(document: Document, rich: dict[str, Any], width: int, notes: Footnotes, figures: Figures) -> None:
    """Its blocks under the heading of level 1 that stands above them."""
    _Adding(document, width, (notes, rich["notes"]), figures).blocks(rich["blocks"])


class _Adding:
    def __init__(
        self, document: Document, width: int, notes: tuple[Footnotes, list[Any]], figures: Figures
    ) -> None:
        self.document, self.width, self.notes, self.figures = document, width, notes, figures

    def blocks(self, blocks: list[dict[str, Any]], style: str | None = None, depth: int = 0) -> None:
        """``style``: of the paragraphs among them; ``depth``: in how many lists they stand."""
        for block in blocks:
            kind = block["kind"]
            if kind == "heading":
                self.paragraph(block["words"], f"Heading {block['level'] + 1}")
            elif kind == "paragraph":
                self.paragraph(block["words"], style)
            elif kind == "items":
                self.items(block, depth + 1)
            elif kind == "quote":
                self.blocks(block["blocks"], QUOTE, depth)
            elif kind == "figure":
                self.figure(block["number"])
            else:
                self.table(block)

    def figure(self, number: int) -> None:
        """The picture over its caption; the words that name it where there is none."""
        shown = self.figures.get(number)
        if shown is None:
            self.document.add_paragraph(f"[Figure {number}]")
            return
        picture = self.document.add_picture(io.BytesIO(shown.data))
        smaller = min(A_DOT, Mm(self.width) / picture.width, Mm(HIGHEST) / picture.height)
        picture.width, picture.height = int(picture.width * smaller), int(picture.height * smaller)
        inline = picture._inline
        for named in (inline.docPr, inline.graphic.graphicData.pic.nvPicPr.cNvPr):
            named.set("descr", shown.alt)
            named.set("name", f"Figure {number}")
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        caption = self.document.add_paragraph(f"Figure {number}: {shown.caption}", style="Caption")
        caption.paragraph_format.keep_with_next = False

    def paragraph(self, words: list[dict[str, Any]], style: str | None = None) -> Any:
        made = self.document.add_paragraph(style=style)
        runs(made._p, words, notes=self.notes)
        return made

    def items(self, block: dict[str, Any], depth: int) -> None:
        level = f" {min(depth, DEEPEST)}" if depth > 1 else ""
        style = f"List Number{level}" if block["ordered"] else f"List Bullet{level}"
        numbers = self.numbers_from(style, block["start"]) if block["ordered"] else None
        for item in block["items"]:
            first = item[0] if item and item[0]["kind"] == "paragraph" else None
            made = self.paragraph(first["words"] if first else [], style)
            if numbers is not None:
                counted = made._p.get_or_add_pPr().get_or_add_numPr()
                counted.get_or_add_numId().val = numbers
                counted.get_or_add_ilvl().val = 0
            self.blocks(item[1:] if first else item, f"List Continue{level}", depth)

    def numbers_from(self, style: str, start: int) -> int:
        """Numbers of its own for one list: without, Word would count on from the list before."""
        numbering = self.document.part.numbering_part.element
        shape = self.document.styles[style].element.pPr.numPr.numId.val
        own = numbering.add_num(numbering.num_having_numId(shape).abstractNumId.val)
        own.add_lvlOverride(ilvl=0).add_startOverride(start)
        return int(own.numId)

    def table(self, block: dict[str, Any]) -> None:
        if block["caption"]:
            self.paragraph(block["caption"], "Caption")
        put_table(self.document, table(block, self.width, self.notes))
