"""The paper itself: tagged, readable by people and machines, and saying no more than its words."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdf
import pytest
from django.template import engines

from cspr.documents.pdf import Paper, typeset

PAGE = (
    '<!doctype html><html lang="en-GB" data-title="t" data-head="" data-marking=""><head><title>t</title>%s'
)
REPORT = """{% extends "pdf/base.html" %}{% block main %}
<h2>Why this review took place</h2><p>Child Fern is invented.
Łukasz and Siân Ŵyn are names with rare letters.</p>
<h3>What was asked</h3><ul><li>How was the family known?</li><li>What was seen?</li></ul>
<h2>What happened</h2>
{% include "pdf/components/table.html" with caption="Chronology" columns=columns rows=rows %}
<h2>The picture</h2>
<figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 300"><title>The road of the case</title>
<text x="20" y="100" font-size="40">Referral</text></svg><figcaption>Figure 1.</figcaption></figure>
{% include "pdf/components/note.html" with text="A note." %}
{% include "pdf/components/facts.html" with facts=facts %}
{% include "pdf/components/signatures.html" with signatures=signatures %}
{% endblock %}"""

LETTER = """{% extends "pdf/letter.html" %}{% block text %}<p>We tell you that a review is late.</p>
{% for line in "abcdefgh" %}<p>A paragraph of reasons, as long as such a paragraph mostly is in a letter that has
to explain something, and in words that anybody can follow.</p>{% endfor %}{% endblock %}
{% block rule %}This letter rests on an invented regulation.{% endblock %}"""


def report(**more: Any) -> str:
    """The HTML of a report with everything in it."""
    context = {
        "partnership": "Testshire Safeguarding Partnership",
        "subtitle": "About Child Fern.",
        "facts": [("Reference", "K7QF3-MXRTW"), ("Published", "")],
        "columns": ["Date", "Agency", "What happened"],
        "rows": [[f"{n + 1} March", "Health visiting", "A visit. " * (n % 9 + 1)] for n in range(60)],
        "signatures": [("A. Example", "Lead reviewer")],
    }
    paper = Paper("", {}, "Practice review", "review", marking="Official – sensitive: personal", **more)
    return str(engines["django"].from_string(REPORT).render({**context, "paper": paper}))


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(typeset(report(running_head="Child Fern")))) as opened:
        yield opened


@pytest.fixture(scope="module")
def text(pdf: pikepdf.Pdf) -> list[str]:
    """The text of each page, as a machine reads it."""
    data = io.BytesIO()
    pdf.save(data)
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(data).pages]


def elements(pdf: pikepdf.Pdf, tag: str) -> list[Any]:
    found = (o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/StructElem")
    return [o for o in found if f"/{tag}" == o.S]


# --- tagged -------------------------------------------------------------------------------------------------
def test_the_pdf_says_that_it_is_tagged_in_which_language_and_how_it_is_called(pdf: pikepdf.Pdf) -> None:
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en-GB"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert "/StructTreeRoot" in pdf.Root
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Practice review"
    assert all(page.obj.Tabs == "/S" for page in pdf.pages if "/Annots" in page.obj)


def test_headings_are_headings_and_bookmarks_carry_their_numbers(pdf: pikepdf.Pdf) -> None:
    assert [len(elements(pdf, tag)) for tag in ("H1", "H2", "H3")] == [1, 4, 1]
    with pdf.open_outline() as outline:
        report_itself = outline.root[0]
        titles = [item.title for item in report_itself.children]
        assert titles == ["Contents", "1. Why this review took place", "2. What happened", "3. The picture"]
        assert [item.title for item in report_itself.children[1].children] == ["1.1 What was asked"]


def test_table_headers_say_what_they_head(pdf: pikepdf.Pdf) -> None:
    scopes = [str(th.A.Scope) for th in elements(pdf, "TH")]
    columns = len(elements(pdf, "THead")) * 3
    rows = 60 + 2 + 2  # the chronology, and the two facts here and on the cover
    assert sorted(scopes) == ["/Column"] * columns + ["/Row"] * rows
    assert len(elements(pdf, "THead")) > 1  # repeated on each page


def test_each_line_of_the_contents_is_one_link_with_its_page_beside_it(
    pdf: pikepdf.Pdf, text: list[str]
) -> None:
    links = elements(pdf, "Link")
    assert len(links) == 4
    assert not any(parent.P.S == "/Link" for parent in links)
    assert re.search(
        r"Contents 1\. Why this review took place 3 1\.1 What was asked 3 2\. What happened", text[1]
    )
    for heading, page in re.findall(r"\d\. ([A-Z][a-z ]+) (\d+)", text[1]):
        assert heading in text[int(page) - 1]


def test_pictures_have_their_title_as_alternative_text(pdf: pikepdf.Pdf) -> None:
    assert [str(figure.Alt) for figure in elements(pdf, "Figure")] == ["The road of the case"]


# --- readable -----------------------------------------------------------------------------------------------
def test_every_page_but_the_cover_has_head_marking_and_number(text: list[str]) -> None:
    assert "Page 1 of" not in text[0]
    assert "Official – sensitive: personal" in text[0]
    for number, page in enumerate(text[1:], start=2):
        for words in ("Child Fern", "Official – sensitive: personal", f"Page {number} of {len(text)}"):
            assert words in page


def test_the_table_repeats_its_header_on_each_page(text: list[str]) -> None:
    pages = [page for page in text if "Health visiting" in page]
    assert len(pages) > 1
    assert all("Date Agency What happened" in page for page in pages)


def test_text_is_text_also_with_rare_letters(text: list[str]) -> None:
    assert "Łukasz and Siân Ŵyn are names with rare letters." in text[2]


def test_every_font_is_inter_and_travels_with_the_file(pdf: pikepdf.Pdf) -> None:
    fonts = [
        o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
    ]
    assert {re.sub(r"^/[A-Z]{6}\+", "", str(f.FontName)) for f in fonts} == {
        "Inter",
        "Inter-Bold",
        "Inter-Latin-Extended",
    }
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_no_picture_is_wider_than_the_text(pdf: pikepdf.Pdf) -> None:
    left, _, right, _ = (float(side) for side in elements(pdf, "Figure")[0].A.BBox)
    assert right - left <= 160 / 25.4 * 96 + 1


def test_the_same_words_give_the_same_bytes() -> None:
    assert typeset(report()) == typeset(report())


def test_a_letter_is_one_page_with_its_subject_as_heading() -> None:
    paper = Paper("", {}, "Delay in publishing a review", "letter", marking="Official – sensitive")
    words = {
        "sender": {"name": "Testshire Safeguarding Partnership", "lines": ["1 Test Street", "Testton"]},
        "recipient": {"lines": ["The Panel", "2 Sample Street", "London"]},
        "date": dt.date(2026, 8, 20),
        "reference": "K7QF3-MXRTW",
        "signed_by": {"name": "A. Example", "post": "Chair"},
        "paper": paper,
    }
    letter = engines["django"].from_string(LETTER).render(words)
    with pikepdf.open(io.BytesIO(typeset(letter))) as made:
        assert len(made.pages) == 1
        assert len(elements(made, "H1")) == 1
    read = " ".join(pypdf.PdfReader(io.BytesIO(typeset(letter))).pages[0].extract_text().split())
    assert re.search(
        "20 August 2026 ?Our reference: K7QF3-MXRTW Dear colleague, Delay in publishing a review We tell",
        read,
    )


# --- saying no more than its words --------------------------------------------------------------------------
def test_nothing_but_the_title_and_the_program_is_told_about_the_file() -> None:
    told = "".join(f'<meta name="{n}" content="A">' for n in ("author", "keywords", "description"))
    told += '<meta name="generator" content="D"><meta name="dcterms.created" content="2026-01-01"><body>x'
    with pikepdf.open(io.BytesIO(typeset(PAGE % told))) as made:
        assert sorted(made.docinfo.keys()) == ["/Producer", "/Title"]
        with made.open_metadata() as metadata:
            names = {name.rpartition("}")[2] for name in metadata}
        assert names <= {"part", "title", "Producer", "format"}


def test_a_picture_in_the_document_itself_is_shown() -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M/wHwAEAQH/7yMK/gAAAABJRU5ErkJggg=="
    body = f'<body><img alt="A dot" src="data:image/png;base64,{dot}">'
    with pikepdf.open(io.BytesIO(typeset(PAGE % body))) as made:
        assert [str(f.Alt) for f in elements(made, "Figure")] == ["A dot"]


def test_words_that_look_like_markup_stay_words() -> None:
    html = report(running_head='"><img src=x><script>x</script>')
    assert "<script>" not in html
    assert "<img" not in html
