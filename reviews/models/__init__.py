"""The nouns of rapid reviews, practice reviews and publication, one module each."""

from reviews.models.practice_review import (
    Delay,
    Hold,
    MonitoringEntry,
    PracticeReview,
    Recommendation,
    Reviewer,
)
from reviews.models.publication import LibraryLink, Publication
from reviews.models.rapid_review import InformationRequest, RapidReview

__all__ = [
    "Delay",
    "Hold",
    "InformationRequest",
    "LibraryLink",
    "MonitoringEntry",
    "PracticeReview",
    "Publication",
    "RapidReview",
    "Recommendation",
    "Reviewer",
]
