"""Pictures that we publish: drawn anew when they arrive, brought along to the renderer, described in every file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from cspr.documents.contents import contents_of
from cspr.documents.failures import CannotRender, RenderFailed
from cspr.documents.inspection.images import MOST_SCANS
from cspr.documents.models import Document
from cspr.documents.office import Shown, WordPaper, written
from cspr.documents.parcel import MOST_BYTES
from cspr.documents.pdf import Paper, produced, render, typeset
from cspr.documents.storing import bytes_of
from cspr.documents.uploads import FILES, PICTURES, Takes, UploadRefused
from cspr.ui.richtext import read
from cspr.ui.richtext.html import Picture, paper
from tests.documents import samples as s
from tests.documents.pango import needs_pango

Upload = Callable[..., Document]
GPS, MAKE, SIDEWAYS = 0x8825, 0x010F, 0x0112
PAGE = (
    '<!doctype html><html lang="en-GB" data-title="t" data-head="" data-marking=""><head><title>t</title>'
    '<link rel="stylesheet" href="paper:pdf.css"></head><body><main>{}</main></body>'
)


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), mode: str = "RGB", **how: Any) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, how.pop("colour", 0)).save(made, kind, **how)
    return made.getvalue()


def photograph() -> bytes:
    """As a telephone takes it: lying on its side, and saying where."""
    told = Image.Exif()
    told[SIDEWAYS], told[MAKE] = 6, "Invented Phone"
    told.get_ifd(GPS).update({1: "N", 2: (53.0, 23.0, 24.0), 3: "W", 4: (2.0, 35.0, 24.0)})
    return picture("JPEG", exif=told)


def opened(document: Document) -> Image.Image:
    return Image.open(io.BytesIO(bytes_of(document)))


def test_a_photograph_is_kept_upright_without_where_and_with_what_it_was_taken(upload: Upload) -> None:
    sent = photograph()
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get_ifd(GPS)[4] == (2.0, 35.0, 24.0)
    stored = upload("photo.jpg", sent, takes=PICTURES)
    shown = opened(stored)
    assert (shown.size, dict(shown.getexif()), stored.content_type) == ((200, 300), {}, "image/jpeg")
    assert b"Invented Phone" not in bytes_of(stored)
    assert b"Exif" not in bytes_of(stored)


def test_what_a_drawing_says_beside_its_dots_is_not_kept(upload: Upload) -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "Invented Author")
    stored = upload(
        "chart.png", picture(pnginfo=said, icc_profile=b"profile of Invented Author"), takes=PICTURES
    )
    assert b"Invented Author" not in bytes_of(stored)
    assert set(opened(stored).info) == set()


def test_nothing_is_left_beneath_what_is_transparent(upload: Upload) -> None:
    """Whoever rubs a name out of a drawing may only have made it transparent: its dots are still in the file."""
    hidden = picture(mode="RGBA", colour=(10, 200, 30, 0))
    shown = opened(upload("chart.png", hidden, takes=PICTURES))
    assert (shown.mode, shown.getcolors()) == ("RGB", [(60_000, (255, 255, 255))])


def test_a_large_picture_is_made_as_small_as_a_page_needs(upload: Upload) -> None:
    assert opened(upload("a.png", picture(size=(4000, 1000)), takes=PICTURES)).size == (2000, 500)
    assert opened(upload("b.jpg", picture("JPEG", (3000, 6000)), takes=PICTURES)).size == (1000, 2000)


def test_every_way_of_storing_dots_becomes_grey_or_colour(upload: Upload) -> None:
    modes = {
        mode: opened(upload("a.png", picture(mode=mode), takes=PICTURES)).mode
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
    }
    assert modes == {
        "1": "L", "L": "L", "LA": "RGB", "P": "RGB", "RGB": "RGB", "RGBA": "RGB", "I;16": "L",
    }  # fmt: skip
    assert opened(upload("a.jpg", picture("JPEG", mode="CMYK"), takes=PICTURES)).mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_grey(upload: Upload) -> None:
    half = picture(mode="I;16", colour=0x8000)
    assert opened(upload("scan.png", half, takes=PICTURES)).getcolors() == [(60_000, 128)]


def in_layers(layers: int) -> bytes:
    """A progressive JPEG that goes over its last layer again and again, as a hostile one does."""
    plain = picture("JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    scan = plain[last:-2]
    return plain[:last] + scan * (layers - plain.count(b"\xff\xda") + 1) + plain[-2:]


@pytest.mark.parametrize("takes", [FILES, PICTURES])
def test_a_picture_that_is_built_up_in_a_great_many_layers_is_refused(upload: Upload, takes: Takes) -> None:
    assert upload("a.jpg", in_layers(MOST_SCANS), takes=takes).size
    with pytest.raises(UploadRefused, match="built up in more than 30 layers"):
        upload("a.jpg", in_layers(MOST_SCANS + 1), takes=takes)


def moving() -> bytes:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:])
    return made.getvalue()


REFUSED = {
    "a text": ("a.png", b"words", "what its name says. Open it, save it again as one of: PNG or JPEG."),
    "a PDF": ("a.pdf", s.pdf(), "this kind of file is not taken here. Save the page as PNG"),
    "another kind of picture": ("a.webp", b"RIFF", "Save it as PNG and upload that."),
    "a document": ("a.docx", s.docx(), "Copy the chart or the picture, save it as PNG"),
    "a name without ending": ("a", picture(), "Choose one of: PNG or JPEG."),
    "a moving one": ("a.png", moving(), "it is a moving picture"),
    "one that breaks off": ("a.png", picture()[:60], "the picture is damaged or breaks off"),
    "one whose dots are missing": ("a.png", s.png(width=300, height=300), "it cannot be opened as a picture"),
    "one of absurd size": ("a.png", s.png(width=60_000, height=60_000), "more than 120 million pixels"),
    "one that is very large": ("a.png", s.png(width=10_000, height=7_000), "more than 60 million pixels"),
    "one dot": ("a.png", picture(size=(1, 1)), "less than 50 pixels wide or high"),
    "a line": ("a.png", picture(size=(9000, 3)), "less than 50 pixels wide or high"),
    "a strip": ("a.png", picture(size=(9000, 60)), "next to nothing of it would be left"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_for_a_report_is_refused_with_what_to_do(upload: Upload, case: str) -> None:
    name, data, words = REFUSED[case]
    with pytest.raises(UploadRefused) as refused:
        upload(name, data, takes=PICTURES)
    assert str(refused.value).startswith(f"“{name}” cannot be accepted: ")
    assert words in str(refused.value)
    assert Document.objects.count() == 0


# --- in a file ----------------------------------------------------------------------------------------------

ALT = "A line that falls from nine to two, by Alte Ration"
TEXT = "Before.\n\n[Figure 1]\n\nAfter.\n\n[Figure 2]"
FIGURES = {1: Picture("paper:picture:tall", ALT, "Visits in the year", 400, 2000)}
TALL = picture("JPEG", (400, 2000))


def images(pdf: pikepdf.Pdf) -> list[Any]:
    return [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]


def figures(pdf: pikepdf.Pdf) -> list[str]:
    found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
    return [str(one.Alt) for one in found]


@needs_pango
def test_a_picture_stands_in_the_pdf_with_its_description_and_fits_the_page_with_its_caption() -> None:
    html = PAGE.format("<p>Line</p>" * 12 + paper(TEXT, figures=FIGURES))
    made = typeset(html, pictures={"tall": TALL})
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert (figures(pdf), len(images(pdf))) == ([ALT], 1)
        box = next(
            o.A.BBox for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"
        )
        x, y, right, foot = (float(side) for side in box)
    assert foot - y <= 185 / 25.4 * 96 + 0.5
    assert (foot - y) / (right - x) == pytest.approx(5, rel=0.01)
    pages = [
        said.text for said in contents_of(made, "pdf", name="a.pdf").said if said.where.startswith("Page")
    ]
    assert [("Figure 1:" in page, "[Figure 2]" in page) for page in pages] == [(False, False), (True, True)]


@needs_pango
def test_the_check_of_a_finished_pdf_reads_what_the_picture_says_to_whoever_does_not_see_it() -> None:
    made = typeset(PAGE.format(paper(TEXT, figures=FIGURES)), pictures={"tall": TALL})
    said = [one for one in contents_of(made, "pdf", name="a.pdf").said if "Alte Ration" in one.text]
    assert {(one.where, one.machine) for one in said} == {("Alternative text", False)}


@needs_pango
def test_only_a_picture_that_came_along_is_shown() -> None:
    html = PAGE.format(paper(TEXT, figures=FIGURES))
    with pikepdf.open(io.BytesIO(typeset(html, pictures={"other": TALL}))) as pdf:
        assert images(pdf) == []


def test_a_word_document_shows_the_picture_with_description_and_caption_within_its_page() -> None:
    shown = {1: Shown("tall", ALT, "Visits in the year")}
    made = WordPaper("Report", "report", [read(TEXT)], figures=shown, pictures={"tall": lambda: TALL})
    document = docx.Document(io.BytesIO(render(made)))
    (inline,) = document.inline_shapes
    assert inline._inline.docPr.get("descr") == ALT
    assert (round(inline.height.mm), round(inline.width.mm)) == (190, 38)
    assert [p.text for p in document.paragraphs] == [
        "Report", "Before.", "", "Figure 1: Visits in the year", "After.", "[Figure 2]",
    ]  # fmt: skip


def test_another_picture_makes_another_file_and_other_words_too() -> None:
    def source(**shown: str) -> str:
        one = Shown(**{"name": "a", "alt": "b", "caption": "c", **shown})
        return WordPaper("Report", "report", [read(TEXT)], figures={1: one}).source()

    assert len({source(), source(name="x"), source(alt="x"), source(caption="x")}) == 4


def test_pictures_that_are_too_much_together_are_refused_before_anything_is_set() -> None:
    half = b"x" * (MOST_BYTES // 2 + 1)
    made = Paper("pdf/base.html", {}, "Report", "report", pictures={"a": lambda: half, "b": lambda: half})
    with pytest.raises(CannotRender, match="more than 40 MB together"):
        produced(made, "<p>x")


def test_a_word_paper_whose_picture_did_not_come_along_fails_alone() -> None:
    made = WordPaper("Report", "report", [read(TEXT)], figures={1: Shown("gone", ALT, "c")})
    with pytest.raises(RenderFailed):
        written(made.source(), made.format)
