"""Reminding agencies that owe an answer, by the ladder. The hourly sweep may run any number of times or a day late.

One request is one transaction: its row is locked, the steps already taken are read again, and the step is
recorded with the e-mails it causes. So each reminder goes out once, and a step is never half taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.mail.outbox import Message, queue
from cspr.workflow import in_turn, note, perform
from referrals.reminders import also
from reviews import emails
from reviews.ladder import BY_HAND, Step, rung_by_hand, step_due
from reviews.models import Chase, InformationRequest
from reviews.states import AWAITED, RAPID_REVIEW_ENDED, ChaseLevel, LinkState

# The events that give an agency its date.
DATED = ("informationrequest.send", "informationrequest.extend", "informationrequest.query")


@dataclass(frozen=True)
class Recipient:
    """A person with an account, or a name and an address; nobody where both are empty."""

    user: User | None = None
    name: str = ""
    address: str = ""


@also
def chase(today: dt.date) -> int:
    """Take the step that is due today for every awaited answer; return how many reminders are new."""
    return sum(_chase(request, today) for request in awaited() if _needs(request, today))


def awaited() -> QuerySet[InformationRequest]:
    """Every answer that is waited for, with the steps taken and the day its date was given."""
    given = Event.objects.filter(subject_ref=OuterRef("ref"), kind__in=DATED).order_by("-id")
    found: QuerySet[InformationRequest] = (
        InformationRequest.objects.filter(state__in=AWAITED)
        .exclude(due_on=None)
        .exclude(rapid_review__state__in=RAPID_REVIEW_ENDED)
        .annotate(date_given_on=Subquery(given.values("effective_on")[:1]))
        .select_related("agency", "rapid_review__case__partnership")
        .prefetch_related(Prefetch("chases", Chase.objects.select_related("user")))
        .order_by("pk")
    )
    return found


def _needs(request: InformationRequest, today: dt.date) -> bool:
    paused = request.chasing_paused_until
    return (paused is not None and paused < today) or next_step(request, today) is not None


def next_step(request: InformationRequest, today: dt.date) -> tuple[str, Step] | None:
    """The step to take today for one of ``awaited()``; None while the reminders are paused."""
    if request.due_on is None or (request.chasing_paused_until and request.chasing_paused_until >= today):
        return None
    done = {c.step: c.on for c in request.chases.all() if c.due_on == request.due_on}
    asked_on = getattr(request, "date_given_on", None) or request.sent_on or today
    return step_due(request.due_on, asked_on, done, today, working_days())


def _chase(request: InformationRequest, today: dt.date) -> int:
    with in_turn(request.partnership):
        InformationRequest.objects.select_for_update().get(pk=request.pk)
        locked = awaited().filter(pk=request.pk).first()
        if locked is None:
            return 0
        if locked.chasing_paused_until and locked.chasing_paused_until < today:
            perform(locked, "resume_reminders", by=None, today=today)
            locked = awaited().get(pk=request.pk)
        found = next_step(locked, today)
        return _take(locked, *found, today) if found else 0


def remind_now(request: InformationRequest, by: User, today: dt.date) -> int:
    """Besides the ladder: one reminder to whom its next rung would go, recorded like its steps. Caller: the verb."""
    return _take(request, f"{BY_HAND} {today:%Y-%m-%d}", _rung_now(request, today), today, by)


def whom_now(request: InformationRequest, today: dt.date) -> list[Recipient]:
    """Whom a reminder by hand would reach today."""
    return [person for _, person in _recipients(request, _rung_now(request, today), today)]


def _rung_now(request: InformationRequest, today: dt.date) -> Step:
    assert request.due_on is not None
    done = {c.step: c.on for c in request.chases.filter(due_on=request.due_on)}
    return rung_by_hand(request.due_on, done, today)


def _take(request: InformationRequest, code: str, step: Step, today: dt.date, by: User | None = None) -> int:
    assert request.due_on is not None
    chases = [
        Chase(
            request=request,
            due_on=request.due_on,
            step=code,
            level=level,
            on=today,
            user=person.user,
            name=person.name,
            address=person.address,
        )
        for level, person in _recipients(request, step, today)
    ]
    Chase.objects.bulk_create(chases)
    told = [one for one in chases if one.user or one.address]
    note(request, "chase", by=by, today=today, step=code, due_on=request.due_on, told=[c.ref for c in told])
    if len(told) < len(chases):
        silent = sorted({str(c.level) for c in chases if c not in told})
        note(request, "chase_nobody", by=by, today=today, step=code, levels=silent)
    if step.escalates:
        perform(request, "escalate", by=None, today=today)
    return queue(_message(one, request) for one in told)


def _recipients(
    request: InformationRequest, step: Step, today: dt.date
) -> Iterator[tuple[ChaseLevel, Recipient]]:
    """Everybody a step goes to, each person once, under the first level they are reached by."""
    seen: set[int] = set()
    for level in step.to:
        people = [p for p in people_at(request, level, today) if p.user is None or p.user.pk not in seen]
        seen |= {p.user.pk for p in people if p.user}
        for person in people or [Recipient()]:
            yield level, person


def people_at(request: InformationRequest, level: ChaseLevel, today: dt.date) -> list[Recipient]:
    """Who is reminded at one level now; nobody in conflict, and nobody whose account is closed."""
    if level == ChaseLevel.ASKED:
        contacts = {
            link.email: link.name for link in request.links.filter(state=LinkState.OPEN) if link.live(today)
        }
        people = [Recipient(user=user) for user in emails.authors(request)]
        return people + [Recipient(name=name, address=address) for address, name in sorted(contacts.items())]
    if level == ChaseLevel.LEAD:
        return [Recipient(user=user) for user in emails.leads_of_asked(request)]
    agency = request.agency
    return (
        [Recipient(name=agency.executive_name, address=agency.executive_email)]
        if agency.executive_email
        else []
    )


def _message(chase: Chase, request: InformationRequest) -> Message:
    return Message(
        to=chase.user,
        address=chase.address,
        kind=emails.chase_kind(chase.level, late=chase.on > chase.due_on, by_link=chase.by_link),
        dedupe_key=f"chase:{chase.ref}",
        partnership_id=request.partnership.pk,
        subject_label=Chase._meta.label_lower,
        subject_ref=chase.ref,
        due_on=chase.due_on,
        immediate=True,
    )
