"""What was said about the draft of the first story's report while it was read. All of it is made up."""

from __future__ import annotations

from reviews import actions
from reviews.management.rehearsal.stage import Stage
from reviews.models import PracticeReview, ReportComment

# (who, the words it is about, what they say)
REMARKS = (
    ("icb", "good and four weeks away", "Four weeks is the average of that year. On the day she asked, it was six."),
    ("chair", "She had been told of a complaint by a family who had felt accused",
     "Could a colleague of hers recognise her by this? It may be enough to say that complaints were on people’s minds."),
    ("police", "The police held information about him at another address",
     "We would add that since spring officers see both addresses. It could stand under what happens next."),
)  # fmt: skip


def read_and_remarked(stage: Stage, review: PracticeReview) -> None:
    """Three people read the draft and comment on it. Two comments are settled; the third is left for later."""
    for who, quote, text in REMARKS:
        stage.act(actions.comment, review, by=who, section="reasons", quote=quote, text=text)
    stage.wait(1)
    waiting, recognised, _ = ReportComment.objects.filter(case=review.case)
    stage.do(
        waiting,
        "reply",
        "reviewer",
        text="Thank you. Both figures are in the clinic’s statistics; we keep four.",
    )
    for comment in (waiting, recognised):
        stage.do(comment, "settle", "reviewer")
