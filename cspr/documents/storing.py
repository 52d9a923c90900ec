"""Where the bytes lie, and how they leave: encrypted in the default storage, through one kind of response."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import FileResponse

from cspr.accounts.models import User
from cspr.documents.failures import Held
from cspr.documents.formats import Format
from cspr.documents.models import Document, Origin
from cspr.sealed.files import Decrypted, encrypted, new_key

SHOWN = frozenset({"image/png", "image/jpeg"})


@dataclass(frozen=True)
class Stored:
    """A file as it was written: size and hash are those of what it says, not of the encrypted bytes."""

    path: str
    size: int
    sha256: str
    key: str


def write(data: bytes) -> Stored:
    """Write ``data``, encrypted with a new key, under a random name. On ``OSError`` no part of it is left."""
    token, key = secrets.token_hex(16), new_key()
    path = f"{token[:2]}/{token}"
    try:
        default_storage.save(path, ContentFile(encrypted(data, key)))
    except OSError:
        default_storage.delete(path)
        raise
    return Stored(path, len(data), hashlib.sha256(data).hexdigest(), key)


def opened(document: Document) -> BinaryIO:
    """The bytes of a readable document, as they came in or were made. The caller closes it.

    A file stored before files were encrypted has no key and is read as it lies; ``manage.py seal_files`` encrypts it.
    Raises ``Held`` while it waits for the virus check, ``FileNotFoundError`` when the storage has lost it,
    ``FileBroken`` when it was changed or cut short, and ``KeyMissing`` or ``Unreadable`` when the row's key cannot be
    opened.
    """
    if document.is_held:
        raise Held
    return in_quarantine(document)


def in_quarantine(document: Document) -> BinaryIO:
    """The bytes whatever the virus check said: for that check, and for whoever only stores them anew."""
    stored = cast(BinaryIO, default_storage.open(document.path, "rb"))
    if not document.file_key:
        return stored
    return io.BufferedReader(Decrypted(stored, document.file_key))


def bytes_of(document: Document) -> bytes:
    """All of a readable document. Raises what ``opened`` raises."""
    with opened(document) as file:
        return file.read()


def copied(document: Document, *, subject: tuple[str, str], by: User) -> Document:
    """A copy of an uploaded document for another subject of the same case: bytes and row of its own."""
    stored = write(bytes_of(document))
    copy = Document(
        partnership_id=document.partnership_id,
        case_ref=document.case_ref,
        subject_label=subject[0],
        subject_ref=subject[1],
        kind=document.kind,
        title=document.title,
        name=document.name,
        content_type=document.content_type,
        origin=document.origin,
        state=document.state,
        progress=document.progress,
        scan=document.scan,
        uploaded_by=by,
        path=stored.path,
        size=stored.size,
        sha256=stored.sha256,
        file_key=stored.key,
    )
    try:
        copy.save(force_insert=True)
    except DatabaseError:
        default_storage.delete(stored.path)
        raise
    return copy


def picture_response(document: Document) -> FileResponse:
    """A picture that was drawn anew, to be shown on a page of ours; see ``file_response``.

    Raises ``LookupError`` for a document that is none, and what ``opened`` raises.
    """
    if document.content_type not in SHOWN:
        raise LookupError
    response = _sealed(document, as_attachment=False)
    response["Content-Disposition"] = "inline"  # what the file was called may be a name
    response["Cache-Control"] = "private, no-store"
    return response


def file_response(document: Document) -> FileResponse:
    """The bytes of a readable document, as no browser can take them for a page of ours.

    A PDF we made may be shown in the browser; anything else is only ever saved. The caller has checked
    that the person may open it. Raises what ``opened`` raises.
    """
    shown = document.origin == Origin.RENDERED and document.content_type == Format.PDF.content_type
    response = _sealed(document, as_attachment=not shown)
    response["Cache-Control"] = "no-store"
    return response


def _sealed(document: Document, *, as_attachment: bool) -> FileResponse:
    response = FileResponse(
        opened(document),
        as_attachment=as_attachment,
        filename=document.name,
        content_type=document.content_type,
    )
    response["Content-Length"] = str(document.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
