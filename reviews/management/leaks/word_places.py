"""Hiding places in a Word document: each hides some words in a clean file, where nobody who reads it would look."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from html import escape
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from reviews.management.leaks.pictures import jpeg_that_tells, png_point

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
InText = Callable[[Any, str], None]
InFile = Callable[[str], dict[str, bytes]]


def _fresh() -> Any:
    document = docx.Document()
    said = document.core_properties
    said.author = said.last_modified_by = said.comments = said.keywords = said.title = ""
    said.created = said.modified = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    document.add_paragraph("The review looked at how services work together.")
    return document


def _bytes(document: Any) -> bytes:
    result = io.BytesIO()
    document.save(result)
    data = result.getvalue()
    return _changed(data, {}, without=("docProps/thumbnail.jpeg", "customXml/"))


def _changed(data: bytes, parts: dict[str, bytes], *, without: tuple[str, ...] = ("-",)) -> bytes:
    """The archive with these parts added or replaced."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts and not name.startswith(without):
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return result.getvalue()


def clean_docx() -> bytes:
    """A small Word document that says one clean sentence."""
    return _bytes(_fresh())


# --- in the text ------------------------------------------------------------------------------------------


def _run(words: str, tag: str = "w:t") -> Any:
    run = OxmlElement("w:r")
    text = OxmlElement(tag)
    text.set(qn("xml:space"), "preserve")
    text.text = words
    run.append(text)
    return run


def _tracked(tag: str, inner: str = "w:t", *, author: str = "Author") -> InText:
    def hide(document: Any, words: str) -> None:
        change = OxmlElement(tag)
        change.set(qn("w:author"), author)
        change.set(qn("w:id"), "7")
        change.append(_run(words, inner))
        document.paragraphs[0]._p.append(change)

    return hide


def _author_of_a_change(document: Any, words: str) -> None:
    _tracked("w:ins", author=words)(document, " It is clear.")


def _hidden(document: Any, words: str) -> None:
    document.add_paragraph().add_run(words).font.hidden = True


def _white(document: Any, words: str) -> None:
    document.add_paragraph().add_run(words).font.color.rgb = docx.shared.RGBColor(255, 255, 255)


def _in_runs(document: Any, words: str) -> None:
    """Each letter in a run of its own, with marks of the spelling check between them."""
    paragraph = document.add_paragraph()
    for letter in words:
        paragraph.add_run(letter)
        paragraph._p.append(OxmlElement("w:proofErr"))


def _half_tracked(document: Any, words: str) -> None:
    """One half stands in the text, the other is a tracked insertion."""
    paragraph = document.add_paragraph(words[: len(words) // 2])
    change = OxmlElement("w:ins")
    change.set(qn("w:author"), "Author")
    change.append(_run(words[len(words) // 2 :]))
    paragraph._p.append(change)


def _soft_hyphens(document: Any, words: str) -> None:
    run = document.add_paragraph().add_run()._r
    for at, letter in enumerate(words):
        text = OxmlElement("w:t")
        text.set(qn("xml:space"), "preserve")
        text.text = letter
        run.append(text)
        if letter.isalpha() and at % 2:
            run.append(OxmlElement("w:softHyphen"))


def _header(document: Any, words: str) -> None:
    document.sections[0].header.paragraphs[0].text = words


def _first_footer(document: Any, words: str) -> None:
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_footer.paragraphs[0].text = words


def _cell(document: Any, words: str) -> None:
    document.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0).text = words


def _drawing(key: str) -> InText:
    def hide(document: Any, words: str) -> None:
        run = document.add_paragraph().add_run()
        run.add_picture(io.BytesIO(png_point()))
        run._r.find(f".//{qn('wp:docPr')}").set(key, words)

    return hide


def _box(document: Any, words: str) -> None:
    box, content, paragraph = OxmlElement("w:pict"), OxmlElement("w:txbxContent"), OxmlElement("w:p")
    paragraph.append(_run(words))
    content.append(paragraph)
    box.append(content)
    document.add_paragraph().add_run()._r.append(box)


def _control(document: Any, words: str) -> None:
    control, properties, alias = OxmlElement("w:sdt"), OxmlElement("w:sdtPr"), OxmlElement("w:alias")
    alias.set(qn("w:val"), words)
    properties.append(alias)
    control.append(properties)
    document.element.body.insert(0, control)


def _instruction(document: Any, words: str) -> None:
    document.add_paragraph().add_run()._r.append(_run(f' INCLUDETEXT "{words}.docx" ', "w:instrText")[0])


def _bookmark(document: Any, words: str) -> None:
    mark = OxmlElement("w:bookmarkStart")
    mark.set(qn("w:id"), "3")
    mark.set(qn("w:name"), words.replace(" ", "_"))
    document.paragraphs[0]._p.append(mark)


def _link(document: Any, words: str) -> None:
    document.part.relate_to(
        f"https://files.example/{words.replace(' ', '%20')}", f"{RELATIONS}/hyperlink", is_external=True
    )


def _property(name: str) -> InText:
    def hide(document: Any, words: str) -> None:
        setattr(document.core_properties, name, words)

    return hide


def _style(document: Any, words: str) -> None:
    document.styles.add_style(words, 1)


IN_TEXT: dict[str, tuple[str, InText]] = {
    "Word: tracked insertion": ("Tracked insertion", _tracked("w:ins")),
    "Word: tracked deletion": ("Deleted text", _tracked("w:del", "w:delText")),
    "Word: moved text": ("Moved text", _tracked("w:moveFrom")),
    "Word: author of a change": ("Text", _author_of_a_change),
    "Word: half of a word tracked": ("Text", _half_tracked),
    "Word: hidden text": ("Hidden text", _hidden),
    "Word: white text": ("Text", _white),
    "Word: letter by letter": ("Text", _in_runs),
    "Word: soft hyphens": ("Text", _soft_hyphens),
    "Word: header": ("Header", _header),
    "Word: footer of the first page": ("Footer", _first_footer),
    "Word: table in a table": ("Text", _cell),
    "Word: alternative text": ("Alternative text", _drawing("descr")),
    "Word: name of a picture": ("Text", _drawing("name")),
    "Word: text box": ("Text", _box),
    "Word: title of a control": ("Text", _control),
    "Word: field": ("Text", _instruction),
    "Word: bookmark": ("Text", _bookmark),
    "Word: target of a link": ("Target of a link", _link),
    "Word: author": ("Properties", _property("author")),
    "Word: last modified by": ("Properties", _property("last_modified_by")),
    "Word: title": ("Properties", _property("title")),
    "Word: keywords": ("Properties", _property("keywords")),
    "Word: name of a style": ("Styles", _style),
}


# --- beside the text --------------------------------------------------------------------------------------


def _notes(kind: str) -> InFile:
    def parts(words: str) -> dict[str, bytes]:
        body = f"<w:{kind}s {W}><w:{kind} w:id='2'><w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p></w:{kind}></w:{kind}s>"
        return {f"word/{kind}s.xml": body.encode()}

    return parts


def _comment(words: str) -> dict[str, bytes]:
    body = f"<w:comments {W}><w:comment w:id='1' w:author='Author'><w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p></w:comment></w:comments>"
    return {"word/comments.xml": body.encode()}


def _commentator(words: str) -> dict[str, bytes]:
    body = f"<w:comments {W}><w:comment w:id='1' w:author='{escape(words, quote=True)}'><w:p/></w:comment></w:comments>"
    return {"word/comments.xml": body.encode()}


def _people(words: str) -> dict[str, bytes]:
    w15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    return {
        "word/people.xml": f"<w15:people {w15}><w15:person w15:author='{escape(words, quote=True)}'/></w15:people>".encode()
    }


def _app(tag: str) -> InFile:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return lambda words: {
        "docProps/app.xml": f'<Properties xmlns="{space}"><{tag}>{escape(words)}</{tag}></Properties>'.encode()
    }


def _custom_property(words: str) -> dict[str, bytes]:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    body = f'<Properties xmlns="{space}"><property name="Case"><lpwstr>{escape(words)}</lpwstr></property></Properties>'
    return {"docProps/custom.xml": body.encode()}


def _custom_data(words: str) -> dict[str, bytes]:
    return {"customXml/item9.xml": f"<record><subject>{escape(words)}</subject></record>".encode()}


def _picture(words: str) -> dict[str, bytes]:
    return {"word/media/image9.jpeg": jpeg_that_tells(words)}


def _embedded(words: str) -> dict[str, bytes]:
    document = _fresh()
    document.add_paragraph(words)
    return {"word/embeddings/sheet1.docx": _bytes(document)}


def _old_object(words: str) -> dict[str, bytes]:
    return {
        "word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(40)
        + words.encode("utf-16-le")
        + bytes(9)
    }


def _thumbnail(words: str) -> dict[str, bytes]:
    return {"docProps/thumbnail.jpeg": b"\xff\xd8\xff\xd9"}


def _located(words: str) -> dict[str, bytes]:
    return {"word/media/image8.jpeg": jpeg_that_tells("x", where=True)}


def _variable(words: str) -> dict[str, bytes]:
    body = f"<w:settings {W}><w:docVars><w:docVar w:name='case' w:val='{escape(words, quote=True)}'/></w:docVars></w:settings>"
    return {"word/settings.xml": body.encode()}


def _part_name(words: str) -> dict[str, bytes]:
    return {f"word/media/{words.replace(' ', '_')}.emf": b"x"}


def _block(words: str) -> dict[str, bytes]:
    body = f"<w:glossaryDocument {W}><w:docParts><w:p><w:r><w:t>{escape(words)}</w:t></w:r></w:p></w:docParts></w:glossaryDocument>"
    return {"word/glossary/document.xml": body.encode()}


BESIDE: dict[str, tuple[str, InFile]] = {
    "Word: comment": ("Comment", _comment),
    "Word: author of a comment": ("Comment", _commentator),
    "Word: people": ("List of people", _people),
    "Word: footnote": ("Footnote", _notes("footnote")),
    "Word: endnote": ("Endnote", _notes("endnote")),
    "Word: manager": ("Properties", _app("Manager")),
    "Word: company": ("Properties", _app("Company")),
    "Word: own property": ("Own properties", _custom_property),
    "Word: data of another program": ("Custom data", _custom_data),
    "Word: notes inside a picture": ("Picture", _picture),
    "Word: embedded document": ("Embedded file", _embedded),
    "Word: embedded object": ("Embedded file", _old_object),
    "Word: variable": ("Settings", _variable),
    "Word: name of a part": ("Name of a part", _part_name),
    "Word: building block": ("Building blocks", _block),
}
# These leak by being there at all.
BEING_THERE: dict[str, tuple[str, InFile]] = {
    "Word: small picture of the first page": ("Small picture", _thumbnail),
    "Word: place inside a picture": ("Picture", _located),
}
WORD_PLACES: dict[str, str] = {
    place: where for table in (IN_TEXT, BESIDE, BEING_THERE) for place, (where, _) in table.items()
}


def docx_with(place: str, words: str) -> bytes:
    """A clean Word document in which ``words`` hide at the place."""
    if place in IN_TEXT:
        document = _fresh()
        IN_TEXT[place][1](document, words)
        return _bytes(document)
    table = BESIDE if place in BESIDE else BEING_THERE
    return _changed(clean_docx(), table[place][1](words))
