"""What a decision on a practice review rests on: report, criteria, the agencies' answers; each with its fingerprint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cspr.audit.log import history
from cspr.clocks.calendar import in_full
from referrals.models import Case
from referrals.models.evidence import Part, basis_of, content_hash
from referrals.states import DecisionKind
from reviews.chronology.codes import EntryState
from reviews.models.chronology import CORRECTED, ChronologyEntry
from reviews.models.information_request import InformationRequest
from reviews.models.meeting import Meeting, MeetingRules
from reviews.models.rapid_review import RapidReview
from reviews.models.weighing import CRITERIA, WEIGHABLE
from reviews.states import ANSWERED, RAPID_REVIEW_SECTIONS, MeetingState

# Whoever did one of these wrote part of what the decision rests on. What an agency's author wrote, they wrote as such.
WRITING = (
    "rapidreview.write_report",
    "rapidreview.weigh",
    "informationrequest.record_answer",
    "informationrequest.answer_request",
)

# Parts whose codes begin alike, as the record of the decision lists them.
GROUPS = {
    "report": "The rapid review report",
    "criterion": "The criteria",
    "answer": "The agencies’ answers",
    "entry": "The chronology",
    "meeting": "Meetings",
}


def of_review(case: Case) -> Iterable[Part]:
    """Every section by itself, empty ones too: writing one is a change. And each criterion that was answered."""
    review = RapidReview.objects.beside().filter(case=case).first()
    if review is None:
        return
    for code, title in RAPID_REVIEW_SECTIONS.items():
        yield Part(f"report.{code}", f"The report, “{title}”", content_hash(review.report.get(code, "")))
    for code, label in CRITERIA.items():
        if code in review.weighed:
            yield Part(f"criterion.{code}", f"The answer to “{label}”", content_hash(review.weighed[code]))


def of_answers(case: Case) -> Iterable[Part]:
    """What each agency has answered and stands by; an answer that is being queried does not stand."""
    answered = InformationRequest.objects.beside().filter(rapid_review__case=case, state__in=ANSWERED)
    for request in answered.select_related("agency").order_by("agency__name", "pk"):
        yield Part(
            f"answer.{request.ref}", f"The answer of {request.agency.name}", content_hash(request.answer)
        )


def of_chronology(case: Case) -> Iterable[Part]:
    """Every entry that stands, as it reads; one that is struck out is no longer there."""
    standing = ChronologyEntry.objects.beside().filter(case=case, state=EntryState.STANDS)
    for entry in standing.select_related("agency").order_by("starts_on", "at", "pk"):
        words = f"The chronology entry of {entry.agency.name} for {entry.when.words()}"
        yield Part(
            f"entry.{entry.ref}", words, content_hash([str(getattr(entry, name)) for name in CORRECTED])
        )


def of_meetings(case: Case) -> Iterable[Part]:
    """Who took part in each meeting that was held, as what, and the quorum."""
    held = (
        Meeting.objects.beside().filter(case=case, state=MeetingState.HELD).prefetch_related("participants")
    )
    for meeting in held.order_by("held_on", "pk"):
        people = [
            [p.name, p.role, p.capacity, p.partner, p.attendance, p.deputy_for, p.conflict]
            for p in meeting.participants.all()
        ]
        words = f"The meeting of {in_full(meeting.held_on or meeting.on)}"
        yield Part(f"meeting.{meeting.ref}", words, content_hash([people, meeting.quorum_met]))


def quorate(case: Case) -> str | None:
    """Where the partnership says so, the chair approves only what a quorate meeting has considered."""
    if not MeetingRules.of(case.partnership).for_decision:
        return None
    held = Meeting.objects.beside().filter(case=case, state=MeetingState.HELD)
    return (
        None
        if held.exists()
        else "No quorate meeting has been held. This partnership decides only after one."
    )


def authors(case: Case) -> Iterable[int]:
    """Who wrote in the report, answered a criterion, or wrote an agency's answer."""
    written: Any = history(case.ref).filter(kind__in=WRITING, by__isnull=False)
    return set(written.order_by().values_list("by_id", flat=True))


def sent(case: Case) -> bool:
    """Once the rapid review was sent, the decision has been acted on; until the partners take it up again."""
    return not RapidReview.objects.beside().filter(case=case, state__in=WEIGHABLE).exists()


def register() -> None:
    """Called when the app is ready; being called again adds nothing."""
    basis = basis_of(DecisionKind.REVIEW)
    basis.parts[:] = [of_review, of_answers, of_chronology, of_meetings]
    basis.groups.update(GROUPS)
    basis.authors[:] = [authors]
    basis.needed[:] = [quorate]
    basis.settled[:] = [sent]
