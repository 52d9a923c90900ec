"""PDFs: must open without a password, and do nothing by themselves."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from cspr.documents.inspection.refused import UploadRefused

DAMAGED = "it is damaged or not a complete PDF. Open it, save it again and upload the new copy."
PASSWORD = "it is protected with a password. Save a copy without the password and upload that."  # noqa: S105
ACTIVE = "it contains a script or starts a program. Print it to a new PDF and upload that."
OUTSIDE = "it sends something elsewhere or opens another file. Print it to a new PDF and upload that."
EMBEDDED = "other files are attached inside it. Upload those separately, and this one printed to a new PDF."

RUNS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/Rendition"})
# A viewer that opens a file on somebody's server hands over the reader's sign-in on the way.
REACHES_OUT = frozenset({"/SubmitForm", "/GoToR", "/GoToE"})


def inspect_pdf(data: bytes) -> None:
    """Refuse a PDF that is locked, broken, carries other files, or runs something when opened."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if not len(pdf.pages):
                raise UploadRefused(DAMAGED)
            for thing in pdf.objects:
                _look(thing)
    except pikepdf.PasswordError as error:
        raise UploadRefused(PASSWORD) from error
    except pikepdf.PdfError as error:
        raise UploadRefused(DAMAGED) from error


def _look(thing: Any) -> None:
    """Look through one object and all that stands directly in it; what it points to is its own object."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Array):
            inner = list(part)
        elif isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
            _judge(part)
            inner = [value for _, value in part.items()]
        else:
            continue
        waiting += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _judge(part: Any) -> None:
    if "/JS" in part or str(part.get("/S", "")) in RUNS:
        raise UploadRefused(ACTIVE)
    if str(part.get("/S", "")) in REACHES_OUT or "/XFA" in part:
        raise UploadRefused(OUTSIDE)
    if "/EF" in part or "/EmbeddedFiles" in part or str(part.get("/Subtype", "")) == "/RichMedia":
        raise UploadRefused(EMBEDDED)
