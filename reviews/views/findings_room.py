"""The room "Findings": what the review found, and what it recommends."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from cspr.workflow import why_not
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from reviews.themes import labels
from reviews.views.practice_review import whole_review
from reviews.views.recommending import ROOM, ticks
from reviews.views.rooms import rooms


class FindingsRoom(View):
    """Findings with what they rest on; each recommendation with what it answers, its five ticks and the answer."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        given = list(review.recommendations.all())
        answered = {number for one in given for number in one.answers}
        context = {
            "review": review,
            "case": case,
            "subject": review,
            "rooms": rooms(review, user, ROOM),
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "today": today,
            "findings": [(f, labels(f.themes), f.number in answered) for f in review.findings.all()],
            "recommendations": [(one, ticks(one), labels(one.themes)) for one in given],
            "writes": why_not(review, "recommend", user) is None,
            "answers": why_not(review, "answer_recommendation", user) is None,
        }
        return render(request, "practice_reviews/findings.html", context)
