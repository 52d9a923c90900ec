"""What a decision on a practice review rests on: report, criteria, the agencies' answers; each with its fingerprint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cspr.audit.log import history
from referrals.models import Case
from referrals.models.evidence import Part, basis_of, content_hash
from referrals.states import DecisionKind
from reviews.models.information_request import InformationRequest
from reviews.models.rapid_review import RapidReview
from reviews.models.weighing import CRITERIA, WEIGHABLE
from reviews.states import ANSWERED, RAPID_REVIEW_SECTIONS

# Whoever did one of these wrote part of what the decision rests on. What an agency's author wrote, they wrote as such.
WRITING = (
    "rapidreview.write_report",
    "rapidreview.weigh",
    "informationrequest.record_answer",
    "informationrequest.answer_request",
)


def of_report(case: Case) -> Iterable[Part]:
    """Every section by itself, empty ones too: writing one is a change."""
    review = RapidReview.objects.beside().filter(case=case).first()
    if review is None:
        return
    for code, title in RAPID_REVIEW_SECTIONS.items():
        yield Part(f"report.{code}", f"The report, “{title}”", content_hash(review.report.get(code, "")))


def of_criteria(case: Case) -> Iterable[Part]:
    """The answer to each criterion that has been given."""
    review = RapidReview.objects.beside().filter(case=case).first()
    if review is None:
        return
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


def authors(case: Case) -> Iterable[int]:
    """Who wrote in the report, answered a criterion, or wrote an agency's answer."""
    written: Any = history(case.ref).filter(kind__in=WRITING, by__isnull=False)
    return set(written.order_by().values_list("by_id", flat=True))


def sent(case: Case) -> bool:
    """Once the rapid review was sent, the decision has been acted on; until the partners take it up again."""
    return not RapidReview.objects.beside().filter(case=case, state__in=WEIGHABLE).exists()


def register() -> None:
    """Called once, when the app is ready."""
    basis = basis_of(DecisionKind.REVIEW)
    basis.parts += [of_report, of_criteria, of_answers]
    basis.authors.append(authors)
    basis.settled.append(sent)
