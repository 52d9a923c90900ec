"""``manage.py backup_keys FILE``: the pair of keys for backups. Not on the server: only one half belongs there."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cspr.backups.parcel import new_pair, pair_id

WORDS = """# The private half of the pair {id}. Whoever has it and the field keys reads every backup made for it;
# without it none can be restored. Keep it in a safe or a vault, on paper too, where two people can reach it.
# Never on the server.
{private}
# Belongs to CSPR_BACKUP_PUBLIC_KEY={public}
"""


class Command(BaseCommand):
    help = (
        "Make a pair of keys: the private half goes into FILE, which must not be there yet; the public half is "
        "printed, for CSPR_BACKUP_PUBLIC_KEY on the server. Run this on another machine than the server."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **options: Any) -> None:
        private, public = new_pair()
        try:
            handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except OSError as reason:
            raise CommandError(f"{file} cannot be made: {reason.strerror}.", returncode=2) from reason
        with os.fdopen(handle, "w") as target:
            target.write(WORDS.format(id=pair_id(public), private=private, public=public))
        self.stdout.write(f"CSPR_BACKUP_PUBLIC_KEY={public}")
        self.stderr.write(
            f"The private half of the pair {pair_id(public)} is in {file}. Bring it to where it is kept, see that it "
            "can be read there, and delete this file."
        )
