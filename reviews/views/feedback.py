"""What the referrer and the agencies read once they were told the outcome."""

from __future__ import annotations

from collections.abc import Iterable

from referrals.models import Referral
from referrals.views.news import News, news_from
from reviews.models import Feedback


def for_referral(referral: Referral) -> Iterable[News]:
    """What was told about the rapid review of its case."""
    return told(referral.case_id) if referral.case_id else []


def told(case_id: int) -> list[News]:
    """The newest first. Whoever reads it was told it: the referrals and the requests of that case."""
    rows = Feedback.objects.filter(review__case_id=case_id)
    return [News(row.told_on, row.sentences, row.words) for row in rows]


def register() -> None:
    """Put it on the page of the referral; called once, when the app is ready."""
    news_from(for_referral)
