"""The rooms of a review: its pages, in the order in which its time uses them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from reviews.models import PracticeReview, RapidReview

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


@dataclass(frozen=True)
class Room:
    """One of the pages, as the navigation shows it."""

    label: str
    url: str
    here: bool


def rooms(review: RapidReview | PracticeReview, here: str) -> list[Room]:
    """Every room of the review; ``here`` is the name of the address the person is at."""
    found = PRACTICE_ROOMS if isinstance(review, PracticeReview) else ROOMS
    return [Room(label, reverse(name, args=[review.ref]), name == here) for name, label in found.items()]
