"""What of the six months the system has on record anyway: with its day, for the plan of a practice review."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min

from cspr.audit.models import Event
from reviews.models import PracticeReview
from reviews.questions.fact_check import FactCheckState
from reviews.states import CONCLUDED, PlanEvent, PracticeReviewState

E, PR = PlanEvent, PracticeReviewState
# The work has begun, the draft is handed in, the fact check has started: and stays so in what comes after.
CHECKING_FACTS = (
    frozenset({PR.FACT_CHECK, PR.SIGNED_OFF, PR.SENT, PR.ACTION_MONITORING, PR.CLOSED}) | CONCLUDED
)
FACTS_CHECKED = CHECKING_FACTS | {PR.QUALITY_ASSURANCE}
HANDED_IN = CHECKING_FACTS | {PR.DRAFT_RECEIVED, PR.QUALITY_ASSURANCE}
BEGUN = HANDED_IN | {PR.IN_PROGRESS, PR.ON_HOLD}
# The verb that stands for a milestone, and the states in which it still stands.
BY_VERB: dict[str, tuple[str, frozenset[str]]] = {
    "practicereview.begin_work": (E.WORK_BEGUN, BEGUN),
    "practicereview.receive_draft": (E.DRAFT_HANDED_IN, HANDED_IN),
    "practicereview.start_fact_check": (E.FACT_CHECK_STARTED, CHECKING_FACTS),
}


def milestones(review: PracticeReview) -> dict[str, dt.date]:
    """Which milestones are reached, and on which day. What was recorded before a review was decided anew is over."""
    told = (review.told_panel_on, review.told_dfe_on, review.told_ofsted_on)
    reviewer, decision = review.reviewer, review.publication_decision()
    found = {
        E.NATIONAL_TOLD: max(day for day in told if day) if all(told) else None,
        E.REVIEWER_APPOINTED: reviewer.appointed_on if reviewer else None,
        **_by_verb(review),
        **_first_asked(review),
        E.PUBLICATION_DECIDED: decision.approved_on if decision else None,
        E.SIGNED_OFF: review.signed_off_on,
        E.REPORT_SENT: review.sent_on,
        E.FAMILY_TOLD: review.family_told_on,
        E.PUBLISHED: review.concluded_on if review.was_published() else None,
    }
    return {event: on for event, on in found.items() if on is not None and on >= review.decided_on}


def _first_asked(review: PracticeReview) -> dict[str, dt.date | None]:
    """The fact check has started with the first agency that was asked, even before the review is at that stage."""
    asked = review.fact_checks.exclude(state=FactCheckState.WITHDRAWN).aggregate(first=Min("asked_on"))[
        "first"
    ]
    return {E.FACT_CHECK_STARTED: asked} if asked and review.state in FACTS_CHECKED else {}


def _by_verb(review: PracticeReview) -> dict[str, dt.date | None]:
    """What no field of the review says: its history knows the day."""
    kinds = ["practicereview.plan", *BY_VERB]
    events = Event.objects.filter(subject_ref=review.ref, kind__in=kinds).order_by("id")
    days: dict[str, dt.date | None] = dict(events.values_list("kind", "effective_on"))
    planned = days.get("practicereview.plan") if review.scope.strip() else None
    return {
        E.REVIEW_PLANNED: planned,
        **{event: days.get(kind) for kind, (event, stands) in BY_VERB.items() if review.state in stands},
    }
