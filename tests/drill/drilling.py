"""The drill itself: lay out, back up, write more, lose everything, restore, compare, work; then break the backup."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.drill.places import DATABASE, OWNER, READER, Machine, Print
from tests.drill.site import SOMEBODY, at_work
from tests.faults.servers import MailServer, Postgres, Redis, prepare, site_environment
from tests.run import say
from tests.services.programs import as_the_site

MORE = 50
# As many more changes, each with its event, after the backup.
WRITE_MORE = f"""
import itertools, django; django.setup()
from cspr.wall.scope import everything
from tests import factories as make
make._numbers = itertools.count(1_000_000)  # whoever laid out the cases has counted from one
with everything():
    area = make.area("After the backup")
    for _ in range({MORE}):
        make.sent(area)
"""
# A case whose period is over, as it stands in the backup; its reference.
PERIOD_OVER = """
import itertools, django; django.setup()
from cspr.mail.models import OutgoingEmail
from cspr.wall.scope import everything
from tests import factories as make
from tests.outlived import confirmed, file_closed
make._numbers = itertools.count(900_000)
with everything():
    area = make.area("Kept long enough")
    confirmed(area)
    case = file_closed(area)
    OutgoingEmail.objects.filter(subject_ref__in=[case.ref, case.referrals.get().ref]).update(state="sent")
    print(case.ref)
"""
# Disposed of by two people after the backup, and carried out as the worker does it.
DISPOSE = """
import sys, django; django.setup()
from django.utils import timezone
from cspr.accounts.models import Membership
from cspr.accounts.roles import Role
from cspr.wall.scope import everything
from cspr.workflow import perform
from referrals import actions
from referrals.models import Case
with everything():
    case, today = Case.objects.beside().get(ref=sys.argv[1]), timezone.localdate()
    def one(role):
        return Membership.objects.filter(partnership=case.partnership, role=role).first().user
    disposal = actions.propose_disposal(case, by=one(Role.STAFF), today=today, words="Over.")
    perform(disposal, "approve", by=one(Role.DPO), today=today)
    assert actions.dispose_waiting(timezone.now()) == 1
"""
THERE = """
import sys, django; django.setup()
from cspr.wall.scope import everything
from referrals.models import Case, Disposal
with everything():
    print(Case.objects.beside().filter(ref=sys.argv[1]).count(), Disposal.objects.beside().filter(
        case_ref=sys.argv[1], state="carried_out").count())
"""
MOST_LOST, MOST_DOWN = 24 * 3600.0, 30 * 60.0
EVERY = 12 * 3600.0  # how often docs/deploying.md backs up


@dataclass
class Drilled:
    """``seconds``: how long each part took; ``figures``: what was measured; ``wrong``: what is not as required."""

    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def timed(self, what: str) -> contextlib.AbstractContextManager[None]:
        return _timed(self, what)

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)


@contextlib.contextmanager
def _timed(drilled: Drilled, what: str):  # type: ignore[no-untyped-def]
    say(f"   {what} …")
    started = time.monotonic()
    yield
    drilled.seconds[what] = time.monotonic() - started


def drill(cases: int, files: int, megabytes: int) -> Drilled:
    """All of it, on servers of its own that are gone afterwards."""
    done = Drilled()
    with contextlib.ExitStack() as servers:
        safe = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="cspr-drill-safe-")))
        lost, private = lived_in(servers, safe, done, cases, files, megabytes)
        over = lost.program(["-c", PERIOD_OVER]).strip()
        somebody = json.loads(lost.program(["-c", SOMEBODY]))
        before, stored = lost.fingerprint(), lost.files()
        with done.timed("backing up"):
            lost.must("back_up", str(safe / "backups"), role="cspr_backup")
        taken = time.monotonic()
        [backup] = (safe / "backups").iterdir()
        with done.timed(f"writing {MORE} more referrals"):
            lost.program(["-c", WRITE_MORE])
        later = sum(rows for rows, _ in lost.fingerprint().values()) - sum(
            rows for rows, _ in before.values()
        )
        lost.program(["-c", DISPOSE, over])
        for outside in ("anchors", "tombstones"):
            shutil.copytree(lost.folder / outside, safe / outside)
        lose_everything(lost)
        disaster = time.monotonic()
        found = restored(servers, safe, lost, backup, private, done)
        compare(found, before, stored, done)
        disposed_again(found, safe / "tombstones", over, done)
        say("   signing in, opening a case, making a PDF …")
        reached: dict[str, float] = {}
        done.wrong += at_work(found, somebody, reached, disaster)
        done.seconds |= {f"until {what}": seconds for what, seconds in reached.items()}
        down = max(reached.values(), default=0.0)
        worst = EVERY + done.seconds["backing up"]
        done.figures |= {
            "laid out": f"{cases:,} cases, {sum(rows for rows, _ in before.values()):,} rows, {len(stored):,} files",
            "the backup": f"{backup.stat().st_size / 1024**2:,.0f} MB, made in {done.seconds['backing up']:.0f} s",
            "RPO": f"the {later:,} rows of {MORE} referrals written in the {disaster - taken:.0f} s after the backup"
            f" were lost, no other; with a backup every 12 hours at most 12 h and {done.seconds['backing up']:.0f} s",
            "RTO": f"{down:.0f} s from disaster to first PDF, {done.seconds['restoring']:.0f} s of it restoring",
        }
        done.expect(worst <= MOST_LOST, "more than a day can be lost")
        done.expect(down <= MOST_DOWN, f"{down / 60:.0f} minutes until the site worked; 30 are allowed")
        refused(servers, safe, found, backup, private, done)
    done.figures["mismatches"] = str(len(done.wrong))
    return done


def lived_in(
    servers: contextlib.ExitStack, safe: Path, done: Drilled, cases: int, files: int, megabytes: int
) -> tuple[Machine, Path]:
    """The machine that will be lost, with its cases behind the wall; and the file of the private key."""
    folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="cspr-drill-lost-")))
    postgres, redis, mail = Postgres(servers), Redis(servers), MailServer(servers)
    redis.start()
    settings = site_environment(folder, postgres, redis, mail) | {"CSPR_STATIC_ROOT": str(safe / "static")}
    lost = Machine(postgres, folder, settings)
    postgres.lay_out(lambda: prepare(settings))
    (safe / "backups").mkdir()
    lost.must("collectstatic", "--no-input", "--verbosity=0", role="postgres")
    line = lost.must("backup_keys", str(safe / "private"), role="postgres")
    lost.settings["CSPR_BACKUP_PUBLIC_KEY"] = line.strip().partition("=")[2]
    size = [f"--cases={cases}", f"--files={files}", f"--megabytes={megabytes}"]
    with done.timed(f"laying out {cases:,} cases"):
        lost.program(["-m", "tests.scale.filling", *size])
        wall = {"CSPR_APP_DATABASE_URL": as_the_site(lost.url())}
        lost.must("build_wall", role="postgres", **wall)
    lost.ask(READER)
    return lost, safe / "private"


def lose_everything(lost: Machine) -> None:
    """The cluster is stopped without warning, and its data, the files and the anchors beside them are deleted."""
    lost.postgres.stop()
    shutil.rmtree(lost.postgres.cluster.data)
    for place in lost.folder.iterdir():
        shutil.rmtree(place) if place.is_dir() else place.unlink()


def new_machine(servers: contextlib.ExitStack, lost: Machine, database: str = "cspr") -> Machine:
    """Another cluster, which writes through to the disk as a real one does, and an empty database and folder in it."""
    folder = Path(servers.enter_context(tempfile.TemporaryDirectory(prefix="cspr-drill-found-")))
    postgres = Postgres(servers, "-c max_connections=150")
    postgres.start()
    found = Machine(postgres, folder, dict(lost.settings), database)
    found.ask(OWNER)
    found.ask(DATABASE)
    return found


def restored(
    servers: contextlib.ExitStack, safe: Path, lost: Machine, backup: Path, private: Path, done: Drilled
) -> Machine:
    """The new machine as the checklist leaves it: by an owner who is no superuser."""
    with done.timed("a new, empty cluster"):
        found = new_machine(servers, lost)
        found.settings["CSPR_AUDIT_ANCHOR_DIR"] = str(safe / "anchors")
    with done.timed("restoring"):
        told = found.must("restore", str(backup), "--key", str(private), role="cspr_owner")
    done.expect("All as it was" in told, "restore did not say that all is as it was")
    with done.timed("building the wall"):
        found.must("build_wall", role="cspr_owner", CSPR_APP_DATABASE_URL=found.url("cspr_app"))
    return found


def compare(found: Machine, before: Print, stored: dict[str, str], done: Drilled) -> None:
    """By the database's own count and digest, not by what the backup says of itself."""
    with done.timed("comparing"):
        after = found.fingerprint()
        for table in sorted(before.keys() | after.keys()):
            same = after.get(table) == before.get(table)
            done.expect(same, f"{table}: {after.get(table)} in place of {before.get(table)}")
        done.expect(found.files() == stored, "the stored files are not those that were there")
        for command in (
            ["migrate", "--check"],
            ["verify_audit"],
            ["reconcile_files"],
            ["rotate_keys", "--check"],
        ):
            ended = found.manage(*command, role="cspr_owner")
            done.expect(ended.returncode == 0, f"{' '.join(command)}: {(ended.stdout + ended.stderr)[-300:]}")
        deploy = found.manage("check", "--deploy", "--database", "default", role="cspr_app")
        done.expect(deploy.returncode == 0, f"check --deploy: {deploy.stderr[-300:]}")


def disposed_again(found: Machine, tombstones: Path, case: str, done: Drilled) -> None:
    """What was disposed of after the backup came back with it, and goes by the tombstones that were kept elsewhere."""
    before = found.program(["-c", THERE, case]).split()
    found.settings["CSPR_TOMBSTONE_DIR"] = str(tombstones)
    found.must("apply_tombstones", role="cspr_owner")
    after = found.program(["-c", THERE, case]).split()
    done.expect((before, after) == (["1", "0"], ["0", "1"]), f"the case disposed of: {before}, then {after}")
    whole = found.manage("verify_audit", role="cspr_owner")
    done.expect(whole.returncode == 0, f"verify_audit after the tombstones: {whole.stdout[-300:]}")
    done.figures["disposed of after the backup"] = "came back, and is gone by its tombstone"


def refused(
    servers: contextlib.ExitStack, safe: Path, found: Machine, backup: Path, private: Path, done: Drilled
) -> None:
    """What is broken, or not for this key, is refused; and after each the new machine is as empty as before."""
    empty = Machine(found.postgres, safe / "empty", found.settings, "again")
    empty.folder.mkdir()
    empty.ask("CREATE DATABASE again OWNER cspr_owner")
    found.must("backup_keys", str(safe / "other"), role="cspr_owner")
    size = backup.stat().st_size
    tries: dict[str, Callable[[], str]] = {
        "a byte near the beginning": lambda: with_a_byte_changed(empty, backup, private, 3000),
        "a byte in the middle": lambda: with_a_byte_changed(empty, backup, private, size // 2),
        "the last byte": lambda: with_a_byte_changed(empty, backup, private, size - 1),
        "the last byte cut off": lambda: cut_off(empty, backup, private, size - 1),
        "half of it cut off": lambda: cut_off(empty, backup, private, size // 2),
        "another private key": lambda: tried(empty, backup, safe / "other"),
        "another field key": lambda: tried(empty, backup, private, CSPR_FIELD_KEYS="0123456789abcdef" * 4),
        "a database that is not empty": lambda: tried(found, backup, private),
    }
    well = 0
    for name, attempt in tries.items():
        say(f"   refused? {name} …")
        said = attempt()
        holds = "Refused, and nothing was restored" in said and empty.is_empty()
        done.expect(holds, f"{name}: was not refused: {said[-200:]}")
        well += holds
    done.figures["refused, with nothing written"] = f"{well} of {len(tries)}: {', '.join(tries)}"


def tried(machine: Machine, backup: Path, key: Path, **more: str) -> str:
    ended = machine.manage("restore", str(backup), "--key", str(key), role="cspr_owner", **more)
    return ended.stderr if ended.returncode == 1 else f"ended with {ended.returncode}"


def with_a_byte_changed(machine: Machine, backup: Path, key: Path, at: int) -> str:
    """In the backup itself, which may be large; changed back afterwards."""
    with backup.open("r+b") as file:
        file.seek(at)
        [byte] = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    try:
        return tried(machine, backup, key)
    finally:
        with backup.open("r+b") as file:
            file.seek(at)
            file.write(bytes([byte]))


def cut_off(machine: Machine, backup: Path, key: Path, size: int) -> str:
    short = backup.with_name("short")
    with backup.open("rb") as whole, short.open("wb") as part:
        left = size
        while piece := whole.read(min(left, 1024**2)):
            part.write(piece)
            left -= len(piece)
    try:
        return tried(machine, short, key)
    finally:
        short.unlink()
