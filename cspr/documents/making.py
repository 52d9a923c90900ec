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
from cspr.documents.failures import CannotRender, RenderFailed
from cspr.documents.models import WAITING, Document, State
from cspr.documents.pdf import AnyPaper, fingerprint, paper_kind, produced
from cspr.documents.storing import write

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
# Longer than a task may run at all (120 s): a lease that is over belongs to a worker that is gone.
LEASE = dt.timedelta(seconds=150)
PAUSE = dt.timedelta(seconds=15)
# One run takes no new row after this, so that its last one (60 s at most) ends within the task's limit.
ENOUGH_SECONDS = 45
CLAIMED, GATHERED, LAID_OUT, DONE = 10, 30, 60, 100

NO_LONGER_ALLOWED = "The person who asked for it may no longer open this record."
GAVE_UP = f"It was tried {MOST_ATTEMPTS} times. Try again later, or tell the technical administrator."


class LeaseLost(Exception):
    """Another worker has taken the row over; whatever we still do to it no longer counts."""


def make_waiting(clock: Callable[[], float] = time.monotonic) -> int:
    """Make one waiting PDF after the other; return how many were taken on. One failing stops no other."""
    started, taken = clock(), 0
    while clock() - started < ENOUGH_SECONDS and (document := claim(timezone.now())):
        taken += 1
        make(document)
    return taken


def claim(now: dt.datetime) -> Document | None:
    """Take the oldest row that may be started, for us alone; ``None`` when there is none.

    The UPDATE repeats the condition it was chosen by, so of two workers one changes the row and the other
    changes nothing. ``attempts`` is the claim's number: every later write of ours names it.
    """
    waiting = Document.objects.claimable(now)
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, progress=0, failure=GAVE_UP, leased_until=None
    )
    for pk, attempts in waiting.order_by("created_at", "pk").values_list("pk", "attempts")[:5]:
        ours = Document.objects.claimable(now).filter(pk=pk, attempts=attempts)
        if ours.update(
            state=State.RENDERING, progress=CLAIMED, attempts=attempts + 1, leased_until=now + LEASE
        ):
            return Document.objects.select_related("uploaded_by", "partnership").get(pk=pk)
    return None


def make(document: Document) -> None:
    """Set one claimed row. However it ends, the row says so; only if the worker dies it stays leased."""
    try:
        paper = _gathered(document)
        source = paper.source()
        _mark(document, progress=GATHERED)
        data = produced(source, paper.format, on_laid_out=lambda: _mark(document, progress=LAID_OUT))
        _keep(document, data, fingerprint(source, paper.format))
    except LeaseLost:
        log.warning("document %s: another worker has taken it over", document.ref)
    except CannotRender as reason:
        _settle(document, State.FAILED, str(reason))
    except DatabaseError:
        raise  # nothing can be written down now; the lease ends and the row is tried again
    except Exception as error:  # a template or a builder may fail in any way, and alone
        # Not the error's own words: they may quote the record.
        log.error("document %s (%s): %s", document.ref, document.kind, _where(error))
        _try_again_or_fail(document, error)


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


def _mark(document: Document, **values: object) -> None:
    """Write to the row while it is ours. Raises ``LeaseLost`` when it no longer is."""
    ours = Document.objects.filter(pk=document.pk, state=State.RENDERING, attempts=document.attempts)
    if not ours.update(**values):
        raise LeaseLost


def _keep(document: Document, data: bytes, data_hash: str) -> None:
    stored = write(data)
    try:
        _mark(
            document,
            state=State.READY,
            progress=DONE,
            path=stored.path,
            size=stored.size,
            sha256=stored.sha256,
            data_hash=data_hash,
            failure="",
            leased_until=None,
        )
    except (LeaseLost, DatabaseError):
        default_storage.delete(stored.path)
        raise


def _try_again_or_fail(document: Document, error: Exception) -> None:
    reason = str(error) if isinstance(error, RenderFailed) else "Something unexpected happened."
    if document.attempts >= MOST_ATTEMPTS:
        _settle(document, State.FAILED, f"{reason} {GAVE_UP}")
    else:
        _settle(document, State.QUEUED, reason, timezone.now() + PAUSE * document.attempts)


def _settle(document: Document, state: State, reason: str, not_before: dt.datetime | None = None) -> None:
    try:
        _mark(document, state=state, progress=0, failure=reason[:400], leased_until=not_before)
    except LeaseLost:
        log.warning("document %s: another worker has taken it over", document.ref)


def _where(error: Exception) -> str:
    """The kind of error and the line of code it came from."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    line = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "unknown place"
    return f"{type(error).__name__} at {line}"
