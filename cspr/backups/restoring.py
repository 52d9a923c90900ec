"""``restore``: a backup becomes a system again, where none is.

All of it is read and checked before anything is written: its keys, every piece, every member against the list, whether
this code and this database can take it. Then files go to a folder beside their place, the database is filled in one
transaction, and the files are put into their place. Then what is there is compared with what was.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from cspr.accounts.models import Partnership, SignInSession
from cspr.audit.chain import Anchor, AnchorsUnreadable, anchor_folder, anchors_in, first_break
from cspr.backups import database
from cspr.backups.contents import (
    ABOUT,
    BLOCK,
    DATABASE,
    FILES,
    LIST,
    About,
    Listed,
    NotWhole,
    checked,
    members,
)
from cspr.backups.making import Say, kept_folders, on_disk
from cspr.backups.parcel import opening
from cspr.documents.models import Document
from cspr.documents.storing import in_quarantine
from cspr.sealed.files import FileBroken
from cspr.sealed.keys import CannotOpen

SCRATCH = ".restoring"
NAMED_AT_MOST = 5


class CannotRestore(Exception):
    """Nothing was written. ``str()`` says why, and what to do."""


class HalfRestored(Exception):
    """The database is filled, and something beside it is not in its place. ``str()`` says what to do."""


def restore(file: Path, private: X25519PrivateKey, say: Say) -> Listed:
    """Fill the empty database and the empty store of files; what was in the backup, by its list.

    Raises ``CannotRestore``, ``NotWhole``, ``DatabaseRefuses``, ``FileBroken``, and what ``opening`` raises; and
    ``HalfRestored`` once the database is filled.
    """
    refuse_unless_empty()
    say("Reading and checking all of it; nothing is written yet …")
    with _opened(file, private) as contents:
        listed = checked(contents, can_take, _every_so_often(say))
    refuse_other_anchors(listed)
    files = sum(name.startswith(FILES) for name in listed.members)
    say(f"It is whole. Writing {files} files and the database …")
    small: dict[str, bytes] = {}
    with scratch() as place:
        with _opened(file, private) as contents:
            database.load(_written(contents, listed, place, small))
        try:
            for folder in sorted(place.iterdir()):
                folder.rename(place.parent / folder.name)
            on_disk(place.parent)
            for name, data in small.items():
                keep_small(name, data)
        except OSError as reason:
            raise HalfRestored(
                f"The database is filled, but not every file could be put in its place: {reason.strerror}. Mend that, "
                "and restore once more, into a new database and a new folder."
            ) from reason
    return listed


def _opened(file: Path, private: X25519PrivateKey) -> BinaryIO:
    """Its contents; whoever closes them closes the file."""
    source = file.open("rb")
    try:
        return io.BufferedReader(opening(source, private), BLOCK)
    except BaseException:
        source.close()
        raise


# --- before anything is written ---------------------------------------------------------------------------------


def refuse_unless_empty() -> None:
    if not database.is_empty():
        raise CannotRestore("The database is not empty. Make a new one and let DATABASE_URL name it.")
    store = Path(default_storage.path(""))
    if store.exists() and any(store.iterdir()):
        raise CannotRestore(
            f"There are files in {store}. Move them away, or set CSPR_DATA_DIR to a new folder."
        )


def can_take(about: About) -> None:
    """Whether this code is the one for it. Raises ``CannotRestore``."""
    if about.vendor != connection.vendor:
        raise CannotRestore(f"It holds {about.database}; DATABASE_URL names a database of another kind.")
    theirs, ours = set(about.migrations), set(database.known())
    if newer := sorted(theirs - ours):
        raise CannotRestore(
            f"It was made by a newer version ({about.version}) than this one, which does not know {newer[0]}. Install "
            "that version and restore with it."
        )
    if older := sorted(ours - theirs):
        raise CannotRestore(
            f"It was made by an older version ({about.version}), from before {older[0]}. Install that version, restore "
            "with it, then install this one and run manage.py migrate."
        )


def refuse_other_anchors(listed: Listed) -> None:
    """Anchors and the like that outlived the disaster stay as they are; they must not contradict the backup."""
    for name, digest in listed.members.items():
        place = small_place(name)
        if place and place.exists() and not has_only_grown(place, digest):
            raise CannotRestore(
                f"{place} is not as it is in the backup. One of the two was changed: find out which, keep both, and "
                "move this one away."
            )


def has_only_grown(place: Path, digest: str) -> bool:
    """Whether the file begins with what had this SHA-256, and goes on, if at all, with further lines."""
    so_far = hashlib.sha256()
    for line in place.read_bytes().splitlines(keepends=True):
        so_far.update(line)
        if so_far.hexdigest() == digest:
            return True
    return so_far.hexdigest() == digest


def small_place(name: str) -> Path | None:
    """Where a small file belongs; None for the members that are none."""
    if name in {ABOUT, LIST} or name.startswith((FILES, DATABASE)):
        return None
    kind, _, own = name.partition("/")
    if kind not in kept_folders():
        raise NotWhole(f"It holds {kind}, which this version does not know.")
    return kept_folders()[kind] / own


# --- writing -----------------------------------------------------------------------------------------------------


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in the store, for files that are not yet in their place; empty or not, it is gone afterwards."""
    place = Path(default_storage.path("")) / SCRATCH
    place.mkdir(mode=0o700, parents=True)
    try:
        yield place
    finally:
        for file in place.rglob("*"):
            if file.is_file():
                file.unlink()
        for folder in sorted(place.rglob("*"), reverse=True):
            folder.rmdir()
        place.rmdir()


def _written(opened: BinaryIO, listed: Listed, place: Path, small: dict[str, bytes]) -> Iterator[bytes]:
    """Yields the pieces of the database, having written the files and put the small ones into ``small``."""
    for name, data in members(opened):
        if name != LIST and hashlib.sha256(data).hexdigest() != listed.members.get(name):
            raise NotWhole("It was changed while it was read.")
        if name.startswith(DATABASE):
            yield data
        elif name.startswith(FILES):
            file = place / name.removeprefix(FILES)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(data)
        elif small_place(name):
            small[name] = data


def keep_small(name: str, data: bytes) -> None:
    place = small_place(name)
    if place and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


# --- afterwards --------------------------------------------------------------------------------------------------


def differences(listed: Listed) -> Iterator[str]:
    """Everything that is not as it was at the moment of the backup, in sentences; nothing when all is well."""
    database.without_time_limit()
    try:
        call_command("migrate", check=True, verbosity=0)
    except SystemExit:
        yield "manage.py migrate --check finds migrations that are not applied."
    here = database.rows()
    for table in sorted(here.keys() | listed.rows.keys()):
        if here.get(table) != listed.rows.get(table):
            yield f"{table} has {here.get(table)} rows; there were {listed.rows.get(table)}."
    if database.chains() != listed.chains:
        yield "The ends of the record are not those of the backup."
    yield from odd_files(set(listed.missing))
    yield from broken_records()


def odd_files(missing: set[str]) -> Iterator[str]:
    """Files that are not what their rows say; each is opened with its own key."""
    wrong = []
    for document in Document.objects.exclude(path="").order_by("pk").iterator():
        try:
            with in_quarantine(document) as file:
                same = (
                    hashlib.file_digest(cast(io.BufferedReader, file), "sha256").hexdigest()
                    == document.sha256
                )
        except FileNotFoundError:
            same = document.path in missing
        except (FileBroken, CannotOpen):
            same = False
        if not same:
            wrong.append(document.ref)
    for ref in wrong[:NAMED_AT_MOST]:
        yield f"The file of document {ref} is not as it was."
    if len(wrong) > NAMED_AT_MOST:
        yield f"So are {len(wrong) - NAMED_AT_MOST} more."


def broken_records() -> Iterator[str]:
    """Records that are not as they were written, or not as an anchor of their own time knew them."""
    try:
        anchors = list(anchors_in(anchor_folder()))
    except AnchorsUnreadable as unreadable:
        yield str(unreadable)
        return
    lengths = {ref: seq for ref, (seq, _) in database.chains().items()}
    in_time = [anchor for anchor in anchors if anchor.seq <= lengths.get(anchor.partnership, 0)]
    for partnership in Partnership.objects.order_by("pk"):
        if wrong := first_break(partnership, in_time):
            yield f"The record of {partnership.ref} is broken at {wrong}"


def later_anchors() -> list[Anchor]:
    """Of each record the newest anchor, where it outlived the disaster and knows of events that the backup has not."""
    lengths = {ref: seq for ref, (seq, _) in database.chains().items()}
    newest: dict[str, Anchor] = {}
    for anchor in anchors_in(anchor_folder()):
        if anchor.seq > max(
            lengths.get(anchor.partnership, 0), getattr(newest.get(anchor.partnership), "seq", 0)
        ):
            newest[anchor.partnership] = anchor
    return list(newest.values())


def end_sessions() -> int:
    """Nobody stays signed in by a session of then: it may have been ended since. How many there were."""
    ended, _ = SignInSession.objects.all().delete()
    return ended


def _every_so_often(say: Say, each: int = 256 * 1024**2) -> Callable[[int], None]:
    """Says how far it has come, whenever so many bytes more were read."""
    said = [0]

    def told(read: int) -> None:
        if read - said[0] >= each:
            said[0] = read
            say(f"{read // 1024**2} MB are in order …")

    return told
