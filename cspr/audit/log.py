"""``record()`` is the only writer of events, ``history()`` the only reader."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.audit.models import Chain, Event


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

    ``kind`` is ``noun.verb``; ``facts`` holds coded facts and dates, ``words`` what a person wrote.
    Runs in the caller's transaction: if the change is rolled back, so is its event.
    Raises ``IntegrityError`` when the person has already used ``nonce``.
    """
    with transaction.atomic():
        chain = hold(partnership)
        event = Event(
            partnership=partnership,
            seq=chain.seq + 1,
            at=timezone.now(),
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
            words=words,
            facts=plain(facts or {}),
            nonce=nonce,
            previous_hash=chain.head,
        )
        event.hash = digest(chain.head, event)
        event.save(force_insert=True)
        chain.seq, chain.head = event.seq, event.hash
        chain.save(update_fields=["seq", "head"])
    return event


def _role(by: User | None, partnership: Partnership) -> str:
    """The role the person acts in there; the first one they hold, as a person mostly holds one."""
    if by is None:
        return ""
    return next((m.role for m in by.standing if m.partnership_id == partnership.pk), "")


def record_read(
    user: User,
    *,
    what: str,
    partnership: Partnership,
    case_ref: str = "",
    subject: str = "",
    subject_ref: str = "",
) -> Event:
    """Record that ``user`` opened something sensitive (``what``: ``identity``, ``document``, ``export`` …)."""
    return record(
        partnership=partnership,
        kind=f"read.{what}",
        by=user,
        case_ref=case_ref,
        subject=subject,
        subject_ref=subject_ref,
    )


def history(case_ref: str) -> QuerySet[Event]:
    """Every change to a case, newest first, without the reads. The caller has checked that it may be seen."""
    return Event.objects.filter(case_ref=case_ref).exclude(kind__startswith="read.").select_related("by")
