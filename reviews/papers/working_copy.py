"""The draft of a practice review's report as a Word document to work on, with what was said about it in the margin."""

from __future__ import annotations

from collections.abc import Iterator

from cspr.accounts.models import User
from cspr.documents.office import Answer, Block, Heading, Paragraph, Remark, WordPaper
from cspr.documents.pdf import OFFICIAL_SENSITIVE
from cspr.ui.richtext import read
from reviews.models import PracticeReview, ReportComment
from reviews.models.sections import last_numbers
from reviews.questions.commenting import CommentState, anchor_of
from reviews.states import REPORT_SECTIONS

WORKING_COPY = "report_working_copy"
HOW = (
    "A working copy. Write in it, comment on it, and bring it back: you see what differs before anything is saved. "
    "A section is known by its heading, which may be worded otherwise. A line like [Figure 1] is where that figure "
    "stands: leave it, or move it as it is. Comments are never published."
)


def working_copy(review: PracticeReview, user: User) -> WordPaper:
    """Every section as it is saved, also an empty one, under a heading that says unseen which version it is of."""
    numbers = last_numbers(review)
    anchors = {code: anchor_of(review.ref, code, numbers.get(code, 0)) for code in REPORT_SECTIONS}
    blocks: list[Block] = [Paragraph(HOW, "note")]
    for code, title in REPORT_SECTIONS.items():
        blocks += [Heading(title, anchor=anchors[code]), read(review.report.get(code, ""))]
    return WordPaper(
        title="Report of a practice review, draft",
        subtitle=review.case.pseudonym,
        file_stem=f"report-draft-{review.ref}",
        marking=f"Draft. {OFFICIAL_SENSITIVE}",
        running_head=review.case.pseudonym,
        blocks=blocks,
        remarks=list(_remarks(review, anchors)),
    )


def _remarks(review: PracticeReview, anchors: dict[str, str]) -> Iterator[Remark]:
    rows = ReportComment.objects.beside().filter(case_id=review.case_id, section__in=anchors)
    for row in rows.select_related("by").prefetch_related("replies__by"):
        yield Remark(
            anchor=anchors[row.section],
            number=row.number,
            author=row.writer,
            when=row.created_at.isoformat(timespec="seconds"),
            text=row.text,
            quote=row.quote,
            before=row.before,
            after=row.after,
            done=row.state == CommentState.DONE,
            answers=[
                Answer(reply.writer, reply.made_at.isoformat(timespec="seconds"), reply.text)
                for reply in row.replies.all()
            ],
        )
