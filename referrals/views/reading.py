"""Who read a case: what is on record when somebody opens something of it, by person and one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import ALARM_READERS, Role
from cspr.audit.log import reads
from cspr.audit.models import Event, ReadingAlarm
from cspr.ui.keyset import page_of
from referrals import keeping_permissions
from referrals.views.case import signed_in
from referrals.views.keeping import case_to_keep
from referrals.views.keeping import reads as sees
from referrals.views.story import Told
from referrals.views.work import MOST, Item, work_from

# What is on record when somebody opens it, as the page of reads says it: the ``what`` of ``record_read``.
READS = {
    "case": "The case itself: its overview, or a page of it",
    "identity": "Names, dates of birth and addresses",
    "referral": "What a referral says",
    "document": "A file or a paper",
    "family": "What the family was asked and said",
    "identity_key": "The identity key",
    "access_request": "A request for access to personal data",
    "access_holdings": "What is held about somebody who asked for their data",
}


@dataclass(frozen=True)
class Reader:
    """One person in one role: how often they opened something sensitive of the case, and when for the last time."""

    name: str
    role: str
    times: int
    last: dt.datetime


class ReadsPage(View):
    """Who opened the names, files and answers of this case, and when. It says nothing of what stands in them, so the
    data-protection officer reads it without seeing the case."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        case = case_to_keep(request, ref)
        if reason := keeping_permissions.chair_or_officer(case, user):
            raise PermissionDenied(reason)
        found = reads(case.ref, list(case.referrals.values_list("ref", flat=True)))
        page = page_of(found, after=request.GET.get("after", ""), size=50)
        context = {
            "case": case,
            "reads": sees(case, user),
            "readers": readers(found),
            "events": told_reads(page.items),
            "page": page,
        }
        return render(request, "cases/reads.html", context)


def readers(found: QuerySet[Event]) -> list[Reader]:
    """Those who read, whoever read last first."""
    rows = found.order_by().values_list("by__name", "by_role").annotate(Count("id"), last=Max("at"))
    return [
        Reader(name or "The system", dict(Role.choices).get(role, ""), times, last)
        for name, role, times, last in rows.order_by("-last", "by__name")
    ]


def told_reads(events: Iterable[Event]) -> list[Told]:
    """Each of them in words."""
    return [
        Told(READS[event.kind.removeprefix("read.")], event.by.name if event.by else "", event.at)
        for event in events
    ]


@work_from
def to_look_at(user: User, today: dt.date) -> Iterable[Item]:
    """Alarms about unusual reading that nobody has looked at, for whoever is to. One statement."""
    if not user.partnerships(*ALARM_READERS):
        return
    waiting = ReadingAlarm.objects.visible_to(user).filter(looked_at_on=None).order_by("id")
    for alarm in waiting[:MOST]:
        url = reverse("accounts:alarms")
        yield Item(words="Look at unusual reading", url=url, since=timezone.localdate(alarm.at))
