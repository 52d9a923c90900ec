"""Somebody who reads unusually much: counted at every reading that is recorded, and told at once, not overnight.

Nobody is stopped by that: a busy day looks like it, too. People look at it and ask. Only at ``HELD_BACK`` times as
much, which no hand does, what is asked for is not shown. The limits are settings (docs/settings.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cspr.accounts import permissions
from cspr.accounts.models import Membership, User
from cspr.accounts.roles import Role
from cspr.audit.log import record
from cspr.audit.models import Event, ReadingAlarm
from cspr.mail.kinds import register_kind
from cspr.mail.outbox import Message, queue
from cspr.workflow import Refused

UNUSUAL = "account.unusual_reading"
register_kind(UNUSUAL, "Somebody has opened unusually much in a short time. Please look at it.")
HELD_BACK = 10
AN_HOUR, TEN_MINUTES = dt.timedelta(hours=1), dt.timedelta(minutes=10)
TOLD = (Role.CHAIR, Role.DPO)
# A referral may be read before there is a case: then it counts as one.
WHICH = Case(When(case_ref="", then=F("subject_ref")), default=F("case_ref"))


class TooMuchAtOnce(Exception):
    """More than a person can read. What was asked for is not shown, and so not on record as read."""


class HoldBack:
    """Answer ``TooMuchAtOnce`` with a page that says how to go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooMuchAtOnce):
            return None
        return render(request, "accounts/held_back.html", status=429)


def most(unusual: int) -> int:
    """How much is still shown, where more than ``unusual`` raises the alarm."""
    return HELD_BACK * max(1, unusual)


def watch(event: Event) -> None:
    """After a reading was recorded: raise the alarm if that was too many, at most once an hour for each person.

    Each partnership counts for itself: what somebody reads elsewhere is not told here, and an alarm there stops none.
    Raises ``TooMuchAtOnce`` at ``HELD_BACK`` times what raises the alarm; the reading is then undone with its event.
    """
    if event.by is None:
        return
    of_person = {"by": event.by, "partnership": event.partnership}
    within = Event.objects.filter(**of_person, kind__startswith="read.", at__gt=event.at - AN_HOUR)
    files = Count("pk", filter=Q(kind="read.document", at__gt=event.at - TEN_MINUTES))
    found = within.order_by().aggregate(cases=Count(WHICH, distinct=True), files=files)
    if found["cases"] <= settings.READS_CASES and found["files"] <= settings.READS_FILES:
        return
    if found["cases"] > most(settings.READS_CASES) or found["files"] > most(settings.READS_FILES):
        raise TooMuchAtOnce
    alarms = ReadingAlarm.objects.filter(user=event.by, partnership=event.partnership)
    if not alarms.filter(at__gt=event.at - AN_HOUR).exists():
        _raise_alarm(event.by, event, **found)


def _raise_alarm(person: User, event: Event, *, cases: int, files: int) -> None:
    partnership = event.partnership
    alarm = ReadingAlarm.objects.create(
        partnership=partnership, user=person, at=event.at, cases=cases, files=files
    )
    record(
        partnership=partnership,
        kind="readingalarm.begin",
        by=None,
        subject=alarm._meta.label_lower,
        subject_ref=alarm.ref,
        facts={"user": person.ref, "cases": cases, "files": files},
    )
    told = Membership.objects.holding(partnership.pk, TOLD).exclude(user=person)
    queue(
        Message(
            to=user,
            kind=UNUSUAL,
            dedupe_key=f"{alarm.ref}:{user}",
            partnership_id=partnership.pk,
            subject_label=alarm._meta.label_lower,
            subject_ref=alarm.ref,
            immediate=True,
        )
        for user in set(told.values_list("user_id", flat=True))
    )


@transaction.atomic
def look_at(alarm: ReadingAlarm, *, by: User, today: dt.date, words: str) -> None:
    """Say what was found. Refused: for the person it is about, and when somebody has looked already."""
    fresh = (
        ReadingAlarm.objects.select_for_update(of=("self",))
        .select_related("user", "partnership")
        .get(pk=alarm.pk)
    )
    reason = permissions.look_at_alarm(by, fresh.partnership, fresh.user)
    if reason is None and fresh.looked_at_on:
        reason = "Somebody has looked at it already."
    if reason:
        raise Refused(reason)
    fresh.looked_at_on, fresh.looked_at_by, fresh.finding = today, by, words
    fresh.save(update_fields=["looked_at_on", "looked_at_by", "finding"])
    record(
        partnership=fresh.partnership,
        kind="readingalarm.look_at",
        by=by,
        subject=fresh._meta.label_lower,
        subject_ref=fresh.ref,
        words=words,
    )
