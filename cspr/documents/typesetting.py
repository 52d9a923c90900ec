"""Setting a paper: WeasyPrint with every door shut, a table of contents, complete tags, no stray metadata.

Imported only by ``cspr.documents.renderer``, in the child process: importing it needs Pango.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pikepdf
import weasyprint
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Earlier versions let a document get round its fetcher (CVE-2026-55073) and fetch or attach files.
if int(weasyprint.VERSION.split(".")[0]) < 70:
    raise RuntimeError("WeasyPrint 70.0 or later is needed.")
logging.getLogger("weasyprint").disabled = True  # its warnings quote the document

STATIC = Path(__file__).resolve().parents[2] / "static"
FONT = "font/woff2"
OPEN = {
    "paper:pdf.css": (STATIC / "pdf.css", "text/css"),
    "paper:inter-latin-400.woff2": (STATIC / "fonts" / "inter-latin-400-normal.woff2", FONT),
    "paper:inter-latin-700.woff2": (STATIC / "fonts" / "inter-latin-700-normal.woff2", FONT),
    "paper:inter-latin-ext-400.woff2": (STATIC / "fonts" / "inter-latin-ext-400-normal.woff2", FONT),
    "paper:inter-latin-ext-700.woff2": (STATIC / "fonts" / "inter-latin-ext-700-normal.woff2", FONT),
}
PICTURE = "paper:picture:"
MOST_PAGES = 300
LISTED = ("h2", "h3")
SVG = "{http://www.w3.org/2000/svg}svg"


class TooManyPages(Exception):
    """More pages than one PDF may have."""


class Sealed(URLFetcher):
    """Opens our own style and fonts, and pictures that came with the document or stand in it. Nothing else, ever."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.pictures = pictures

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url in OPEN:
            path, content_type = OPEN[url]
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": content_type})
        if url.startswith(PICTURE):
            data = self.pictures[url.removeprefix(PICTURE)]
            content_type = "image/jpeg" if data.startswith(b"\xff\xd8") else "image/png"
            return URLFetcherResponse(url, data, {"Content-Type": content_type})
        if url.startswith("data:image/"):
            return super().fetch(url, headers)
        raise ValueError("Papers fetch nothing.")


def typeset(
    html: str, pictures: Mapping[str, bytes], on_laid_out: Callable[[], None] = lambda: None
) -> bytes:
    """``html`` as PDF/UA-1. Raises ``TooManyPages``; anything else WeasyPrint raises passes through.

    ``pictures``: the bytes of those that it names as ``paper:picture:<name>``.
    """
    source = weasyprint.HTML(string=html, url_fetcher=Sealed(pictures))
    _fill_contents(source.etree_element)
    for figure in source.etree_element.iter(SVG):
        # Pictures do not take their face from the page; without this, one of the machine's would be embedded.
        figure.attrib.setdefault("font-family", "Inter, Inter Latin Extended, sans-serif")
    document = source.render()
    if len(document.pages) > MOST_PAGES:
        raise TooManyPages
    on_laid_out()
    _say_no_more_than_the_title(document.metadata)
    return _completed(document.write_pdf(pdf_variant="pdf/ua-1"))


def _fill_contents(root: Element) -> None:
    """Write the headings into ``<nav data-contents>``, nested as they are, each with a place for its page."""
    nav = next((e for e in root.iter("nav") if "data-contents" in e.attrib), None)
    if nav is None:
        return
    top = SubElement(nav, "ol")
    inner: Element | None = None
    for number, heading in enumerate(_listed(root), start=1):
        target = heading.attrib.setdefault("id", f"section-{number}")
        words = " ".join("".join(heading.itertext()).split())
        if heading.tag == "h2" or inner is None:
            inner = _entry(top, target, words)
        else:
            nested = inner.find("ol")
            _entry(SubElement(inner, "ol") if nested is None else nested, target, words)


def _listed(root: Element) -> Iterator[Element]:
    return (e for e in root.iter() if e.tag in LISTED and "unlisted" not in e.get("class", "").split())


def _entry(parent: Element, target: str, words: str) -> Element:
    item = SubElement(parent, "li")
    line = SubElement(item, "p")
    SubElement(line, "a", href=f"#{target}").text = words
    # The page stands beside the link, not in it: inside, each reader would hear three links.
    SubElement(line, "span", {"class": "page", "data-t": f"#{target}"})
    return item


def _say_no_more_than_the_title(metadata: Any) -> None:
    metadata.authors = []
    metadata.keywords = []
    metadata.attachments = []
    metadata.custom = {}
    metadata.description = metadata.generator = metadata.created = metadata.modified = None


def _completed(data: bytes) -> bytes:
    """Give each table header its scope, and refuse a PDF that carries or runs anything."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if pdf.attachments or any("/EF" in o or "/JS" in o for o in pdf.objects if _has_keys(o)):
            raise ValueError("A paper carries no files and no scripts.")
        for element in pdf.objects:
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/TH":
                scope = pikepdf.Name.Column if element.P.P.get("/S") == "/THead" else pikepdf.Name.Row
                attributes = element.get("/A", pikepdf.Dictionary(O=pikepdf.Name.Table))
                attributes.Scope = scope
                element.A = attributes
        _name_footnotes(pdf)
        result = io.BytesIO()
        pdf.save(result, deterministic_id=True)
        return result.getvalue()


def _name_footnotes(pdf: pikepdf.Pdf) -> None:
    """What stands at the foot of a page is a note, and each has a name of its own (PDF/UA-1, 7.9)."""
    number = 0
    for area in pdf.Root.StructTreeRoot.K[0].K:
        if isinstance(area, pikepdf.Dictionary) and area.get("/S") == "/NonStruct":
            for note in area.get("/K", ()):
                if isinstance(note, pikepdf.Dictionary) and note.get("/S") == "/Span":
                    number += 1
                    note.S, note.ID = pikepdf.Name.Note, pikepdf.String(f"note-{number}")


def _has_keys(thing: Any) -> bool:
    return isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream))
