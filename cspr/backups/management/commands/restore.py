"""``manage.py restore FOLDER|FILE``: a backup becomes a system again, where none is."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cspr.backups.contents import Listed, NotWhole
from cspr.backups.database import DatabaseRefuses
from cspr.backups.keeping import backups_in
from cspr.backups.parcel import NotABackup, WrongKey, label_of, private_half
from cspr.backups.restoring import (
    CannotRestore,
    HalfRestored,
    differences,
    end_sessions,
    later_anchors,
    restore,
)
from cspr.sealed.files import FileBroken

REFUSED = (CannotRestore, NotWhole, NotABackup, WrongKey, DatabaseRefuses)
# Whatever app disposes of records brings it; the platform only asks whether it is there.
DISPOSE_AGAIN = "apply_tombstones"
NEXT = """
Next, in this order:
 1. {wall}
 2. Start web, worker and beat, and look at /health/ready. Sign in, open a case, make one PDF.
 3. Everything since {made_at} is lost. Ask people what they did after it, and enter it again.
 4. Whoever left, lost a role or came onto a case's list of conflicts after {made_at} is back as they were then:
    go through People and access before anybody else signs in.
 5. E-mails that waited at that moment may go out once more.
 6. Make a backup at once, and write down when you restored what, and how long it took.
"""
WALL = "As the owner of the database: manage.py build_wall. Until then the site cannot sign in to it."


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database and an empty store of files, with the code that made it. All of it is "
        "checked before anything is written. Of a folder the newest backup is taken. The private key is asked for, or "
        "read from --key FILE (- for standard input)."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, metavar="FOLDER|FILE")
        parser.add_argument("--key", metavar="FILE", help="where the private half of the pair is")

    def handle(self, *, backup: Path, key: str | None, **options: Any) -> None:
        file = chosen(backup)
        try:
            with file.open("rb") as source:
                label = label_of(source)
            self._say(f"{file.name}, of {label.made_at}, needs the private key {label.pair}.")
            listed = restore(file, private_key(key), self._say)
        except FileBroken as reason:
            raise CommandError(
                "Refused, and nothing was restored. The backup was changed, or is cut short. Take another copy of it, "
                "or the one before."
            ) from reason
        except REFUSED as reason:
            raise CommandError(f"Refused, and nothing was restored. {reason}") from reason
        except HalfRestored as reason:
            raise CommandError(str(reason)) from reason
        except OSError as reason:
            raise CommandError(f"Nothing was restored: {reason.strerror}.") from reason
        self._compare(listed)
        self._dispose_again()
        wall = WALL if connection.vendor == "postgresql" else "This is SQLite: there is no wall to build."
        self._say(NEXT.format(wall=wall, made_at=label.made_at))

    def _compare(self, listed: Listed) -> None:
        self._say("Comparing what is there with what was …")
        wrong = list(differences(listed))
        for sentence in wrong:
            self._say(f"WRONG: {sentence}")
        if wrong:
            raise CommandError(
                "What was restored is not what was backed up. Let nobody sign in. Keep it to be looked at, and restore "
                "the backup before this one into another database and folder."
            )
        files = sum(name.startswith("files/") for name in listed.members)
        self._say(
            f"All as it was: {sum(listed.rows.values())} rows, {files} files, {len(listed.chains)} records."
        )
        for path in listed.missing:
            self._say(f"Missing already when the backup was made: {path}")
        for anchor in later_anchors():
            known, _ = listed.chains.get(anchor.partnership, (0, ""))
            self._say(
                f"An anchor of {anchor.at} knew {anchor.seq} events of {anchor.partnership}, the backup of {known}; "
                "what was recorded between is lost. Move the anchors made after the backup to another folder, and keep "
                "them: verify_audit would go on missing those events."
            )
        self._say(f"{end_sessions()} sessions were ended: everybody signs in anew.")

    def _dispose_again(self) -> None:
        if DISPOSE_AGAIN in get_commands():
            self._say("Disposing again of what was disposed of after the backup …")
            call_command(DISPOSE_AGAIN, stdout=self.stdout, stderr=self.stderr)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def chosen(backup: Path) -> Path:
    """The file itself, or the newest backup of the folder."""
    if not backup.is_dir():
        if not backup.is_file():
            raise CommandError(f"There is no {backup}.", returncode=2)
        return backup
    found = backups_in(backup)
    if not found:
        raise CommandError(f"There is no backup in {backup}.", returncode=2)
    return found[-1]


def private_key(file: str | None) -> X25519PrivateKey:
    """From the file, from standard input, or typed without being shown."""
    try:
        if file is None:
            return private_half(getpass.getpass("The private key (cspr-backup-private:…): ").strip())
        return private_half(sys.stdin.read() if file == "-" else Path(file).read_text())
    except OSError as reason:
        raise CommandError(f"{file} cannot be read: {reason.strerror}.", returncode=2) from reason
