"""The finished files of a report: made and looked through by the worker before anybody signs."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from cspr.accounts.models import User
from cspr.documents.contents import CannotRead, contents_of
from cspr.documents.leases import UNEXPECTED, LeaseLost, Leases, log_lost
from cspr.documents.models import READABLE, Document
from cspr.documents.pdf import fingerprint, paper_kind, queue_pdf
from cspr.documents.storing import opened
from cspr.logs import kind_and_place
from cspr.wall.scope import within
from cspr.workflow import Refused, in_turn, perform, why_not
from reviews.anonymity import Find, TooMuch
from reviews.anonymity.files import find_in_file
from reviews.anonymity.kinds import CheckState, FileKind
from reviews.models import AskedCheck, IdentityKey
from reviews.models.anonymising import key_of

log = logging.getLogger(__name__)

PAPERS = {FileKind.PDF: "anonymity_pdf", FileKind.WORD: "anonymity_word"}
# Kept of one file; a file with more is not nearly finished.
MOST_FINDS = 500
# What a finished file carries beside its words.
NOTHING_SAID = {"before": "", "after": "", "why": "it should not be in the file", "instead": ""}
OTHER_KEY = "The key was changed while the files were looked through. Check them again."
# Both files may take 90 s each. The task may run a little longer than that, and the lease longer than the task.
TASK_SECONDS = 240
ROWS = Leases(
    AskedCheck,
    waiting=CheckState.WAITING,
    busy=CheckState.LOOKING,
    failed=CheckState.FAILED,
    lease=dt.timedelta(seconds=TASK_SECONDS + 30),
)


def ask_for_files(key: IdentityKey, *, by: User) -> None:
    """Ask for the PDF and the Word document of the report as it reads now; the worker makes them."""
    reason = why_not(key, "ask_for_check", by)
    if reason:
        raise Refused(reason)
    for paper in PAPERS.values():
        queue_pdf(paper, key, by)


def ask_for_check(
    key: IdentityKey, *, by: User, today: dt.date, version: int | None = None, nonce: str = ""
) -> IdentityKey:
    """Ask that the newest PDF and Word document be looked through; the worker does it (``check_waiting``).

    Refused while they are not both made, or when the report was changed after they were.
    """
    reason = why_not(key, "ask_for_check", by)
    if reason:
        raise Refused(reason)
    _newest(key, by)
    return perform(key, "ask_for_check", by=by, today=today, version=version, nonce=nonce)


def check_waiting() -> bool:
    """Look through the files of the oldest wish that waits; answers whether there was one. Safe to run twice."""
    row = ROWS.claim(timezone.now())
    if row is None:
        return False
    try:
        with within([row.key.partnership.pk]):
            look(row)
    except LeaseLost:
        log_lost(row)
    except (Refused, CannotRead, TooMuch) as reason:
        ROWS.fail(row, str(reason))
    except DatabaseError:
        raise  # nothing can be written down now; the lease ends and the row is tried again
    except Exception as error:  # reading a file may fail in any way, and alone
        log.error("check %s: %s", row.pk, kind_and_place(error))
        ROWS.try_again_or_fail(row, UNEXPECTED)
    return True


def look(row: AskedCheck) -> None:
    """Read first, which is slow; then record the result and that the wish is met: both, or neither."""
    key, by = row.key, row.asked_by
    reason = why_not(key, "check_files", by)
    if reason:
        raise Refused(reason)
    known, text_hash, files = key_of(key, key.review), key.review.report_hash, read_files(key, by)
    with in_turn(key.partnership):
        if key_of(key, key.review) != known:  # what was added meanwhile was not looked for
            raise Refused(OTHER_KEY)
        ROWS.mark(row, state=CheckState.DONE, failure="", leased_until=None)
        today = timezone.localdate()
        perform(key, "check_files", by=by, today=today, text_hash=text_hash, files=files)


def read_files(key: IdentityKey, by: User) -> list[dict[str, Any]]:
    """What is found in the bytes of both files: ``{kind, sha256, finds}``, each find with its page or place.

    Raises ``Refused``, ``CannotRead`` or ``TooMuch``, each with the sentence to show.
    """
    known = key_of(key, key.review)
    files = []
    for kind, document in _newest(key, by).items():
        with opened(document) as file:
            data = file.read()
        contents = contents_of(data, kind, name=document.name)
        rows = [_row(one) for one in find_in_file(contents, known)]
        rows += [{**NOTHING_SAID, "where": one.where, "said": one.what} for one in contents.carried]
        files.append({"kind": kind, "sha256": hashlib.sha256(data).hexdigest(), "finds": rows[:MOST_FINDS]})
    return files


def _row(found: Find) -> dict[str, str]:
    return {
        "where": found.place.title,
        "before": found.before,
        "said": found.said,
        "after": found.after,
        "why": found.why,
        "instead": found.instead,
    }


def _newest(key: IdentityKey, by: User) -> dict[FileKind, Document]:
    """Both files, made of the report as it reads now; ``Refused`` with what to do when they are not."""
    found = {}
    for kind, document in made_files(key).items():
        if document is None or document.state not in READABLE:
            raise Refused("The PDF and the Word document have to be made first.")
        if document.data_hash != wanted(key, kind, by):
            raise Refused("The report was changed after these files were made. Make them again.")
        found[kind] = document
    return found


def wanted(key: IdentityKey, kind: FileKind, by: User) -> str:
    """The hash of the words of which such a file would be made now."""
    paper = paper_kind(PAPERS[kind]).builder(key, by)
    return fingerprint(paper.source(), paper.format)


def made_files(key: IdentityKey) -> dict[FileKind, Document | None]:
    """The newest PDF and Word document that were made to be checked."""
    documents = list(Document.objects.for_subject(key._meta.label_lower, key.ref))
    return {kind: next((d for d in documents if d.kind == paper), None) for kind, paper in PAPERS.items()}
