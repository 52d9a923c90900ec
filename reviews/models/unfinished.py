"""Why a case cannot be disposed of yet: a review of it goes on, or the public still reads its report."""

from __future__ import annotations

from referrals.models import Case
from referrals.models.disposal import register_obstacle
from reviews.models.access_gathering import AccessRecord
from reviews.models.practice_review import PracticeReview
from reviews.models.publication import Publication
from reviews.models.rapid_review import RapidReview
from reviews.models.release import Release
from reviews.questions.access_request import ACCESS_OPEN
from reviews.states import RAPID_REVIEW_ENDED, RELEASE_OPEN, STOPPED, PracticeReviewState, PublicationState

PRACTICE_REVIEW_ENDED = STOPPED | {PracticeReviewState.CLOSED}


def unfinished(case: Case) -> str | None:
    """The sentence, or ``None`` when every review has ended and nothing of them is public."""
    if RapidReview.objects.beside().filter(case=case).exclude(state__in=RAPID_REVIEW_ENDED).exists():
        return "The rapid review of this case is still open."
    if PracticeReview.objects.beside().filter(case=case).exclude(state__in=PRACTICE_REVIEW_ENDED).exists():
        return "The practice review of this case is still open."
    if Release.objects.beside().filter(review__case=case, state__in=RELEASE_OPEN).exists():
        return "A release of the report is still open."
    if Publication.objects.beside().filter(review__case=case, state=PublicationState.PUBLIC).exists():
        return "The report is still public. It goes with its case: take it down first, once its own period is over."
    if AccessRecord.objects.beside().filter(case=case, request__state__in=ACCESS_OPEN).exists():
        return "Somebody has asked for what is held about them in this case, and is not answered yet."
    return None


def register() -> None:
    """Let disposal ask; called once, when the app is ready."""
    register_obstacle(unfinished)
