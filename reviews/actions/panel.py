"""What passes between the partners and the Panel: sending with proof, and telling those who asked or helped."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cspr.accounts.models import User
from cspr.workflow import note, perform
from referrals.models import Referral
from reviews.models import RapidReview
from reviews.states import RequestState

# Whoever was asked and not let off is told how it ended, whether or not they answered.
NOT_ASKED = (RequestState.NOT_SENT, RequestState.WITHDRAWN)


def tell_outcome(
    review: RapidReview,
    *,
    by: User,
    today: dt.date,
    words: str = "",
    version: int | None = None,
    nonce: str = "",
) -> RapidReview:
    """Put the outcome on the page of every referral and of every request of the case, and say that it is there."""
    with transaction.atomic():
        told = perform(review, "tell_outcome", by=by, today=today, version=version, nonce=nonce, words=words)
        for referral in Referral.objects.filter(case=told.case).order_by("id"):
            note(referral, "outcome_told", by=by, today=today)
        for request in told.requests.exclude(state__in=NOT_ASKED).order_by("id"):
            note(request, "outcome_told", by=by, today=today)
        return told
