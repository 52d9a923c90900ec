"""The two reports that are written section by section, and what differs between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cspr.accounts.models import User
from reviews.models import PracticeReview, RapidReview
from reviews.states import RAPID_REVIEW_SECTIONS, REPORT_SECTIONS

Review = RapidReview | PracticeReview


@dataclass(frozen=True)
class ReportKind:
    """What differs between the reports. ``prefix`` begins the names of addresses; ``home`` is the list of sections."""

    model: type[Review]
    titles: Mapping[str, str]
    hints: Mapping[str, str]
    prefix: str
    home: str

    def title(self, section: str) -> str:
        """The section's title; 404 for a section that the report does not have."""
        if section not in self.titles:
            raise Http404
        return self.titles[section]

    def url(self, name: str, review: Review, *more: Any) -> str:
        """The address of a page about a section; the name without ``prefix``."""
        return reverse(f"{self.prefix}-{name}", args=[review.ref, *more])

    def home_of(self, review: Review) -> str:
        return reverse(self.home, args=[review.ref])

    def found(self, user: User, ref: str) -> Any:
        """The review, fetched as visible; otherwise a 404 that looks like any other."""
        visible: Any = self.model.objects.visible_to(user)
        return get_object_or_404(visible.select_related("case__partnership"), ref=ref)


RAPID_HINTS: dict[str, str] = {
    "child": "Who the child is, daily life, heritage and faith, what the child said or showed, and how racism or other "
    "inequalities may have mattered.",
    "incident": "Short and factual.",
    "safeguarding": "This child and others: who did what, and whether anything is left to do now.",
    "analysis": "What helped and what hindered, and why it made sense at the time. Say how identity was thought about.",
    "actions": "One on each line, starting with “- ”: what, who, by when.",
}


# What a writer may want to know before they begin.
PRACTICE_HINTS: dict[str, str] = {
    "child": "Who the child is to those who know them, what daily life was like, and what the child said or showed.",
    "family": "Say who was asked, who took part and how. If nobody did, say why.",
    "events": "Only what the reader needs to follow the analysis. No dates that could identify the child.",
    "reasons": "Required by law (reg 15). Why it made sense at the time to do, or not to do, what was done.",
    "improvements": "Required by law (reg 15). Recommendations are added one by one and follow this text.",
}


RAPID_REPORT = ReportKind(
    model=RapidReview,
    titles=RAPID_REVIEW_SECTIONS,
    hints=RAPID_HINTS,
    prefix="rapid-review",
    home="rapid-review-write_report",
)
PRACTICE_REPORT = ReportKind(
    model=PracticeReview,
    titles=REPORT_SECTIONS,
    hints=PRACTICE_HINTS,
    prefix="practice-review",
    home="practice-review-write_report",
)
