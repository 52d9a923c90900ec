"""Reminding whoever owns a step of a plan: on its day, and every other working day while it is late.

A reminder is keyed by step, due date, rung and person, so the outbox takes each one once, however often the sweep
runs; a missed night is made up for by the newest rung alone, and a step that was moved reminds anew.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.db.models import Exists, OuterRef, Q

from cspr.clocks.models import working_days
from cspr.mail.outbox import Message, queue
from referrals.models import CaseMember, Conflict
from referrals.reminders import EVERY, also
from reviews.models import PlanStep
from reviews.models.plan import given_views
from reviews.states import PlanEvent

# (case, role) -> ids of people
Owners = Mapping[tuple[int, str], set[int]]


@also
def remind_of_plans(today: dt.date) -> int:
    """Queue what is due for every open step whose day has come; return how many reminders are new."""
    steps = list(PlanStep.objects.going().filter(due_on__lte=today).select_related("case__partnership"))
    cases = {step.case_id for step in steps}
    owners, given = _owners(cases, today), _given(cases)
    return queue(message for step in steps for message in _messages(step, owners, given, today))


def _owners(cases: set[int], today: dt.date) -> Owners:
    """In one statement: everybody on these cases who has no conflict, by the role they are on it in."""
    conflict = Conflict.objects.filter(case=OuterRef("case"), user=OuterRef("user"), lifted_on=None)
    listed = CaseMember.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), ~Exists(conflict), case__in=cases, user__is_active=True
    )
    owners: dict[tuple[int, str], set[int]] = defaultdict(set)
    for case, role, user in listed.values_list("case_id", "capacity", "user_id"):
        owners[case, role].add(user)
    return owners


def _given(cases: set[int]) -> set[tuple[int, int | None]]:
    """Who has given their own view already, by case: they are not asked for it again."""
    views = given_views().filter(decision__case__in=cases)
    return set(views.values_list("decision__case_id", "given_by_id"))


def _messages(
    step: PlanStep, owners: Owners, given: set[tuple[int, int | None]], today: dt.date
) -> Iterator[Message]:
    late = step.due_on < today
    rung = working_days().number(step.due_on, today) // EVERY
    for user in sorted(owners.get((step.case_id, step.owner), ())):
        if step.event == PlanEvent.VIEWS_GIVEN and (step.case_id, user) in given:
            continue
        yield Message(
            to=user,
            kind="plan_step_late" if late else "plan_step_due",
            dedupe_key=f"plan:{step.ref}:{step.due_on}:{rung}:{user}",
            partnership_id=step.partnership.pk,
            subject_label=PlanStep._meta.label_lower,
            subject_ref=step.ref,
            due_on=step.due_on,
        )
