"""Which reminders are due today. The sweep may run any number of times, a day late or twice at once.

A reminder is keyed by deadline, due date, rung and person, so the outbox takes each one once. A missed night is
made up for by the newest rung alone, and a date that has moved reminds anew.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from cspr.accounts.models import Membership, Partnership, User
from cspr.accounts.roles import Role
from cspr.clocks.models import working_days
from cspr.clocks.reminders import Moment, latest_moment
from cspr.clocks.table import clock_for
from cspr.mail.outbox import Message, compose_digests, queue
from cspr.wall.scope import within
from cspr.workflow import Subject
from referrals import emails
from referrals.clocks import retime_partnership
from referrals.models import CaseMember, Conflict, Deadline, Decision, Referral
from referrals.states import DecisionState, ReferralState

BATCH = 500
# What is due within so many working days is mailed at once; everything else waits for the daily summary.
AT_ONCE = 2
# How often somebody hears again of what waits for them, in working days.
EVERY = 2
# The daily summary is made up by the first sweep after this hour.
SUMMARY_HOUR = 6

# What later apps remind of, in the same sweep: each takes the day and says how many reminders were new.
_more: list[Callable[[dt.date], int]] = []


def also(remind: Callable[[dt.date], int]) -> Callable[[dt.date], int]:
    """Let the sweep remind of something more. It must bear to be run any number of times, late, or twice at once."""
    if remind not in _more:
        _more.append(remind)
    return remind


# (case or None for the partnership itself, partnership, role) -> ids of people
People = dict[tuple[int | None, int, str], set[int]]


def sweep(now: dt.datetime) -> int:
    """Everything the hourly sweep does; return how many reminders were new. Doing it again adds nothing."""
    local = timezone.localtime(now)
    today = local.date()
    for partnership in Partnership.objects.exclude(last_yearly_report_on=None):
        with within([partnership.pk]):
            retime_partnership(partnership, today=today)
    new = remind_of_deadlines(today) + remind_of_waiting(today)
    if local.hour >= SUMMARY_HOUR:
        new += _remind_of_more(today)
    return new


def _remind_of_more(today: dt.date) -> int:
    """What others registered, then the summaries. What fails stops nothing else, and is raised after all was tried."""
    new, failed = 0, list[Exception]()
    for remind in _more:
        try:
            new += remind(today)
        except Exception as error:
            failed.append(error)
    compose_digests(today)
    if failed:
        raise failed[0]
    return new


# --- deadlines --------------------------------------------------------------------------------------------


def remind_of_deadlines(today: dt.date) -> int:
    """Queue what is due for every running clock, in batches of a bounded number of statements."""
    new, batch = 0, list(_due(today))
    while batch:
        people = _people(batch, today)
        new += queue(message for row in batch for message in _messages(row, people, today))
        looked_at = Deadline.objects.filter(pk__in=[row.pk for row in batch])
        looked_at.update(remind_on=today + dt.timedelta(days=1))
        batch = list(_due(today)) if len(batch) == BATCH else []
    return new


def _due(today: dt.date) -> QuerySet[Deadline]:
    running = Deadline.objects.filter(met_on=None, stopped_on=None, remind_on__lte=today)
    return running.select_related("case").order_by("remind_on", "pk")[:BATCH]


def _people(batch: list[Deadline], today: dt.date) -> People:
    """In one statement: everybody on these cases who has no conflict, and the staff of their partnerships."""
    cases = {row.case_id for row in batch if row.case_id}
    listed = (
        CaseMember.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=today), case__in=cases, user__is_active=True
        )
        .annotate(
            conflicted=Exists(
                Conflict.objects.filter(case=OuterRef("case"), user=OuterRef("user"), lifted_on=None)
            )
        )
        .filter(conflicted=False)
        .values_list("case_id", "case__partnership_id", "capacity", "user_id")
    )
    staff = (
        Membership.objects.in_force(today)
        .filter(partnership__in={row.partnership_id for row in batch}, role=Role.STAFF)
        .annotate(no_case=Value(None, BigIntegerField()))
        .values_list("no_case", "partnership_id", "role", "user_id")
    )
    people: People = defaultdict(set)
    for case, partnership, role, user in listed.union(staff):
        people[case, partnership, role].add(user)
    return people


def _messages(row: Deadline, people: People, today: dt.date) -> Iterator[Message]:
    moment = _moment(row, today)
    if moment is None:
        return
    told: set[int] = set()
    for role in moment.roles:
        told |= people[row.case_id, row.partnership_id, role]
    if row.case_id is None or not people[row.case_id, row.partnership_id, Role.STAFF]:
        # Nobody of the team is on the case yet (or there is no case): all staff of the partnership hear of it.
        told |= people[None, row.partnership_id, Role.STAFF]
    for user_id in sorted(told):
        yield Message(
            to=user_id,
            kind="deadline_late" if moment.late else "deadline_near",
            dedupe_key=f"{row.ref}:{row.due_on}:{moment.offset}:{user_id}",
            partnership_id=row.partnership_id,
            subject_label="referrals.case" if row.case else "",
            subject_ref=row.case.ref if row.case else "",
            due_on=row.due_on,
            immediate=_at_once(row.due_on, today),
        )


def _moment(row: Deadline, today: dt.date) -> Moment | None:
    clock = clock_for(row.code, row.trigger_on)
    return latest_moment(clock, row.trigger_on, row.due_on, working_days(), today)


def _at_once(due: dt.date | None, today: dt.date) -> bool:
    if due is None or due <= today:
        return due is not None
    left = working_days().number_if_known(today, due)
    return left is not None and left <= AT_ONCE


# --- what waits for a person ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """Something that waits for people since a day: reminded every other working day, in the daily summary."""

    subject: Subject
    since: dt.date
    people: Callable[[Any], Iterable[User]]
    kind: str


def waiting() -> Iterator[Waiting]:
    """Returned referrals past their date, referrals with a safeguarding lead, decisions without an end."""
    returned = Referral.objects.filter(state=ReferralState.RETURNED).exclude(return_due_on=None)
    for referral in returned.select_related("partnership", "referrer", "case").iterator():
        assert referral.return_due_on is not None
        yield Waiting(referral, referral.return_due_on, emails.agency, "referral_returned")
    with_lead = Referral.objects.filter(state=ReferralState.WITH_LEAD)
    for referral in with_lead.select_related("partnership", "referrer", "case").iterator():
        yield Waiting(referral, timezone.localdate(referral.answered_at), emails.leads, "referral_waiting")
    proposed = Decision.objects.filter(state=DecisionState.PROPOSED)
    for decision in proposed.select_related("case__partnership").iterator():
        yield Waiting(decision, decision.proposed_on, emails.undecided, "decision_proposed")


def remind_of_waiting(today: dt.date) -> int:
    """Queue a line in the summary for everybody something has waited for two, four, six … working days."""
    return queue(message for item in waiting() for message in _waiting_messages(item, today))


def _waiting_messages(item: Waiting, today: dt.date) -> Iterator[Message]:
    if today <= item.since:
        return
    times = working_days().number(item.since, today) // EVERY
    if times < 1:
        return
    subject = item.subject
    for user in {user.pk: user for user in item.people(subject)}.values():
        yield Message(
            to=user,
            kind=item.kind,
            dedupe_key=f"{subject.ref}:{subject.version}:{item.kind}:{times}:{user.pk}",
            partnership_id=subject.partnership.pk,
            subject_label=subject._meta.label_lower,
            subject_ref=subject.ref,
        )
