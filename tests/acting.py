"""Actions for tests, reached by the real verbs: planned, with evidence, complete."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.workflow import perform
from reviews import actions
from reviews.models import Action, PracticeReview
from tests import factories as make
from tests.factories import TODAY, Area

DUE = TODAY + dt.timedelta(days=90)


def signed_off(a: Area) -> PracticeReview:
    """A review whose recommendation can be acted on."""
    return make.sent_before_publication(a)


def planned(a: Area, review: PracticeReview | None = None, **more: Any) -> Action:
    """An action that the hospital's referrer owns."""
    given = {"agency": a.agencies["hospital"], "owner": a.referrer, "due_on": DUE, **more}
    return actions.plan_action(
        review or signed_off(a), by=a.staff, today=TODAY, number=1,
        what="Change the form so that it asks who lives in the home.", **given,
    )  # fmt: skip


def shown(a: Area, action: Action | None = None, *, kind: str = "audited") -> Action:
    """The owner has put evidence there."""
    words = "Forty records; the names are in thirty-one."
    return perform(action or planned(a), "add_evidence", by=a.referrer, today=TODAY, kind=kind, words=words)


def complete(a: Area) -> Action:
    return perform(shown(a), "complete", by=a.referrer, today=TODAY)


def assured(a: Area, *, kind: str = "audited", grade: int = 3) -> Action:
    return perform(
        shown(a, kind=kind), "assure", by=a.staff, today=TODAY, grade=grade, words="Ten of the records"
    )
