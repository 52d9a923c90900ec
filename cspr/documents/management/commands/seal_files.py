"""``manage.py seal_files``: files that were stored before files were encrypted are encrypted now."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from cspr.documents.models import READABLE, Document
from cspr.documents.storing import in_quarantine, write


class Command(BaseCommand):
    help = "Encrypt the stored files that lie open. It may be stopped and begun again."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        # Sealed text cannot be compared by the database, but no text at all stands there as what it is.
        for document in (
            Document.objects.filter(state__in=READABLE).exclude(path="").order_by("pk").iterator()
        ):
            if not document.file_key and seal_file(document):
                done += 1
        self.stdout.write(f"{done} files encrypted.")


def seal_file(document: Document) -> bool:
    """Store the file anew, encrypted, and take the open one away; False when it is gone or was taken in meanwhile."""
    before = document.path
    try:
        with in_quarantine(document) as file:
            data = file.read()
    except FileNotFoundError:
        return False  # manage.py reconcile_files names it
    if document.sha256 and hashlib.sha256(data).hexdigest() != document.sha256:
        raise CommandError(f"Document {document.ref}: its file was changed. Restore it from the backup.")
    stored = write(data)
    ours = Document.objects.filter(pk=document.pk, path=before)
    if not ours.update(path=stored.path, file_key=stored.key):
        default_storage.delete(stored.path)
        return False
    default_storage.delete(before)
    return True
