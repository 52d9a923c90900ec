"""``manage.py back_up FOLDER [--prune]``: one encrypted file with everything but the keys."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cspr.backups.contents import NotWhole
from cspr.backups.database import DatabaseRefuses
from cspr.backups.keeping import DAYS, MONTHS, backups_in, had_their_time
from cspr.backups.making import AlreadyThere, back_up


class Command(BaseCommand):
    help = (
        "Write database, stored files, anchors and tombstones of one moment into a new file in FOLDER, encrypted for "
        "CSPR_BACKUP_PUBLIC_KEY. Nothing is ever written over. Exit code 1 when there is no backup, or when files were "
        "missing that rows name."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--prune",
            action="store_true",
            help=f"then delete older backups: kept are the last of {DAYS} days and of {MONTHS} months",
        )

    def handle(self, *, folder: Path, prune: bool, **options: Any) -> None:
        if not settings.BACKUP_PUBLIC_KEY:
            raise CommandError(
                "Set CSPR_BACKUP_PUBLIC_KEY: manage.py backup_keys makes the pair.", returncode=2
            )
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.", returncode=2)
        try:
            made = back_up(folder, settings.BACKUP_PUBLIC_KEY, timezone.now(), self._say)
        except (AlreadyThere, DatabaseRefuses, NotWhole) as reason:
            raise CommandError(f"No backup was made. {reason}") from reason
        except OSError as reason:
            raise CommandError(f"No backup was made: {reason.strerror}.") from reason
        self.stdout.write(
            f"{made.file}: {made.bytes / 1024**2:.1f} MB, {made.rows} rows, {made.files} files, whole and on the disk."
        )
        if prune:
            for file in had_their_time(backups_in(folder)):
                file.unlink()
                self._say(f"{file.name} has had its time and was deleted.")
        if made.lost:
            raise CommandError(
                f"The backup was made, but {made.lost} files that rows name were not there to be copied. "
                "manage.py reconcile_files names them."
            )

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
