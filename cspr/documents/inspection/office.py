"""Archives of XML: Word, Excel, OpenDocument. Refused: whatever runs, reaches out, unpacks without end."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from xml.parsers import expat

from cspr.documents.inspection.refused import UploadRefused

MAX_ENTRIES = 2000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
CHUNK = 64 * 1024
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError)

DAMAGED = "it is damaged or not a complete document. Open it, save it again and upload the new copy."
MACROS = "it contains macros. Save it without macros (.docx or .odt) or as PDF, and upload that."
EMBEDDED = "another file is embedded in it. Remove it, or save the document as PDF, and upload that."
OUTSIDE = (
    "it loads something from outside the document, such as a linked picture or template. "
    "Save it as PDF and upload that."
)
BOMB = "it would unpack to an unreasonable size. Save it again, or as PDF, and upload that."
PASSWORD = "it is protected with a password. Save a copy without the password and upload that."  # noqa: S105
DOCTYPE = "its inner structure holds definitions (a DTD) it does not need. Save it as PDF and upload that."
FIELDS = "it contains a field that fetches data from another program (DDE). Save it as PDF and upload that."

LINKED = (
    "it takes values from other files. Copy the cells, paste them as values into a new workbook, "
    "and upload that."
)

WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT = b"application/vnd.oasis.opendocument.text"
OUTWARD = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|/|\\|\.\./)", re.IGNORECASE)
# A link that is followed only when somebody clicks it, and the note of which template a text came from.
HARMLESS_LINKS = frozenset({"a", "template"})
OnElement = Callable[[str, dict[str, str]], None]
OnText = Callable[[str], None]


def inspect_docx(data: bytes) -> None:
    """Refuse a Word document that is not one, or does more than hold words and pictures."""
    archive = _opened(data)
    names = set(archive.namelist())
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise UploadRefused(DAMAGED)
    _refuse_macros(names)
    if any(name.startswith(("word/embeddings/", "word/activeX/")) for name in names):
        raise UploadRefused(EMBEDDED)
    _read(archive, "[Content_Types].xml", _content_type)
    for name in _xml_parts(archive):
        if name.endswith(".rels"):
            _read(archive, name, _relationship)
        else:
            fields = _Fields()
            _read(archive, name, fields.element, fields.text)
            fields.refuse_dde()


def inspect_xlsx(data: bytes) -> None:
    """Refuse an Excel workbook that is not one, or takes anything from outside itself."""
    archive = _opened(data)
    names = set(archive.namelist())
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise UploadRefused(DAMAGED)
    _refuse_macros(names)
    if any(name.startswith(("xl/embeddings/", "xl/activeX/", "xl/macrosheets/")) for name in names):
        raise UploadRefused(EMBEDDED)
    if any(name.startswith(("xl/externalLinks/", "xl/connections", "xl/queryTables/")) for name in names):
        raise UploadRefused(LINKED)
    _read(archive, "[Content_Types].xml", _content_type)
    for name in _xml_parts(archive):
        _read(archive, name, _relationship if name.endswith(".rels") else _nothing)


def _nothing(name: str, attributes: dict[str, str]) -> None:
    """Whether a part can be parsed, and without a DTD, is all that is asked of it."""


def inspect_odt(data: bytes) -> None:
    """Refuse an OpenDocument text that is not one, or does more than hold words and pictures."""
    archive = _opened(data)
    names = set(archive.namelist())
    if not {"mimetype", "content.xml", "META-INF/manifest.xml"} <= names or archive.read("mimetype") != ODT:
        raise UploadRefused(DAMAGED)
    _refuse_macros(names)
    for name in _xml_parts(archive):
        _read(archive, name, _manifest if name == "META-INF/manifest.xml" else _open_document)


def _opened(data: bytes) -> zipfile.ZipFile:
    """The archive, after its index and its real unpacked size were found reasonable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        _refuse_odd_index(entries, archive.comment, data)
        for entry in entries:
            with archive.open(entry) as part:  # reads no more than the index declares, and checks the sum
                while part.read(CHUNK):
                    pass
    except UNREADABLE as error:
        raise UploadRefused(DAMAGED) from error
    return archive


def _refuse_odd_index(entries: list[zipfile.ZipInfo], comment: bytes, data: bytes) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data):
        raise UploadRefused(BOMB)
    # Anything before the first entry or after the index would be a second file in disguise.
    first = min((entry.header_offset for entry in entries), default=None)
    if first != 0 or data[-22:-18] != b"PK\x05\x06" or comment:
        raise UploadRefused(DAMAGED)
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or re.search(r"[\\:\0]", entry.orig_filename):
            raise UploadRefused("parts of it are named so that they would unpack outside its own folder.")
        if entry.flag_bits & 0x1:
            raise UploadRefused(PASSWORD)


def _refuse_macros(names: set[str]) -> None:
    lower = {name.lower() for name in names}
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in lower):
        raise UploadRefused(MACROS)
    if any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in lower):
        raise UploadRefused(MACROS)


def _xml_parts(archive: zipfile.ZipFile) -> Iterator[str]:
    return (n for n in archive.namelist() if n.lower().endswith((".xml", ".rels", ".rdf")))


def _read(archive: zipfile.ZipFile, name: str, element: OnElement, text: OnText = lambda words: None) -> None:
    """Parse one part as a stream; a DTD is refused before anything in it could expand."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse_doctype(*_: object) -> None:
        raise UploadRefused(DOCTYPE)

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = element
    parser.CharacterDataHandler = text
    try:
        with archive.open(name) as part:
            parser.ParseFile(part)
    except expat.ExpatError as error:
        raise UploadRefused(DAMAGED) from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _content_type(name: str, attributes: dict[str, str]) -> None:
    kind = attributes.get("ContentType", "")
    if "macroEnabled" in kind or "vbaProject" in kind:
        raise UploadRefused(MACROS)
    if attributes.get("PartName") == "/word/document.xml" and kind != WORD_MAIN:
        raise UploadRefused(DAMAGED)


def _relationship(name: str, attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").lower()
    if attributes.get("TargetMode", "").lower() == "external" and not kind.endswith("/hyperlink"):
        raise UploadRefused(OUTSIDE)
    if kind.endswith(("/vbaproject", "/wordvbadata")):  # whatever the part itself is called
        raise UploadRefused(MACROS)
    if kind.endswith(("/oleobject", "/package", "/afchunk", "/control")):
        raise UploadRefused(EMBEDDED)


class _Fields:
    """Collects the field codes of one part of a Word document; they may be cut into many runs."""

    def __init__(self) -> None:
        self.inside = False
        self.codes: list[str] = []

    def element(self, name: str, attributes: dict[str, str]) -> None:
        self.inside = _local(name) == "instrText"
        self.codes += [v for key, v in attributes.items() if _local(key) == "instr"]
        if _local(name) == "fldChar":
            self.codes.append(" ")

    def text(self, words: str) -> None:
        if self.inside:
            self.codes.append(words)

    def refuse_dde(self) -> None:
        if re.search(r"\bDDE(AUTO)?\b", "".join(self.codes), re.IGNORECASE):
            raise UploadRefused(FIELDS)


def _manifest(name: str, attributes: dict[str, str]) -> None:
    if _local(name) == "encryption-data":
        raise UploadRefused(PASSWORD)
    if any("oleobject" in value.lower() for value in attributes.values()):
        raise UploadRefused(EMBEDDED)


def _open_document(name: str, attributes: dict[str, str]) -> None:
    local = _local(name)
    if local == "event-listener":
        raise UploadRefused(MACROS)
    if local in {"dde-source", "dde-connection-decl"}:
        raise UploadRefused(FIELDS)
    if local == "object-ole":
        raise UploadRefused(EMBEDDED)
    links = [value for key, value in attributes.items() if _local(key) == "href"]
    if local not in HARMLESS_LINKS and any(OUTWARD.match(link) for link in links):
        raise UploadRefused(OUTSIDE)
