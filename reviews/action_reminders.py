"""Reminding of actions, by the ladder in ``reviews.change``; and of the checks that somebody else makes.

A reminder is keyed by action, date, rung and person, so that the outbox takes each once, however often this runs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cspr.accounts.models import Membership
from cspr.accounts.roles import Role
from cspr.clocks.models import working_days
from cspr.mail.outbox import Message, queue
from referrals.models import CaseMember, Conflict
from referrals.reminders import also
from reviews.change import CHAIR, EVERY, LEAD, OWNER, ActionState, Rung, rung_due
from reviews.models import Action, ActionCheck

KINDS = {OWNER: "action_late", LEAD: "action_late_lead", CHAIR: "action_late_chair"}
# The rung before the date looks ten working days ahead, which never spans more than this.
AHEAD = dt.timedelta(days=21)


class People:
    """Who can be told, read in a fixed number of statements for all actions together."""

    def __init__(self, actions: Iterable[Action], today: dt.date) -> None:
        cases = {action.case.pk for action in actions}
        self.conflicts = set(
            Conflict.objects.filter(case__in=cases, lifted_on=None).values_list("case_id", "user_id")
        )
        self.leads: dict[tuple[int, int], set[int]] = defaultdict(set)
        held = Membership.objects.in_force(today).filter(
            role=Role.SAFEGUARDING_LEAD, agency__in={a.agency_id for a in actions if a.agency_id}
        )
        for place, agency, user in held.values_list("partnership_id", "agency_id", "user_id"):
            self.leads[place, agency].add(user)
        self.listed: dict[tuple[int, str], set[int]] = defaultdict(set)
        conflict = Conflict.objects.filter(case=OuterRef("case"), user=OuterRef("user"), lifted_on=None)
        on_list = CaseMember.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=today), ~Exists(conflict), case__in=cases,
            capacity__in=[Role.STAFF, Role.CHAIR], user__is_active=True,
        )  # fmt: skip
        for case, role, user in on_list.values_list("case_id", "capacity", "user_id"):
            self.listed[case, role].add(user)

    def at(self, level: str, action: Action) -> set[int]:
        """The people of one level; where the action names only a post, its agency's leads stand for the owner."""
        case = action.case
        if level == CHAIR:
            return self.listed[case.pk, Role.CHAIR]
        leads = self.leads[case.partnership_id, action.agency_id] if action.agency_id else set()
        found = {action.owner_id} if level == OWNER and action.owner_id else leads
        if not found and action.agency_id is None:
            found = self.listed[case.pk, Role.STAFF]
        return {user for user in found if (case.pk, user) not in self.conflicts}


@also
def remind_of_actions(today: dt.date) -> int:
    """Queue what is due for every open action and every check; return how many reminders are new."""
    related = "recommendation__review__case"
    near = Action.objects.filter(state=ActionState.OPEN, due_on__lte=today + AHEAD)
    actions = list(near.select_related(related))
    due = ActionCheck.objects.filter(done_on=None, due_on__lte=today).exclude(action__state=ActionState.ENDED)
    checks = list(due.select_related(f"action__{related}"))
    people = People([*actions, *(check.action for check in checks)], today)
    messages = [m for action in actions for m in _of_action(action, people, today)]
    return queue([*messages, *(m for check in checks for m in _of_check(check, people, today))])


def _of_action(action: Action, people: People, today: dt.date) -> Iterator[Message]:
    found = rung_due(action.due_on, action.planned_on, today, working_days())
    if found is None:
        return
    code, rung = found
    told: set[int] = set()
    for level in rung.to:
        for user in sorted(people.at(level, action) - told):
            told.add(user)
            yield _message(action, user, _kind(level, rung), f"{action.due_on}:{code}", action.due_on)


def _kind(level: str, rung: Rung) -> str:
    return "action_near" if rung.days <= 0 else KINDS[level]


def _of_check(check: ActionCheck, people: People, today: dt.date) -> Iterator[Message]:
    """To the team when it is due, and again; after twenty working days to the chair as well."""
    calendar, case = working_days(), check.action.case
    if not calendar.first <= today <= calendar.last:
        return
    times = calendar.number(check.due_on, today) // EVERY if today > check.due_on else 0
    told = people.listed[case.pk, Role.STAFF] | (people.listed[case.pk, Role.CHAIR] if times else set())
    for user in sorted(told):
        key = f"check:{check.months}:{check.due_on}:{times}"
        yield _message(check.action, user, "action_check", key, check.due_on)


def _message(action: Action, user: int, kind: str, key: str, due_on: dt.date) -> Message:
    more: dict[str, Any] = {"subject_label": Action._meta.label_lower, "subject_ref": action.ref}
    return Message(
        to=user,
        kind=kind,
        dedupe_key=f"action:{action.ref}:{key}:{user}",
        partnership_id=action.case.partnership_id,
        due_on=due_on,
        **more,
    )
