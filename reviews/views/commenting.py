"""Comments on the draft of a report: one page for each section, with its text and what was said about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.documents.passages import GONE, NEAR, Place, Readable, Stretch, stretches
from cspr.pages import posted_nonce
from cspr.ui.arriving import tidied
from cspr.ui.forms import GovukForm
from cspr.ui.richtext import in_words
from cspr.workflow import Refused, Replayed, why_not
from referrals.models import Deadline
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import Face, case_bar
from referrals.views.shared import new_nonce
from referrals.views.verbs import VerbView
from reviews import actions
from reviews.forms.commenting import CommentForm, ReplyForm
from reviews.models import PracticeReview, ReportComment
from reviews.questions.commenting import CommentState
from reviews.states import REPORT_SECTIONS
from reviews.views.reports import PRACTICE_REPORT

COMMENTS = "practice-review-section-comments"


@dataclass(frozen=True)
class Said:
    """One comment as the page shows it. Each has one-time numbers of its own, as the page holds many forms."""

    comment: ReportComment
    place: Place | None
    may_reply: bool
    may_settle: bool
    nonce: str = field(default_factory=new_nonce)

    @property
    def changed(self) -> bool:
        return self.place is not None and self.place.how == GONE

    @property
    def nearly(self) -> bool:
        return self.place is not None and self.place.how == NEAR


class Comments(View):
    """The section as it is saved, what was said about it, and a box to say something."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user, self.today = signed_in(request), timezone.localdate()
        self.title = PRACTICE_REPORT.title(kwargs["section"])
        self.review: PracticeReview = PRACTICE_REPORT.found(self.user, kwargs["ref"])
        self.refusal = actions.why_no_comment(self.review, self.user)

    def get(self, request: HttpRequest, ref: str, section: str) -> HttpResponse:
        note_opening(self.review.case, self.user)
        return self._page(CommentForm())

    def post(self, request: HttpRequest, ref: str, section: str) -> HttpResponse:
        form = CommentForm(tidied(request.POST))
        if self.refusal:
            return self._refused(self.refusal)
        if not form.is_valid():
            return self._page(form, 422)
        nonce = posted_nonce(request)
        try:
            said = actions.comment(
                self.review, by=self.user, today=self.today, section=section, nonce=nonce, **form.cleaned_data
            )
        except Replayed as replayed:
            return redirect("report-comment", replayed.event.subject_ref)
        except Refused as refused:
            form.add_error("quote", str(refused))
            return self._page(form, 422)
        messages.success(request, f"Comment {said.number} is added.")
        return redirect(said.get_absolute_url())

    def _refused(self, reason: str) -> HttpResponse:
        back = reverse(COMMENTS, args=[self.review.ref, self.kwargs["section"]])
        told = {"reason": reason, "label": "Comments", "case": self.review.case, "back": back}
        return render(self.request, "actions/refused.html", told, status=403)

    def _page(self, form: forms.Form, status: int = 200) -> HttpResponse:
        section = self.kwargs["section"]
        text = self.review.report.get(section, "")
        said = said_about(self.review, section, text, self.user)
        case = self.review.case
        context = {
            "review": self.review,
            "case": case,
            "bar": case_bar(case, list(case.deadlines.all()), self.today),
            "today": self.today,
            "title": self.title,
            "runs": text_with(text, said),
            "open": [one for one in said if one.comment.state == CommentState.OPEN],
            "done": [one for one in said if one.comment.state == CommentState.DONE],
            "form": form,
            "reply": ReplyForm(auto_id=False),
            "nonce": new_nonce(),
            "refusal": self.refusal,
            "home": reverse("practice-review-report", args=[self.review.ref]),
            "writes": why_not(self.review, "write_report", self.user) is None,
            "write_url": PRACTICE_REPORT.url("section", self.review, section),
        }
        return render(self.request, "reports/comments.html", context, status=status)


def said_about(review: PracticeReview, section: str, text: str, user: User) -> list[Said]:
    """Every comment on the section, those about a passage in the order of the text; two statements."""
    rows = list(
        ReportComment.objects.beside()
        .filter(case_id=review.case_id, section=section)
        .select_related("by", "settled_by")
        .prefetch_related("replies__by")
    )
    readable = Readable(text)
    found = []
    for row in rows:
        row.case = review.case  # what a rule reads of the case is read once
        found.append(
            Said(
                comment=row,
                place=readable.find(row.passage) if row.quote else None,
                may_reply=why_not(row, "reply", user) is None,
                may_settle=why_not(row, "settle" if row.state == CommentState.OPEN else "reopen", user)
                is None,
            )
        )
    return sorted(found, key=lambda one: (one.place.start if one.place else -1, one.comment.number))


def text_with(text: str, said: list[Said]) -> list[Stretch]:
    """The section's text with the passages that open comments are about."""
    places = [
        (one.comment.number, one.place)
        for one in said
        if one.place is not None and one.comment.state == CommentState.OPEN
    ]
    return [replace(run, text=in_words(run.text)) for run in stretches(text, places)]


class CommentPage(View):
    """A comment has no page of its own: it stands beside its section."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        found = ReportComment.objects.visible_to(signed_in(request)).select_related("case__practice_review")
        comment = get_object_or_404(found, ref=ref)
        return redirect(beside_its_section(comment))


def beside_its_section(comment: ReportComment) -> str:
    section = reverse(COMMENTS, args=[comment.review.ref, comment.section])
    return f"{section}#comment-{comment.number}"


class CommentVerb(VerbView):
    """One verb on one comment; the section's page holds its form, too."""

    model = ReportComment
    template_name = "reports/comment_verb.html"
    form_class: type[forms.Form] = GovukForm

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        """No date moves or runs on because somebody said something."""
        return []

    def next(self, subject: ReportComment) -> str:
        return beside_its_section(subject)

    def context(self, subject: ReportComment) -> dict[str, Any]:
        return {**super().context(subject), "section": REPORT_SECTIONS.get(subject.section, "")}


class Reply(CommentVerb):
    verb = "reply"
    form_class = ReplyForm
    button = "Reply"
    done = "Your reply is added."


class Settle(CommentVerb):
    verb = "settle"
    button = "It is done"
    done = "The comment is done."


class Reopen(CommentVerb):
    verb = "reopen"
    button = "Open it again"
    done = "The comment is open again."


COMMENT_VERBS: tuple[type[CommentVerb], ...] = (Reply, Settle, Reopen)
