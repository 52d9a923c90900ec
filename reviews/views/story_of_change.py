"""How the history of a case tells of actions: no words that people wrote, only what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from referrals.views import story
from reviews.change import Grade

Facts = Mapping[str, Any]


def _assured(facts: Facts) -> str:
    grade = facts.get("grade")
    step = Grade(grade).label.lower() if grade in Grade.values else "a step"
    return f"Somebody who does not own the action agreed to “{step}”"


SENTENCES: dict[str, story.Sentence] = {
    "practicereview.plan_action": lambda f: f"An action was planned about recommendation {f.get('number')}",
    "action.begin": "An action began",
    "action.report_progress": lambda f: (
        "An action’s date is said to be at risk" if f.get("at_risk") else "Progress of an action was noted"
    ),
    "action.add_evidence": "Evidence was added to an action",
    "action.complete": "An action was marked as complete",
    "action.assure": _assured,
    "action.check_action": lambda f: (
        f"An action was looked at after {f.get('months')} months: it {'holds' if f.get('lasts') else 'does not hold'}"
    ),
    "action.amend_action": "An action was changed",
    "action.end_action": "An action is not pursued any more",
    "action.take_up": "An action was taken up again",
    "action.tell_public": lambda f: (
        "A sentence on an action was approved for the public" if f.get("told") else "A public sentence was taken back"
    ),
}  # fmt: skip
