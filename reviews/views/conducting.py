"""How practitioners took part, and the eighteen quality markers: two quiet pages beside the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.workflow import why_not
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from reviews.forms import conducting as asked
from reviews.models import PracticeReview
from reviews.questions.quality import BY_NUMBER, MARKERS, PLACES
from reviews.views.practice_review import whole_review
from reviews.views.practice_verbs import PracticeVerb
from reviews.views.rooms import may_open, rooms

PRACTITIONERS, MARKED = "practitioners", "quality-markers"


class BesideThePlan(View):
    """A page that belongs to the plan: the case bar, the rooms, and whether this person may add to it."""

    template_name = ""
    adds = ""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        context = {
            "review": review,
            "case": case,
            "today": today,
            "rooms": rooms(review, user, ""),
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "may_add": why_not(review, self.adds, user) is None,
            **self.more(review, user),
        }
        return render(request, self.template_name, context)

    def more(self, review: PracticeReview, user: User) -> dict[str, Any]:
        raise NotImplementedError


class Practitioners(BesideThePlan):
    template_name = "practice_reviews/practitioners.html"
    adds = "meet_practitioners"

    def more(self, review: PracticeReview, user: User) -> dict[str, Any]:
        events = list(review.practitioner_events.select_related("recorded_by"))
        return {"events": events, "people": sum(event.attended or 0 for event in events)}


class Markers(BesideThePlan):
    template_name = "practice_reviews/markers.html"
    adds = "note_marker"

    def more(self, review: PracticeReview, user: User) -> dict[str, Any]:
        newest = {note.number: note for note in review.marker_notes.select_related("by")}
        # No address where this person does not open the page.
        places = {
            room: reverse(room, args=[review.ref]) if may_open(room, review, user) else "" for room in PLACES
        }
        groups = {
            group: [(marker, places[marker.room], newest.get(marker.number)) for marker in rows]
            for group, rows in MARKERS.items()
        }
        return {"groups": groups, "looked_at": len(newest), "all": len(BY_NUMBER)}


class MeetPractitioners(PracticeVerb):
    verb = "meet_practitioners"
    form_class = asked.PractitionersForm
    button = "Record it"
    done = "It is recorded."

    def next(self, subject: PracticeReview) -> str:
        return reverse(PRACTITIONERS, args=[subject.ref])


class NoteMarker(PracticeVerb):
    """One marker, named by its number in the address."""

    verb = "note_marker"
    form_class = asked.MarkerForm
    template_name = "practice_reviews/marker.html"
    button = "Save the note"
    done = "The note is saved."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if kwargs["number"] not in BY_NUMBER:
            raise Http404
        return super().get(request, **kwargs)

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "number": self.kwargs["number"]}

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        number = self.kwargs["number"]
        earlier = list(subject.marker_notes.filter(number=number).select_related("by"))[::-1]
        return {**super().context(subject), "marker": BY_NUMBER.get(number), "earlier": earlier}

    def next(self, subject: PracticeReview) -> str:
        return f"{reverse(MARKED, args=[subject.ref])}#marker-{self.kwargs['number']}"
