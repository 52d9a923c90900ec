"""Answering the criteria of a practice review, one at a time."""

from __future__ import annotations

import datetime as dt

from cspr.accounts.models import User
from cspr.audit.log import history
from cspr.workflow import Stale, in_turn, perform
from referrals.models.evidence import content_hash
from reviews.models import RapidReview


def seen(review: RapidReview, criterion: str) -> str:
    """What stands for the answer to a criterion that a person had before them."""
    return content_hash(review.weighed.get(criterion))


def weigh(
    review: RapidReview,
    *,
    by: User,
    today: dt.date,
    criterion: str,
    met: str,
    reason: str,
    cites: list[dict[str, str]],
    read: str,
    version: int | None = None,
    nonce: str = "",
) -> RapidReview:
    """Save the answer to one criterion. ``read``: what ``seen`` gave when the person began.

    Several people may answer several criteria at once, so the review's version says nothing here. Raises ``Stale``
    only if this very criterion was answered meanwhile.
    """
    with in_turn(review.partnership):
        locked = RapidReview._base_manager.select_for_update().get(pk=review.pk)
        answer = {"met": met, "reason": reason, "cites": cites}
        if seen(locked, criterion) != read and locked.weighed.get(criterion) != answer:
            saved = history(locked.case.ref).filter(subject_ref=locked.ref, kind="rapidreview.weigh")
            raise Stale([event for event in saved if event.facts.get("criterion") == criterion][:1])
        return perform(
            locked, "weigh", by=by, today=today, nonce=nonce,
            criterion=criterion, met=met, reason=reason, cites=cites,
        )  # fmt: skip
