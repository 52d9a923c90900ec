"""Writing the report of a practice review: a list of its sections, and one page for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse

from referrals.models import Deadline
from referrals.views.clocks import Face
from reviews import actions
from reviews.forms.practice_review import SectionForm, TitleForm
from reviews.models import PracticeReview
from reviews.states import REPORT_SECTIONS, REQUIRED_BY_LAW
from reviews.views.practice_verbs import PracticeVerb

# What a writer may want to know before they begin.
HINTS: dict[str, str] = {
    "child": "Who the child is to those who know them, what daily life was like, and what the child said or showed.",
    "family": "Say who was asked, who took part and how. If nobody did, say why.",
    "events": "Only what the reader needs to follow the analysis. No dates that could identify the child.",
    "reasons": "Required by law (reg 15). Why it made sense at the time to do, or not to do, what was done.",
    "improvements": "Required by law (reg 15). Recommendations are added one by one and follow this text.",
}


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
            "recommendations": list(subject.recommendations.all()),
        }

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "sections": {}}

    def next(self, subject: PracticeReview) -> str:
        return reverse("practice-review-write_report", args=[subject.ref])

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        return super()._page(subject, form, status, **{"back": subject.get_absolute_url(), **extra})


def sections(review: PracticeReview, *, links: bool) -> list[dict[str, str]]:
    """The sections of the report as tasks: written or not, and whether the law requires them."""
    return [
        {
            "title": title,
            "url": reverse("practice-review-section", args=[review.ref, code]) if links else "",
            "hint": "Required by law (reg 15)" if code in REQUIRED_BY_LAW else "",
            "text": review.report.get(code, ""),
            "state": "done" if review.report.get(code, "").strip() else "to do",
        }
        for code, title in REPORT_SECTIONS.items()
    ]


class WriteSection(Writing):
    """One section. Two people may write two sections at once; two people in one section are told of each other."""

    verb = "write_report"
    template_name = "practice_reviews/section.html"
    titles = REPORT_SECTIONS
    hints = HINTS
    button = "Save and go back to the list"
    done = "The section is saved."

    @property
    def section(self) -> str:
        code: str = self.kwargs["section"]
        if code not in self.titles:
            raise Http404
        return code

    def label(self) -> str:
        return self.titles[self.section]

    def form(self, subject: PracticeReview, data: Any = None, files: Any = None) -> forms.Form:
        written = {"text": subject.report.get(self.section, "")}
        return SectionForm(data, initial=written, hint=self.hints.get(self.section, ""))

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        return {**super().context(subject), "read": subject.report.get(self.section, "")}

    def act(self, subject: PracticeReview, data: dict[str, Any]) -> Any:
        return actions.write_section(
            subject,
            by=self.user,
            today=self.today,
            section=self.section,
            text=data["text"],
            read=self._read(),
            nonce=self._nonce(),
        )

    def _read(self) -> str:
        """The text the person had before them when they began; browsers send line ends in their own way."""
        return self.request.POST.get("read", "").replace("\r\n", "\n")

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        # After a clash the page starts from the newer text; after a mistake, from what was read before.
        if self.request.method == "POST" and "stale" not in extra:
            extra["read"] = self._read()
        return super()._page(subject, form, status, **extra)

    def next(self, subject: PracticeReview) -> str:
        return reverse("practice-review-write_report", args=[subject.ref])
