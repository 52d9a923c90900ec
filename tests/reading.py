"""Reading PDFs as people, screen readers and nosy readers do."""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import unescape
from typing import Any

import pikepdf
import pypdf

from cspr.documents.pdf import Paper, render


@dataclass(frozen=True)
class Read:
    """A PDF that was read: the words of each page, the titles of its outline, the tags, and every string in it."""

    pages: list[str]
    outline: list[str]
    tags: list[str]
    info: dict[str, str]
    everything: str

    @property
    def words(self) -> str:
        return " ".join(self.pages)


def read(data: bytes) -> Read:
    reader = pypdf.PdfReader(io.BytesIO(data))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        dictionaries = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary)]
        tags = [str(o.S) for o in dictionaries if o.get("/Type") == "/StructElem"]
        plain = io.BytesIO()
        pdf.save(plain, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
    raw = plain.getvalue()
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    strings = [
        raw.decode("latin-1"),
        raw.decode("utf-16-be", "ignore"),
        raw[1:].decode("utf-16-be", "ignore"),
    ]
    return Read(
        pages=pages,
        outline=list(_titles(reader.outline)),
        tags=tags,
        info={name: str(value) for name, value in (reader.metadata or {}).items()},
        everything=" ".join([*strings, *pages]),
    )


def _titles(outline: list[Any]) -> list[str]:
    titles: list[str] = []
    for entry in outline:
        titles += _titles(entry) if isinstance(entry, list) else [str(entry["/Title"])]
    return titles


def set_and_read(paper: Paper) -> Read:
    """Set the paper for real, and read it."""
    return read(render(paper))


def words_of(paper: Paper) -> str:
    """The text of the paper's HTML, without tags and runs of space."""
    html = paper.html().split("</head>")[1].replace("<br>", " ")
    for tag in ("</td>", "</th>", "</p>", "</tr>", "</h1>", "</h2>", "</caption>"):
        html = html.replace(tag, " ")
    out, depth = [], 0
    for character in html:
        depth += (character == "<") - (character == ">")
        out.append(character if depth == 0 and character != ">" else "")
    return " ".join(unescape("".join(out)).split())
