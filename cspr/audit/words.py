"""What people wrote with events: how the record holds it without keeping it, and how it leaves.

The record covers a salted hash of the words, not the words (docs/decisions/0014). So the words of a case can go when
the case is disposed of, and the chain stays whole. That they may have gone is said by the record itself: the database
refuses to delete words before it holds an event ``case.disposed`` of their case, later than their own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from cspr.accounts.models import Partnership
from cspr.audit.models import Event, Words

# The kind of event that accounts for words that have gone. The trigger in the database names it, too.
DISPOSED = "case.disposed"


class NotDisposed(Exception):
    """The record does not say that this case was disposed of, so none of its words may go."""


def new_salt() -> str:
    return secrets.token_hex(32)


def fingerprint(words: str, salt: str) -> str:
    """SHA-256 over salt and words. Every salt has 64 characters, so nothing can move from the one to the other."""
    return hashlib.sha256(f"{salt}{words}".encode()).hexdigest()


def forget_words(case_ref: str, partnership: Partnership) -> int:
    """Delete what people wrote with the events of a case that was disposed of; return of how many events.

    To be called in the transaction in which the case is disposed of, after ``record(kind=DISPOSED, case_ref=…)``. Words
    of that event itself, and of later ones, stay. Events from before there was a case bear the reference of their
    subject only (a referral): their words go where an event ``DISPOSED`` of the case names that subject, too
    (``subject_ref``). Raises ``NotDisposed`` where the record holds no such event.
    """
    said_so = list(Event.objects.filter(partnership=partnership, kind=DISPOSED, case_ref=case_ref))
    if not case_ref or not said_so:
        raise NotDisposed
    gone = 0
    for event in said_so:
        theirs = Q(event__case_ref=case_ref)
        if event.subject_ref:
            theirs |= Q(event__case_ref="", event__subject_ref=event.subject_ref)
        earlier = Words.objects.filter(theirs, event__partnership=partnership, event__seq__lt=event.seq)
        gone += earlier.delete()[0]
    return gone


def gone_since(events: Iterable[Event]) -> dict[int, dt.date]:
    """The day on which the words of these events were disposed of, by the event's key; none for those whose words are
    there. Asks only where some have gone, and then once."""
    gone = [event for event in events if event.words_gone]
    days: dict[int, dt.date] = {}
    if not gone:
        return days
    said_so = Event.objects.filter(kind=DISPOSED).exclude(case_ref="").order_by("-seq")
    about = Q(case_ref__in={e.case_ref for e in gone}) | Q(
        subject_ref__in={e.subject_ref for e in gone} - {""}
    )
    for disposal in said_so.filter(about):
        for event in gone:
            if _accounts_for(disposal, event):
                days[event.pk] = timezone.localdate(disposal.at)  # the first one comes last
    return days


def _accounts_for(disposal: Event, event: Event) -> bool:
    same = (
        disposal.case_ref == event.case_ref
        if event.case_ref
        else disposal.subject_ref == event.subject_ref != ""
    )
    return same and disposal.partnership_id == event.partnership_id and disposal.seq > event.seq


class Disposals:
    """Which words one partnership's record lets go: read once for all of them, and again before anything is called
    wrong, as a case may be disposed of while a long record is checked."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        self._read()

    def _read(self) -> None:
        self.by_case: dict[str, int] = {}
        self.by_subject: dict[str, int] = {}
        said_so = Event.objects.filter(partnership=self.partnership, kind=DISPOSED).exclude(case_ref="")
        for case, subject, seq in said_so.order_by("seq").values_list("case_ref", "subject_ref", "seq"):
            self.by_case[case] = self.by_subject[subject] = seq

    def account_for(self, event: Event) -> bool:
        """Whether a later event says that what was written with this one was disposed of."""
        if self._known(event):
            return True
        self._read()
        return self._known(event)

    def _known(self, event: Event) -> bool:
        known, ref = (
            (self.by_case, event.case_ref) if event.case_ref else (self.by_subject, event.subject_ref)
        )
        return bool(ref) and event.seq < known.get(ref, 0)
