"""Taking a table out of a file that somebody chose: Excel, Word, or text. The file itself is not kept."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.core.files.base import File

from cspr.documents.cells import SECONDS
from cspr.documents.confined import TookTooLong, run
from cspr.documents.inspection.refused import EXIT_REFUSED, UploadRefused
from cspr.documents.uploads import REMEDIES, clean_name

OFFICE = ("xlsx", "docx")
TEXT = ("csv", "tsv", "txt")
TAKEN = "an Excel workbook (.xlsx), a Word document with a table (.docx), or a .csv file"
UNREADABLE = "it could not be read. Copy the table and paste it instead."
OTHERWISE = {
    "xls": "Open it, save it as .xlsx, and choose that.",
    "xlsm": "It can hold macros. Save it as .xlsx and choose that.",
    "xlsb": "Save it as .xlsx and choose that.",
    "ods": "Save it as .xlsx or .csv and choose that.",
    "pdf": "A table in a PDF cannot be read. Use the Word or Excel file it was made from, or copy and paste it.",
}


def read_table(
    file: File, *, most_bytes: int, most_rows: int, from_text: Callable[[bytes], list[list[str]]]
) -> list[list[str]]:
    """The rows of the table in ``file``, as texts; ``from_text`` reads files of plain text.

    No more than ``most_rows`` are read. Raises ``UploadRefused`` with a sentence for the person.
    """
    name = clean_name(file.name or "")
    try:
        extension = _extension(name)
        if file.size == 0:
            raise UploadRefused("it is empty. Check that it was saved, and choose it again.")
        if file.size > most_bytes:
            raise UploadRefused(f"it is larger than {most_bytes // 1024**2} MB. Divide it.")
        data = file.read()
        return from_text(data) if extension in TEXT else _from_office(data, extension, most_rows)
    except UploadRefused as refusal:
        raise UploadRefused(f"“{name}” cannot be read: {refusal}") from refusal


def _extension(name: str) -> str:
    stem, dot, extension = name.lower().rpartition(".")
    if not (stem and dot and extension in (*OFFICE, *TEXT)):
        remedy = OTHERWISE.get(extension) or REMEDIES.get(extension) or f"Choose {TAKEN}."
        raise UploadRefused(f"this kind of file is not taken here. {remedy}")
    return extension


def _from_office(data: bytes, extension: str, most_rows: int) -> list[list[str]]:
    if not data.startswith(b"PK\x03\x04"):
        raise UploadRefused(f"its content is not what its name says. Save it again as {TAKEN}.")
    try:
        done = run("cspr.documents.cells", data, arguments=[extension, str(most_rows)], seconds=SECONDS + 2)
    except TookTooLong as late:
        raise UploadRefused(UNREADABLE) from late
    if done.code:
        raise UploadRefused(done.note if done.code == EXIT_REFUSED else UNREADABLE)
    rows: list[list[str]] = json.loads(done.output)
    return rows
