"""The two reports that are written section by section, and what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from cspr.accounts.models import User
from cspr.ui.richtext.html import Picture
from reviews.models import PracticeReview, RapidReview
from reviews.prefill import Source, sources
from reviews.states import RAPID_REVIEW_SECTIONS, REPORT_SECTIONS
from reviews.views.figures import figures_of

Review = RapidReview | PracticeReview


@dataclass(frozen=True)
class ReportKind:
    """What differs between the reports. ``prefix`` begins the names of addresses; ``home`` is the list of sections.

    ``sources``: what a section can start from; ``accepts``: the address at which a name can be left in;
    ``comments``: that of what was said about a section. ``figures``: those it can show, if it can.
    """

    model: type[Review]
    titles: Mapping[str, str]
    hints: Mapping[str, str]
    prefix: str
    home: str
    sources: Callable[[Any, str, User], list[Source]] = lambda review, section, user: []
    accepts: str = ""
    comments: str = ""
    figures: Callable[[Any], Mapping[int, Picture]] | None = None

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
    "equality": "How racism and other inequalities, linked to ethnicity, faith, disability, sex or poverty, may have "
    "shaped what the family lived through, what was asked of them, and what they were offered.",
    "dissemination": "Who has to hear what has been learnt, how, and by when. Say what was shared already.",
    "lines_of_enquiry": "What a review would ask and what it would leave out; the period, the method, and the skills "
    "that the reviewer needs.",
    "analysis": "What helped and what hindered, and why it made sense at the time.",
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
    home="rapid-review-report",
    sources=sources,
    accepts="rapid-review-accept_name",
)
PRACTICE_REPORT = ReportKind(
    model=PracticeReview,
    titles=REPORT_SECTIONS,
    hints=PRACTICE_HINTS,
    prefix="practice-review",
    home="practice-review-write_report",
    comments="practice-review-section-comments",
    figures=figures_of,
)
