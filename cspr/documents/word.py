"""Writing a Word document: real headings, real tables, the marking on every page, nothing about who made it.

Imported only in the child (``cspr.documents.writing``).
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from cspr.documents import remarks, richword
from cspr.documents.wordxml import Footnotes, put_table, table, within

FACE = "Arial"
INK = RGBColor(0x0B, 0x0C, 0x0C)
PAGES = {"A4": (210, 297), "A4 landscape": (297, 210), "A3 landscape": (420, 297)}
MARGIN = 18
# The day every file says it was made on: a paper holds no time of day, so the same words give the same file.
SOME_DAY = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
NOTE = "Intense Quote"
# What does not stay with what follows it.
TEXT = {NOTE, richword.QUOTE}


def write(paper: dict[str, Any]) -> bytes:
    """``paper`` (``WordPaper.source``, with the bytes of its ``pictures``) as the bytes of a ``.docx``."""
    document = docx.Document()
    _say_what_it_is(document, paper)
    _set_page(document, paper)
    _set_styles(document)
    document.add_heading(paper["title"], 0)
    if paper["subtitle"]:
        document.add_paragraph(paper["subtitle"], style="Subtitle")
    width = PAGES[paper["page"]][0] - 2 * MARGIN
    notes = Footnotes()
    figures = richword.figures_of(paper)
    for number, block in enumerate(paper["blocks"]):
        _add(document, block, width, notes, figures)
        if block.get("anchor"):
            remarks.anchor(document.paragraphs[-1]._p, block["anchor"], number)
    remarks.put(document, paper.get("remarks", []))
    notes.attach(document)
    _leave_out_what_came_with_the_template(document)
    result = io.BytesIO()
    document.save(result)
    return result.getvalue()


def _leave_out_what_came_with_the_template(document: Document) -> None:
    """A picture of somebody's first page and the data of another program: neither belongs into a finished file."""
    for relations in (document.part.package.rels, document.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.endswith(("/thumbnail", "/customXml")):
                del relations[name]


def _say_what_it_is(document: Document, paper: dict[str, Any]) -> None:
    said = document.core_properties
    said.title, said.language = paper["title"], paper["lang"]
    said.author = said.last_modified_by = said.comments = said.keywords = ""
    said.created = said.modified = SOME_DAY
    language = document.styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), paper["lang"])


def _set_page(document: Document, paper: dict[str, Any]) -> None:
    section = document.sections[0]
    width, height = PAGES[paper["page"]]
    section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    # The ends of the lines stand at both margins, as in the PDF.
    head = _line(section.header.paragraphs[0], width - 2 * MARGIN)
    head.text = f"{paper['running_head']}\t{paper['marking']}"
    foot = _line(section.footer.paragraphs[0], width - 2 * MARGIN)
    foot.add_run(f"{paper['title']}\tPage ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")


def _line(paragraph: Any, width: int) -> Any:
    """A line of the margin with one stop, at its right end."""
    for style in (paragraph.style, paragraph.style.base_style):
        if style is not None:
            style.paragraph_format.tab_stops.clear_all()
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    return paragraph


def _field(paragraph: Any, code: str) -> None:
    """A number that Word works out."""
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            within(run._r, "w:fldChar", fldCharType=kind)
        else:
            within(run._r, "w:instrText").text = code


def _set_styles(document: Document) -> None:
    styles: Any = document.styles
    for name, size in (
        ("Normal", 10.5), ("Title", 24), ("Subtitle", 13), ("Heading 1", 17), ("Heading 2", 13.5),
        ("Heading 3", 11.5), ("Header", 8.5), ("Footer", 8.5), ("Caption", 10), (NOTE, 10.5), (richword.QUOTE, 10.5),
    ):  # fmt: skip
        style = styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FACE, Pt(size), INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), FACE)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, before, after in (
        ("Title", 0, 4), ("Subtitle", 0, 12), ("Heading 1", 18, 6), ("Heading 2", 12, 4), ("Heading 3", 9, 3),
        ("Caption", 6, 4), (NOTE, 6, 10), (richword.QUOTE, 4, 8),
    ):  # fmt: skip
        given = styles[name].paragraph_format
        given.space_before, given.space_after, given.keep_with_next = Pt(before), Pt(after), name not in TEXT
    for name in ("Title", "Subtitle", NOTE, richword.QUOTE):
        _plain(styles[name])
    note = styles[NOTE].paragraph_format
    note.left_indent, note.right_indent, note.alignment = Mm(4), Mm(0), WD_ALIGN_PARAGRAPH.LEFT
    quote = styles[richword.QUOTE].paragraph_format
    quote.left_indent, quote.right_indent = Mm(8), Mm(8)
    bar = within(within(styles[NOTE].element.get_or_add_pPr(), "w:pBdr"), "w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "8"), ("color", "0B0C0C")):
        bar.set(qn(f"w:{name}"), value)


def _plain(style: Any) -> None:
    """Without the lines, the slant and the spread of the template this library begins with."""
    style.font.italic = False
    for place, what in ((style.element.pPr, "w:pBdr"), (style.element.rPr, "w:spacing")):
        for found in place.findall(qn(what)) if place is not None else ():
            place.remove(found)


def _add(
    document: Document, block: dict[str, Any], width: int, notes: Footnotes, figures: richword.Figures
) -> None:
    kind = block["kind"]
    if kind == "richtext":
        richword.add(document, block, width, notes, figures)
    elif kind == "heading":
        document.add_heading(block["text"], block["level"])
    elif kind == "paragraph":
        document.add_paragraph(block["text"], style=NOTE if block["style"] == "note" else None)
    elif kind == "bullets":
        for item in block["items"]:
            document.add_paragraph(item, style="List Bullet")
    else:
        if block["caption"]:
            document.add_paragraph(block["caption"], style="Caption")
        put_table(document, table(block, width))
