"""The rooms of a rapid review: its pages, in the order in which the fifteen days use them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from reviews.models import RapidReview

# Name of the address (it takes the review's reference) -> what the page is called.
ROOMS: dict[str, str] = {
    "rapid-review": "Overview",
    "rapid-review-agencies": "Agencies",
    "chronology": "Chronology",
    "rapid-review-meeting": "Meeting",
    "decision-room": "Decision",
    "rapid-review-report": "Report",
}


@dataclass(frozen=True)
class Room:
    """One of the pages, as the navigation shows it."""

    label: str
    url: str
    here: bool


def rooms(review: RapidReview, here: str) -> list[Room]:
    """Every room of the review; ``here`` is the name of the address the person is at."""
    return [Room(label, reverse(name, args=[review.ref]), name == here) for name, label in ROOMS.items()]
