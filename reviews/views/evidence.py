"""What of the reviews stands beside a decision: the report it is made on, and what the agencies think."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from cspr.accounts.models import User
from cspr.ui.richtext import without_marks
from referrals.models import Case
from referrals.questions import shown
from referrals.states import DecisionKind, ReviewCriterion
from referrals.views.evidence import Evidence, evidence_from
from reviews.chronology.codes import EntryState
from reviews.models import ChronologyEntry, InformationRequest, PracticeReview, RapidReview
from reviews.questions import issues, learning, practice, summary, view, voice
from reviews.states import (
    ANSWERED,
    RAPID_REVIEW_SECTIONS,
    REPORT_SECTIONS,
    REQUIRED_BY_LAW,
    PanelOutcome,
)

# What of an agency's account bears on whether a practice review should follow.
OF_AN_ANSWER = (summary, voice, issues, practice, learning, view)
# A chronology of more entries than this stands on its own page, and only its key events beside a decision.
MOST_ENTRIES = 40
# What of the report bears on what may be published.
ON_PUBLICATION = (*REQUIRED_BY_LAW, "family", "conclusion")


def for_review(case: Case, kind: str, user: User) -> Iterable[Evidence]:
    """The Panel's answer if there is one, the report section by section, and the agencies' accounts."""
    if kind != DecisionKind.REVIEW:
        return
    review = RapidReview.objects.visible_to(user).filter(case=case).first()
    if review is None:
        return
    if review.panel_outcome:
        said = str(PanelOutcome(review.panel_outcome).label)
        yield Evidence("The Panel", "Its answer", said, ReviewCriterion.R11D, "panel.outcome")
    for code, title in RAPID_REVIEW_SECTIONS.items():
        if text := review.report.get(code, "").strip():
            yield Evidence("Rapid review report", title, without_marks(text), code=f"report.{code}")
    requests = InformationRequest.objects.visible_to(user).filter(rapid_review=review, state__in=ANSWERED)
    for request in requests.select_related("agency").order_by("agency__name"):
        yield from _of_answer(request)
    yield from _of_chronology(case, user)


def _of_chronology(case: Case, user: User) -> Iterable[Evidence]:
    """What happened, in order; of a long chronology only the key events, because somebody has to read it here."""
    entries = ChronologyEntry.objects.visible_to(user).filter(case=case, state=EntryState.STANDS)
    found = list(entries.select_related("agency").order_by("starts_on", "at", "pk"))
    if len(found) > MOST_ENTRIES:
        found = [entry for entry in found if entry.key]
    for entry in found:
        label = f"{entry.when.words()}, {entry.agency.name}"
        yield Evidence("Chronology", label, entry.happened, code=f"entry.{entry.ref}")


def _of_answer(request: InformationRequest) -> Iterable[Evidence]:
    """What an agency says that bears on the criteria, or that it had no involvement."""
    agency, code = request.agency.name, f"answer.{request.ref}"
    if request.answer.get("nil"):
        yield Evidence(agency, "Its answer", "No involvement", code=f"{code}.nil")
    for row in shown(request.answer, OF_AN_ANSWER):
        if row.value and not request.answer.get("nil"):
            yield Evidence(agency, row.question.noun, row.value, code=f"{code}.{row.question.code}")


def for_publication(case: Case, kind: str, user: User) -> Iterable[Evidence]:
    """What the law requires of the report, what the family said, and what bars publication for now."""
    if kind != DecisionKind.PUBLICATION:
        return
    review = PracticeReview.objects.visible_to(user).filter(case=case).first()
    if review is None:
        return
    for code in ON_PUBLICATION:
        if text := review.report.get(code, "").strip():
            yield Evidence("The report", REPORT_SECTIONS[code], without_marks(text))
    for one in review.pictures():
        yield Evidence("The report", f"Figure {one.number}", f"{one.caption}\n{one.alt}")
    today = timezone.localdate()
    for process in case.processes.all():
        if barred := process.barred(today):
            yield Evidence("Parallel processes", str(process), f"{barred} {process.status}".strip())


def register() -> None:
    """Put both beside the decisions they bear on."""
    evidence_from(for_review)
    evidence_from(for_publication)
