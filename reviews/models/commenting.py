"""Comments on the draft of a practice review's report: each stands at a section and, where given, at a passage of it.

What a comment says stands in these rows alone: not in an event, an e-mail, the report or its hash, nor in anything that
is published. Whoever reads the draft reads them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.documents.passages import AROUND, Passage
from cspr.workflow import Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.models.practice_review import PracticeReview
from reviews.questions.commenting import CommentState
from reviews.states import WRITING

S = CommentState
NOT_WRITTEN = "The report is not being written now, so it takes no comments and no working copies are made."


def not_written(review: PracticeReview) -> str | None:
    """Why nothing may be said about the draft now; None while it is being written."""
    return None if review.state in WRITING else NOT_WRITTEN


class Comments(Visible["ReportComment"]):
    def open_by_section(self, case_id: int) -> dict[str, int]:
        """How many open comments each section has. The caller has fetched the case’s review as visible."""
        rows = self.filter(case_id=case_id, state=S.OPEN).order_by().values_list("section")
        return dict(rows.annotate(number=Count("pk")))


class ReportComment(Subject):
    """One comment. ``hand``: the name that Word gives for whoever wrote it, where somebody else brought it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="report_comments")
    section = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    state = FSMField(default=S.OPEN, choices=S.choices, protected=True)
    quote = models.TextField("the words it is about", blank=True)
    before = models.CharField(max_length=AROUND, blank=True)
    after = models.CharField(max_length=AROUND, blank=True)
    on_version = models.PositiveIntegerField("the version of the section it was made on", default=0)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    hand = models.CharField(max_length=80, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    objects = Comments.as_manager()
    replies: Any

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="comments_are_numbered")]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @property
    def review(self) -> PracticeReview:
        review: PracticeReview = self.case.practice_review
        return review

    @property
    def passage(self) -> Passage:
        return Passage(self.quote, self.before, self.after)

    @property
    def writer(self) -> str:
        return self.hand or (self.by.name if self.by else "")

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_comments(user)

    def get_absolute_url(self) -> str:
        return reverse("report-comment", args=[self.ref])

    def not_now(self) -> str | None:
        return not_written(self.review)

    @verb(
        S.OPEN,
        rule=permissions.comment_on_report,
        label="Reply to a comment",
        guards=[not_now],
        effect="Everybody who reads the draft reads your reply. It is never published.",
    )
    def reply(self, *, by: User | None, on: Any, text: str, hand: str = "") -> dict[str, Any]:
        """What somebody answered; the event says only that."""
        number = self.replies.count() + 1
        self.replies.create(number=number, text=text, by=by, hand=hand)
        return {"section": self.section, "number": self.number, "reply": number}

    @verb(
        S.OPEN,
        S.DONE,
        rule=permissions.settle_comment,
        label="The comment is done",
        effect="It is folded away with who said so. It can be opened again.",
    )
    def settle(self, *, by: User | None, on: Any) -> dict[str, Any]:
        self.settled_by, self.settled_at = by, timezone.now()
        return {"section": self.section, "number": self.number}

    @verb(
        S.DONE,
        S.OPEN,
        rule=permissions.settle_comment,
        label="Open the comment again",
        guards=[not_now],
        effect="It counts as open again.",
    )
    def reopen(self, *, by: User | None, on: Any) -> dict[str, Any]:
        self.settled_by = self.settled_at = None
        return {"section": self.section, "number": self.number}


class CommentReply(models.Model):
    """What was answered to a comment, in the order in which it was said."""

    comment = models.ForeignKey(ReportComment, on_delete=models.CASCADE, related_name="replies")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    hand = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="one_reply_per_number_of_a_comment")
        ]

    def __str__(self) -> str:
        return f"reply {self.number}"

    @property
    def writer(self) -> str:
        return self.hand or (self.by.name if self.by else "")
