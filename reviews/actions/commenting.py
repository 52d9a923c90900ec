"""Saying something about the draft of a report: at a section, or at a passage of it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Max

from cspr.accounts.models import User
from cspr.documents.passages import Passage, Readable
from cspr.workflow import Refused, begin, in_turn
from reviews.models import PracticeReview, ReportComment
from reviews.models.commenting import not_written
from reviews.models.sections import last_numbers
from reviews.permissions import comment_on_report
from reviews.states import REPORT_SECTIONS

NOT_THERE = (
    "These words do not stand in the section as it is saved now. Copy them from the text on this page."
)


def why_no_comment(review: PracticeReview, by: User) -> str | None:
    """None when the person may say something about the draft now; otherwise the sentence to show."""
    return comment_on_report(review, by) or not_written(review)


def comment(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    section: str,
    text: str,
    quote: str = "",
    nonce: str = "",
) -> ReportComment:
    """Say something about a section, or about the words ``quote`` of it as it is saved now.

    Raises ``Refused`` for whoever may not, and where the words stand nowhere in the section or more than once.
    """
    reason = why_no_comment(review, by)
    if reason or section not in REPORT_SECTIONS:
        raise Refused(reason or "The report has no such section.")
    with in_turn(review.partnership, by=by, nonce=nonce):
        written = PracticeReview._base_manager.get(pk=review.pk)
        passage = passage_of(written.report.get(section, ""), quote) if quote.strip() else Passage("")
        said = ReportComment(
            case=review.case,
            section=section,
            number=next_number(review),
            quote=passage.quote,
            before=passage.before,
            after=passage.after,
            on_version=last_numbers(written).get(section, 0),
            text=text,
            by=by,
        )
        facts = {"section": section, "number": said.number, "passage": bool(passage.quote)}
        return begin(said, by=by, today=today, nonce=nonce, facts=facts)


def passage_of(text: str, quote: str) -> Passage:
    """The one place in ``text`` at which these words stand. Raises ``Refused``."""
    readable = Readable(text)
    places = readable.places(quote)
    if len(places) == 1:
        return readable.passage(*places[0])
    if not places:
        raise Refused(NOT_THERE)
    raise Refused(
        f"These words stand in the section {len(places)} times. Take some more of what is around them."
    )


def next_number(review: PracticeReview) -> int:
    rows = ReportComment.objects.filter(case_id=review.case_id)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1
