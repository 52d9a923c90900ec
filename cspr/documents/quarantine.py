"""Files that wait for the virus check. Nobody opens them until ClamAV has said that they are clean.

A file waits when the scanner could not be asked while it was added, and when it was added before there was one.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.audit.log import record
from cspr.documents.models import UNCHECKED, Document, Origin, Scan
from cspr.documents.scanning import (
    SECONDS_FOR_A_PERSON,
    SECONDS_FOR_THE_WORKER,
    NoAnswer,
    configured,
    virus_in,
)
from cspr.documents.storing import in_quarantine
from cspr.sealed.files import FileBroken
from cspr.sealed.keys import CannotOpen
from cspr.wall.scope import everything, within

log = logging.getLogger(__name__)

# After a silence of the scanner, people who add files do not wait for it for so long; the worker goes on asking.
SILENCE_SECONDS = 30
SILENT = "virus-scanner-silent"
# The pause before a file is tried again doubles, from the first to the last of these.
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=10), dt.timedelta(minutes=2)
# Staff see a strip on every page when a file has waited longer than this.
LATE_AFTER = dt.timedelta(minutes=5)
# One run takes no new file after this, so that it ends within a task's time.
ENOUGH_SECONDS = 45


def checked_at_once(data: bytes) -> tuple[Scan | None, str]:
    """What to keep of a file that is just being added: its state, and what was found in it.

    ``None`` where no scanner is configured. A scanner that is silent is waited for a few seconds, and then, for
    half a minute, by nobody else: their files wait for the worker.
    """
    if not configured():
        return None, ""
    if cache.get(SILENT):
        return Scan.WAITING, ""
    try:
        found = virus_in(data, seconds=SECONDS_FOR_A_PERSON)
    except NoAnswer as reason:
        log.error("virus scanner: %s; what is added waits for it", reason)
        cache.set(SILENT, True, SILENCE_SECONDS)
        return Scan.WAITING, ""
    return (Scan.INFECTED if found else Scan.CLEAN), found


def note_infected(
    *, by: User | None, partnership: Partnership, case_ref: str, subject: str, subject_ref: str, found: str
) -> None:
    """Put on record, and in the log, that a virus was found; what the file was called is said in neither."""
    log.error("virus found in a file for %s %s: %s", subject, subject_ref, found)
    record(
        partnership=partnership,
        kind="document.infected",
        by=by,
        case_ref=case_ref,
        subject=subject,
        subject_ref=subject_ref,
        facts={"found": found},
    )


def waiting() -> Q:
    """Files whose turn with the scanner is still to come."""
    return Q(origin=Origin.UPLOADED, scan__in=UNCHECKED) & ~Q(path="")


def oldest_waiting_age(now: dt.datetime | None = None) -> dt.timedelta:
    """How long the file that has waited longest has done so, whoever's it is; none waiting is no time."""
    with everything():
        oldest = Document.objects.filter(waiting()).aggregate(at=Min("created_at"))["at"]
    return max((now or timezone.now()) - oldest, dt.timedelta(0)) if oldest else dt.timedelta(0)


def scan_waiting(clock: Callable[[], float] = time.monotonic) -> int:
    """Ask about one waiting file after the other; return how many were settled. Safe to run twice, or late.

    A silence ends the run: the next one begins with another file, and the one that met the silence pauses.
    """
    if not configured():
        return 0
    started, settled = clock(), 0
    while clock() - started < ENOUGH_SECONDS and (document := _next(timezone.now())):
        with within([document.partnership_id]):
            if not _settle(document):
                break
        settled += 1
    return settled


def _next(now: dt.datetime) -> Document | None:
    due = Document.objects.filter(waiting()).filter(Q(scan_again_at=None) | Q(scan_again_at__lte=now))
    return due.order_by("scan_attempts", "created_at", "pk").first()


def _settle(document: Document) -> bool:
    """Ask about one file and write down the answer; False when the scanner is silent."""
    try:
        with in_quarantine(document) as file:
            found = virus_in(file.read(), seconds=SECONDS_FOR_THE_WORKER)
    except NoAnswer as reason:
        log.error("virus scanner: %s; document %s waits", reason, document.ref)
        _pause(document)
        return False
    except (FileNotFoundError, FileBroken, CannotOpen) as lost:  # said at length where somebody opens it
        log.error("document %s cannot be checked for viruses: %s", document.ref, type(lost).__name__)
        _pause(document)
        return True
    cache.delete(SILENT)
    if found:
        _destroy(document, found)
    else:
        Document.objects.filter(waiting(), pk=document.pk).update(scan=Scan.CLEAN, scan_again_at=None)
    return True


def _pause(document: Document) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(document.scan_attempts, 10), LONGEST_PAUSE)
    Document.objects.filter(waiting(), pk=document.pk).update(
        scan=Scan.WAITING, scan_attempts=document.scan_attempts + 1, scan_again_at=timezone.now() + pause
    )


def _destroy(document: Document, found: str) -> None:
    """The bytes go, with their key; the row stays, and says why nothing can be opened."""
    with transaction.atomic():
        ours = Document.objects.filter(waiting(), pk=document.pk)
        if not ours.update(scan=Scan.INFECTED, path="", file_key="", scan_again_at=None):
            return
        note_infected(
            by=None,
            partnership=document.partnership,
            case_ref=document.case_ref,
            subject=document.subject_label,
            subject_ref=document.subject_ref,
            found=found,
        )
        transaction.on_commit(lambda: default_storage.delete(document.path))
