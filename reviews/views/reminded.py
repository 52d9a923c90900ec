"""On a request and on the board: how the agency was reminded, and what became of each reminder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.mail.models import MailState, OutgoingEmail, Trouble
from cspr.mail.outbox import sent_about
from reviews.ladder import BY_HAND
from reviews.models import Chase, InformationRequest
from reviews.states import ChaseLevel

# A step as a page names it. The last late step repeats, so its number is read from the code.
NAMES = {"before": "Two working days before the date", "day": "On the date"}
# What became of an e-mail, in the three words that matter here; the tag has its own five words.
RESULTS = {
    MailState.HELD: "It waits to be sent",
    MailState.QUEUED: "It waits to be sent",
    MailState.LEASED: "It waits to be sent",
    MailState.SENT: "Sent",
    MailState.FAILED: "It could not be sent",
    MailState.DROPPED: "Not sent: it was no longer needed",
}
REFUSED = frozenset({Trouble.ADDRESS_REFUSED, Trouble.ADDRESS_UNUSABLE, Trouble.MESSAGE_REFUSED})
NOBODY = "Nobody is named, so nobody was reminded"


@dataclass(frozen=True)
class Sent:
    """One reminder to one person, and what became of it."""

    on: dt.date
    step: str
    level: str
    to: str
    result: str
    well: bool


def name_of(step: str, by: str = "") -> str:
    if step.startswith(BY_HAND):
        return f"By hand, by {by}" if by else "By hand"
    return NAMES.get(step) or f"Reminder {step.removeprefix('late ')} after the date"


def reminders_of(request: InformationRequest, user: User) -> list[Sent]:
    """Every reminder of a request that the person may see, newest first, in three statements."""
    chases = list(
        Chase.objects.visible_to(user).filter(request=request).select_related("user").order_by("-on", "-id")
    )
    return told(chases, _pressed(request) if any(c.step.startswith(BY_HAND) for c in chases) else {})


def _pressed(request: InformationRequest) -> dict[dt.date, str]:
    """Who sent the reminders by hand: at most one a day."""
    pressed = Event.objects.filter(subject_ref=request.ref, kind="informationrequest.chase_now")
    return {e.effective_on: e.by.name for e in pressed.select_related("by") if e.by and e.effective_on}


def told(chases: Iterable[Chase], pressed: Mapping[dt.date, str]) -> list[Sent]:
    chases = list(chases)
    emails = sent_about(Chase._meta.label_lower, [chase.ref for chase in chases]) if chases else {}
    return [_told(chase, emails.get(chase.ref), pressed.get(chase.on, "")) for chase in chases]


def _told(chase: Chase, email: OutgoingEmail | None, by: str) -> Sent:
    level = ChaseLevel(chase.level).label.partition(":")[0]
    result = result_of(email) if email else NOBODY
    well = email is not None and email.state != MailState.FAILED
    return Sent(chase.on, name_of(chase.step, by), level, chase.recipient, result, well)


def result_of(email: OutgoingEmail) -> str:
    if email.state == MailState.FAILED and email.last_error in REFUSED:
        return "The mail server refused it"
    return RESULTS[MailState(email.state)]
