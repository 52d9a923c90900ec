"""The family in a practice review: somebody is added with what everybody is promised; an update follows an update."""

from __future__ import annotations

import datetime as dt

from cspr.accounts.models import User
from cspr.workflow import Change, Refused, begin, in_turn
from referrals.models import FamilyMember
from reviews.models import FamilyContact, FamilyPromise, PlanStep, PracticeReview
from reviews.permissions import keep_family
from reviews.questions.family import UPDATE_AFTER_DAYS, PromiseKind, PromiseState
from reviews.states import PlanEvent

K = PromiseKind
WEEK = dt.timedelta(weeks=1)


def add_to_family(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    name: str,
    relationship: str,
    member: FamilyMember | None = None,
    nonce: str = "",
) -> FamilyContact:
    """Keep in touch with somebody: they are promised what everybody is, on days that follow from the plan.

    Refused for everybody but the case's staff and its reviewer, and for somebody who is there already.
    """
    if reason := keep_family(review, by):
        raise Refused(reason)
    contact = FamilyContact(case=review.case, member=member, name=name, relationship=relationship)
    with in_turn(review.partnership, by=by, nonce=nonce):
        if member and review.case.family_contacts.filter(member=member).exists():
            raise Refused("This person is on the list already.")
        begin(contact, by=by, today=today, nonce=nonce)
        for kind, due_on in suggested(review, today).items():
            _promised(contact, kind, due_on, by=by, today=today)
    return contact


def suggested(review: PracticeReview, today: dt.date) -> dict[str, dt.date]:
    """When what everybody is promised falls due: from the milestones of the plan, never before today."""
    events = (PlanEvent.WORK_BEGUN, PlanEvent.REPORT_SENT, PlanEvent.FAMILY_TOLD)
    steps = PlanStep.objects.filter(case=review.case, plan=review.plan_kind, event__in=events)
    planned = dict(steps.values_list("event", "due_on"))
    decided = review.decided_on
    found = {
        K.TOLD_FIRST: decided + WEEK,
        K.UPDATE: planned.get(PlanEvent.WORK_BEGUN, decided + 4 * WEEK) + WEEK,
        K.READ_DRAFT: planned.get(PlanEvent.REPORT_SENT, decided + 23 * WEEK),
        K.TOLD_BEFORE: planned.get(PlanEvent.FAMILY_TOLD, decided + 24 * WEEK),
    }
    return {kind: max(day, today) for kind, day in found.items()}


def next_update(change: Change) -> None:
    """An update that was given promises the next, until the draft has been read."""
    promise: FamilyPromise = change.subject
    if promise.kind != K.UPDATE:
        return
    others = promise.contact.promises.filter(state=PromiseState.OPEN)
    if not others.filter(kind=K.UPDATE).exists() and others.filter(kind=K.READ_DRAFT).exists():
        due_on = change.on + dt.timedelta(days=UPDATE_AFTER_DAYS)
        _promised(promise.contact, K.UPDATE, max(due_on, change.today), by=None, today=change.today)


def _promised(
    contact: FamilyContact, kind: str, due_on: dt.date, *, by: User | None, today: dt.date
) -> FamilyPromise:
    promise = FamilyPromise(case=contact.case, contact=contact, kind=kind, due_on=due_on)
    return begin(promise, by=by, today=today, facts={"kind": kind, "due_on": due_on})
