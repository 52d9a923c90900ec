"""The criteria that a decision is tested against, and how each is answered."""

from __future__ import annotations

from django.db.models import TextChoices

from referrals.states import Criterion, DecisionKind, ReviewCriterion

# How a criterion is answered.
MET = (("yes", "Yes"), ("no", "No"), ("unclear", "Not clear yet"))
# Which criteria a question is tested against; the others are decided on reasons alone.
CRITERIA: dict[str, tuple[type[TextChoices], ...]] = {
    DecisionKind.NOTIFY: (Criterion,),
    DecisionKind.REVIEW: (Criterion, ReviewCriterion),
}


def criteria_of(kind: str) -> list[tuple[str, str]]:
    """The criteria of a question, as (code, label)."""
    return [(str(code), str(label)) for choices in CRITERIA.get(kind, ()) for code, label in choices.choices]
