"""``record()`` is the only writer of events; ``history()`` and ``reads()`` are the only readers."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.audit.models import Chain, Event, Words
from cspr.audit.words import fingerprint, new_salt


class NotRecorded(DatabaseError):
    """The record cannot be written now: what was to be recorded must not happen, what was to be read not be shown."""


def digest(previous: str, event: Event) -> str:
    """SHA-256 over the previous hash and the event's content in canonical JSON."""
    content = json.dumps(event.content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}{content}".encode()).hexdigest()


def plain(value: Any) -> Any:
    """``value`` as JSON keeps it, so that the hash of what was written equals the hash of what is read."""
    return json.loads(
        json.dumps(value, default=lambda v: v.isoformat() if hasattr(v, "isoformat") else str(v))
    )


def hold(partnership: Partnership) -> Chain:
    """The partnership's chain, locked until the transaction ends. Whoever asks meanwhile waits."""
    rows = Chain.objects.select_for_update(no_key=True).filter(partnership=partnership)
    chain = rows.first()
    if chain is None:
        Chain.objects.get_or_create(partnership=partnership)
        chain = rows.get()
    return chain


def record(
    *,
    partnership: Partnership,
    kind: str,
    by: User | None,
    case_ref: str = "",
    subject: str = "",
    subject_ref: str = "",
    subject_version: int | None = None,
    state_before: str = "",
    state_after: str = "",
    effective_on: dt.date | None = None,
    reason_code: str = "",
    words: str = "",
    facts: dict[str, Any] | None = None,
    nonce: str = "",
) -> Event:
    """Append one event to the partnership's chain and return it.

    ``kind`` is ``noun.verb``; ``facts`` holds coded facts and dates, ``words`` what a person wrote: they lie beside the
    event, which holds their hash.
    Runs in the caller's transaction: if the change is rolled back, so is its event.
    Raises ``IntegrityError`` when the person has already used ``nonce``, and ``NotRecorded`` when the database does not
    take it, for whatever reason.
    """
    event = Event(
        partnership=partnership,
        by=by,
        by_role=_role(by, partnership),
        kind=kind,
        case_ref=case_ref,
        subject=subject,
        subject_ref=subject_ref,
        subject_version=subject_version,
        state_before=state_before,
        state_after=state_after,
        effective_on=effective_on,
        reason_code=reason_code,
        facts=plain(facts or {}),
        nonce=nonce,
    )
    try:
        with transaction.atomic():
            _append(hold(partnership), event, words)
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise NotRecorded from error
    return event


def _append(chain: Chain, event: Event, words: str) -> None:
    """The next link of a chain that we hold, and the words that belong to it."""
    salt = new_salt()
    event.words_digest = fingerprint(words, salt) if words else ""
    event.seq, event.at, event.previous_hash = chain.seq + 1, timezone.now(), chain.head
    event.hash = digest(chain.head, event)
    event.save(force_insert=True)
    if words:
        Words.objects.create(event=event, text=words, salt=salt)
    chain.seq, chain.head = event.seq, event.hash
    chain.save(update_fields=["seq", "head"])


def _role(by: User | None, partnership: Partnership) -> str:
    """The role the person acts in there; the first one they hold, as a person mostly holds one."""
    if by is None:
        return ""
    return next((m.role for m in by.standing if m.partnership_id == partnership.pk), "")


Watch = Callable[[Event], None]
_watching: list[Watch] = []


def after_reading(watch: Watch) -> None:
    """Call ``watch`` with every event of a reading, in its transaction: the partnership's chain is held meanwhile, so
    that two readings at once are looked at one after the other."""
    if watch not in _watching:
        _watching.append(watch)


def record_read(
    user: User,
    *,
    what: str,
    partnership: Partnership,
    case_ref: str = "",
    subject: str = "",
    subject_ref: str = "",
) -> Event:
    """Record that ``user`` opened something sensitive (``what``: ``identity``, ``document``, ``export`` …), and let
    those look who watch over reading (``after_reading``)."""
    with transaction.atomic():
        event = record(
            partnership=partnership,
            kind=f"read.{what}",
            by=user,
            case_ref=case_ref,
            subject=subject,
            subject_ref=subject_ref,
        )
        for watch in _watching:
            watch(event)
    return event


# Opening the same case again within so long adds no event.
ONE_OPENING = dt.timedelta(hours=1)


def record_opening(user: User, *, partnership: Partnership, case_ref: str) -> None:
    """Record that ``user`` opened a page of a case, once an hour for each person and case: one statement, and the event
    only where there is none yet."""
    since = timezone.now() - ONE_OPENING
    opened = Event.objects.filter(by=user, at__gt=since, case_ref=case_ref, kind="read.case")
    if not opened.exists():
        record_read(user, what="case", partnership=partnership, case_ref=case_ref)


def history(case_ref: str) -> QuerySet[Event]:
    """Every change to a case, newest first, without the reads. The caller has checked that it may be seen."""
    return Event.objects.filter(case_ref=case_ref).exclude(kind__startswith="read.").select_related("by")


def reads(case_ref: str, subjects: Collection[str] = ()) -> QuerySet[Event]:
    """Who opened something sensitive of a case, newest first: under its reference, or under that of one of
    ``subjects`` (a referral is read before it has a case). The caller has checked that it may be seen."""
    of_case = Q(case_ref=case_ref) | Q(subject_ref__in=subjects)
    return Event.objects.filter(of_case, kind__startswith="read.").select_related("by")
