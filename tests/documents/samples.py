"""Files as people and attackers send them, built byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"


def archive(parts: dict[str, str | bytes], stored: frozenset[str] = frozenset({"mimetype"})) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            made.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return result.getvalue()


def content_types(main: str = MAIN) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def relationships(*entries: tuple[str, str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}" {mode}/>'
        for n, (kind, target, mode) in enumerate(entries)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELS}">{lines}</Relationships>'


def docx(extra: dict[str, str | bytes] | None = None, body: str = "", main: str = MAIN) -> bytes:
    paragraph = "<w:p><w:r><w:t>An invented report about an invented child.</w:t></w:r></w:p>"
    return archive(
        {
            "[Content_Types].xml": content_types(main),
            "_rels/.rels": relationships(("officeDocument", "word/document.xml", "")),
            "word/document.xml": f'<w:document xmlns:w="{WORD}">{paragraph}{body}</w:document>',
            "word/_rels/document.xml.rels": relationships(
                ("hyperlink", "https://www.example.org/", 'TargetMode="External"')
            ),
            **(extra or {}),
        }
    )


def odt(extra: dict[str, str | bytes] | None = None, body: str = "", manifest: str = "") -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<o:document-content xmlns:o="{office}:office:1.0" xmlns:t="{office}:text:1.0" '
            f'xmlns:d="{office}:drawing:1.0" xmlns:s="{office}:script:1.0" '
            f'xmlns:x="http://www.w3.org/1999/xlink"><t:p>Invented words. '
            f'<t:a x:href="https://www.example.org/">A link</t:a></t:p>{body}</o:document-content>',
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{office}:manifest:1.0">{manifest}</m:manifest>',
            **(extra or {}),
        }
    )


def pdf(change: object = None, **save: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    if callable(change):
        change(made)
    result = io.BytesIO()
    made.save(result, **save)
    return result.getvalue()


def with_script(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")


def with_launch(made: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    made.pages[0].Annots = pikepdf.Array([note])


def with_link_to_a_file(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoToR, F="//elsewhere.example/share/a.pdf")


def with_form_that_is_sent(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="https://elsewhere.example/")


def with_form_of_its_own(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = pikepdf.Dictionary(XFA="<form/>")


def with_film(made: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
    made.pages[0].Annots = pikepdf.Array([note])


def with_attachment(made: pikepdf.Pdf) -> None:
    made.attachments["notes.txt"] = b"more words"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*extra: bytes, width: int = 1, height: int = 1, end: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    picture = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + picture + chunk(b"IEND", b"") + end


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
SCAN = b"\x12\x34\xff\x00\x56\xff\xd0\x78"


def jpeg(*extra: bytes, width: int = 8, height: int = 8, end: bytes = b"") -> bytes:
    frame = segment(0xC0, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0))
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    return b"\xff\xd8" + b"".join(extra) + JFIF + frame + scan + SCAN + b"\xff\xd9" + end


def exif(orientation: int, place: bytes = b"53.39N 2.59W") -> bytes:
    entries = struct.pack("<HHII", 0x0110, 2, len(place), 38) + struct.pack(
        "<HHIHH", 0x0112, 3, 1, orientation, 0
    )
    return segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 0) + place)
