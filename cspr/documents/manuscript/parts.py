"""What stands beside the text of a Word file: how paragraphs are styled and numbered, notes, links, comments."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from cspr.documents.contents.xml import events

Attributes = dict[str, str]
KNOWN = re.compile(r"heading \d|title$|subtitle$|list |quote|intense quote|caption")


@dataclass
class Beside:
    """By the ids that the text uses."""

    styles: dict[str, str] = field(default_factory=dict)  # id of a style -> what it is called in English
    bullets: dict[tuple[str, str], bool] = field(default_factory=dict)  # (list, level) -> whether it has dots
    links: dict[str, str] = field(default_factory=dict)
    footnotes: dict[str, str] = field(default_factory=dict)
    comments: dict[str, dict[str, str]] = field(default_factory=dict)
    threads: dict[str, tuple[str, bool]] = field(
        default_factory=dict
    )  # a comment's name -> what it answers, done


def beside(archive: zipfile.ZipFile) -> Beside:
    found = Beside()
    for name, reader in (
        ("word/styles.xml", _styles),
        ("word/numbering.xml", _numbering),
        ("word/_rels/document.xml.rels", _links),
        ("word/footnotes.xml", _footnotes),
        ("word/comments.xml", _comments),
        ("word/commentsExtended.xml", _threads),
    ):
        if name in archive.namelist():
            reader(archive.read(name), found)
    return found


def _starts(data: bytes) -> Iterator[tuple[str, Attributes]]:
    return ((name, attributes) for kind, name, attributes in events(data) if kind == "start")


def _styles(data: bytes, found: Beside) -> None:
    style, based = "", dict[str, str]()
    for name, attributes in _starts(data):
        if name == "style":
            style = attributes.get("styleId", "")
        elif name == "name" and style:
            found.styles[style] = attributes.get("val", "").lower()
        elif name == "basedOn" and style:
            based[style] = attributes.get("val", "")
    for own in list(found.styles):  # somebody's own heading is a heading
        above, steps = own, 0
        while above in based and not KNOWN.match(found.styles.get(above, "")) and steps < 12:
            above, steps = based[above], steps + 1
        if KNOWN.match(found.styles.get(above, "")):
            found.styles[own] = found.styles[above]


def _numbering(data: bytes, found: Beside) -> None:
    levels: dict[tuple[str, str], bool] = {}
    abstract = level = number = ""
    for name, attributes in _starts(data):
        if name == "abstractNum":
            abstract = attributes.get("abstractNumId", "")
        elif name == "lvl":
            level = attributes.get("ilvl", "0")
        elif name == "numFmt":
            levels[abstract, level] = attributes.get("val") in {"bullet", "none"}
        elif name == "num":
            number = attributes.get("numId", "")
        elif name == "abstractNumId" and number:
            wanted = attributes.get("val", "")
            found.bullets |= {(number, lvl): dots for (own, lvl), dots in levels.items() if own == wanted}


def _links(data: bytes, found: Beside) -> None:
    for name, attributes in _starts(data):
        if name == "Relationship" and attributes.get("Target", "").lower().startswith("https://"):
            found.links[attributes.get("Id", "")] = attributes["Target"]


def _pieces(data: bytes, each: str) -> Iterator[tuple[Attributes, str, str]]:
    """Every element called ``each`` of a part, with its words, and the name of its last paragraph."""
    attributes, words, paragraph, inside, deleted = Attributes(), list[str](), "", "", 0
    for kind, value, given in events(data):
        if kind == "start":
            inside = value
            deleted += value == "del"
            if value == each:
                attributes, words, paragraph = given, [], ""
            elif value == "p":
                paragraph = given.get("paraId", "")
                words += ["\n"] if words else []
            elif value in {"br", "cr"}:
                words.append("\n")
            elif value == "tab":
                words.append("\t")
        elif kind == "end":
            inside = ""
            deleted -= value == "del"
            if value == each:
                yield attributes, "".join(words).strip(), paragraph
        elif inside == "t" and not deleted:
            words.append(value)


def _footnotes(data: bytes, found: Beside) -> None:
    for attributes, words, _ in _pieces(data, "footnote"):
        if words and "type" not in attributes:
            found.footnotes[attributes.get("id", "")] = " ".join(words.split())


def _comments(data: bytes, found: Beside) -> None:
    for attributes, words, name in _pieces(data, "comment"):
        known = {key: attributes.get(key, "") for key in ("author", "initials")}
        found.comments[attributes.get("id", "")] = {**known, "text": words, "name": name}


def _threads(data: bytes, found: Beside) -> None:
    for name, attributes in _starts(data):
        if name == "commentEx":
            parent, done = attributes.get("paraIdParent", ""), attributes.get("done") == "1"
            found.threads[attributes.get("paraId", "")] = (parent, done)
