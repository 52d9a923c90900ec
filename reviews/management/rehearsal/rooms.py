"""What is done in the rooms of a rapid review, for every story alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reviews.management.rehearsal.stage import Stage
from reviews.models import RapidReview
from reviews.states import RAPID_REVIEW_SECTIONS


def weigh(
    stage: Stage,
    review: RapidReview,
    criteria: Mapping[str, Any],
    cites: Mapping[str, tuple[str, ...]] | None = None,
) -> RapidReview:
    """Answer each criterion; ``cites`` says which sections of the report a reason rests on."""
    for code, answer in criteria.items():
        pieces = [
            {"code": f"report.{section}", "words": f"Rapid review report: {RAPID_REVIEW_SECTIONS[section]}"}
            for section in (cites or {}).get(code, ())
        ]
        review = stage.do(review, "weigh", "staff", criterion=str(code), cites=pieces, **answer)
    return review
