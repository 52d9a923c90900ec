"""A rich text (``cspr.ui.richtext``, as JSON brings it) at the end of a Word document. Imported only in the child."""

from __future__ import annotations

from typing import Any

from docx.document import Document

from cspr.documents.wordxml import Footnotes, put_table, runs, table

QUOTE = "Quote"
# The styles of lists go three deep in the template; what is deeper stays on the third.
DEEPEST = 3


def add(document: Document, rich: dict[str, Any], width: int, notes: Footnotes) -> None:
    """Its blocks under the heading of level 1 that stands above them."""
    _Adding(document, width, (notes, rich["notes"])).blocks(rich["blocks"])


class _Adding:
    def __init__(self, document: Document, width: int, notes: tuple[Footnotes, list[Any]]) -> None:
        self.document, self.width, self.notes = document, width, notes

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
            else:
                self.table(block)

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
