"""Acting on what was recommended: an action is planned with its owner and its three checks."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from cspr.accounts.models import Agency, User
from cspr.workflow import Refused, begin, perform
from reviews.models import Action, PracticeReview


def plan_action(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    number: int,
    what: str,
    due_on: dt.date,
    agency: Agency | None = None,
    owner: User | None = None,
    owner_role: str = "",
    version: int | None = None,
    nonce: str = "",
) -> Action:
    """Put down what one body does about recommendation ``number``. Refused: nobody who answers for it."""
    with transaction.atomic():
        given = review.recommendations.filter(number=number).first()
        if given is None:
            raise Refused(f"There is no recommendation {number} any more.")
        next_one = (given.actions.aggregate(last=Max("number"))["last"] or 0) + 1
        planned = perform(
            review, "plan_action", by=by, today=today, version=version, nonce=nonce,
            number=number, action=next_one,
        )  # fmt: skip
        given.review = planned
        action = Action(recommendation=given, number=next_one, planned_on=today)
        action.give(what=what, due_on=due_on, agency=agency, owner=owner, owner_role=owner_role)
        begin(action, by=by, today=today, facts={"recommendation": number, "due_on": due_on})
        action.plan_checks()
        return action
