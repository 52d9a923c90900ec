"""When things are due in reviews: which recorded events start, meet and stop the clocks of ``statutory.py``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from referrals.clocks import Run, runs_from
from referrals.models import Case
from referrals.states import DecisionKind, NotificationType, Outcome
from reviews.models import PracticeReview, RapidReview
from reviews.states import REVIEWING, PublicationState, RapidReviewState, RequestState


@runs_from
def rapid_review_runs(case: Case) -> Iterable[Run]:
    """Fifteen working days from the notification; then the Panel's answer; and each agency's date."""
    review = RapidReview.objects.filter(case=case).select_related("notification").first()
    if review is None:
        return
    notification = review.notification
    assert notification.submitted_on is not None
    cancelled = notification.retracted_on if review.state == RapidReviewState.CANCELLED else None
    if notification.type == NotificationType.ABUSE_NEGLECT:
        yield Run(
            "RR_15WD",
            notification.submitted_on,
            "The notification was sent to the Panel",
            met_on=review.first_submitted_on,
            stopped_on=cancelled,
        )
    if review.submitted_on:
        yield Run(
            "PANEL_RESPONSE",
            review.submitted_on,
            "The rapid review was sent to the Panel",
            met_on=review.panel_replied_on,
            stopped_on=cancelled,
        )
    for request in review.requests.exclude(sent_on=None).select_related("agency"):
        assert request.sent_on is not None
        ended = request.state in {RequestState.WITHDRAWN, RequestState.REFUSED}
        yield Run(
            "INFO_REQUEST",
            request.sent_on,
            f"Request sent to {request.agency.name}"[:200],
            met_on=request.answered_on,
            stopped_on=(cancelled or request.due_on if ended else cancelled),
            key=request.ref,
            name=f"Answer from {request.agency.name}"[:160],
            due_on=request.due_on,
        )


@runs_from
def practice_review_runs(case: Case) -> Iterable[Run]:
    """Six months from the decision; monitoring; what must be sent before publication; one year public."""
    review = PracticeReview.objects.filter(case=case).first()
    if review is None:
        return
    # ``concluded_on`` is the first publication; or, where nothing was published, the day the review ended.
    published = review.concluded_on if review.was_published() else None
    stopped = None if published else review.concluded_on
    told = (review.told_panel_on, review.told_dfe_on, review.told_ofsted_on)
    all_told = max(day for day in told if day) if all(told) else None
    decided = "The partners decided to carry out the review"
    yield Run("RR_DECISION_NOTICE", review.decided_on, decided, met_on=all_told, stopped_on=stopped)
    yield Run("LCSPR_6M", review.decided_on, decided, met_on=published, stopped_on=stopped)
    yield from _monitoring(review)
    if review.planned_publication_on:
        yield from _before_publication(review, review.planned_publication_on, stopped)
    for publication in review.publications.all():
        yield Run(
            "PUBLIC_1Y",
            publication.published_on,
            "The report was published",
            key=publication.ref,
            due_on=publication.public_until,
            stopped_on=_taken_down(publication.state, publication.public_until),
        )


def _monitoring(review: PracticeReview) -> Iterable[Run]:
    reviewer = review.reviewer
    if reviewer is None:
        return
    last = review.monitoring.first()
    # An addendum to a published report is not monitored: the duty is about the review itself.
    ended = review.concluded_on or (None if review.state in REVIEWING else review.signed_off_on)
    if last is None:
        yield Run("LCSPR_MONITOR", reviewer.appointed_on, "The reviewer was appointed", stopped_on=ended)
    else:
        yield Run("LCSPR_MONITOR", last.on, "The review was last monitored", stopped_on=ended)


def _before_publication(review: PracticeReview, planned: dt.date, stopped: dt.date | None) -> Iterable[Run]:
    decision = review.case.standing_decision(DecisionKind.PUBLICATION)
    if decision and decision.outcome == Outcome.NOT_PUBLISH:
        return
    only_improvements = decision is not None and decision.outcome == Outcome.IMPROVEMENTS_ONLY
    sent = review.sent_on
    with_ofsted = max(sent, review.sent_to_ofsted_on) if sent and review.sent_to_ofsted_on else None
    source = "The planned day of publication"
    code = "PREPUB_7D_IMPROVEMENTS" if only_improvements else "PREPUB_7D"
    yield Run(code, planned, source, met_on=sent, stopped_on=stopped)
    yield Run("PREPUB_7WD", planned, source, met_on=with_ofsted, stopped_on=stopped)


def _taken_down(state: str, until: dt.date) -> dt.date | None:
    return until if state == PublicationState.WITHDRAWN else None
