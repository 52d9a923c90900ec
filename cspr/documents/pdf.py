"""Papers: what a PDF says (a builder gives words and template) and how it is set (in a child process).

Beside them stand Word and Excel papers (``cspr.documents.office``), asked for and kept in the same way.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from cspr.accounts.models import User
from cspr.documents.bundle import BundlePaper
from cspr.documents.confined import TookTooLong, run
from cspr.documents.failures import CannotRender, RenderFailed
from cspr.documents.formats import Format
from cspr.documents.models import Document, Origin, State, case_ref_of, identity
from cspr.documents.office import SheetPaper, WordPaper, written
from cspr.documents.parcel import MOST_BYTES, Pictures, packed
from cspr.documents.renderer import LAID_OUT, SECONDS, Exit

PANGO = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
MOST_HTML = 1024 * 1024
MOST_ASKED = 30
OFFICIAL_SENSITIVE = "Official – sensitive: personal"


class PangoMissing(CannotRender):
    """The machine lacks the libraries that set text."""

    def __init__(self) -> None:
        super().__init__(
            "PDFs cannot be made on this server yet: the text-setting library Pango is missing. "
            f"An administrator can install it with: {PANGO}"
        )


class TooLong(CannotRender):
    """The paper passes what one rendering may use."""

    def __init__(self) -> None:
        super().__init__("This document is too long for one PDF (over 300 pages or 1 MB of text). Divide it.")


class TookTooLongToSet(CannotRender):
    """Its time was up. It is not tried again by itself: the next time would take as long."""

    def __init__(self) -> None:
        super().__init__(
            f"Setting this document took longer than {SECONDS} seconds. Try again when less is going on, or divide it."
        )


class TooManyPictures(CannotRender):
    """More pictures than the child can hold."""

    def __init__(self) -> None:
        super().__init__("The pictures in this document are more than 40 MB together. Take some out.")


@dataclass(frozen=True)
class Paper:
    """What a PDF says. ``title`` and ``file_stem`` travel with the file, so they hold no name of a person.

    ``pictures`` are what it names as ``paper:picture:<hash of the bytes>``; they are read when the file is made.
    ``marking`` stands on every page, ``running_head`` too (a pseudonym or nothing). A paper holds no time of
    day: the same words give the same PDF, and asking twice makes it once.
    """

    template: str
    context: dict[str, Any]
    title: str
    file_stem: str
    lang: str = "en-GB"
    marking: str = ""
    running_head: str = ""
    pictures: Pictures = field(default_factory=dict, repr=False)
    format: Format = field(default=Format.PDF, init=False)

    def html(self) -> str:
        """The words and their structure, as the renderer gets them."""
        return render_to_string(self.template, {**self.context, "paper": self})

    def source(self) -> str:
        """Everything the file says: here, its HTML."""
        return self.html()


AnyPaper = Paper | WordPaper | SheetPaper | BundlePaper
Builder = Callable[[Any, User], AnyPaper]


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper. ``label`` is what people call it; ``subject_label`` what it can be made of.

    ``proven``: whoever opens it has to have shown within the last five minutes that it is they.
    """

    kind: str
    builder: Builder = field(repr=False)
    label: str
    subject_label: str = ""
    proven: bool = False


_kinds: dict[str, PaperKind] = {}


def register_paper(
    kind: str, builder: Builder, label: str, *, subject_label: str = "", proven: bool = False
) -> None:
    """Make a kind of paper known. With a ``subject_label`` people can ask for it at ``documents:make``."""
    _kinds[kind] = PaperKind(kind, builder, label, subject_label, proven)


def paper_kind(kind: str) -> PaperKind:
    """The registered kind. Raises ``LookupError`` when there is none."""
    return _kinds[kind]


def has_to_be_proven(kind: str) -> bool:
    """Whether a document of that kind is opened only by somebody who has just shown that it is they."""
    return kind in _kinds and _kinds[kind].proven


def paper_kinds(subject_label: str) -> list[PaperKind]:
    """The kinds of paper that can be asked for from such a subject, in the order they were registered."""
    return [k for k in _kinds.values() if k.subject_label == subject_label]


def fingerprint(source: str, fmt: Format = Format.PDF) -> str:
    """A hash of everything the file depends on: words and structure, style, the version of what writes it."""
    if fmt in {Format.PDF, Format.ZIP}:
        style = (Path(settings.BASE_DIR) / "static" / "pdf.css").read_text("utf-8")
        return hashlib.sha256("\0".join([source, style, version("weasyprint")]).encode()).hexdigest()
    library = "python-docx" if fmt is Format.DOCX else "openpyxl"
    return hashlib.sha256("\0".join([source, fmt.extension, version(library)]).encode()).hexdigest()


def ask_for(kind: str, subject: Any, by: User) -> Document:
    """``queue_pdf`` for somebody at a page. Raises ``CannotRender``, too, after ``MOST_ASKED`` within ten minutes."""
    since = timezone.now() - dt.timedelta(minutes=10)
    asked = Document.objects.filter(origin=Origin.RENDERED, uploaded_by=by, created_at__gt=since)
    if asked.count() >= MOST_ASKED:
        raise CannotRender(
            f"You have asked for {MOST_ASKED} documents within ten minutes. Wait a few minutes, then ask again."
        )
    return queue_pdf(kind, subject, by)


def queue_pdf(kind: str, subject: Any, by: User) -> Document:
    """Ask for a paper (mostly a PDF) and return its row; the worker makes it. The row itself is the request.

    When the same words are already set, or waiting to be, that row is returned. The caller has checked that
    ``by`` may see the subject and may have this kind. Raises ``LookupError`` for an unknown kind.
    """
    paper = paper_kind(kind).builder(subject, by)
    label, ref = identity(subject)
    data_hash = fingerprint(paper.source(), paper.format)
    same = Document.objects.for_subject(label, ref).filter(kind=kind, data_hash=data_hash)
    same = same.exclude(state=State.FAILED)
    if found := same.first():
        return found
    row = Document(
        partnership=subject.partnership,
        case_ref=case_ref_of(subject),
        subject_label=label,
        subject_ref=ref,
        kind=kind,
        title=paper.title,
        name=f"{slugify(paper.file_stem)}.{paper.format.extension}",
        content_type=paper.format.content_type,
        origin=Origin.RENDERED,
        state=State.QUEUED,
        data_hash=data_hash,
        uploaded_by=by,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return same.get()  # somebody asked for the very same in this moment
    return row


def produced(paper: AnyPaper, source: str, on_laid_out: Callable[[], None] = lambda: None) -> bytes:
    """The file of ``paper``, which says ``source``. Raises ``CannotRender`` or ``RenderFailed``."""
    pictures = {name: read() for name, read in paper.pictures.items()}
    if sum(map(len, pictures.values())) > MOST_BYTES:
        raise TooManyPictures
    if isinstance(paper, BundlePaper):
        return paper.zipped(source, lambda html: typeset(html, on_laid_out, pictures))
    if paper.format is Format.PDF:
        return typeset(source, on_laid_out, pictures)
    return written(source, paper.format, on_laid_out, pictures)


def render(paper: AnyPaper) -> bytes:
    """``paper`` as a file, made now and here. Raises ``CannotRender`` or ``RenderFailed``."""
    return produced(paper, paper.source())


def typeset(
    html: str, on_laid_out: Callable[[], None] = lambda: None, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Set ``html`` as PDF in a child process; ``on_laid_out`` is called when the pages are known.

    Raises ``PangoMissing``, ``TooLong`` or ``TookTooLongToSet`` (all ``CannotRender``), or ``RenderFailed``.
    """
    data = html.encode()
    if len(data) > MOST_HTML:
        raise TooLong

    def hear(note: str) -> None:
        if note == LAID_OUT:
            on_laid_out()

    try:
        given = packed(data, pictures or {})
        done = run("cspr.documents.renderer", given, seconds=SECONDS, on_note=hear)
    except TookTooLong as late:
        raise TookTooLongToSet from late
    if done.code == Exit.PANGO_MISSING:
        raise PangoMissing
    if done.code == Exit.TOO_LONG:
        raise TooLong
    if done.code != Exit.DONE or not done.output.startswith(b"%PDF-"):
        raise RenderFailed(f"The renderer stopped ({done.code}).")
    return done.output
