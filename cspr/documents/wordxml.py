"""Tables, runs of words and footnotes of a Word document, element by element.

With python-docx's own cells two thousand rows take minutes, and footnotes it does not know. Imported only in the child.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Pt

HEAD_SHADE, RULE = "E8EDF0", "B1B4B6"
SMALL = 16
# A text, or what ``cspr.ui.richtext`` calls words: runs, as JSON brings them.
Said = str | list[dict[str, Any]]


def element(name: str) -> Any:
    return OxmlElement(name)


def within(parent: Any, name: str, **attributes: Any) -> Any:
    """A new element at the end of ``parent``, with attributes of Word's own."""
    child = OxmlElement(name)
    for key, value in attributes.items():
        child.set(qn(f"w:{key}"), str(value))
    parent.append(child)
    return child


class Footnotes:
    """The footnotes of one document, in the order in which they are marked; Word numbers them."""

    def __init__(self) -> None:
        self.said: list[list[dict[str, Any]]] = []

    def mark(self, paragraph: Any, words: list[dict[str, Any]]) -> None:
        self.said.append(words)
        run = within(paragraph, "w:r")
        within(within(run, "w:rPr"), "w:vertAlign", val="superscript")
        within(run, "w:footnoteReference", id=len(self.said))

    def attach(self, document: Document) -> None:
        """Put them into the file; nothing when there are none."""
        if not self.said:
            return
        root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            line = within(within(root, "w:footnote", type=kind, id=number), "w:p")
            within(within(line, "w:r"), f"w:{kind}")
        for number, words in enumerate(self.said, start=1):
            paragraph = within(within(root, "w:footnote", id=number), "w:p")
            mark = within(paragraph, "w:r")
            within(within(mark, "w:rPr"), "w:vertAlign", val="superscript")
            within(mark, "w:footnoteRef")
            runs(paragraph, [{"text": " "}, *words], size=18)
        data = serialize_part_xml(root)
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, data, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def runs(
    paragraph: Any,
    words: Said,
    *,
    notes: tuple[Footnotes, list[Any]] | None = None,
    bold: bool = False,
    size: int = 0,
) -> None:
    """Words at the end of a paragraph, ``size`` in half points. ``notes``: where footnotes go, and what they say."""
    for said in [{"text": words}] if isinstance(words, str) else words:
        if said.get("note") and notes and not said["again"]:
            notes[0].mark(paragraph, notes[1][int(said["note"]) - 1])
            continue
        run = within(paragraph, "w:r")
        look = within(run, "w:rPr")
        for name, wanted in (("w:b", bold or said.get("bold")), ("w:i", said.get("italic"))):
            if wanted:
                within(look, name)
        if size:
            within(look, "w:sz", val=size)
        if said.get("note"):
            within(look, "w:vertAlign", val="superscript")
        address = said.get("href", "")
        shown = f" ({address})" if address and address != said["text"].strip() else ""
        _text(run, said["text"] + shown)


def _text(run: Any, text: str) -> None:
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if number:
            within(run, "w:br")
        for place, part in enumerate(line.split("\t")):
            if place:
                within(run, "w:tab")
            if part:
                words = within(run, "w:t")
                words.text = part
                words.set(qn("xml:space"), "preserve")


def put_table(document: Document, made: Any) -> None:
    """A table at the end of the document, and the paragraph without which Word would join two tables."""
    document.element.body.insert_element_before(made, "w:sectPr")
    gap = document.add_paragraph()
    gap.paragraph_format.space_after = Pt(0)


def table(block: dict[str, Any], width: int, notes: tuple[Footnotes, list[Any]] | None = None) -> Any:
    """A table of texts, or of words with footnotes; ``numeric`` columns are set to the right."""
    shares = block.get("widths") or [1] * len(block["columns"])
    twips = [int(share * width * 56.7 / sum(shares)) for share in shares]
    heads = bool(block.get("heads"))
    made = _begun(block, twips, heads=heads)
    numeric = block.get("numeric") or [False] * len(twips)
    size = SMALL if len(twips) > 5 else 0
    if any(block["columns"]):
        made.append(
            _row(block["columns"], list(zip(twips, numeric, strict=True)), notes, size=size, head=True)
        )
    for row in block["rows"]:
        made.append(_row(row, list(zip(twips, numeric, strict=True)), notes, size=size, heads=heads))
    return made


def _begun(block: dict[str, Any], twips: list[int], *, heads: bool) -> Any:
    made = element("w:tbl")
    properties = within(made, "w:tblPr")
    within(properties, "w:tblW", w=sum(twips), type="dxa")
    borders = within(properties, "w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        within(borders, f"w:{side}", val="single", sz=4, color=RULE)
    within(properties, "w:tblLayout", type="fixed")
    within(properties, "w:tblLook", firstRow=1, firstColumn=int(heads), noVBand=1)
    if caption := plain(block["caption"]):
        within(properties, "w:tblCaption", val=caption)
    grid = within(made, "w:tblGrid")
    for one in twips:
        within(grid, "w:gridCol", w=one)
    return made


def plain(words: Said) -> str:
    return words if isinstance(words, str) else "".join(run["text"] for run in words)


def _row(
    texts: list[Said],
    columns: list[tuple[int, bool]],
    notes: tuple[Footnotes, list[Any]] | None,
    *,
    size: int,
    head: bool = False,
    heads: bool = False,
) -> Any:
    row = element("w:tr")
    properties = within(row, "w:trPr")
    within(properties, "w:cantSplit")
    if head:
        within(properties, "w:tblHeader")
    for place, (text, (twip, right)) in enumerate(zip(texts, columns, strict=True)):
        cell = within(row, "w:tc")
        look = within(cell, "w:tcPr")
        within(look, "w:tcW", w=twip, type="dxa")
        if head:
            within(look, "w:shd", val="clear", color="auto", fill=HEAD_SHADE)
        paragraph = within(cell, "w:p")
        said = within(paragraph, "w:pPr")
        within(said, "w:spacing", before=30, after=30)
        if right:
            within(said, "w:jc", val="right")
        runs(paragraph, text, notes=notes, bold=head or (heads and place == 0), size=size)
    return row
