"""``manage.py apply_tombstones``: after a restore, dispose once more of what was disposed of since the copy."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from referrals.actions.disposing import dispose_again, dispose_waiting
from referrals.actions.tombstones import TombstonesBroken, tombstone_file, tombstones


class Command(BaseCommand):
    help = (
        "Read the tombstones that are kept outside the database, and dispose of every case among them that came back "
        "with an older copy. May be run any number of times. Exit code 2, and nothing is done, when the file was "
        "changed."
    )

    def handle(self, **options: Any) -> None:
        try:
            told = tombstones()
        except TombstonesBroken as reason:
            raise CommandError(f"{tombstone_file()}: {reason} Nothing was done.", returncode=2) from reason
        now = timezone.now()
        again = 0
        for certificate in told:
            done = dispose_again(certificate, timezone.localdate(now))
            again += done.startswith("disposed")
            self.stdout.write(f"{certificate['case']}: {done}")
        dispose_waiting(now)
        self.stdout.write(f"{len(told)} tombstones, {again} disposed of again.")
