"""Cases whose period is over, as tests need them: made by their real verbs, and then moved back in time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.workflow import perform
from referrals import actions
from referrals.models import Case, Child, Referral
from referrals.retention import BY_KIND, Kind
from referrals.states import DecisionKind, Outcome
from tests import factories as make
from tests.factories import TODAY
from tests.remembered import remembered

LONG_AGO = dt.date(1999, 3, 1)


@remembered
def file_closed(a: make.Area, *, on: dt.date = LONG_AGO, **changes: dict[str, Any]) -> Case:
    """A case file: its referral went to another area, and the case was closed on that day."""
    referral = make.accepted(a, **changes)
    moved = {"to": "Otherham", "accepted_on": TODAY, "words": "They agree."}
    case = perform(referral, "transfer", by=a.staff, today=TODAY, **moved).case
    case = perform(Case.objects.get(pk=case.pk), "close", by=a.chair, today=TODAY, words="Theirs now.")
    assert case.closed_on == TODAY
    return moved_back(case, on)


def moved_back(case: Case, on: dt.date) -> Case:
    Case.objects.filter(pk=case.pk).update(closed_on=on)
    Referral.objects.filter(case=case).update(received_on=on)
    return Case.objects.get(pk=case.pk)


@remembered
def not_taken(a: make.Area, *, on: dt.date = LONG_AGO) -> Case:
    """A case whose one referral did not meet the criteria, decided on that day; nobody closed it."""
    referral = make.accepted(a)
    assert referral.case is not None
    make.decided(a, referral.case, DecisionKind.NOTIFY, Outcome.NFA)
    Referral.objects.filter(pk=referral.pk).update(decided_on=on, received_on=on)
    return Case.objects.get(pk=referral.case_id)


def born(case: Case, *days: dt.date | None) -> Case:
    """The children of the case, by their days of birth alone."""
    case.children.all().delete()
    for day in days:
        Child.objects.create(case=case, name="Somebody", born_on=day)
    return case


def confirmed(a: make.Area, *kinds: Kind) -> None:
    """The officer confirms the defaults of these kinds, or of both that a whole case may be kept as."""
    for kind in kinds or (Kind.CASE_FILE, Kind.NOT_TAKEN_FURTHER):
        length = BY_KIND[kind].length
        assert length is not None
        actions.set_period(a.partnership, by=a.dpo, today=TODAY, kind=kind, length=length)
