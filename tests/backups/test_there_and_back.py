"""A system is backed up, lost, and restored: it is what it was, or nothing at all."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cspr.backups.contents import Listed, NotWhole, checked
from cspr.backups.parcel import (
    Label,
    NotABackup,
    WrongKey,
    closing,
    label_of,
    new_pair,
    opening,
    private_half,
)
from cspr.sealed.files import PIECE, TAG, FileBroken
from cspr.sealed.keys import Key
from tests.backups.conftest import FIELD_KEY, LATER, READER, Seen, System, role, signed_in

POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
only_on_postgresql = pytest.mark.skipif(not POSTGRESQL, reason="roles are PostgreSQL's; needs DATABASE_URL")


def test_what_is_restored_is_what_was_there_and_the_command_says_what_to_do_next(
    before: Seen, backup: Path, empty: System, pair: tuple[Path, str]
) -> None:
    done = empty.manage("restore", str(backup.parent), "--key", str(pair[0]))
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert empty.seen() == before
    assert "All as it was: " in said
    assert ("manage.py build_wall" in said) == POSTGRESQL
    for step in ("/health/ready", "is lost", "People and access", "Make a backup"):
        assert step in said
    for word in ("agency.example", "Testshire", "Person ", pair[0].read_text().split("private:")[1][:20]):
        assert word not in said
    whole = empty.manage("verify_audit").stdout
    assert (whole.count("whole: "), whole.count(" 1 anchors")) == (2, 2)
    again = empty.manage("restore", str(backup), "--key", str(pair[0]))
    assert (again.returncode, "The database is not empty" in again.stderr) == (1, True)


def test_a_folder_that_holds_files_is_refused(backup: Path, empty: System, pair: tuple[Path, str]) -> None:
    (empty.folder / "files" / "ab").mkdir(parents=True)
    done = empty.manage("restore", str(backup), "--key", str(pair[0]))
    assert done.returncode == 1
    assert "There are files in" in done.stderr


def flipped(at: Callable[[int], int]) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        place = at(len(data))
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]

    return flip


def pieces_in_another_order(data: bytes) -> bytes:
    start, one = data.index(b"\ncspr1\n") + 7, PIECE + TAG
    first, second = data[start : start + one], data[start + one : start + 2 * one]
    return data[:start] + second + first + data[start + 2 * one :]


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte of the first line": flipped(lambda size: 60),
    "a byte near the beginning": flipped(lambda size: 2000),
    "a byte in the middle": flipped(lambda size: size // 2),
    "the last byte": flipped(lambda size: size - 1),
    "half of it": lambda data: data[: len(data) // 2],
    "without its last piece": lambda data: data[: data.index(b"\ncspr1\n") + 7 + 3 * (PIECE + TAG)],
    "nothing but the first line": lambda data: data[: data.index(b"\n") + 1],
    "with something behind it": lambda data: data + b"x",
    "two pieces changed round": pieces_in_another_order,
    "something else": lambda data: b"PGDMP" + data,
}


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("made_at", "\x1b[2JAll as it was"),
        ("made_at", 5),
        ("pair", "\x1b[2J"),
        ("field_key", "../../etc"),
        ("once", ""),
    ],
)
def test_a_first_line_that_says_anything_else_is_not_told(field: str, said: Any) -> None:
    """It is told on the screen before the backup is opened."""
    ids = {"pair": "0a" * 4, "field_key": "1b" * 4, "once": "2c" * 32, "made_at": "2026-11-23T09:00:00+00:00"}
    assert label_of(io.BytesIO(Label(**ids).line())).pair == "0a" * 4
    with pytest.raises(NotABackup):
        label_of(io.BytesIO(Label(**{**ids, field: said}).line()))


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_was_changed_cut_off_or_added_does_not_open(
    name: str, backup: Path, pair: tuple[Path, str], settings: Any
) -> None:
    settings.FIELD_KEYS = [FIELD_KEY]
    private = private_half(pair[0].read_text())

    def read(data: bytes) -> Listed:
        inside = io.BufferedReader(opening(io.BytesIO(data), private))
        return checked(inside, lambda about: None, lambda so_far: None)

    assert read(backup.read_bytes()).rows
    with pytest.raises((FileBroken, NotABackup, NotWhole, WrongKey)):
        read(CHANGES[name](backup.read_bytes()))


def test_what_does_not_open_is_refused_and_nothing_is_written(
    backup: Path, empty: System, pair: tuple[Path, str], tmp_path: Path
) -> None:
    """The last byte: all before it has opened."""
    (tmp_path / "changed").write_bytes(CHANGES["the last byte"](backup.read_bytes()))
    done = empty.manage("restore", str(tmp_path / "changed"), "--key", str(pair[0]))
    assert (done.returncode, "was changed, or is cut short" in done.stderr) == (1, True)
    assert empty.is_empty()


def test_the_wrong_private_key_and_the_wrong_field_key_are_named(
    backup: Path, pair: tuple[Path, str], settings: Any
) -> None:
    settings.FIELD_KEYS = [FIELD_KEY]
    other, _ = new_pair()
    with backup.open("rb") as file, pytest.raises(WrongKey, match="needs the private key"):
        opening(file, private_half(other))
    settings.FIELD_KEYS = ["5a" * 32]
    with backup.open("rb") as file, pytest.raises(WrongKey, match="not in CSPR_FIELD_KEYS"):
        opening(file, private_half(pair[0].read_text()))


def test_who_has_only_the_public_half_makes_no_backup_that_this_system_takes(
    pair: tuple[Path, str], settings: Any
) -> None:
    """Not even one that claims the id of our field key."""
    forged, theirs = io.BytesIO(), "6b" * 32
    settings.FIELD_KEYS = [theirs]
    closing(forged, pair[1], "2026-12-01").finish()
    settings.FIELD_KEYS = [FIELD_KEY]
    ids = [Key(bytes.fromhex(key)).id.encode() for key in (theirs, FIELD_KEY)]
    claims = forged.getvalue().replace(*ids)
    assert claims != forged.getvalue()
    with pytest.raises(FileBroken):
        opening(io.BytesIO(claims), private_half(pair[0].read_text()))


def test_nothing_of_the_content_lies_open_in_the_backup(backup: Path) -> None:
    inside = backup.read_bytes().split(b"\n", 1)[1]
    for word in (b"agency.example", b"Testshire", b"PGDMP", b"SQLite format", b"audit_event", b"case.note"):
        assert word not in inside


def test_what_was_written_after_the_backup_is_not_there_and_a_later_anchor_says_so(
    system: System, before: Seen, backup: Path, empty: System, pair: tuple[Path, str], tmp_path: Path
) -> None:
    """The anchors outlived the disaster elsewhere."""
    system.told(LATER)
    anchors = shutil.copytree(system.folder / "anchors", tmp_path / "anchors")
    done = empty.manage("restore", str(backup), "--key", str(pair[0]), CSPR_AUDIT_ANCHOR_DIR=str(anchors))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "what was recorded between is lost" in done.stdout
    assert empty.seen() == before


def test_what_fails_once_the_database_is_filled_is_not_said_to_have_done_nothing(
    backup: Path, empty: System, pair: tuple[Path, str], tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("")
    nowhere = {"CSPR_AUDIT_ANCHOR_DIR": str(tmp_path / "a-file" / "anchors")}
    done = empty.manage("restore", str(backup), "--key", str(pair[0]), **nowhere)
    assert (done.returncode, "The database is filled, but" in done.stderr) == (1, True)
    assert "Nothing was restored" not in done.stderr


def test_a_changed_anchor_is_found_before_anything_is_written(
    backup: Path, empty: System, pair: tuple[Path, str]
) -> None:
    [name] = [file.name for file in (backup.parent.parent).glob("lived*/anchors/*.jsonl")][:1]
    (empty.folder / "anchors").mkdir()
    (empty.folder / "anchors" / name).write_text("{}\n")
    done = empty.manage("restore", str(backup), "--key", str(pair[0]))
    assert (done.returncode, "is not as it is in the backup" in done.stderr) == (1, True)
    assert empty.is_empty()


def test_a_file_that_is_gone_is_said_when_the_backup_is_made_and_when_it_is_restored(
    system: System, empty: System, pair: tuple[Path, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = next(path for path in (system.folder / "files").rglob("*") if path.is_file())
    away = file.rename(tmp_path / "away")
    try:
        done = system.manage("back_up", str(folder))
    finally:
        away.rename(file)
    assert (done.returncode, "1 files that rows name were not there" in done.stderr) == (1, True)
    restored = empty.manage("restore", str(folder), "--key", str(pair[0]))
    assert restored.returncode == 0, restored.stderr
    assert f"Missing already when the backup was made: {file.parent.name}/{file.name}" in restored.stdout


@pytest.fixture
def reader(system: System) -> Iterator[System]:
    """The role for backups, as docs/deploying.md makes it."""
    with role(os.environ["DATABASE_URL"], "reader", READER) as name:
        yield System(system.folder, signed_in(system.url, name), system.more)


@only_on_postgresql
def test_the_role_for_backups_reads_everything_behind_the_wall(
    system: System, reader: System, empty: System, pair: tuple[Path, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    wall = {"CSPR_APP_DATABASE_URL": signed_in(system.url, f"{system.url.rpartition('/')[2]}_site")}
    assert system.manage("build_wall", **wall).returncode == 0
    done = reader.manage("back_up", str(folder))
    assert done.returncode == 0, done.stderr
    restored = empty.manage("restore", str(folder), "--key", str(pair[0]))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "All as it was" in restored.stdout
    # An owner who is no superuser is held by the wall, and opens it.
    again = System(empty.folder, empty.url, system.more).manage("back_up", str(folder))
    assert again.returncode == 0, again.stderr
    site = System(system.folder, wall["CSPR_APP_DATABASE_URL"], system.more).manage("back_up", str(folder))
    assert (site.returncode, "cannot read every row" in site.stderr) == (1, True)
