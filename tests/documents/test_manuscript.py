"""A report that comes back from Word: read as it would print with every change accepted, or refused with a sentence."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import docx
import pytest
from django.core.files.base import ContentFile
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from cspr.documents.from_word import manuscript_of
from cspr.documents.inspection.refused import UploadRefused
from cspr.documents.manuscript import Chapter, Manuscript
from cspr.documents.office import Answer, Heading, Paragraph, Remark, WordPaper
from cspr.documents.pdf import render
from cspr.ui.richtext import read

TEXT = (
    "## How it was\n\nShe said “I’m fine 👩‍👧” and **left**. Café & <tea>, 5 * 3, snake_case, 1. not a list?\n\n"
    "- one\n- two *of them*\n   - deeper\n\n1. first\n2. second\n\n> A quotation\n> of two lines\n\n"
    "| Year | Number |\n| --- | --- |\n| 2024 | **12** |\n| 2025 | 3\\|4 |\n\nA note[^1] and [a page](https://example.org/x).\n\n"
    "[^1]: Said by the nurse."
)
QUOTE = "I’m fine 👩‍👧” and left"
WHEN = "2026-11-23T09:00:00+00:00"


def written(*remarks: Remark, text: str = TEXT) -> bytes:
    blocks = [
        Paragraph("How to use it.", "note"),
        Heading("In short", anchor="_cspr_summary_3_AAAAABBBBB"),
        read("Short."),
        Heading("Analysis", anchor="_cspr_reasons_12_AAAAABBBBB"),
        read(text),
    ]
    return render(WordPaper("Draft", "draft", blocks, remarks=remarks))


def brought(data: bytes, name: str = "report.docx") -> Manuscript:
    return manuscript_of(ContentFile(data, name))


def edited(data: bytes, edit: Callable[[docx.document.Document], None]) -> bytes:
    document, result = docx.Document(io.BytesIO(data)), io.BytesIO()
    edit(document)
    document.save(result)
    return result.getvalue()


def body(*paragraphs: str) -> bytes:
    """A Word file with these paragraphs, as XML."""

    def fill(document: docx.document.Document) -> None:
        for xml in paragraphs:
            document.element.body.insert_element_before(
                parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1)), "w:sectPr"
            )

    return edited(_empty(), fill)


def _empty() -> bytes:
    result = io.BytesIO()
    docx.Document().save(result)
    return result.getvalue()


def test_what_was_written_here_comes_back_as_it_was_under_the_same_anchors() -> None:
    chapters = brought(written()).chapters
    assert [(one.heading, one.anchor) for one in chapters[1:]] == [
        ("In short", "_cspr_summary_3_AAAAABBBBB"),
        ("Analysis", "_cspr_reasons_12_AAAAABBBBB"),
    ]
    assert chapters[1].text == "Short."
    assert read(chapters[2].text) == read(
        TEXT.replace("[a page](https://example.org/x)", "a page (https://example.org/x)")
    )


def test_comments_come_back_at_their_passages_with_their_numbers_and_answers() -> None:
    notes = brought(
        written(
            Remark("_cspr_reasons_12_AAAAABBBBB", 7, "Demo Nurse", WHEN, "Really? 🎈\nTwo lines", QUOTE,
                   done=True, answers=[Answer("Demo Chair", WHEN, "Yes")]),
            Remark("_cspr_reasons_12_AAAAABBBBB", 8, "Demo Nurse", WHEN, "All of it"),
            Remark("_cspr_summary_3_AAAAABBBBB", 9, "Demo Nurse", WHEN, "Gone", "words that are not there"),
        )
    ).notes  # fmt: skip
    assert [(n.initials, n.author, n.text, n.quote, n.chapter, n.whole, n.done, n.parent) for n in notes] == [
        ("C7", "Demo Nurse", "Really? 🎈\nTwo lines", QUOTE, 2, False, True, ""),
        ("C7.1", "Demo Chair", "Yes", QUOTE, 2, False, True, notes[0].id),
        ("C8", "Demo Nurse", "All of it", "", 2, True, False, ""),
        ("C9", "Demo Nurse", "Gone", "", 1, True, False, ""),
    ]


def test_a_heading_that_is_renamed_or_set_otherwise_keeps_its_anchor() -> None:
    def rename(document: docx.document.Document) -> None:
        heading = next(p for p in document.paragraphs if p.text == "Analysis")
        heading.runs[0].text = "Why?"
        heading.style = document.styles["Normal"]

    chapters = brought(edited(written(text="Words."), rename)).chapters
    assert chapters[2] == Chapter("Why?", "Words.", "_cspr_reasons_12_AAAAABBBBB")


def test_tracked_changes_are_read_as_accepted_and_what_is_left_out_is_said() -> None:
    data = body(
        '<w:p><w:r><w:t xml:space="preserve">She </w:t></w:r><w:del w:id="1" w:author="x"><w:r>'
        '<w:delText>never</w:delText></w:r></w:del><w:ins w:id="2" w:author="x"><w:r><w:t>often</w:t></w:r></w:ins>'
        "</w:p>",
        '<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="x"/></w:rPr></w:pPr><w:r><w:t>One</w:t></w:r></w:p>',
        '<w:p><w:r><w:t xml:space="preserve"> sentence</w:t></w:r>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>- no list, # no heading</w:t></w:r></w:p>",
    )
    found = brought(data)
    assert found.chapters[0].text == "She often\n\nOne sentence\n\n\\- no list, # no heading"
    assert found.left_out == [
        "Tracked insertions were accepted: 1.",
        "Tracked deletions were carried out: 1.",
        "Hidden text was left out: 1.",
    ]


# --- what is refused --------------------------------------------------------------------------------------------


def repacked(data: bytes, **parts: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, content in parts.items():
            new.writestr(name, content)
    return result.getvalue()


def deep_table() -> bytes:
    document = zipfile.ZipFile(io.BytesIO(_empty())).read("word/document.xml").decode()
    levels = 20_000
    cells = (
        "<w:tbl><w:tr><w:tc>" * levels
        + "<w:p><w:r><w:t>deep</w:t></w:r></w:p>"
        + "</w:tc></w:tr></w:tbl>" * levels
    )
    return repacked(
        _empty(), **{"word/document.xml": re.sub("<w:sectPr", cells + "<w:sectPr", document).encode()}
    )


@pytest.mark.parametrize(
    ("name", "data", "answer"),
    [
        ("report.docm", _empty(), "It can hold macros"),
        ("report.pdf", b"%PDF-1.7", "Choose a Word document"),
        ("report.docx", b"", "it is empty"),
        ("report.docx", b"PK\x03\x04 and nothing more", "damaged"),
        ("report.docx", b"\xd0\xcf\x11\xe0 encrypted", "protected with a password"),
        ("report.docx", repacked(_empty(), **{"word/vbaProject.bin": b"x"}), "contains macros"),
        ("report.docx", repacked(_empty(), **{"word/media/a.bin": bytes(60_000_000)}), "unreasonable size"),
        ("report.docx", repacked(_empty(), **{"word/document.xml": b"<no"}), "damaged"),
    ],
    ids=["macros by name", "pdf", "empty", "cut", "encrypted", "macros", "bomb", "broken"],
)
def test_what_is_no_word_file_or_more_than_one_is_refused_with_a_sentence(
    name: str, data: bytes, answer: str
) -> None:
    with pytest.raises(UploadRefused, match=answer):
        brought(data, name)


def test_a_table_of_twenty_thousand_levels_and_a_paragraph_of_a_million_signs_do_no_harm() -> None:
    assert "deep" in brought(deep_table()).chapters[0].text
    with pytest.raises(UploadRefused, match="says more than a report does"):
        brought(body(f"<w:p><w:r><w:t>{'a ' * 500_000}</w:t></w:r></w:p>"))
