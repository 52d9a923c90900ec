"""Reminding whoever owns a step of a plan: on its day, and again while it is late.

Of a rapid review every other working day, of the six months of a practice review every week. At each milestone of a
practice review its team also hears where the plan leads, in words that name nothing.

A reminder is keyed by step, due date, rung and person, so the outbox takes each one once, however often the sweep
runs; a missed night is made up for by the newest rung alone, and a step that was moved reminds anew.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

from django.db.models import Exists, OuterRef, Prefetch, Q

from cspr.accounts.roles import Role
from cspr.clocks.models import working_days
from cspr.mail.outbox import Message, queue
from referrals.models import CaseMember, Conflict, Deadline
from referrals.reminders import BATCH, EVERY, also
from reviews.emails import milestone_kind
from reviews.models import PlanStep, PracticeReview
from reviews.models.forecasting import forecast
from reviews.models.plan import given_views
from reviews.states import BEFORE_PUBLICATION, PlanEvent, PlanKind, PlanStepState

# Working days between two reminders of a late milestone.
WEEKLY = 5
# A milestone is told of for so many days after its own, so that a missed night is made up for.
STILL_NEWS = dt.timedelta(days=7)
TEAM = (Role.STAFF, Role.CHAIR, Role.REVIEWER)
# (case, role) -> ids of people
Owners = Mapping[tuple[int, str], set[int]]


@also
def remind_of_plans(today: dt.date) -> int:
    """Queue what is due for every open step whose day has come, in batches; return how many reminders are new."""
    due = PlanStep.objects.going().filter(due_on__lte=today).select_related("case__partnership")
    new, rest = 0, due.order_by("pk").iterator(BATCH)
    while steps := list(islice(rest, BATCH)):
        cases = {step.case_id for step in steps}
        owners, given = _owners(cases, today), _given(cases)
        new += queue(message for step in steps for message in _messages(step, owners, given, today))
    return new


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
    rung = working_days().number(step.due_on, today) // (WEEKLY if step.of_practice else EVERY)
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


# --- where the six months lead --------------------------------------------------------------------------------


@also
def tell_of_milestones(today: dt.date) -> int:
    """At each milestone, done or not, its team hears when publication is expected; return how many are new."""
    steps = PlanStep.objects.filter(plan=PlanKind.PRACTICE_REVIEW).exclude(state=PlanStepState.DROPPED)
    reached = steps.filter(due_on__lte=today, due_on__gt=today - STILL_NEWS)
    reviews = list(
        PracticeReview.objects.filter(state__in=BEFORE_PUBLICATION, case__in=reached.values("case"))
        .select_related("case")
        .defer("report")
        .prefetch_related(
            "holds",
            Prefetch("case__plan_steps", PlanStep.objects.filter(plan=PlanKind.PRACTICE_REVIEW)),
            Prefetch("case__deadlines", Deadline.objects.filter(code="LCSPR_6M")),
        )
    )
    team = _owners({review.case_id for review in reviews}, today)
    return queue(message for review in reviews for message in _milestones(review, team, today))


def _milestones(review: PracticeReview, team: Owners, today: dt.date) -> Iterator[Message]:
    steps = list(review.case.plan_steps.all())
    due_on = next((row.due_on for row in review.case.deadlines.all()), None)
    leads_to = forecast(review, steps, due_on, today, working_days())
    people = set().union(*(team.get((review.case_id, role), set()) for role in TEAM))
    for step in steps:
        if step.state == PlanStepState.DROPPED or not today - STILL_NEWS < step.due_on <= today:
            continue
        for user in sorted(people):
            yield Message(
                to=user,
                kind=milestone_kind(leads_to.days_late if leads_to else None),
                dedupe_key=f"milestone:{step.ref}:{step.due_on}:{user}",
                partnership_id=review.case.partnership_id,
                subject_label=PracticeReview._meta.label_lower,
                subject_ref=review.ref,
                due_on=due_on,
            )
