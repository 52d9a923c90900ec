"""What a plan can hold: the days it has, and that nothing waits for what stands after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cspr.workflow import Refused
from reviews.plans import FIRST_DAY, LAST_DAY, Step
from reviews.states import PlanKind


def check_day(kind: str, step: Step) -> None:
    """A plan begins after its trigger, and ends somewhere; work ends after it began. Raises ``Refused``."""
    first, last = FIRST_DAY[PlanKind(kind)], LAST_DAY[PlanKind(kind)]
    if kind == PlanKind.RAPID_REVIEW and not first <= step.day <= last:
        raise Refused(f"Give a day from {first} to {last}. Day 0 is the day the notification was sent.")
    if not first <= step.day <= last:
        raise Refused(f"Give a week from {first} to {last}. Week 0 begins with the partners’ decision.")
    if step.begins is not None and step.begins > step.day:
        raise Refused("The work on a milestone begins in its own week or before it.")


def check_order(step: Step, number: int, others: Iterable[Any]) -> None:
    """What comes before a step stands before it in the plan, so that a plan has no circles. Raises ``Refused``."""
    for other in others:
        if other.number in step.after and (other.day, other.number) >= (step.day, number):
            raise Refused(f"“{other.title}” stands in week {other.day}, so this cannot come after it.")
        if number in other.after and (other.day, other.number) <= (step.day, number):
            raise Refused(f"“{other.title}” comes after this and stands in week {other.day}.")
