"""Word and Excel papers: asked for, made and kept like PDFs, and saying exactly what they were given."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from cspr.accounts.models import User
from cspr.documents.failures import CannotRender
from cspr.documents.formats import Format
from cspr.documents.inspection.office import inspect_docx
from cspr.documents.making import make_waiting
from cspr.documents.models import Document, State
from cspr.documents.office import (
    MOST_DATA,
    Bullets,
    Heading,
    Paragraph,
    Sheet,
    SheetPaper,
    Table,
    WordPaper,
    prose,
    written,
)
from cspr.documents.pdf import queue_pdf, register_paper, render
from cspr.documents.storing import opened
from cspr.ui.richtext import read

AWKWARD = [
    "=HYPERLINK(\"https://example.org\",\"x\")", "+44 1632 960000", "-3", "@everybody", "\tindented", "'quoted'",
    "two\nlines", "“quotes” and \"quotes\"", "العربية ثم English", "👶🏽 a baby", "<b>&amp;</b>", "  spaces  ", "",
    "1e5", "007", "03/04/2025",
]  # fmt: skip


def word(**more: Any) -> WordPaper:
    return WordPaper(
        "Rapid review report",
        "report",
        [
            Heading("What happened"),
            Paragraph("Child Fern is invented.", style="note"),
            *prose("First.\n\n- one\n- two"),
            Heading("In short", 2),
            Table(["What", "Said"], [[f"{n}", text] for n, text in enumerate(AWKWARD)], "All of it", [1, 5]),
        ],
        marking="Official – sensitive: personal",
        running_head="Child Fern",
        **more,
    )


def sheets() -> SheetPaper:
    return SheetPaper(
        "Chronology", "chronology", [Sheet("Events", ["No", "Text"], [["1", t] for t in AWKWARD])]
    )


# --- Word ---------------------------------------------------------------------------------------------------
def test_a_word_document_has_real_headings_lists_and_a_table_whose_head_is_repeated() -> None:
    made = docx.Document(io.BytesIO(render(word())))
    assert [(p.style.name, p.text) for p in made.paragraphs if p.text] == [
        ("Title", "Rapid review report"),
        ("Heading 1", "What happened"),
        ("Intense Quote", "Child Fern is invented."),
        ("Normal", "First."),
        ("List Bullet", "one"),
        ("List Bullet", "two"),
        ("Heading 2", "In short"),
        ("Caption", "All of it"),
    ]
    table = made.tables[0]
    assert [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows][:2] == [True, False]
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
    assert [row.cells[1].text for row in table.rows[1:]] == AWKWARD


def test_a_rich_text_has_its_headings_lists_quotation_table_and_real_footnotes() -> None:
    text = (
        "## Seen\n**Bold** said.[^1]\n1. one\n   - inside\n2. two\n\nBetween\n1. again\n\n> Quoted\n\n"
        "Table 1: Visits\n| Who | Times |\n|---|--:|\n| School[^2] | 5 |\n\n[^1]: First *note*.\n[^2]: Second note."
    )
    data = render(WordPaper("Report", "report", [Heading("In short"), read(text)]))
    made = docx.Document(io.BytesIO(data))
    assert [(p.style.name, p.text) for p in made.paragraphs if p.text][1:] == [
        ("Heading 1", "In short"),
        ("Heading 2", "Seen"),
        ("Normal", "Bold said."),
        ("List Number", "one"),
        ("List Bullet 2", "inside"),
        ("List Number", "two"),
        ("Normal", "Between"),
        ("List Number", "again"),
        ("Quote", "Quoted"),
        ("Caption", "Table 1: Visits"),
    ]
    numbered = [p._p.pPr.numPr.numId.val for p in made.paragraphs if p.style.name == "List Number"]
    assert numbered[0] == numbered[1] != numbered[2]  # each list begins to count by itself
    assert [cell.text for cell in made.tables[0].rows[1].cells] == ["School", "5"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        notes = parse_xml(archive.read("word/footnotes.xml"))
    said = ["".join(t.text for t in note.iter(qn("w:t"))) for note in notes]
    assert said == ["", "", " First note.", " Second note."]
    marks = [mark.get(qn("w:id")) for mark in made.element.body.iter(qn("w:footnoteReference"))]
    assert marks == ["1", "2"]
    inspect_docx(data)


def test_a_word_document_carries_its_marking_and_says_nothing_about_who_made_it_or_when() -> None:
    data = render(word(page="A3 landscape"))
    made = docx.Document(io.BytesIO(data))
    section = made.sections[0]
    assert section.header.paragraphs[0].text == "Child Fern\tOfficial – sensitive: personal"
    assert section.footer.paragraphs[0].text == "Rapid review report\tPage  of "
    assert section.page_width > section.page_height
    said = made.core_properties
    assert (said.title, said.author, said.last_modified_by, said.comments) == (
        "Rapid review report",
        "",
        "",
        "",
    )
    assert (said.language, said.created.year) == ("en-GB", 2000)
    inspect_docx(data)  # our own upload check finds nothing to refuse


# --- Excel --------------------------------------------------------------------------------------------------
def test_no_cell_of_a_workbook_is_a_formula_and_each_reads_back_as_it_was() -> None:
    data = render(sheets())
    page = openpyxl.load_workbook(io.BytesIO(data))["Events"]
    assert [row[1].value or "" for row in page.iter_rows(min_row=2)] == AWKWARD
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value} == {"s"}
    kept = {row[1].value for row in page.iter_rows(min_row=2) if row[1].quotePrefix}
    assert kept == {text for text in AWKWARD if text[:1] in {"=", "+", "-", "@", "\t", "'"}}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [n for n in archive.namelist() if b"<f>" in archive.read(n) or b"<f " in archive.read(n)] == []


def test_characters_that_no_office_file_can_hold_are_left_out() -> None:
    paper = SheetPaper("t", "t", [Sheet("S", ["a"], [["x\x00\x0b\ud800y"]])])
    page = openpyxl.load_workbook(io.BytesIO(render(paper))).active
    assert page is not None
    assert page["A2"].value == "xy"
    assert (
        docx.Document(io.BytesIO(render(WordPaper("t", "t", [Paragraph("x\x0cy")])))).paragraphs[-1].text
        == "xy"
    )


# --- the road of a paper ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("build", "fmt"),
    [(lambda folder, user: word(), Format.DOCX), (lambda folder, user: sheets(), Format.XLSX)],
)
def test_it_is_asked_for_once_made_by_the_worker_hashed_and_saved_under_its_own_name(
    folder: Any, reader: User, own_storage: Path, signed_in: Callable[[User], Client], build: Any, fmt: Format
) -> None:
    register_paper("office", build, "For working on", subject_label="folders.folder")
    client = signed_in(reader)
    client.post(reverse("documents:make", args=["office", folder.ref]))
    row = Document.objects.get(kind="office")
    assert queue_pdf("office", folder, reader) == row
    page = client.get(reverse("documents:progress", args=[row.ref])).content.decode()
    assert f"Making a {fmt.label}" in page
    assert make_waiting() == 1
    row.refresh_from_db()
    assert (row.state, row.content_type, row.name.rpartition(".")[2]) == (
        State.READY, fmt.content_type, fmt.extension,
    )  # fmt: skip
    response = client.get(reverse("documents:download", args=[row.ref]))
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["Content-Type"] == fmt.content_type
    assert response["Content-Disposition"] == f'attachment; filename="{row.name}"'
    assert (data, len(data)) == (opened(row).read(), row.size)
    assert queue_pdf("office", folder, reader) == row


def test_a_paper_too_large_for_one_file_is_refused_and_a_broken_one_fails_alone() -> None:
    with pytest.raises(CannotRender, match="Divide it"):
        written("x" * (MOST_DATA + 1), Format.DOCX)
    with pytest.raises(Exception, match="The writer stopped"):
        written("{}", Format.XLSX)


def test_what_was_written_in_a_box_becomes_paragraphs_and_lists() -> None:
    assert prose("One\nline.\r\n\r\n* a\n* b\n\n\n- c\nnot a list") == [
        Paragraph("One\nline."), Bullets(["a", "b"]), Paragraph("- c\nnot a list"),
    ]  # fmt: skip
