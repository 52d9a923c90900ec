"""Everything a PDF says: its pages, and every string in it that no page shows. Imported only in the child."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from cspr.documents.contents.notes import Notes, texts_in
from cspr.documents.contents.pdf_text import PageText
from cspr.documents.contents.xml import words_of_xml

# What people know the keys of a structure element or an annotation as.
STRUCTURE = {
    "/Alt": "Alternative text",
    "/ActualText": "Text for reading aloud",
    "/T": "Title in the structure",
    "/E": "Written-out short form",
}
REVISIONS = re.compile(rb"%%EOF")
MOST_DEPTH, MOST_EMBEDDED = 200, 500_000


def read(data: bytes) -> Notes:
    notes = Notes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _pages(pdf, notes)
        _description(pdf, notes)
        _outline(pdf, notes)
        _things(pdf, notes)
        _attachments(pdf, notes)
    if len(REVISIONS.findall(data)) > 1:
        notes.carry("The file as a whole", "Earlier versions of the file may still be inside it.")
        _earlier(data, notes)
    return notes


def _pages(pdf: pikepdf.Pdf, notes: Notes) -> None:
    visited: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages, 1):
        text = PageText()
        text.follow(page, page.get("/Resources"))
        notes.say(f"Page {number}", text.text)
        for key, words in text.spoken:
            notes.say(STRUCTURE.get(key, "Elsewhere in the file"), words)
        visited |= text.visited
    for form in pdf.objects:  # forms that no page shows, such as the looks of a note
        if (
            isinstance(form, pikepdf.Stream)
            and form.get("/Subtype") == "/Form"
            and form.objgen not in visited
        ):
            text = PageText()
            text.follow(form, form.get("/Resources"))
            notes.say("Elsewhere in the file", text.text)


def _description(pdf: pikepdf.Pdf, notes: Notes) -> None:
    for key, value in pdf.docinfo.items():
        notes.say(f"Document information: {key.lstrip('/')}", str(value), machine=_is_date(str(value)))
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream) and (
            thing.get("/Type") == "/Metadata" or thing.get("/Subtype") == "/XML"
        ):
            for words in words_of_xml(thing.read_bytes()):
                notes.say("Document information (XMP)", words, machine=_is_date(words))


def _is_date(words: str) -> bool:
    return bool(re.match(r"(?:D:)?\d{4}-?\d\d-?\d\d", words)) or "/" in words or "." in words


def _outline(pdf: pikepdf.Pdf, notes: Notes) -> None:
    with pdf.open_outline() as outline:
        waiting = [(item, 0) for item in outline.root]
        while waiting:
            item, depth = waiting.pop()
            notes.say("Bookmark", str(item.title))
            if depth < MOST_DEPTH:
                waiting += [(child, depth + 1) for child in item.children]


def _things(pdf: pikepdf.Pdf, notes: Notes) -> None:
    """Every object: what stands in it is said under the name of its kind; nothing at all is left out."""
    on_page = {}
    for number, page in enumerate(pdf.pages, 1):
        for note in page.get("/Annots", []):
            on_page[note.objgen] = number
            if not note.is_indirect:
                _strings_of(note, f"Annotation on page {number}", notes)
    for thing in pdf.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            where = _called(thing, on_page.get(thing.objgen))
        else:
            where = "Elsewhere in the file"
        if isinstance(thing, pikepdf.Stream):
            _stream(thing, where, notes)
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array, pikepdf.String)):
            _strings_of(thing, where, notes)
    root = pdf.Root
    if "/OpenAction" in root or "/AA" in root:
        notes.carry("The file as a whole", "It does something when it is opened.")


def _called(thing: Any, page: int | None) -> str:
    on = f" on page {page}" if page else ""
    if thing.get("/FT") is not None or thing.get("/Subtype") == "/Widget":
        return f"Form field{on}"
    if thing.get("/Subtype") == "/Link":
        return f"Link{on}"
    if thing.get("/Type") == "/Annot" or page:
        return f"Annotation{on}"
    if thing.get("/Type") == "/Filespec":
        return "Attached file"
    return "Elsewhere in the file"


def _strings_of(thing: Any, where: str, notes: Notes) -> None:
    """The strings that stand directly in one object; what it points to is an object of its own."""
    waiting: list[tuple[Any, str, int]] = [(thing, where, 0)]
    while waiting:
        part, place, depth = waiting.pop()
        if isinstance(part, pikepdf.String):
            words = _decoded(part)
            notes.say(place, words, machine=_is_date(words) or place.startswith(("Elsewhere", "Link")))
        elif isinstance(part, pikepdf.Array) and depth < MOST_DEPTH:
            waiting += [(inner, place, depth + 1) for inner in _direct(part)]
        elif isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)) and depth < MOST_DEPTH:
            for key, value in part.items():
                if isinstance(value, pikepdf.Object) and not (
                    value.is_indirect and not isinstance(value, pikepdf.String)
                ):
                    waiting.append(
                        (
                            value,
                            STRUCTURE.get(key, place) if "/S" in part and key in STRUCTURE else place,
                            depth + 1,
                        )
                    )


def _direct(array: Any) -> Iterator[Any]:
    return (value for value in array if isinstance(value, pikepdf.Object) and not value.is_indirect)


def _decoded(string: Any) -> str:
    return (
        str(string)
        if not bytes(string).startswith(b"\xff\xfe")
        else bytes(string).decode("utf-16-le", "replace")
    )


def _stream(thing: Any, where: str, notes: Notes) -> None:
    """Pictures tell about themselves; so may a stream that no page uses."""
    if thing.get("/Subtype") == "/Image":
        notes.picture("Picture in the PDF", thing.read_raw_bytes())
    elif thing.get("/Type") == "/EmbeddedFile":
        notes.carry("Attached file", "Another file is attached inside.")
        _embedded(thing.read_bytes(), notes)


def _embedded(data: bytes, notes: Notes) -> None:
    for text in texts_in(data[:MOST_EMBEDDED]):
        notes.say("Attached file", text, machine=True)


def _attachments(pdf: pikepdf.Pdf, notes: Notes) -> None:
    for name in pdf.attachments:
        notes.carry("Attached file", "Another file is attached inside.")
        notes.say("Attached file", name, machine=True)
    if "/AcroForm" in pdf.Root:
        notes.carry("Form field", "There is a form inside; what was typed into it goes out with the file.")
    for number, page in enumerate(pdf.pages, 1):
        if any(note.get("/Subtype") not in {"/Link", "/Widget"} for note in page.get("/Annots", [])):
            notes.carry(f"Annotation on page {number}", "Somebody’s note is still on the page.")


def _earlier(data: bytes, notes: Notes) -> None:
    """An earlier version is read as far as its own end, as somebody who is curious would."""
    ends = [match.end() for match in REVISIONS.finditer(data)]
    for end in ends[:-1][:5]:
        try:
            with pikepdf.open(io.BytesIO(data[:end])) as pdf:
                for page in pdf.pages:
                    text = PageText()
                    text.follow(page, page.get("/Resources"))
                    notes.say("An earlier version inside the file", text.text)
        except (pikepdf.PdfError, ValueError):
            continue  # a fragment may be broken; the later version was read
