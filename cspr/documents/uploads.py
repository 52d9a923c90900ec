"""Taking in a file: what the name promises, the content must keep; then it is stored under a random name."""

from __future__ import annotations

import datetime as dt
import logging
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import puremagic
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.documents.confined import TookTooLong, run
from cspr.documents.inspection.images import clean_jpeg, clean_png
from cspr.documents.inspection.refused import EXIT_REFUSED, UploadRefused
from cspr.documents.models import Document, Origin, Scan, State
from cspr.documents.quarantine import checked_at_once
from cspr.documents.storing import write

__all__ = ["FILES", "PICTURES", "Infected", "Takes", "UploadRefused", "store_upload"]
log = logging.getLogger(__name__)

# For the kinds people really try: what to do instead.
REMEDIES = {
    "doc": "Open it in Word, save it as .docx or PDF, and upload that.",
    "docm": "It can hold macros. Save it as .docx or PDF and upload that.",
    "xls": "Save the sheet as PDF and upload that.",
    "xlsx": "Save the sheet as PDF and upload that.",
    "pptx": "Save the slides as PDF and upload that.",
    "rtf": "Save it as .docx or PDF and upload that.",
    "msg": "Open the e-mail, print it to PDF and upload that.",
    "eml": "Open the e-mail, print it to PDF and upload that.",
    "heic": "Save the photograph as JPEG and upload that.",
    "zip": "Unpack it and upload the files one by one.",
}
LONGEST_NAME = 120
# What one person adds within a day, everywhere together.
MOST_FILES_A_DAY, MOST_BYTES_A_DAY = 200, 1024 * 1024 * 1024
TIME_TO_INSPECT = 25
MARKUP = re.compile(r"\s*(?:<!doctype|<html|<script|<svg|<\?xml|<\?php|%PDF-|\{\\rtf)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

CONTENT_DIFFERS = "its content is not what its name says. Open it, save it again as one of: {accepted}."
NO_PICTURE = "it cannot be opened as a picture. Open it, save it as PNG or JPEG and upload the new copy."
INFECTED = (
    "the virus scanner found something harmful in it. Nothing of it was kept. Tell your own IT team, and send a clean "
    "copy from another machine."
)
UNINSPECTABLE = "it could not be checked. Print it to a new PDF and upload that."


class Infected(UploadRefused):
    """A virus was found. Whoever catches this has it put on record (``quarantine.note_infected``)."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(f"“{name}” cannot be accepted: {INFECTED}")
        self.found = found


@dataclass(frozen=True)
class FileKind:
    """One kind of file we take: how it begins, what puremagic may call it, what makes its content safe."""

    content_type: str
    starts: bytes
    called: frozenset[str]
    clean: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Takes:
    """What one place takes: the kinds by the ending of their names, how people call them, and what else to do."""

    words: str
    kinds: Mapping[str, FileKind]
    remedies: Mapping[str, str]


def _inspected(kind: str) -> Callable[[bytes], bytes]:
    """A check that runs in a confined child: the file is taken apart there, and nowhere else."""

    def clean(data: bytes) -> bytes:
        try:
            done = run("cspr.documents.inspection", data, arguments=[kind], seconds=TIME_TO_INSPECT)
        except TookTooLong as late:
            raise UploadRefused(UNINSPECTABLE) from late
        if done.code:
            raise UploadRefused(done.note if done.code == EXIT_REFUSED else UNINSPECTABLE)
        return data

    return clean


def _redrawn(kind: str, look: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """A picture that is drawn anew by a confined child, once its pieces were found in order."""

    def clean(data: bytes) -> bytes:
        try:
            done = run("cspr.documents.redrawing", look(data), arguments=[kind], seconds=TIME_TO_INSPECT)
        except TookTooLong as late:
            raise UploadRefused(NO_PICTURE) from late
        if done.code:
            raise UploadRefused(done.note if done.code == EXIT_REFUSED else NO_PICTURE)
        return done.output

    return clean


def _clean_text(data: bytes) -> bytes:
    """Plain text is UTF-8 or what Windows calls ANSI, without control characters, and is not markup."""
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = data.decode("cp1252", "replace")
    if CONTROL.search(words) or "\ufffd" in words or MARKUP.match(words):
        raise UploadRefused(CONTENT_DIFFERS.format(accepted=FILES.words))
    return data


ZIP = frozenset({".docx"})  # puremagic names every archive of this family with one list that holds .docx
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG_STARTS, JPEG_STARTS = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
JPEG = FileKind("image/jpeg", JPEG_STARTS, frozenset({".jpg"}), clean_jpeg)
FILES = Takes(
    "PDF, Word (.docx), OpenDocument text (.odt), PNG, JPEG or plain text (.txt)",
    {
        "pdf": FileKind("application/pdf", b"%PDF-", frozenset({".pdf"}), _inspected("pdf")),
        "docx": FileKind(WORD, b"PK\x03\x04", ZIP, _inspected("docx")),
        "odt": FileKind("application/vnd.oasis.opendocument.text", b"PK\x03\x04", ZIP, _inspected("odt")),
        "png": FileKind("image/png", PNG_STARTS, frozenset({".png"}), clean_png),
        "jpg": JPEG,
        "jpeg": JPEG,
        "txt": FileKind("text/plain", b"", frozenset(), _clean_text),
    },
    REMEDIES,
)
DRAWN_JPEG = FileKind("image/jpeg", JPEG_STARTS, frozenset({".jpg"}), _redrawn("JPEG", clean_jpeg))
# Pictures that are shown in what we publish.
PICTURES = Takes(
    "PNG or JPEG",
    {
        "png": FileKind("image/png", PNG_STARTS, frozenset({".png"}), _redrawn("PNG", clean_png)),
        "jpg": DRAWN_JPEG,
        "jpeg": DRAWN_JPEG,
    },
    {
        "heic": "Save the photograph as JPEG and upload that.",
        "gif": "Save one picture of it as PNG and upload that.",
        "pdf": "Save the page as PNG, or take a picture of the screen, and upload that.",
        **dict.fromkeys(("webp", "svg", "bmp", "tif", "tiff"), "Save it as PNG and upload that."),
        **dict.fromkeys(
            ("docx", "xlsx", "pptx"), "Copy the chart or the picture, save it as PNG and upload that."
        ),
    },
)


def store_upload(
    file: File,
    *,
    by: User,
    partnership: Partnership,
    case_ref: str,
    subject_label: str,
    subject_ref: str,
    kind: str = "attachment",
    takes: Takes = FILES,
) -> Document:
    """Check ``file``, keep it outside every public folder under a random name, and return its row.

    Photographs are kept without what they tell about place, time and camera; ``PICTURES`` are drawn anew. Raises
    ``UploadRefused`` with a sentence for the person when the file is not acceptable or cannot be written; then nothing
    is kept. The caller has checked that ``by`` may add to the subject, and records the event, that of ``Infected`` too.

    Where a virus scanner is configured it is asked; a file it says nothing of is kept in quarantine (``quarantine``).
    """
    try:
        _refuse_too_much_in_a_day(file.size, by)
        name, file_kind, data = _acceptable(file, takes, subject_label, subject_ref)
    except UploadRefused:
        log.warning("file refused", extra={"details": {"user": by.pk, "bytes": file.size}})
        raise
    scan, found = checked_at_once(data)
    if scan == Scan.INFECTED:
        raise Infected(name, found)
    document = Document(
        partnership=partnership,
        case_ref=case_ref,
        subject_label=subject_label,
        subject_ref=subject_ref,
        kind=kind,
        title=name,
        name=name,
        content_type=file_kind.content_type,
        origin=Origin.UPLOADED,
        state=State.STORED,
        progress=100,
        scan=scan or "",
        uploaded_by=by,
    )
    return _keep(document, data)


def _acceptable(file: File, takes: Takes, label: str, ref: str) -> tuple[str, FileKind, bytes]:
    """Its name as it will be shown, its kind, and the bytes to keep. Raises ``UploadRefused``."""
    name = clean_name(file.name or "")
    try:
        kind = _kind_of(name, takes)
        _refuse_size(file.size, label, ref)
        return name, kind, _cleaned(file.read(), kind, takes)
    except UploadRefused as refusal:
        raise UploadRefused(f"“{name}” cannot be accepted: {refusal}") from refusal


def _keep(document: Document, data: bytes) -> Document:
    """Write the bytes, then the row; if either fails, neither stays."""
    try:
        stored = write(data)
    except OSError as error:
        raise UploadRefused(
            f"“{document.name}” could not be stored because the system has no room or no access. "
            "Nothing of it was kept. Try again later, and tell the partnership’s team if it happens again."
        ) from error
    document.path, document.size, document.sha256 = stored.path, stored.size, stored.sha256
    document.file_key = stored.key
    try:
        document.save(force_insert=True)
    except DatabaseError:
        default_storage.delete(stored.path)
        raise
    return document


def clean_name(raw: str) -> str:
    """The name as it will be shown. A name that hides something is refused without being repeated."""
    name = unicodedata.normalize("NFC", raw).strip(" .")
    # Cc control, Cf format (turns reading direction, or invisible), Cs/Co/Cn no character, Zl/Zp breaks.
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in name):
        raise UploadRefused("The file’s name contains hidden characters. Rename it and upload it again.")
    if "/" in name or "\\" in name:
        raise UploadRefused("The file’s name contains a folder. Rename it and upload it again.")
    if len(name) > LONGEST_NAME:
        raise UploadRefused(
            f"The file’s name has more than {LONGEST_NAME} characters. Shorten it and try again."
        )
    return name


def _kind_of(name: str, takes: Takes) -> FileKind:
    stem, dot, extension = name.lower().rpartition(".")
    if not (stem and dot and extension in takes.kinds):
        remedy = takes.remedies.get(extension, f"Choose one of: {takes.words}.")
        raise UploadRefused(f"this kind of file is not taken here. {remedy}")
    return takes.kinds[extension]


def _refuse_size(size: int, label: str, ref: str) -> None:
    if size == 0:
        raise UploadRefused("it is empty. Check that it was saved, and upload it again.")
    if size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024**2
        raise UploadRefused(f"it is larger than {limit} MB. Make it smaller, or divide it.")
    # Two uploads at the same moment may together pass this by one file; it guards the disk, not a right.
    if Document.objects.for_subject(label, ref).uploaded_bytes() + size > settings.UPLOAD_MAX_REFERRAL_BYTES:
        total = settings.UPLOAD_MAX_REFERRAL_BYTES // 1024**2
        raise UploadRefused(
            f"with it, the files here would be more than {total} MB. Remove one, or send the partnership’s "
            "team a message to agree another way."
        )


def _refuse_too_much_in_a_day(size: int, by: User) -> None:
    """Nobody fills the disk alone, whether with many files or with large ones."""
    since = timezone.now() - dt.timedelta(days=1)
    added = Document.objects.filter(origin=Origin.UPLOADED, uploaded_by=by, created_at__gt=since)
    if added.count() >= MOST_FILES_A_DAY:
        raise UploadRefused(
            f"You have added {MOST_FILES_A_DAY} files within a day, and no more are taken today. "
            "Nothing that you added is lost. Add the rest tomorrow."
        )
    if added.uploaded_bytes() + size > MOST_BYTES_A_DAY:
        total = MOST_BYTES_A_DAY // 1024**2
        raise UploadRefused(
            f"With this file you would have added more than {total} MB within a day. "
            "Nothing that you added is lost. Add the rest tomorrow."
        )


def _cleaned(data: bytes, kind: FileKind, takes: Takes) -> bytes:
    """The bytes to keep, after name, beginning and structure were found to agree."""
    if not data.startswith(kind.starts):
        raise UploadRefused(CONTENT_DIFFERS.format(accepted=takes.words))
    if kind.called and not kind.called & _called(data):
        raise UploadRefused(CONTENT_DIFFERS.format(accepted=takes.words))
    return kind.clean(data)


def _called(data: bytes) -> set[str]:
    """The extensions puremagic thinks the content could have: a second opinion beside our own."""
    try:
        return {match.extension for match in puremagic.magic_string(data[:8192])}
    except puremagic.PureError:
        return set()
