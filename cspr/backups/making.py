"""``back_up``: one moment of the whole system, in one encrypted file."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from cspr.audit.chain import anchor_folder
from cspr.backups import database
from cspr.backups.contents import DATABASE, FILES, About, Packing
from cspr.backups.keeping import name_at
from cspr.backups.parcel import closing
from cspr.documents.models import Document

VERSION = "0.1.0"  # of pyproject.toml, which is not asked at run time; a test compares
Say = Callable[[str], None]


class AlreadyThere(Exception):
    """There is a backup of that name, and none is ever written over."""


@dataclass(frozen=True)
class Made:
    """What was made. ``lost``: files that rows name and nobody has."""

    file: Path
    bytes: int
    files: int
    rows: int
    lost: int


def kept_folders() -> dict[str, Path]:
    """Folders of small files that belong to a backup, by the name they have in it."""
    tombstones = Path(getattr(settings, "TOMBSTONE_DIR", Path(settings.DATA_DIR) / "tombstones"))
    return {"anchors": anchor_folder(), "tombstones": tombstones}


def back_up(folder: Path, public: str, now: dt.datetime, say: Say) -> Made:
    """Write a new backup into ``folder``. Raises ``AlreadyThere``, ``DatabaseRefuses``, ``OSError``; then nothing is
    left of it."""
    with new_file(folder / name_at(now)) as target:
        sealed = closing(target, public, now.isoformat(timespec="seconds"))
        # Before the moment that is copied: an anchor must not know of events which the copy has not.
        small = {
            f"{name}/{file.name}": file.read_bytes()
            for name, place in kept_folders().items()
            for file in sorted(place.glob("*.json*"))
        }
        with database.held_still() as moment:
            packing = Packing(sealed, about(now))  # type: ignore[arg-type]  # it can be written to
            listed = packing.listed
            say("Counting …")
            listed.rows, listed.chains = database.rows(), database.chains()
            paths = list(Document.objects.exclude(path="").order_by("path").values_list("path", flat=True))
            say(f"{len(paths)} files …")
            listed.missing = [path for path in paths if not add_file(packing, path)]
            for name, data in small.items():
                packing.add(name, data)
            say("The database …")
            for number, piece in enumerate(database.dumped(moment)):
                packing.add(f"{DATABASE}{number:08}", piece)
                if number % 50 == 49:
                    say(f"{(number + 1) * len(piece) // 1024**2} MB of it …")
        packing.finish()
        sealed.finish()
        size = target.tell()
    still_named = Document.objects.filter(path__in=listed.missing).count()
    found = len(paths) - len(listed.missing)
    return Made(folder / name_at(now), size, found, sum(listed.rows.values()), still_named)


def about(now: dt.datetime) -> About:
    return About(
        made_at=now.isoformat(timespec="seconds"),
        vendor=connection.vendor,
        database=database.server(),
        version=VERSION,
        migrations=database.applied(),
    )


def add_file(packing: Packing, path: str) -> bool:
    """Whether it was there. It lies encrypted with its own key and is copied as it lies."""
    try:
        with default_storage.open(path, "rb") as file:
            packing.add(f"{FILES}{path}", file.read())
    except FileNotFoundError:
        return False
    return True


@contextmanager
def new_file(place: Path) -> Iterator[BinaryIO]:
    """A file that has its name only once it is whole and on the disk; for nobody else to read."""
    if place.exists():
        raise AlreadyThere(f"{place} is there already.")
    half = place.with_name(f".{place.name}.part")
    handle = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        half.rename(place)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    on_disk(place.parent)


def on_disk(folder: Path) -> None:
    """What was renamed in the folder stays so after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
