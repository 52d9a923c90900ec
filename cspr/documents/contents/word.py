"""Everything a Word document says: its text, and all that Word keeps beside it. Imported only in the child."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath
from xml.parsers import expat

from cspr.documents.contents.notes import Notes, texts_in
from cspr.documents.contents.xml import SILENT, HasDoctype, events, words_of_xml

MOST_ENTRIES, MOST_UNPACKED = 4000, 300 * 1024 * 1024
# Beginning of a part's name -> what people call it.
PARTS = {
    "word/header": "Header",
    "word/footer": "Footer",
    "word/footnotes": "Footnote",
    "word/endnotes": "Endnote",
    "word/comments": "Comment",
    "word/people": "List of people who worked on it",
    "word/glossary": "Building blocks",
    "word/settings": "Settings of the document",
    "word/styles": "Styles",
    "word/numbering": "Numbering",
    "word/theme": "Theme",
    "word/diagrams": "Diagram",
    "word/charts": "Chart",
    "word/document": "Text",
    "docProps/core": "Properties of the document",
    "docProps/app": "Properties of the document",
    "docProps/custom": "Own properties of the document",
    "customXml/": "Custom data",
}
CARRIED = {
    "word/comments": "Comments are still in the file.",
    "word/people": "It lists who worked on it.",
    "customXml/": "Data of another program is kept in the file.",
    "docProps/custom": "Somebody’s own properties are kept in the file.",
}
# How formulas are set, which every Word document says: fixed words that are nobody's name.
FORMULAS = {
    "intLim": {"subSup", "undOvr"},
    "naryLim": {"subSup", "undOvr"},
    "defJc": {"centerGroup", "left"},
}
# Kept beside the text although nobody sees it: element -> what it is.
UNSEEN = {
    "ins": "Tracked insertion",
    "del": "Deleted text that is still kept",
    "moveFrom": "Moved text that is still kept",
    "moveTo": "Tracked move",
}
WORDS = frozenset({"t", "delText", "instrText", "delInstrText", "text"})
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}
SPOKEN = frozenset({
    "descr", "title", "alt", "author", "initials", "name", "instr", "userId", "tooltip", "string", "contact",
    "lastModifiedBy",
})  # fmt: skip
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\dT")
FIXED = frozenset(
    {"word/styles", "word/numbering", "word/theme", "word/settings", "word/fontTable", "word/webSettings"}
)


def read(data: bytes) -> Notes:
    notes = Notes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise ValueError("It unpacks to too much.")
        if archive.comment:
            notes.say("The file as a whole", archive.comment.decode("utf-8", "replace"))
            notes.carry("The file as a whole", "A note is attached to the file.")
        for entry in entries:
            if not entry.is_dir():
                notes.say("Name of a part", PurePosixPath(entry.filename).name, machine=True)
                _part(entry.filename, archive.read(entry), notes)
    return notes


def _part(name: str, data: bytes, notes: Notes) -> None:
    where = next(
        (called for start, called in PARTS.items() if name.startswith(start)), "Elsewhere in the file"
    )
    for start, what in CARRIED.items():
        if name.startswith(start) and (start != "customXml/" or name.startswith("customXml/item")):
            notes.carry(where, what)
    if "thumbnail" in name.lower():
        notes.carry("Small picture of the first page", "It shows the first page as it was at some time.")
        notes.picture("Small picture of the first page", data)
    elif name.startswith(("word/embeddings/", "word/activeX/", "word/afchunk")) or name.endswith(
        (".bin", ".htm", ".html", ".mht")
    ):
        notes.carry("Embedded file", "Another file is embedded inside.")
        _embedded(data, notes)
    elif name.endswith(".rels"):
        _links(data, notes)
    elif name.startswith("docProps/"):
        _properties(where, data, notes)
    elif name.startswith("word/") and name.endswith(".xml"):
        _text(where, data, notes, machine=name.startswith(tuple(FIXED)))
    elif name.endswith((".xml", ".vml", ".rdf")) and name != "[Content_Types].xml":
        for words in words_of_xml(data):
            notes.say(where, words, machine=_technical(words))
    else:
        notes.picture("Picture in the text", data)


def _technical(words: str) -> bool:
    if ISO_DAY.match(words):
        return True
    return (
        "/" in words
        or words[:1] in "{#"
        or (words.replace("-", "").isalnum() and any(c.isdigit() for c in words))
    )


class _Reader:
    """Goes through one part, paragraph by paragraph, and knows in what it is inside."""

    def __init__(self, where: str, notes: Notes, *, machine: bool) -> None:
        self.where, self.notes, self.machine = where, notes, machine
        self.inside: list[str] = []
        self.paragraphs: list[dict[str, list[str]]] = [{}]
        self.hidden = False
        self.number = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "p":
            self.number += 1
            self.paragraphs.append({})
        elif name == "r":
            self.hidden = False
        elif name in {"vanish", "webHidden"} and attributes.get("val", "true") not in {"0", "false"}:
            self.hidden = True
        elif name in BREAKS and self.inside[-1:] == ["r"]:
            self._add(BREAKS[name])
        if name in UNSEEN:
            self.notes.carry(UNSEEN[name], "Tracked changes are still in the file.")
        for key, words in attributes.items():
            if key in SPOKEN or (
                key == "val" and name in {"alias", "tag", "tblCaption", "tblDescription", "docVar", "name"}
            ):
                where = "Alternative text" if key in {"descr", "title", "alt"} else f"{self._place()}: {key}"
                self.notes.say(where, words, machine=key not in {"descr", "title", "alt"})
            elif key not in SILENT and not (name in FORMULAS and words in FORMULAS[name]):
                self.notes.say("Marks inside the file", words, machine=True)
        self.inside.append(name)

    def end(self, name: str) -> None:
        while self.inside and self.inside.pop() != name:
            pass
        if name == "p" and len(self.paragraphs) > 1:
            self.finish(self.paragraphs.pop())

    def text(self, words: str) -> None:
        if self.inside and (
            self.inside[-1] in WORDS or not self.where.startswith(("Text", "Header", "Footer"))
        ):
            self._add(words)

    def _add(self, words: str) -> None:
        kind = next(
            (UNSEEN[name] for name in reversed(self.inside) if name in UNSEEN),
            "Hidden text" if self.hidden else "",
        )
        self.paragraphs[-1].setdefault(kind, []).append(words)
        if self.hidden and words.strip():
            self.notes.carry("Hidden text", "Words are hidden in the text.")

    def _place(self) -> str:
        return f"{self.where}, paragraph {self.number}" if self.where == "Text" else self.where

    def finish(self, paragraph: dict[str, list[str]]) -> None:
        for kind, words in paragraph.items():
            self.notes.say(kind or self._place(), "".join(words), machine=self.machine)
        if len(paragraph) > 1:  # a word may be half inserted: as it reads when everything is accepted
            whole = [
                w
                for kind, words in paragraph.items()
                if kind in {"", "Tracked insertion", "Hidden text"}
                for w in words
            ]
            self.notes.say(self._place(), "".join(whole), machine=self.machine)


def _text(where: str, data: bytes, notes: Notes, *, machine: bool) -> None:
    reader = _Reader(where, notes, machine=machine)
    try:
        for kind, value, attributes in events(data):
            if kind == "start":
                reader.start(value, attributes)
            elif kind == "end":
                reader.end(value)
            else:
                reader.text(value)
    except (expat.ExpatError, HasDoctype):
        notes.say(where, data.decode("utf-8", "replace"), machine=True)
    for left in reader.paragraphs:
        reader.finish(left)


def _properties(where: str, data: bytes, notes: Notes) -> None:
    element = ""
    for kind, value, attributes in events(data):
        if kind == "start":
            element = attributes.get("name", value)
            notes.say(where, attributes.get("name", ""), machine=True)
        elif kind == "text":
            notes.say(f"{where}: {element}", value, machine=_technical(value))


def _links(data: bytes, notes: Notes) -> None:
    for kind, _, attributes in events(data):
        if kind == "start" and "Target" in attributes:
            outside = attributes.get("TargetMode", "").lower() == "external"
            notes.say("Target of a link", attributes["Target"], machine=not outside)
            if outside and not attributes.get("Type", "").endswith("/hyperlink"):
                notes.carry("Target of a link", "It loads something from outside.")


def _embedded(data: bytes, notes: Notes) -> None:
    """What an embedded file says, as far as it can be read: an archive of XML part by part, anything else as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()[:500]
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED // 10:
                return
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    notes.say("Embedded file", " ".join(words_of_xml(archive.read(entry))), machine=True)
    except zipfile.BadZipFile:
        for text in texts_in(data[:500_000]):
            notes.say("Embedded file", text, machine=True)
