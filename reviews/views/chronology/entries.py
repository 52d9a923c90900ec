"""One entry: its page, writing it, correcting it, striking it out. And what one agency has entered."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.pages import posted_nonce
from cspr.ui.keyset import page_of
from cspr.workflow import Refused, Replayed
from referrals import permissions as case_permissions
from referrals.models import Case
from referrals.views import story
from referrals.views.case import note_opening, signed_in
from referrals.views.shared import new_nonce
from referrals.views.verbs import VerbView, offers
from reviews import actions
from reviews.forms.chronology import EntryForm, StrikeForm, as_written
from reviews.models import ChronologyEntry, InformationRequest, RapidReview
from reviews.models.telling import Telling
from reviews.permissions import edit_for, keep_chronology
from reviews.views.chronology.merged import ORDER, PER_PAGE, entries_of

ENTERED = "The entry stands in the chronology."


class EntryPage(View):
    """An entry in full, what may be done with it, and what was."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        entry = get_object_or_404(
            ChronologyEntry.objects.visible_to(user).select_related(
                "agency", "entered_by", "case__partnership"
            ),
            ref=ref,
        )
        note_opening(entry.case, user)
        verbs = offers(entry, user)
        context = {
            "entry": entry,
            "subject": entry,
            "row": Telling(entry.case, user).shown(entry),
            "verbs": [verb for verb in verbs if verb.reason is None],
            "up": way_up(entry.case, entry.agency_id, user),
            "events": story.told(Event.objects.filter(subject_ref=entry.ref).select_related("by")[:50]),
        }
        return render(request, "chronologies/entry.html", context)


def way_up(case: Case, agency: int | None, user: User) -> str:
    """The page an entry is listed on: the whole chronology, or the agency's own."""
    review = RapidReview.objects.visible_to(user).filter(case=case).first()
    if review is not None:
        return chronology_of(review)
    request = (
        InformationRequest.objects.visible_to(user).filter(rapid_review__case=case, agency=agency).first()
    )
    return f"{request.get_absolute_url()}chronology/" if request else "/work/"


def chronology_of(review: RapidReview) -> str:
    return f"{review.get_absolute_url()}chronology/"


def form_kwargs(case: Case, user: User, today: dt.date, agencies: list[tuple[int, str]]) -> dict[str, Any]:
    """What the form of an entry offers this person."""
    telling = Telling(case, user)
    return {"people": telling.people, "named": telling.named, "agencies": agencies, "today": today}


class EntryVerb(VerbView):
    """One verb on an entry. An author sees no more of the case than their own agency's part."""

    model = ChronologyEntry

    def context(self, subject: ChronologyEntry) -> dict[str, Any]:
        context = super().context(subject)
        if case_permissions.read_whole_case(subject.case, self.user):
            context["bar"], context["run_on"] = None, []
        return context


class Correct(EntryVerb):
    verb = "correct"
    template_name = "chronologies/correct.html"
    button = "Save the correction"
    done = "The entry is corrected."

    def form(self, subject: ChronologyEntry, data: Any = None, files: Any = None) -> forms.Form:
        agencies = [(subject.agency_id, subject.agency.name)]
        kwargs = form_kwargs(subject.case, self.user, self.today, agencies)
        return EntryForm(data, initial=as_written(subject), **kwargs)

    def data(self, form: forms.Form) -> dict[str, Any]:
        assert isinstance(form, EntryForm)
        return {"entry": form.entry}


class StrikeOut(EntryVerb):
    verb = "strike_out"
    form_class = StrikeForm
    button = "Strike it out"
    done = "The entry is struck out."


class Reinstate(EntryVerb):
    verb = "reinstate"
    done = "The entry stands again."


ENTRY_VERBS: tuple[type[EntryVerb], ...] = (Correct, StrikeOut, Reinstate)


class Place(View):
    """Where somebody works on a chronology: the whole one, or the part of the agency that is asked.

    ``found`` is fetched as visible. Everything else is the same for both.
    """

    case: Case
    agencies: list[tuple[int, str]]
    back: str
    refusal: str | None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user, self.today = signed_in(request), timezone.localdate()
        self.find(str(kwargs["ref"]))

    def find(self, ref: str) -> None:
        raise NotImplementedError

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        if status != HTTPStatus.FORBIDDEN:
            note_opening(self.case, self.user)
        whole = case_permissions.read_whole_case(self.case, self.user) is None
        shared = {"case": self.case, "back": self.back, "whole": whole, "nonce": new_nonce()}
        return render(self.request, template, {**shared, **context}, status=status)

    def refused(self, reason: str) -> HttpResponse:
        context = {"label": self.label, "reason": reason}
        return self.show("actions/refused.html", 403, typed=[], subject=self.case, **context)

    label = ""


class OfReview(Place):
    """Staff and the lead reviewer, for every agency."""

    def find(self, ref: str) -> None:
        reviews = RapidReview.objects.visible_to(self.user).select_related("case__partnership")
        self.review = get_object_or_404(reviews, ref=ref)
        self.case, self.back = self.review.case, chronology_of(self.review)
        self.refusal = keep_chronology(self.review, self.user)
        self.agencies = list(self.case.partnership.agencies.order_by("name").values_list("pk", "name"))

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        return super().show(template, status, review=self.review, **context)


class OfRequest(Place):
    """The report author of the asked agency, for that agency only; staff find the same page."""

    def find(self, ref: str) -> None:
        requests = InformationRequest.objects.visible_to(self.user)
        found = requests.select_related("agency", "rapid_review__case__partnership").filter(ref=ref).first()
        if found is None:
            raise Http404
        self.asked, self.case = found, found.case
        self.back = f"{found.get_absolute_url()}chronology/"
        self.refusal = edit_for(self.case, found.agency_id, self.user)
        self.agencies = [(found.agency_id, found.agency.name)]


class AgencyChronology(OfRequest):
    """What the agency has entered so far, and how to add to it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        own = entries_of(self.user, self.case).filter(agency=self.asked.agency_id)
        page = page_of(
            own.select_related("agency"), order=ORDER, after=request.GET.get("after", ""), size=PER_PAGE
        )
        telling = Telling(self.case, self.user)
        return self.show(
            "chronologies/agency.html",
            asked=self.asked,
            page=page,
            rows=[(row, []) for row in telling.all(page.items)],
            refusal=self.refusal,
            up=self.asked.get_absolute_url(),
        )


class Add(Place):
    """The form of a new entry."""

    label = "Add an entry"

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        return self.show("chronologies/add.html", form=self._form())

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        form = self._form(request.POST)
        if not form.is_valid() or form.entry is None:
            return self.show("chronologies/add.html", 422, form=form)
        try:
            actions.enter(
                self.case, form.entry, by=self.user, today=self.today, nonce=posted_nonce(self.request)
            )
        except Replayed:
            return redirect(self.back)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.show("chronologies/add.html", 422, form=form)
        messages.success(request, ENTERED)
        return redirect(f"{self.back}add/" if "another" in request.POST else self.back)

    def _form(self, data: Any = None) -> EntryForm:
        return EntryForm(data, **form_kwargs(self.case, self.user, self.today, self.agencies))


class AddToReview(Add, OfReview):
    pass


class AddToRequest(Add, OfRequest):
    pass
