"""Reading a Word file that somebody brings. It is checked as every upload is, taken apart in a child, and not kept."""

from __future__ import annotations

import json

from django.core.files.base import File

from cspr.documents.confined import TookTooLong, run
from cspr.documents.inspection.refused import EXIT_REFUSED, UploadRefused
from cspr.documents.manuscript import SECONDS, Manuscript, gathered
from cspr.documents.uploads import REMEDIES, clean_name

MOST_BYTES = 10 * 1024 * 1024
UNREADABLE = "it could not be read. Open it in Word, save it again as .docx, and choose that."
LOCKED = (
    "it is protected with a password, or is no .docx inside. Save a copy without a password as .docx, "
    "and choose that."
)
# How an encrypted Word file, and one of the years before 2007, begin.
OLD = b"\xd0\xcf\x11\xe0"


def manuscript_of(file: File) -> Manuscript:
    """What a Word file says. Raises ``UploadRefused`` with a sentence for the person; nothing is kept either way."""
    name = clean_name(file.name or "")
    try:
        return _read(name, file)
    except UploadRefused as refusal:
        raise UploadRefused(f"“{name}” cannot be read: {refusal}") from refusal


def _read(name: str, file: File) -> Manuscript:
    extension = name.lower().rpartition(".")[2]
    if extension != "docx":
        raise UploadRefused(REMEDIES.get(extension, "Choose a Word document (.docx)."))
    if file.size == 0:
        raise UploadRefused("it is empty. Check that it was saved, and choose it again.")
    if file.size > MOST_BYTES:
        raise UploadRefused(
            f"it is larger than {MOST_BYTES // 1024**2} MB. Take the pictures out and try again."
        )
    data = file.read()
    if data.startswith(OLD):
        raise UploadRefused(LOCKED)
    try:
        done = run("cspr.documents.manuscript", data, seconds=SECONDS + 2)
    except TookTooLong as late:
        raise UploadRefused(UNREADABLE) from late
    if done.code:
        raise UploadRefused(done.note if done.code == EXIT_REFUSED else UNREADABLE)
    return gathered(json.loads(done.output))
