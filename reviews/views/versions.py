"""The versions one section of a report had: who saved what when, what differed, and an earlier text taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views import View

from cspr.pages import posted_nonce
from cspr.workflow import Refused, Replayed, why_not
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.shared import new_nonce
from reviews import actions
from reviews.models import SectionVersion
from reviews.views.differences import differences, in_words
from reviews.views.reports import RAPID_REPORT, ReportKind, Review
from reviews.views.writing import DropSection, KeepSection, WriteSection

# The newest ones; earlier ones are reached from the page of the oldest that is shown.
MOST = 50


class Versions(View):
    """Every text the section had, the newest first; what one says differs from the version before it."""

    kind: ReportKind = RAPID_REPORT

    def get(self, request: HttpRequest, ref: str, section: str, number: int | None = None) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        title = self.kind.title(section)
        review = self.kind.found(user, ref)
        versions = SectionVersion.objects.of(review, section).select_related("by")
        rows = list(versions.defer("text").order_by("-number")[:MOST])
        context: dict[str, Any] = {
            "review": review,
            "case": review.case,
            "bar": case_bar(review.case, list(review.case.deadlines.all()), today),
            "today": today,
            "title": title,
            "rows": [(row, self.kind.url("section-version", review, section, row.number)) for row in rows],
            "more": len(rows) == MOST and rows[-1].number > 1,
            "list_url": self.kind.url("section-versions", review, section),
            "section_url": self.kind.url("section", review, section),
            "home": self.kind.home_of(review),
            "writes": why_not(review, "write_report", user) is None,
        }
        if number is not None:
            context |= self._one(review, section, number, rows)
        note_opening(review.case, user)
        return render(request, "reports/version.html" if number else "reports/versions.html", context)

    def _one(self, review: Review, section: str, number: int, rows: list[SectionVersion]) -> dict[str, Any]:
        """One version beside the one before it."""
        versions = SectionVersion.objects.of(review, section).select_related("by")
        version = get_object_or_404(versions, number=number)
        before = versions.filter(number__lt=number).order_by("-number").first()
        return {
            "version": version,
            "before": before,
            "runs": in_words(differences(before.text if before else "", version.text)),
            "newest": rows[0].number == number,
            "take_back_url": self.kind.url("section-take_back", review, section, number),
            "before_url": before and self.kind.url("section-version", review, section, before.number),
            "nonce": new_nonce(),
        }


class TakeBack(View):
    """Make an earlier text the section's text again, as a new version. The page of the version has the button."""

    kind: ReportKind = RAPID_REPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, ref: str, section: str, number: int) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        self.kind.title(section)
        review = self.kind.found(user, ref)
        get_object_or_404(SectionVersion.objects.of(review, section), number=number)
        try:
            actions.take_back(
                review, by=user, today=today, section=section, number=number, nonce=posted_nonce(request)
            )
        except Replayed:
            pass
        except Refused as refused:
            context = {"reason": str(refused), "label": self.kind.titles[section], "case": review.case}
            back = self.kind.url("section-versions", review, section)
            return render(request, "actions/refused.html", {**context, "back": back}, status=403)
        messages.success(request, f"The text of version {number} is the section’s text again.")
        return redirect(self.kind.url("section-versions", review, section))


def section_urls(kind: ReportKind, one_review: str) -> list[URLPattern]:
    """The addresses about one section of such a report, under the address of one review."""
    here = f"{one_review}write_report/<slug:section>/"
    pages: list[tuple[str, Any, str]] = [
        ("", WriteSection, ""),
        ("keep/", KeepSection, "-keep"),
        ("drop/", DropSection, "-drop"),
        ("versions/", Versions, "-versions"),
        ("versions/<int:number>/", Versions, "-version"),
        ("versions/<int:number>/take_back/", TakeBack, "-take_back"),
    ]
    return [
        path(f"{here}{tail}", view.as_view(kind=kind), name=f"{kind.prefix}-section{name}")
        for tail, view, name in pages
    ]
