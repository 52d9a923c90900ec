"""Hiding places in a PDF: each hides some words in a clean file, where no reader of its pages would look."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from reviews.management.leaks.pictures import jpeg_that_tells

Hide = Callable[[pikepdf.Pdf, str], None]


def clean_pdf(line: str = "The review looked at how services work together.") -> bytes:
    """A small PDF whose one page says one clean sentence."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = Dictionary(Font=Dictionary(F1=font))
    page.Contents = pdf.make_stream(f"BT /F1 12 Tf 72 720 Td ({line}) Tj ET".encode())
    return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    result = io.BytesIO()
    pdf.save(result)
    return result.getvalue()


def _text(pdf: pikepdf.Pdf, words: str, before: str = "", after: str = "") -> None:
    page = pdf.pages[0]
    shown = words.encode("cp1252", "replace").replace(b"(", b"").replace(b")", b"")
    content = b"BT %s /F1 9 Tf 72 600 Td (" % before.encode() + shown + b") Tj ET " + after.encode()
    page.contents_add(pdf.make_stream(content))


def _in_pieces(pdf: pikepdf.Pdf, words: str) -> None:
    """Each letter set by itself, as some writers of PDFs do."""
    shown = words.encode("cp1252", "replace")
    pieces = b" ".join(b"(" + bytes([letter]) + b") -10" for letter in shown if letter not in b"()\\")
    pdf.pages[0].contents_add(pdf.make_stream(b"BT /F1 9 Tf 72 580 Td [" + pieces + b"] TJ ET"))


def _info(key: str) -> Hide:
    def hide(pdf: pikepdf.Pdf, words: str) -> None:
        pdf.docinfo[Name(f"/{key}")] = String(words)

    return hide


def _xmp(tag: str) -> Hide:
    def hide(pdf: pikepdf.Pdf, words: str) -> None:
        with pdf.open_metadata() as metadata:
            metadata[tag] = [words] if tag == "dc:creator" else words

    return hide


def _outline(pdf: pikepdf.Pdf, words: str) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(OutlineItem(words, 0))


def _structure(key: str) -> Hide:
    def hide(pdf: pikepdf.Pdf, words: str) -> None:
        element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, Pg=pdf.pages[0].obj))
        element[key] = String(words)
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([element])))

    return hide


def _annotation(key: str) -> Hide:
    def hide(pdf: pikepdf.Pdf, words: str) -> None:
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=[10, 10, 30, 30], Contents=String("Please check")
        )
        note[key] = String(words)
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return hide


def _link(pdf: pikepdf.Pdf, words: str) -> None:
    action = Dictionary(S=Name.URI, URI=String(f"https://files.example/{words.replace(' ', '_')}.pdf"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[10, 10, 30, 30], A=action)
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def _field(key: str) -> Hide:
    def hide(pdf: pikepdf.Pdf, words: str) -> None:
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("one"), Rect=[10, 10, 90, 30]
        )
        field[key] = String(words)
        made = pdf.make_indirect(field)
        pdf.pages[0].Annots = Array([made])
        pdf.Root.AcroForm = Dictionary(Fields=Array([made]))

    return hide


def _attached(pdf: pikepdf.Pdf, data: bytes, name: str) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        pdf, data, filename=name, description="", mime_type="text/plain", creation_date="", mod_date=""
    )


def _attachment(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.attachments["notes.txt"] = _attached(pdf, words.encode(), "notes.txt")


def _attachment_name(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.attachments[f"{words}.txt"] = _attached(pdf, b"Nothing.", f"{words}.txt")


def _picture(pdf: pikepdf.Pdf, words: str) -> None:
    data = jpeg_that_tells(words)
    image = pdf.make_stream(
        data, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, ColorSpace=Name.DeviceGray, BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )  # fmt: skip
    pdf.pages[0].Resources.XObject = Dictionary(Im1=image)


def _layer(pdf: pikepdf.Pdf, words: str) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(words)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary())


def _piece(pdf: pikepdf.Pdf, words: str) -> None:
    private = Dictionary(LastModified=String("D:20000101000000"), Private=Dictionary(Note=String(words)))
    pdf.Root.PieceInfo = Dictionary(Maker=private)


def _label(pdf: pikepdf.Pdf, words: str) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(words))]))


# Place -> (how its finds are called, what hides there).
PDF_PLACES: dict[str, tuple[str, Hide]] = {
    "PDF: white text": ("Page", lambda pdf, words: _text(pdf, words, "1 g")),
    "PDF: invisible text": ("Page", lambda pdf, words: _text(pdf, words, "3 Tr")),
    "PDF: text under a black box": (
        "Page",
        lambda pdf, words: _text(pdf, words, after="0 g 70 590 400 20 re f"),
    ),
    "PDF: text set letter by letter": ("Page", _in_pieces),
    "PDF: author": ("Document information", _info("Author")),
    "PDF: subject": ("Document information", _info("Subject")),
    "PDF: keywords": ("Document information", _info("Keywords")),
    "PDF: own property": ("Document information", _info("SourceFile")),
    "PDF: XMP creator": ("Document information", _xmp("dc:creator")),
    "PDF: XMP description": ("Document information", _xmp("dc:description")),
    "PDF: bookmark": ("Bookmark", _outline),
    "PDF: alternative text": ("Alternative text", _structure("/Alt")),
    "PDF: text for reading aloud": ("Text for reading aloud", _structure("/ActualText")),
    "PDF: title in the structure": ("Title in the structure", _structure("/T")),
    "PDF: annotation": ("Annotation", _annotation("/Contents")),
    "PDF: author of an annotation": ("Annotation", _annotation("/T")),
    "PDF: target of a link": ("Link", _link),
    "PDF: value of a form field": ("Form field", _field("/V")),
    "PDF: name of a form field": ("Form field", _field("/TU")),
    "PDF: attached file": ("Attached file", _attachment),
    "PDF: name of an attached file": ("Attached file", _attachment_name),
    "PDF: notes inside a picture": ("Picture", _picture),
    "PDF: name of a layer": ("Elsewhere", _layer),
    "PDF: private data of a program": ("Elsewhere", _piece),
    "PDF: label of a page": ("Elsewhere", _label),
}


def pdf_with(place: str, words: str) -> bytes:
    """A clean PDF in which ``words`` hide at the place."""
    with pikepdf.open(io.BytesIO(clean_pdf())) as pdf:
        PDF_PLACES[place][1](pdf, words)
        return _saved(pdf)


def pdf_with_an_earlier_version(words: str) -> bytes:
    """A clean PDF to which a new version of its page was appended; the words still stand in the earlier one."""
    first = clean_pdf(words.encode("ascii", "replace").decode())
    with pikepdf.open(io.BytesIO(first)) as pdf:
        page = pdf.pages[0].obj
        number, size, catalogue = page.Contents.objgen[0], int(pdf.trailer.Size), pdf.Root.objgen[0]
    stream = b"BT /F1 12 Tf 72 720 Td (The review looked at how services work together.) Tj ET"
    start = len(first) + 1
    new = b"\n%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(stream), stream)
    at = len(first) + len(new)
    previous = int(first.rpartition(b"startxref")[2].split()[0])
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, start)
    root = b"/Root %d 0 R" % catalogue
    trailer = b"trailer\n<< /Size %d %s /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, previous, at)
    return first + new + table + trailer
