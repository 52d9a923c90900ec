"""What actions put on "Your work": an owner's that are due; for the team, evidence and checks to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Min, Q

from cspr.accounts.models import User
from cspr.accounts.roles import AGENCY_ROLES, Role
from referrals.permissions import listed_case_ids
from referrals.views.work import MOST, Item, work_from
from reviews.change import SOON, ActionState
from reviews.models import Action


def own_actions(user: User, today: dt.date) -> Iterable[Item]:
    """For whoever owns them. The name of the case is not theirs to know. One statement."""
    if not any(m.role in AGENCY_ROLES for m in user.standing):
        return
    mine = Action.objects.visible_to(user).filter(
        owner=user, state=ActionState.OPEN, due_on__lte=today + SOON
    )
    for action in mine.order_by("due_on", "id")[:MOST]:
        yield Item("Say how your action is going", action.get_absolute_url(), due_on=action.due_on)


def to_look_at(user: User, today: dt.date) -> Iterable[Item]:
    """For staff on the case: evidence that nobody has agreed to, and checks that are due. One statement."""
    if not user.partnerships(Role.STAFF):
        return
    found = (
        Action.objects.visible_to(user)
        .filter(recommendation__review__case__in=listed_case_ids(user, Role.STAFF))
        .exclude(state=ActionState.ENDED)
        .exclude(owner=user)
        .annotate(check_on=Min("checks__due_on", filter=Q(checks__done_on=None)))
        .filter(Q(shown__gt=F("assured")) | Q(check_on__lte=today))
        .select_related("recommendation__review__case")
    )
    rows: Iterable[Any] = found.order_by("due_on", "id")[:MOST]
    for action in rows:
        url, about = action.get_absolute_url(), action.case.pseudonym
        if action.shown > action.assured:
            yield Item("Look at the evidence of an action", url, about, since=action.heard_on)
        else:
            yield Item("Look whether an action still holds", url, about, due_on=action.check_on)


def register() -> None:
    """Put these on the page; called once, when the app is ready."""
    for source in (own_actions, to_look_at):
        work_from(source)
