"""Text that was pasted or saved from a spreadsheet, as rows of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 5_000, 60, 5 * 1024 * 1024
TOO_MANY = f"It has more than {MOST_ROWS:,} rows. Divide it, and import the parts one after the other."
UNCLOSED = "A quotation mark in it is opened and never closed. Save it again as .xlsx."
# A line of its own behind the last one. Where it is not read as one, a quotation mark has swallowed it.
END = "\x1e"
EMPTY = (
    "There is nothing in it. Check that you chose the right file, and that the table is on its first sheet."
)


class Unreadable(ValueError):
    """The sentence that says what is wrong with the whole table, and what to do."""


def decoded(data: bytes) -> str:
    """The text of a file, in any encoding a spreadsheet saves in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def rows_of(text: str) -> list[list[str]]:
    """The rows of ``text``, cut at tabs, commas, semicolons or bars, whichever its headings use most.

    Raises ``Unreadable``.
    """
    text = text.replace("\0", "").replace(END, "")
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {mark: text[: len(first) + 2000].count(mark) for mark in "\t,;|"}
    mark = "\t" if counts["\t"] else max(counts, key=first.count)
    csv.field_size_limit(MOST_BYTES)
    rows = []
    try:
        marked = io.StringIO(f"{text}\n{END}", newline="")
        for row in csv.reader(marked, delimiter=mark, skipinitialspace=mark != "\t"):
            rows.append(row)
            if len(rows) > MOST_ROWS + 20:
                raise Unreadable(TOO_MANY)
    except csv.Error as error:
        raise Unreadable(UNCLOSED) from error
    if rows.pop() != [END]:
        raise Unreadable(UNCLOSED)
    return tidied(rows)


def tidied(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows without empty ones at the end and columns that say nothing at all. Raises ``Unreadable``."""
    kept = [[str(cell) for cell in row] for row in rows]
    while kept and not any(cell.strip() for cell in kept[-1]):
        kept.pop()
    if not any(cell.strip() for row in kept for cell in row):
        raise Unreadable(EMPTY)
    width = max(len(row) for row in kept)
    used = max(place + 1 for row in kept for place, cell in enumerate(row) if cell.strip())
    if used > MOST_COLUMNS:
        raise Unreadable(f"It has more than {MOST_COLUMNS} columns, so it is not a chronology as we know it.")
    if len(kept) > MOST_ROWS + 8:
        raise Unreadable(TOO_MANY)
    return [[*row, *[""] * (width - len(row))][:used] for row in kept]
