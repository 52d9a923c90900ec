"""An agency writes its account, part by part, and sends it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cspr.audit.models import Event
from cspr.workflow import Actor, Refused, Stale, in_turn, note, perform, why_not
from referrals.models.evidence import content_hash
from referrals.questions import missing
from reviews.models import InformationRequest
from reviews.questions import PARTS, SIGNED, risk_now
from reviews.states import AWAITED, RequestState

SAVED = "informationrequest.save_draft"
# What is typed is saved twice a minute. The history says that somebody wrote, not each time that it was saved.
ONE_SITTING = dt.timedelta(minutes=10)


def write_part(
    request: InformationRequest, *, by: Actor | None, today: dt.date, part: str, answers: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> InformationRequest:  # fmt: skip
    """Keep one part as it stands. Several authors may write several parts at once.

    ``before``: what the part held when the page was made; raises ``Stale`` when it holds something else by now.
    """
    with in_turn(request.partnership):
        locked = InformationRequest._base_manager.select_for_update().get(pk=request.pk)
        reason = why_not(locked, "save_draft", by) if by else None
        if reason or locked.state not in AWAITED:
            raise Refused(reason or "The agency is not asked any more.")
        held = locked.writing.get(part, {})
        if held == answers:
            return locked
        if before is not None and held != before:
            raise Stale(written_last(locked, part))
        begun = locked.state in {RequestState.IN_PROGRESS, RequestState.QUERIED}
        if begun and _same_sitting(locked, by, part):
            locked.draft[part] = answers
            locked.save(update_fields=["draft"])
            return locked
        parts: dict[str, Any] = {part: answers}
        return perform(locked, "save_draft", by=by, today=today, **parts)


def _same_sitting(request: InformationRequest, by: Actor | None, part: str) -> bool:
    last = Event.objects.filter(subject_ref=request.ref).first()
    return (
        last is not None
        and (last.kind, last.by_id, last.facts.get("parts")) == (SAVED, by.pk if by else None, [part])
        and timezone.now() - last.at < ONE_SITTING
    )


def written_last(request: InformationRequest, part: str) -> list[Event]:
    """Who saved this part last."""
    saved = Event.objects.filter(subject_ref=request.ref, kind=SAVED).select_related("by")[:50]
    return [event for event in saved if part in event.facts.get("parts", ())][:1]


def answer_request(
    request: InformationRequest, *, by: Actor | None, today: dt.date, version: int | None = None, nonce: str = "",
    signed_by: str = "", signed_role: str = "", seen: str = "",
) -> InformationRequest:  # fmt: skip
    """Send what the agency has written. That somebody is at risk now, or may be, is told to staff at once.

    ``signed_by``, ``signed_role``: the manager who agreed to it. ``seen``: the hash of the text that was checked;
    raises ``Stale`` if it was changed since. Refused while an answer is missing.
    """
    with in_turn(request.partnership):
        locked = InformationRequest._base_manager.select_for_update().get(pk=request.pk)
        if seen and seen != content_hash(locked.writing):
            raise Stale(
                list(Event.objects.filter(subject_ref=locked.ref, kind=SAVED).select_related("by")[:1])
            )
        gaps = len(missing(locked.writing, PARTS))
        if gaps and locked.state in AWAITED:
            raise Refused(f"{gaps} answers are still missing. The list of parts shows where.")
        signature: dict[str, Any] = {SIGNED: {"name": signed_by, "role": signed_role}}
        sent = perform(
            locked, "answer_request", by=by, today=today, version=version, nonce=nonce, **signature
        )
        if risk_now(sent.answer):
            note(sent, "alert", by=by, today=today)
        return sent
