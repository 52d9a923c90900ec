"""What the sign-off of a report waits for on the side of those who check its facts."""

from __future__ import annotations

from typing import Any

from reviews.questions.fact_check import UNFINISHED, FactCheckState


def fact_check_open(review: Any) -> str | None:
    """Guard: an agency still checks the report, or a point of theirs is not handled. Without a round: nothing."""
    left = fact_check_left(review)
    return left and f"{left} Under “Fact check”, {TO_DO}"


TO_DO = "handle every point, or say that an agency is not asked after all."


def fact_check_left(review: Any) -> str | None:
    """What a fact check still waits for, in a sentence; None when every point is handled."""
    states = list(review.fact_checks.filter(state__in=UNFINISHED).values_list("state", flat=True))
    asked = states.count(FactCheckState.ASKED)
    told = [
        f"{number} {one if number == 1 else many}"
        for number, one, many in (
            (asked, "agency has not answered", "agencies have not answered"),
            (len(states) - asked, "answer is not handled", "answers are not handled"),
        )
        if number
    ]
    if not told:
        return None
    return f"The fact check is open: {' and '.join(told)}."
