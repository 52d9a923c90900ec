"""The disk that files are kept on is full: a small disk of its own (tmpfs) lies under the folder of the files."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cspr.documents.models import Document, State
from referrals.models import Referral
from tests import factories as make
from tests.faults.checker import check, odd_files
from tests.faults.driver import Answer, Browser, Fields
from tests.faults.f10_signed_out import fields_of
from tests.faults.rig import Rig
from tests.faults.shape import LeftOut, Result, Size

# More than readiness asks for (cspr.health), so that it is green before.
MEGABYTES = 260
NO_ROOM = "could not be stored because the system has no room or no access"


def run(rig: Rig, size: Size, seed: int) -> Result:
    """Uploads, a PDF and the worker's own sign of life, with no byte of room left; then with room again."""
    uploads = size.of(5, 40)
    result = Result(f"{uploads} uploads and a PDF on a full disk of {MEGABYTES} MB")
    with small_disk(rig.folder / "files") as disk:
        a = make.area()
        referral = make.draft(a)
        paper_of = make.sent(a)
        rig.start_web()
        writer, staff = rig.person(a.referrer), rig.person(a.staff)
        before = ready(rig)
        with full(disk):
            meanwhile = ready(rig)
            answers = [attach(writer, referral, f"letter-{n}.txt") for n in range(uploads)]
            rows = Document.objects.filter(subject_ref=referral.ref).count()
            on_disk = list(odd_files())
            pages = Counter(
                staff.get(path).status for path in ("/work/", "/referrals/", "/cases/", "/library/")
            )
            asked = staff.post(f"/documents/make/referral/{paper_of.ref}/", {})
            document = Document.objects.filter(subject_ref=paper_of.ref).first()
            rig.start_worker()
            rig.start_beat(ticks={"render": 2})
            if document:
                rig.until(lambda: state_of(document) == State.FAILED, "the PDF is given up", 120)
            progress = staff.get(asked.location).text if asked.location else ""
        clear = sum(answer.status == 422 and NO_ROOM in answer.text for answer in answers)
        afterwards = attach(writer, referral, "letter-after.txt")
        if document:
            staff.post(f"/documents/{document.ref}/retry/", {})
            rig.until(lambda: state_of(document) == State.READY, "the PDF is made once there is room", 90)
        kept = Document.objects.filter(subject_ref=referral.ref, state=State.STORED).count()
        result.wrong += check(rig, mail_is_out=False)
        forget(referral.ref, paper_of.ref)
    result.figures = {
        "refused with the reason": f"{clear} of {uploads}",
        "answers": dict(Counter(answer.status for answer in answers)),
        "rows kept": rows,
        "files or parts of files without a row": len(on_disk),
        "pages meanwhile": dict(pages),
        "the PDF": "given up, told, made on request once there was room" if document else "not asked for",
        "disk, says readiness": f"{before}, full: {meanwhile}",
    }
    result.expect(clear == uploads, f"{uploads - clear} uploads were not refused with the reason")
    result.expect(rows == 0, f"{rows} rows of files that are not there")
    result.expect(not on_disk, f"left on the disk: {on_disk[:3]}")
    result.expect(dict(pages) == {200: 4}, f"pages were answered with {dict(pages)}")
    result.expect((before, meanwhile) == (True, False), f"readiness of the disk: {before}, {meanwhile}")
    result.expect(document is not None, "the PDF was not asked for")
    result.expect("Try again" in progress, "the page of the PDF does not offer to try again")
    result.expect(
        afterwards.status == 302 and kept == 1, f"with room again: {afterwards.status}, {kept} kept"
    )
    return result


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """With all that lies in the folder already. Raises ``LeftOut`` for whoever may not mount a disk."""
    if os.geteuid():
        raise LeftOut("only root may mount a small disk")
    folder.mkdir(exist_ok=True)
    kept = shutil.copytree(folder, folder.with_name("files-before"))
    options = ["-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs"]
    subprocess.run(["mount", *options, str(folder)], check=True, capture_output=True)
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)
        shutil.rmtree(kept)


@contextlib.contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not a byte is left, nor a file to be had."""
    filler = disk / "filler"
    with filler.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 1024**2)
            file.flush()
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 512):
            pass
    try:
        yield
    finally:
        filler.unlink()


def ready(rig: Rig) -> bool:
    found: bool = json.loads(rig.visitor().get("/health/ready").text)["parts"]["disk"]["ok"]
    return found


def attach(browser: Browser, referral: Referral, name: str) -> Answer:
    """The page of the files, with one to add."""
    path = f"/referrals/{referral.ref}/form/attachments/"
    fields: Fields = {**fields_of(browser.get(path).text), "confirmed": "attached"}
    words = b"What the school wrote, line by line.\n" * 4000
    return browser.post(path, fields, {"uploads": (name, words)})


def state_of(document: Document) -> str:
    return Document.objects.get(pk=document.pk).state


def forget(*refs: str) -> None:
    """The disk is taken away with what lies on it; the rows go with it, so that no later check misses the files."""
    Document.objects.filter(subject_ref__in=refs).delete()
