"""The virus scanner falls silent, and comes back; then the store of the files is away."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cspr.documents.models import Document, Scan
from referrals.models import Referral
from tests import factories as make
from tests.documents.clamd import VIRUS, Clamd, listening
from tests.faults.checker import check
from tests.faults.driver import Answer, Browser
from tests.faults.f10_signed_out import fields_of
from tests.faults.rig import Rig
from tests.faults.servers import until_it_answers
from tests.faults.shape import Result, Size

WORDS = b"What the school wrote, line by line.\n" * 40


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Uploads while nobody can say whether they are clean; every one is asked for, before and after the answer."""
    number = size.of(4, 40)
    result = Result(f"{number} uploads without a scanner, every fourth with a virus; then no store of files")
    a, clamd = make.area(), Clamd()
    socket = rig.folder / "clamd.sock"
    where = {"CSPR_CLAMAV": str(socket)}
    rig.web.start(**where)
    until_it_answers(rig.port)
    writer, referral = rig.person(a.referrer), make.draft(a)
    before = Document.objects.count()
    with listening(clamd, socket):
        first = upload(writer, referral, "asked-at-once.txt", WORDS)
        good = Document.objects.order_by("-pk")[0]
        opened_at_once = writer.get(f"/documents/{good.ref}/").status
    kept = [upload(writer, referral, f"silent-{n}.txt", words(n)) for n in range(number)]
    waiting = list(Document.objects.order_by("pk")[before + 1 :])
    unscanned = Counter(writer.get(f"/documents/{document.ref}/").status for document in waiting)
    rig.worker.start(**where)
    rig.start_beat(ticks={"scan-files": 2})
    rig.until(lambda: any(row.scan_attempts for row in fresh(waiting)), "the worker asks", 60)
    unscanned += Counter(writer.get(f"/documents/{document.ref}/").status for document in waiting)
    with listening(clamd, socket):
        rig.until(lambda: all(row.scan != Scan.WAITING for row in fresh(waiting)), "all are asked about", 240)
        ends = Counter(row.scan for row in fresh(waiting))
        clean = [row for row in fresh(waiting) if row.scan == Scan.CLEAN]
        infected = [row for row in fresh(waiting) if row.scan == Scan.INFECTED]
        after = Counter(writer.get(f"/documents/{row.ref}/").status for row in clean)
        never = Counter(writer.get(f"/documents/{row.ref}/").status for row in infected)
        gone = without_store(rig, writer, referral, clean[:3])
    rows = Document.objects.count() - before
    bad = sum(n % 4 == 3 for n in range(number))
    result.figures = {
        "handed out without a clean answer": unscanned[200] + never[200],
        "asked for meanwhile": dict(unscanned),
        "ends": {str(scan): n for scan, n in ends.items()},
        "opened once clean": f"{after[200]} of {number - bad}",
        "with the store away": gone,
    }
    result.expect((first.status, opened_at_once) == (302, 200), "a clean file was not kept and opened")
    result.expect(
        {answer.status for answer in kept} == {302}, "an upload was lost while the scanner was silent"
    )
    result.expect(not unscanned[200] and not never[200], f"handed out: {unscanned}, infected: {never}")
    result.expect(ends == {Scan.CLEAN: number - bad, Scan.INFECTED: bad}, f"ends: {dict(ends)}")
    result.expect(after[200] == number - bad, f"clean ones were answered with {dict(after)}")
    result.expect(
        gone == {"files": [503], "an upload": [422], "pages": [200]}, f"with the store away: {gone}"
    )
    result.expect(rows == number + 1, f"{rows} rows for {number + 1} kept uploads")
    result.wrong += check(rig, mail_is_out=False)
    return result


def without_store(
    rig: Rig, writer: Browser, referral: Referral, clean: list[Document]
) -> dict[str, list[int]]:
    """What is answered while no file can be read or written."""
    with store_away(rig.folder / "files"):
        return {
            "files": sorted({writer.get(f"/documents/{row.ref}/").status for row in clean}),
            "an upload": [upload(writer, referral, "no-store.txt", WORDS).status],
            "pages": sorted({writer.get(path).status for path in ("/work/", "/referrals/")}),
        }


def words(number: int) -> bytes:
    return WORDS + (VIRUS if number % 4 == 3 else b"")


def upload(browser: Browser, referral: Referral, name: str, data: bytes) -> Answer:
    path = f"/referrals/{referral.ref}/form/attachments/"
    fields = {**fields_of(browser.get(path).text), "confirmed": "attached"}
    return browser.post(path, fields, {"uploads": (name, data)})


def fresh(rows: list[Document]) -> list[Document]:
    return list(Document.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"))


@contextlib.contextmanager
def store_away(folder: Path) -> Iterator[None]:
    """In place of the folder stands something that no file can be read from or written to."""
    kept = folder.with_name("files-kept")
    folder.rename(kept)
    folder.write_bytes(b"")
    try:
        yield
    finally:
        folder.unlink()
        kept.rename(folder)
