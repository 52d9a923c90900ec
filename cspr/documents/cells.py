"""``python -m cspr.documents.cells docx|xlsx ROWS``: a file on standard input, its table as JSON on standard output.

Runs as a confined child. The file passes the same inspection as an upload first; a formula is never worked out.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, XMLParser

import openpyxl

from cspr.documents.confined import confine
from cspr.documents.inspection.office import DAMAGED, inspect_docx, inspect_xlsx
from cspr.documents.inspection.refused import EXIT_REFUSED, UploadRefused

SECONDS = 15
MOST_COLUMNS = 80
# How deep a table is looked for in others that only lay out the page.
FRAMES = 4
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NO_TABLE = "there is no table in it. Put the chronology into a table, one event a row, and try again."
Rows = list[list[str]]


def read_xlsx(data: bytes, most: int) -> Rows:
    """The first sheet that says anything. A formula without a kept value is given as it is written, as text."""
    inspect_xlsx(data)
    written = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    kept = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet, values in zip(written.worksheets, kept.worksheets, strict=True):
        sheet.reset_dimensions()
        values.reset_dimensions()
        pairs = zip(
            sheet.iter_rows(max_col=MOST_COLUMNS), values.iter_rows(max_col=MOST_COLUMNS), strict=False
        )
        rows = [
            [_cell(one.value, other.value) for one, other in zip(row, seen, strict=False)]
            for row, seen in islice(pairs, most)
        ]
        if any(cell for row in rows for cell in row):
            return rows
    return []


def _cell(written: Any, kept: Any) -> str:
    value = written if kept is None else kept
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)


def read_docx(data: bytes, most: int) -> Rows:
    """The longest table, and those of the same width that go on with it (their heads are left out).

    A table inside a cell is what that cell says, unless all there is outside of cells is a frame for it.
    """
    inspect_docx(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parser = XMLParser()  # noqa: S314  (a DTD was refused by the inspection)
        parser.feed(archive.read("word/document.xml"))
        root: Element = parser.close()
    tables: list[Rows] = []
    within = [root]
    for _ in range(FRAMES):
        within = [table for place in within for table in _outermost(place)]
        tables = [found for table in within if len(found := list(islice(_rows(table), most))) > 1]
        if tables:
            break
    if not tables:
        raise UploadRefused(NO_TABLE)
    longest = max(tables, key=len)
    width = max(len(row) for row in longest)
    rows: Rows = [longest[0]]
    for table in tables:
        if max(len(row) for row in table) == width:
            rows += [row for row in table if row != longest[0]]
    return rows[:most]


def _outermost(place: Element) -> Iterator[Element]:
    """The tables in a part of the document that are in no other table of it, in the order they are read."""
    waiting = list(place)[::-1]
    while waiting:
        part = waiting.pop()
        if part.tag == f"{W}tbl":
            yield part
        else:
            waiting += list(part)[::-1]


def _rows(table: Element) -> Iterator[list[str]]:
    """The rows of a table. A cell that spans columns is followed by empty ones; one that goes on from above repeats."""
    above: list[str] = []
    for row in table.findall(f"{W}tr"):
        cells: list[str] = []
        for cell in row.findall(f"{W}tc"):
            merged, span = cell.find(f"{W}tcPr/{W}vMerge"), cell.find(f"{W}tcPr/{W}gridSpan")
            goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
            place = len(cells)
            cells.append(above[place] if goes_on and place < len(above) else _text(cell))
            number = span.get(f"{W}val", "1") if span is not None else "1"
            cells += [""] * (min(int(number), MOST_COLUMNS) - 1 if number.isdecimal() else 0)
        above = cells
        yield cells[:MOST_COLUMNS]


def _text(cell: Element) -> str:
    """What stands in a cell; paragraphs and line breaks as lines."""
    paragraphs = []
    for paragraph in cell.iter(f"{W}p"):
        said = ""
        for part in paragraph.iter():
            if part.tag == f"{W}t":
                said += part.text or ""
            elif part.tag in {f"{W}br", f"{W}cr"}:
                said += "\n"
            elif part.tag == f"{W}tab" and not part.attrib:
                said += "\t"
        paragraphs.append(said)
    return "\n".join(paragraphs)


READERS = {"docx": read_docx, "xlsx": read_xlsx}


def main(kind: str, most: int) -> int:
    confine(SECONDS)
    try:
        rows = READERS[kind](sys.stdin.buffer.read(), most)
    except UploadRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return EXIT_REFUSED
    except Exception:  # whatever a broken file does to a parser, it is a broken file
        sys.stderr.write(f"{DAMAGED}\n")
        return EXIT_REFUSED
    json.dump(rows, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
