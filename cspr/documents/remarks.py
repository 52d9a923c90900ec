"""Comments in a Word document, each at its passage, with its answers. Imported only in the child.

What is written here is read back by ``cspr.documents.manuscript``: a heading's anchor is a bookmark that Word does not
show, and a comment goes by its number in the initials of whoever made it (``C12``; its answers ``C12.1``, ``C12.2``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from functools import cached_property
from typing import Any

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run

from cspr.documents.passages import GONE, Passage, Readable

W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
EXTENDED = "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
EXTENDS = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
SAID = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}


def anchor(heading: Any, name: str, number: int) -> None:
    """Put a bookmark around a heading: it stays with it wherever the heading goes and whatever it says."""
    for place, kind in ((1, "bookmarkStart"), (len(heading) + 1, "bookmarkEnd")):
        mark = OxmlElement(f"w:{kind}")
        mark.set(qn("w:id"), str(number))
        if kind == "bookmarkStart":
            mark.set(qn("w:name"), name)
        heading.insert(place, mark)


def put(document: Document, remarks: list[dict[str, Any]]) -> None:
    """Every remark at its passage; at the heading of its section, if it has none or it is no more there."""
    sections = dict(_sections(document))
    threads: list[tuple[str, str, bool]] = []
    for remark in remarks:
        first, last = sections[remark["anchor"]].runs_of(remark)
        name = f"C{remark['number']}"
        parent = _comment(document, first, last, remark, name, threads)
        threads.append((parent, "", remark["done"]))
        for number, answer in enumerate(remark["answers"], 1):
            own = _comment(document, first, last, answer, f"{name}.{number}", threads)
            threads.append((own, parent, remark["done"]))
    if threads:
        _attach(document, threads)


def _comment(
    document: Document, first: Any, last: Any, said: dict[str, Any], initials: str, before: list[Any]
) -> str:
    """Write one comment; its name among the threads."""
    runs = [Run(first, document._body), Run(last, document._body)]
    made = document.add_comment(runs, said["text"], said["author"], initials)
    made._comment_elm.date = dt.datetime.fromisoformat(said["when"])
    name = f"{len(before) + 1:08X}"
    made._comment_elm.findall(qn("w:p"))[-1].set(f"{{{W14}}}paraId", name)
    return name


def _attach(document: Document, threads: list[tuple[str, str, bool]]) -> None:
    """Which comment answers which, and which are done: Word keeps that in a part of its own."""
    rows = "".join(
        f'<w15:commentEx w15:paraId="{name}"{_answering(parent)} w15:done="{int(done)}"/>'
        for name, parent, done in threads
    )
    data = f'<?xml version="1.0" encoding="UTF-8"?><w15:commentsEx xmlns:w15="{W15}">{rows}</w15:commentsEx>'.encode()
    part = Part(PackURI("/word/commentsExtended.xml"), EXTENDED, data, document.part.package)
    document.part.relate_to(part, EXTENDS)


def _answering(parent: str) -> str:
    return f' w15:paraIdParent="{parent}"' if parent else ""


class _Section:
    """A heading with an anchor, and the runs that stand under it."""

    def __init__(self, heading: Any) -> None:
        self.heading = heading
        self.paragraphs: list[Any] = []

    @cached_property
    def readable(self) -> Readable:
        """What stands under the heading; cutting its runs does not change it."""
        return Readable("".join(text for text, _ in self._pieces()))

    def runs_of(self, remark: dict[str, Any]) -> tuple[Any, Any]:
        """The first and the last run of the passage, cut so that it begins and ends with them."""
        passage = Passage(remark["quote"], remark["before"], remark["after"])
        place = self.readable.find(passage) if passage.quote else None
        if place is None or place.how == GONE:
            runs = list(self.heading.iter(qn("w:r")))
            return runs[0], runs[-1]
        self._cut(place.start)
        self._cut(place.end)
        at, inside = 0, []
        for text, run in self._pieces():
            if run is not None and place.start <= at and at + len(text) <= place.end and text:
                inside.append(run)
            at += len(text)
        return inside[0], inside[-1]

    def _pieces(self) -> Iterator[tuple[str, Any]]:
        """What each run says; between two paragraphs a line ends."""
        for paragraph in self.paragraphs:
            yield from ((_said(run), run) for run in paragraph.iter(qn("w:r")))
            yield "\n", None

    def _cut(self, where: int) -> None:
        at = 0
        for text, run in self._pieces():
            if at < where < at + len(text) and run is not None:
                rest = deepcopy(run)
                _keep(run, 0, where - at)
                _keep(rest, where - at, len(text))
                run.addnext(rest)
                return
            at += len(text)


def _sections(document: Document) -> Iterator[tuple[str, _Section]]:
    section = None
    for element in document.element.body:
        mark = element.find(qn("w:bookmarkStart"))
        if mark is not None:
            section = _Section(element)
            yield mark.get(qn("w:name")), section
        elif section is not None:
            section.paragraphs += list(element.iter(qn("w:p")))


def _said(run: Any) -> str:
    return "".join(SAID.get(part.tag, part.text or "" if part.tag == qn("w:t") else "") for part in run)


def _keep(run: Any, start: int, end: int) -> None:
    """Leave of a run what stands from ``start`` to ``end``, and how it is set."""
    at = 0
    for part in list(run):
        text = SAID.get(part.tag, part.text or "" if part.tag == qn("w:t") else "")
        if part.tag == qn("w:t"):
            part.text = text[max(start - at, 0) : max(end - at, 0)]
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        elif part.tag != qn("w:rPr") and not (start <= at < end):
            run.remove(part)
        at += len(text)
