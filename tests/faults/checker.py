"""After a fault: is all there that was promised, and nothing that was not? Reads database, files, mail and history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import Count
from django.db.models.functions import Coalesce

from cspr.accounts.models import Partnership
from cspr.audit.chain import first_break
from cspr.audit.models import Event
from cspr.documents.management.commands.reconcile_files import stored_paths
from cspr.documents.models import Document
from cspr.mail.models import MailState, OutgoingEmail
from cspr.workflow import Subject, transitions
from referrals import emails
from tests.faults.rig import Rig

ENDS = {MailState.SENT, MailState.FAILED, MailState.DROPPED, MailState.HELD}

# What comes into being under the event of something else: the steps of a plan, when it is laid out.
LAID_OUT = {("reviews.planstep", 1)}


def check(rig: Rig, *, mail_is_out: bool = True) -> list[str]:
    """Everything that is wrong, in sentences; nothing when all is well. ``mail_is_out``: the relay has had its time."""
    rig.fresh()
    found = [
        *missing_writes(rig),
        *broken_chains(),
        *odd_steps(),
        *odd_subjects(),
        *untold(),
        *doubled_keys(),
    ]
    found += odd_files()
    if mail_is_out:
        found += [*waiting_mail(), *unsent(rig)]
    return found


def missing_writes(rig: Rig) -> Iterator[str]:
    """What somebody was told is done has its event, under the number of its form."""
    recorded = {
        nonce.partition(".")[0] for nonce in Event.objects.exclude(nonce="").values_list("nonce", flat=True)
    }
    for line in rig.history.acknowledged():
        if line["nonce"] and line["nonce"][:28] not in recorded:
            yield f"acknowledged and not there: {line['path']} at {line['at']}"


def broken_chains() -> Iterator[str]:
    for partnership in Partnership.objects.all():
        if wrong := first_break(partnership):
            yield f"the record of {partnership.name} is broken at {wrong}"


def subjects() -> dict[str, type[Subject]]:
    """Every noun that moves by verbs, by its label."""
    return {model._meta.label_lower: model for model in apps.get_models() if issubclass(model, Subject)}


def odd_steps() -> Iterator[str]:
    """Every change of a state is one that the tables of the verbs know, and begins where the one before ended."""
    known = subjects()
    events = (
        Event.objects.filter(subject__in=known)
        .exclude(kind__startswith="read.")
        .order_by("subject_ref", "pk")
    )
    for ref, steps in groupby(events.iterator(), key=lambda event: event.subject_ref):
        state: str | None = None
        for event in steps:
            if state is not None and event.state_before not in {"", state}:
                yield f"{event.kind} of {ref} begins in {event.state_before!r}, but it was in {state!r}"
            if event.state_before and event.state_before != event.state_after and not _known(known, event):
                yield f"{event.kind} of {ref} leads from {event.state_before!r} to {event.state_after!r}"
            state = event.state_after or state


def _known(known: dict[str, type[Subject]], event: Event) -> bool:
    name = event.kind.partition(".")[2]
    return any(
        step.source in {"*", event.state_before} and getattr(step.target, "name", step.target) is not None
        for step in transitions(known[event.subject]).get(name, [])
    )


def odd_subjects() -> Iterator[str]:
    """The state and version of every noun are those of its last event: no change without its record, none half done."""
    for label, model in subjects().items():
        last: dict[str, Event] = {}
        for event in Event.objects.filter(subject=label).exclude(subject_version=None).order_by("pk"):
            last[event.subject_ref] = event
        for ref, state, version in model._base_manager.values_list("ref", "state", "version"):
            event = last.get(ref)
            if event is None:
                if (label, version) not in LAID_OUT:
                    yield f"{label} {ref} has no event"
            elif (event.state_after, event.subject_version) != (state, version):
                yield f"{label} {ref} is {state!r} at version {version}, its last event says otherwise"


def untold() -> Iterator[str]:
    """Whom a change tells has a row in the outbox: written with the change, or not at all."""
    known, table = subjects(), emails.table()
    queued = set(OutgoingEmail.objects.values_list("dedupe_key", flat=True))
    for event in Event.objects.filter(kind__in=table).exclude(by=None):
        subject: Any = known[event.subject]._base_manager.get(ref=event.subject_ref)
        for tell in table[event.kind]:
            for user in {user.pk: user for user in tell.to(subject)}.values():
                theirs = user.pk == event.by_id and tell.kind != "referral_acknowledged"
                if not theirs and f"{event.ref}:{tell.kind}:{user.pk}" not in queued:
                    yield f"{event.kind} of {event.subject_ref} did not tell {user.name}"


def doubled_keys() -> Iterator[str]:
    """The database refuses it; said here all the same, for a day when it would not."""
    twice = OutgoingEmail.objects.values("dedupe_key").annotate(n=Count("pk")).filter(n__gt=1)
    for row in twice:
        yield f"{row['n']} rows under the key {row['dedupe_key']}"


def waiting_mail() -> Iterator[str]:
    waiting = Counter(OutgoingEmail.objects.exclude(state__in=ENDS).values_list("state", flat=True))
    for state, number in waiting.items():
        yield f"{number} e-mails are still {state!r}"


def unsent(rig: Rig) -> Iterator[str]:
    """What is marked as sent has reached the mail server, by itself or in its summary."""
    taken = set(rig.mail.message_ids())
    carried_by = Coalesce("digest__message_id", "message_id")
    sent = OutgoingEmail.objects.filter(state=MailState.SENT).values_list("ref", carried_by)
    for ref, message_id in sent:
        if message_id not in taken:
            yield f"e-mail {ref} is marked as sent and never arrived"


def twice(rig: Rig) -> dict[str, int]:
    """Message-IDs that arrived more than once during this fault, and how often."""
    arrived = rig.mail.message_ids()[rig.arrived_before :]
    return {message_id: n for message_id, n in Counter(arrived).items() if n > 1}


def odd_files() -> Iterator[str]:
    """No file without a row, no row without its file."""
    stored = set(stored_paths())
    rows = set(Document.objects.exclude(path="").values_list("path", flat=True))
    yield from (f"a file without a row: {path}" for path in sorted(stored - rows))
    yield from (f"a row without its file: {path}" for path in sorted(rows - stored))
