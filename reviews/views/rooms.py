"""The rooms of a review: its pages, in the order in which its time uses them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from cspr.accounts.models import User
from cspr.workflow import Rule
from reviews.models import PracticeReview, RapidReview
from reviews.permissions import keep_family, staff_or_chair

# Name of the address (it takes the review's reference) -> what the page is called.
ROOMS: dict[str, str] = {
    "rapid-review": "Overview",
    "rapid-review-agencies": "Agencies",
    "chronology": "Chronology",
    "rapid-review-meeting": "Meeting",
    "decision-room": "Decision",
    "rapid-review-report": "Report",
}
PRACTICE_ROOMS: dict[str, str] = {
    "practice-review": "Overview",
    "practice-review-milestones": "Plan",
    "practice-review-report": "Report",
    "findings": "Findings",
    "practice-review-fact-check": "Fact check",
    "anonymity-workbench": "Anonymity",
    "publication-gate": "Publication",
    "actions-room": "Actions",
}
# Whoever reads the review opens its pages, but for these: they are opened by their own rule.
OPENED_BY: dict[str, Rule] = {"anonymity-workbench": staff_or_chair, "practice-review-family": keep_family}


@dataclass(frozen=True)
class Room:
    """One of the pages, as the navigation shows it."""

    label: str
    url: str
    here: bool


def rooms(review: RapidReview | PracticeReview, user: User, here: str) -> list[Room]:
    """The rooms of the review that this person can open; ``here`` is the name of the address they are at."""
    found = PRACTICE_ROOMS if isinstance(review, PracticeReview) else ROOMS
    return [
        Room(label, reverse(name, args=[review.ref]), name == here)
        for name, label in found.items()
        if may_open(name, review, user)
    ]


def may_open(name: str, review: RapidReview | PracticeReview, user: User) -> bool:
    """Whether somebody who reads the review opens this page of it: no link leads to a refusal."""
    return name not in OPENED_BY or OPENED_BY[name](review, user) is None
