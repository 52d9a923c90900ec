"""Where the bytes lie, and how they leave: in the default storage, through one kind of response."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse

from cspr.documents.formats import Format
from cspr.documents.models import Document, Origin


@dataclass(frozen=True)
class Stored:
    """A file as it was written."""

    path: str
    size: int
    sha256: str


def write(data: bytes) -> Stored:
    """Write ``data`` under a random name that says nothing. On ``OSError`` no part of it is left."""
    token = secrets.token_hex(16)
    path = f"{token[:2]}/{token}"
    try:
        default_storage.save(path, ContentFile(data))
    except OSError:
        default_storage.delete(path)
        raise
    return Stored(path, len(data), hashlib.sha256(data).hexdigest())


def file_response(document: Document) -> FileResponse:
    """The bytes of a readable document, as no browser can take them for a page of ours.

    A PDF we made may be shown in the browser; anything else is only ever saved. The caller has checked
    that the person may open it. Raises ``FileNotFoundError`` when the storage has lost the file.
    """
    shown = document.origin == Origin.RENDERED and document.content_type == Format.PDF.content_type
    response = FileResponse(
        default_storage.open(document.path, "rb"),
        as_attachment=not shown,
        filename=document.name,
        content_type=document.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
