"""What of the reviews stands beside a decision: the report it is made on, and what the agencies think."""

from __future__ import annotations

from collections.abc import Iterable

from cspr.accounts.models import User
from referrals.models import Case
from referrals.states import DecisionKind
from referrals.views.evidence import Evidence, evidence_from
from reviews.models import InformationRequest, PracticeReview, RapidReview
from reviews.states import (
    ANSWERED,
    RAPID_REVIEW_SECTIONS,
    REPORT_SECTIONS,
    REQUIRED_BY_LAW,
    PanelOutcome,
    ProvisionalView,
)

# What of the rapid review report bears on whether a practice review should follow.
ON_A_REVIEW = (
    "analysis",
    "learning",
    "lines_of_enquiry",
    "no_further_review",
    "national",
    "processes",
    "limits",
)
# What of the report bears on what may be published.
ON_PUBLICATION = (*REQUIRED_BY_LAW, "family", "conclusion")


def for_review(case: Case, kind: str, user: User) -> Iterable[Evidence]:
    """The rapid review report, the Panel's answer if there is one, and the agencies' provisional views."""
    if kind != DecisionKind.REVIEW:
        return
    review = RapidReview.objects.visible_to(user).filter(case=case).first()
    if review is None:
        return
    for code in ON_A_REVIEW:
        if text := review.report.get(code, "").strip():
            yield Evidence("Rapid review report", RAPID_REVIEW_SECTIONS[code], text)
    if review.panel_outcome:
        yield Evidence("The Panel", "Its answer", str(PanelOutcome(review.panel_outcome).label), "R11D")
    views = dict(ProvisionalView.choices)
    requests = InformationRequest.objects.visible_to(user).filter(rapid_review=review, state__in=ANSWERED)
    for request in requests.select_related("agency").order_by("agency__name"):
        if view := views.get(request.answer.get("provisional_view", "")):
            yield Evidence(request.agency.name, "Provisional view", str(view))


def for_publication(case: Case, kind: str, user: User) -> Iterable[Evidence]:
    """What the law requires of the report, what the family said, and what bars publication for now."""
    if kind != DecisionKind.PUBLICATION:
        return
    review = PracticeReview.objects.visible_to(user).filter(case=case).first()
    if review is None:
        return
    for code in ON_PUBLICATION:
        if text := review.report.get(code, "").strip():
            yield Evidence("The report", REPORT_SECTIONS[code], text)
    for process in case.processes.filter(bars_publication=True):
        yield Evidence("Parallel processes", str(process), process.status or "It bars publication for now.")


def register() -> None:
    """Put both beside the decisions they bear on."""
    evidence_from(for_review)
    evidence_from(for_publication)
