"""The report of a practice review as a room: what is written and what not, and its recommendations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from reviews import actions
from reviews.models.figures import unshown
from reviews.views.figures import figures_of
from reviews.views.practice_review import whole_review, writes
from reviews.views.practice_writing import sections
from reviews.views.rooms import rooms

ROOM = "practice-review-report"


class PracticeReport(View):
    """Everybody on the case's list reads it; whoever writes finds each section with how it stands."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case, may_write = review.case, writes(review, user)
        context = {
            "review": review,
            "case": case,
            "rooms": rooms(review, user, ROOM),
            "today": today,
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "sections": sections(review, links=may_write),
            "figures": figures_of(review),
            "unshown": unshown(review),
            "writes": may_write,
            "takes_copies": actions.why_no_comment(review, user) is None,
        }
        return render(request, "practice_reviews/report_room.html", context)
