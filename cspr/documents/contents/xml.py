"""The words of one piece of XML: read as a stream, and without a DTD, so that nothing in it can expand."""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

# Attributes that hold measures, colours and the addresses of standards, never words of people.
SILENT = frozenset(
    {"xmlns", "rsid", "rsidR", "rsidRPr", "rsidP", "rsidRDefault", "rsidTr", "paraId", "textId"}
)


class HasDoctype(ValueError):
    """It holds definitions of its own."""


def events(data: bytes) -> Iterator[tuple[str, str, dict[str, str]]]:
    """``("start", name, attributes)``, ``("end", name, {})`` and ``("text", words, {})``, names without namespaces."""
    found: list[tuple[str, str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise HasDoctype

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: found.append(
        ("start", local(name), {local(key): value for key, value in attributes.items()})
    )
    parser.EndElementHandler = lambda name: found.append(("end", local(name), {}))
    parser.CharacterDataHandler = lambda words: found.append(("text", words, {}))
    parser.CommentHandler = lambda words: found.append(("text", f" {words} ", {}))
    parser.Parse(data, True)
    return iter(found)


def local(name: str) -> str:
    return name.rpartition(" ")[2]


def words_of_xml(data: bytes) -> list[str]:
    """Every text between two marks, and every value of an attribute; raw readable bytes where it is not well formed."""
    try:
        read = list(events(data))
    except (expat.ExpatError, HasDoctype):
        return [data.decode("utf-8", "replace")]
    words = []
    for kind, value, attributes in read:
        if kind == "text":
            words.append(value.strip())
        words += [said for key, said in attributes.items() if key not in SILENT]
    return [said for said in words if said]
