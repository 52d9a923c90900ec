"""Which backups are kept, what is refused at the start, and that code of another version takes none."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from cspr.backups import contents, database
from cspr.backups.contents import About, Listed, NotWhole, Packing, checked, members
from cspr.backups.keeping import backups_in, had_their_time, name_at
from cspr.backups.making import VERSION, AlreadyThere, new_file
from cspr.backups.parcel import WrongKey, new_pair, private_half
from cspr.backups.restoring import CannotRestore, can_take, has_only_grown
from tests.services.programs import ROOT

NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


def of(migrations: list[str], vendor: str = "") -> About:
    from django.db import connection  # noqa: PLC0415  (whichever engine this run has)

    return About("2026-11-30T12:00:00+00:00", vendor or connection.vendor, "a database", "9.9", migrations)


def test_the_last_of_thirty_five_days_and_of_twelve_months_are_kept(tmp_path: Path) -> None:
    times = [NOON - dt.timedelta(hours=12 * n) for n in range(2 * 800)]
    for time in times:
        (tmp_path / name_at(time)).touch()
    (tmp_path / "notes.txt").touch()
    gone = had_their_time(backups_in(tmp_path))
    kept = [file.name for file in backups_in(tmp_path) if file not in gone]
    assert kept[-35:] == sorted(name_at(NOON - dt.timedelta(days=n)) for n in range(35))
    assert len(kept) == 35 + 12 - 2  # the last of October and of November are among both
    assert {name[5:11] for name in kept} == {f"2025{m:02}" for m in range(12, 13)} | {
        f"2026{m:02}" for m in range(1, 12)
    }


def test_a_backup_is_never_written_over_and_half_of_one_has_no_name(tmp_path: Path) -> None:
    place = tmp_path / name_at(NOON)
    with pytest.raises(ZeroDivisionError), new_file(place) as target:
        target.write(bytes(1 // (target.write(b"half") - 4)))
    assert list(tmp_path.iterdir()) == []
    with new_file(place) as target:
        target.write(b"whole")
    assert place.stat().st_mode & 0o077 == 0
    with pytest.raises(AlreadyThere), new_file(place):
        pass
    assert place.read_bytes() == b"whole"


def test_code_that_knows_more_or_fewer_migrations_says_which_version_is_needed() -> None:
    here = database.known()
    can_take(of(here))
    with pytest.raises(CannotRestore, match=r"newer version \(9\.9\).*referrals\.9999_later"):
        can_take(of([*here, "referrals.9999_later"]))
    with pytest.raises(CannotRestore, match=r"older version \(9\.9\).*run manage\.py migrate"):
        can_take(of(here[:-1]))
    with pytest.raises(CannotRestore, match="another kind"):
        can_take(of(here, vendor="oracle"))


def test_the_version_it_names_is_this_one() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


PRIVATE_HALF = new_pair()[0]


# Named, because a test whose name differs from process to process cannot be shared between them.
@pytest.mark.parametrize(
    "key",
    ["0" * 64, "short", "cspr-backup-private:" + "5a" * 32, PRIVATE_HALF],
    ids=["no key", "short", "like the private half", "the private half"],
)
def test_nothing_starts_with_a_key_that_is_none_or_is_the_private_half(key: str, settings: Any) -> None:
    settings.BACKUP_PUBLIC_KEY = key
    with pytest.raises(ImproperlyConfigured, match="CSPR_BACKUP_PUBLIC_KEY"):
        apps.get_app_config("backups").ready()


@pytest.mark.parametrize("text", ["", "5a" * 32, "cspr-backup-private:short"])
def test_what_is_no_private_half_is_said(text: str) -> None:
    with pytest.raises(WrongKey):
        private_half(text)


def test_the_two_halves_belong_together() -> None:
    private, public = new_pair()
    assert private_half(f"# words\n{private}\n").public_key().public_bytes_raw().hex() == public


def test_a_file_that_has_only_grown_since_the_backup_does_not_contradict_it(tmp_path: Path) -> None:
    file, then = tmp_path / "tombstones.jsonl", b"one\ntwo\n"
    digest = hashlib.sha256(then).hexdigest()
    for now, same in {
        then: True,
        then + b"three\n": True,
        b"one\n2\nthree\n": False,
        b"one\n": False,
    }.items():
        file.write_bytes(now)
        assert has_only_grown(file, digest) == same


def packed(*names: str) -> io.BytesIO:
    out = io.BytesIO()
    packing = Packing(out, of([]))
    for name in names:
        packing.add(name, b"data")
    packing.finish()
    return io.BytesIO(out.getvalue())


def look(inside: io.BytesIO) -> Listed:
    return checked(inside, lambda about: None, lambda read: None)


def test_what_is_not_listed_or_is_there_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(look(packed("database/00000000")).members) == {"about.json", "database/00000000"}
    with pytest.raises(NotWhole, match="twice"):
        look(packed("database/00000000", "database/00000000"))
    monkeypatch.setattr(contents, "_json", lambda value: b"{}" if "members" in value else b"[]")
    with pytest.raises(NotWhole):
        look(packed("database/00000000"))


@pytest.mark.parametrize(
    "name", ["../up", "files/ab/../../up", "/etc/passwd", "files/ab", "other/x.sh", "files/ab/CD" * 2]
)
def test_no_member_says_where_it_is_to_be_written(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotWhole):
        packed(name)
    out = io.BytesIO()
    monkeypatch.setattr(contents, "NAMES", contents.re.compile(".*"))
    packing = Packing(out, of([]))
    packing.add(name, b"data")
    packing.finish()
    monkeypatch.undo()
    with pytest.raises(NotWhole, match="no backup holds"):
        list(members(io.BytesIO(out.getvalue())))
