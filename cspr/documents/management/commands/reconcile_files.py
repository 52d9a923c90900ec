"""Compare the stored files with their rows: after a restore, or when a change was rolled back after an upload."""

from __future__ import annotations

import datetime as dt
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone

from cspr.documents.models import Document

# A file is written before its row is committed; a younger one may still get its row.
YOUNG = dt.timedelta(hours=1)


def stored_paths() -> Iterator[str]:
    """Every path in the storage: files lie two levels deep, as ``cspr.documents.storing`` writes them."""
    try:
        folders, _ = default_storage.listdir("")
    except FileNotFoundError:  # nothing was ever stored, or all of it is gone: then every row says so
        return
    for folder in folders:
        yield from (f"{folder}/{name}" for name in default_storage.listdir(folder)[1])


class Command(BaseCommand):
    help = "Name files without a row and rows without a file. Exit code 1 when a row has lost its file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete the files that have no row")

    def handle(self, *args: Any, delete: bool, **options: Any) -> None:
        stored = set(stored_paths())
        rows = dict(Document.objects.exclude(path="").values_list("path", "ref"))
        for path in sorted(stored - rows.keys()):
            if default_storage.get_modified_time(path) < timezone.now() - YOUNG:
                self.stdout.write(f"{'deleted' if delete else 'no row'}: {path}")
                if delete:
                    default_storage.delete(path)
        lost = sorted(rows.keys() - stored)
        for path in lost:
            self.stdout.write(f"no file: document {rows[path]}, {path}")
        if lost:
            sys.exit(1)
