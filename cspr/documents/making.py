"""Making the papers that were asked for: claim a row, set it, keep it. Safe to run twice, or late."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable

from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from cspr.accounts.models import User
from cspr.documents.access import visible_subject, why_not_read
from cspr.documents.failures import CannotRender, Held, RenderFailed
from cspr.documents.leases import UNEXPECTED, LeaseLost, Leases, log_lost
from cspr.documents.models import WAITING, Document, State
from cspr.documents.pdf import AnyPaper, fingerprint, paper_kind, produced
from cspr.documents.storing import write
from cspr.logs import kind_and_place
from cspr.wall.scope import within

log = logging.getLogger(__name__)

# How long one run may take at all; shorter than what its worker may be silent (cspr.probe).
TASK_SECONDS = 175
# Longer than that: a lease that is over belongs to a worker that is gone.
LEASE = dt.timedelta(seconds=200)
# One run takes no new row after this, so that its last one (a minute at most) ends within the task's limit.
ENOUGH_SECONDS = 45
CLAIMED, GATHERED, LAID_OUT, DONE = 10, 30, 60, 100

NO_LONGER_ALLOWED = "The person who asked for it may no longer open this record."
ROWS = Leases(Document, waiting=State.QUEUED, busy=State.RENDERING, failed=State.FAILED, lease=LEASE)


def make_waiting(clock: Callable[[], float] = time.monotonic) -> int:
    """Make one waiting PDF after the other; return how many were taken on. One failing stops no other."""
    started, taken = clock(), 0
    while clock() - started < ENOUGH_SECONDS and (document := claim(timezone.now())):
        taken += 1
        with within([document.partnership_id]):
            make(document)
    return taken


def claim(now: dt.datetime) -> Document | None:
    """Take the oldest row that may be started, for us alone; ``None`` when there is none."""
    return ROWS.claim(now, progress=CLAIMED)


def make(document: Document) -> None:
    """Set one claimed row. However it ends, the row says so; only if the worker dies it stays leased."""
    try:
        paper = _gathered(document)
        source = paper.source()
        ROWS.mark(document, progress=GATHERED)
        data = produced(paper, source, on_laid_out=lambda: ROWS.mark(document, progress=LAID_OUT))
        _keep(document, data, fingerprint(source, paper.format))
    except LeaseLost:
        log_lost(document)
    except CannotRender as reason:
        ROWS.fail(document, str(reason), progress=0)
    except DatabaseError:
        raise  # nothing can be written down now; the lease ends and the row is tried again
    except Exception as error:  # a template or a builder may fail in any way, and alone
        log.error("document %s (%s): %s", document.ref, document.kind, kind_and_place(error))
        words = str(error) if isinstance(error, (RenderFailed, Held)) else UNEXPECTED
        ROWS.try_again_or_fail(document, words, progress=0)


def ask_again(document: Document, by: User) -> Document:
    """Put a failed PDF back in the queue, on behalf of ``by``; return the row that is now waited for.

    Nothing happens to one that has not failed. If the same words wait in another row, that is returned.
    """
    failed = Document.objects.filter(pk=document.pk, state=State.FAILED)
    try:
        with transaction.atomic():
            failed.update(
                state=State.QUEUED, progress=0, attempts=0, failure="", leased_until=None, uploaded_by=by
            )
    except IntegrityError:
        same = Document.objects.for_subject(document.subject_label, document.subject_ref)
        return same.get(kind=document.kind, data_hash=document.data_hash, state__in=WAITING)
    return document


def _gathered(document: Document) -> AnyPaper:
    """The words, read anew: the record or the person's access may have changed since it was asked for."""
    subject = visible_subject(document.subject_label, document.subject_ref, document.uploaded_by)
    if subject is None or why_not_read(subject, document.uploaded_by, document.kind):
        raise CannotRender(NO_LONGER_ALLOWED)
    try:
        kind = paper_kind(document.kind)
    except LookupError as error:
        raise CannotRender("This kind of document is no longer made.") from error
    return kind.builder(subject, document.uploaded_by)


def _keep(document: Document, data: bytes, data_hash: str) -> None:
    stored = write(data)
    try:
        ROWS.mark(
            document,
            state=State.READY,
            progress=DONE,
            path=stored.path,
            file_key=stored.key,
            size=stored.size,
            sha256=stored.sha256,
            data_hash=data_hash,
            failure="",
            leased_until=None,
        )
    except (LeaseLost, DatabaseError):
        default_storage.delete(stored.path)
        raise
