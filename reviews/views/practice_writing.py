"""Writing the report of a practice review: a list of its sections, and one page for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse

from referrals.models import Deadline
from referrals.views.clocks import Face
from reviews.forms.practice_review import TitleForm
from reviews.models import PracticeReview, ReportComment
from reviews.models.figures import unshown
from reviews.states import REPORT_SECTIONS, REQUIRED_BY_LAW
from reviews.views.figures import figures_of
from reviews.views.practice_verbs import PracticeVerb
from reviews.views.reports import PRACTICE_REPORT


class Writing(PracticeVerb):
    """Writing moves nothing and tells nobody, so its pages do not say so each time."""

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        return []


class WriteReport(Writing):
    """What is written and what is not; and the neutral title."""

    verb = "write_report"
    form_class = TitleForm
    template_name = "practice_reviews/write_report.html"
    button = "Save the title"
    done = "The title is saved."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        return {
            **super().context(subject),
            "tasks": sections(subject, links=True),
            "figures": figures_of(subject),
            "unshown": unshown(subject),
            "recommendations": list(subject.recommendations.all()),
        }

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "sections": {}}

    def next(self, subject: PracticeReview) -> str:
        return reverse("practice-review-write_report", args=[subject.ref])

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        return super()._page(subject, form, status, **{"back": subject.get_absolute_url(), **extra})


def sections(review: PracticeReview, *, links: bool) -> list[dict[str, str]]:
    """The sections of the report as tasks: written or not, whether the law requires them, and how many comments wait.

    ``links``: each leads to where it is written; otherwise to where it is read, with what was said about it.
    """
    waiting = ReportComment.objects.beside().open_by_section(review.case_id)
    page = "practice-review-section" if links else PRACTICE_REPORT.comments
    return [
        {
            "code": code,
            "title": title,
            "url": reverse(page, args=[review.ref, code]),
            **_comments(review, code, waiting.get(code, 0)),
            "hint": "Required by law (reg 15)" if code in REQUIRED_BY_LAW else "",
            "text": review.report.get(code, ""),
            "state": "done" if review.report.get(code, "").strip() else "to do",
        }
        for code, title in REPORT_SECTIONS.items()
    ]


def _comments(review: PracticeReview, section: str, number: int) -> dict[str, str]:
    """What the list says about the open comments on a section, and where they stand."""
    if not number:
        return {}
    words = f"{number} open comment{'' if number == 1 else 's'}"
    return {"more": words, "more_url": reverse(PRACTICE_REPORT.comments, args=[review.ref, section])}
