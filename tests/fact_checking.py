"""Fact checks at each of their moments, reached by the real verbs."""

from __future__ import annotations

import datetime as dt

from cspr.workflow import perform
from reviews import actions
from reviews.models import FactCheck, PracticeReview
from tests import factories as make
from tests.factories import TODAY, Area

EXTRACT = "The school told the police on the same day."
POINT = {
    "quote": "on the same day",
    "wrong": "It was on the day after.",
    "suggested": "on the next day",
    "evidence": "Our record of 4 April.",
}
SIGNED = {"name": "Person Nine", "role": "Head of year"}


def asked(a: Area, review: PracticeReview | None = None, agency: str = "school") -> FactCheck:
    """The school (whose author the area has), or another agency, has two weeks to check one extract."""
    return actions.ask_fact_check(
        review or make.fact_checked(a),
        by=a.staff,
        today=TODAY,
        agency=a.agencies[agency],
        texts={"events": EXTRACT},
        due_on=TODAY + dt.timedelta(days=14),
    )


def written(a: Area, review: PracticeReview | None = None) -> FactCheck:
    """The school has written one point, and not sent it."""
    check = asked(a, review)
    return perform(check, "write_point", by=a.author, today=TODAY, number=1, given=POINT)


def answered(a: Area, review: PracticeReview | None = None) -> FactCheck:
    """The school has sent its one point."""
    return perform(written(a, review), "send_points", by=a.author, today=TODAY, **SIGNED)
