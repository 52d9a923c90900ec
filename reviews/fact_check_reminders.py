"""Reminding an agency of its fact check: three working days before its day, and on the day itself.

A reminder is keyed by check, date, rung and person, so that the outbox takes each once, however often this runs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from cspr.accounts.models import Membership
from cspr.accounts.roles import Role
from cspr.clocks.models import working_days
from cspr.mail.outbox import Message, queue
from referrals.models import Conflict
from referrals.reminders import also
from reviews.models import FactCheck
from reviews.questions.fact_check import REMIND_BEFORE, FactCheckState

# Three working days ahead never span more than this.
AHEAD = dt.timedelta(days=10)
People = dict[tuple[int, int], set[int]]


@also
def remind_of_fact_checks(today: dt.date) -> int:
    """Queue what is due for every check that waits for its agency; return how many reminders are new."""
    near = FactCheck.objects.filter(
        state=FactCheckState.ASKED, due_on__gte=today, due_on__lte=today + AHEAD, asked_on__lt=today
    )
    checks = list(near.select_related("review__case"))
    people, conflicts = _people(checks, today), _conflicts(checks)
    return queue(m for check in checks for m in _messages(check, people, conflicts, today))


def _people(checks: Iterable[FactCheck], today: dt.date) -> People:
    """In one statement: everybody who may answer for one of these agencies, by partnership and agency."""
    found: People = defaultdict(set)
    held = Membership.objects.in_force(today).filter(
        role__in=[Role.AUTHOR, Role.SAFEGUARDING_LEAD], agency__in={check.agency_id for check in checks}
    )
    for place, agency, user in held.values_list("partnership_id", "agency_id", "user_id"):
        found[place, agency].add(user)
    return found


def _conflicts(checks: Iterable[FactCheck]) -> set[tuple[int, int]]:
    cases = {check.case.pk for check in checks}
    return set(Conflict.objects.filter(case__in=cases, lifted_on=None).values_list("case_id", "user_id"))


def _messages(
    check: FactCheck, people: People, conflicts: set[tuple[int, int]], today: dt.date
) -> Iterator[Message]:
    left = working_days().number_if_known(today, check.due_on)
    if left is None or left > REMIND_BEFORE:
        return
    rung = "day" if check.due_on == today else "near"
    for user in sorted(people[check.case.partnership_id, check.agency_id]):
        if (check.case.pk, user) not in conflicts:
            yield Message(
                to=user,
                kind=f"fact_check_{rung}",
                dedupe_key=f"fact-check:{check.ref}:{check.due_on}:{rung}:{user}",
                partnership_id=check.case.partnership_id,
                subject_label=FactCheck._meta.label_lower,
                subject_ref=check.ref,
                due_on=check.due_on,
            )
