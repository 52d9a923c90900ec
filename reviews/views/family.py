"""The family in a practice review: for the case's own staff and the lead reviewer alone. Opening it is recorded."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.audit.log import record_read
from cspr.pages import posted_nonce
from cspr.workflow import Refused, Replayed, Subject
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.shared import new_nonce
from referrals.views.verbs import VerbView, offers
from reviews import actions
from reviews.forms import family as asked
from reviews.models import FamilyContact, FamilyPromise, PracticeReview
from reviews.permissions import keep_family
from reviews.views.rooms import rooms

FAMILY = "practice-review-family"


def review_of(request: HttpRequest, ref: str) -> tuple[User, PracticeReview]:
    """The review, for somebody who may know of its family; 404 where it is not visible, 403 with the sentence."""
    user = signed_in(request)
    found = PracticeReview.objects.visible_to(user).select_related("case__partnership").defer("report")
    review = get_object_or_404(found, ref=ref)
    if reason := keep_family(review, user):
        raise PermissionDenied(reason)
    return user, review


def note_reading(review: PracticeReview, user: User) -> None:
    """Who is in the family is about to be shown: on record every time."""
    record_read(user, what="family", partnership=review.case.partnership, case_ref=review.case.ref,
                subject=review._meta.label_lower, subject_ref=review.ref)  # fmt: skip


class FamilyPage(View):
    """Who was invited and answered what, who must not be contacted, and which promises are open."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, review = review_of(request, ref)
        case, today = review.case, timezone.localdate()
        note_reading(review, user)
        people = case.family_contacts.prefetch_related(
            Prefetch("promises", FamilyPromise.objects.beside().select_related("kept_by"))
        )
        context = {
            "review": review,
            "case": case,
            "today": today,
            "rooms": rooms(review, user, ""),
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "people": [person_row(person, today) for person in sorted(people, key=lambda p: not p.silent)],
        }
        return render(request, "families/family.html", context)


def person_row(person: FamilyContact, today: dt.date) -> dict[str, Any]:
    """One person, whether they may be contacted today, and each promise with its place in time."""
    return {
        "person": person,
        "not_yet": person.not_yet(today),
        "promises": [
            {"promise": p, "late": p.state == "open" and p.due_on < today and not person.untouched(today)}
            for p in person.promises.all()
        ],
    }


class AddPerson(View):
    """Somebody to keep in touch with, and what they are promised by it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, review = review_of(request, ref)
        note_reading(review, user)
        return self._page(request, review, asked.AddForm(members=self._members(review)))

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, review = review_of(request, ref)
        form = asked.AddForm(request.POST, members=self._members(review))
        if not form.is_valid():
            return self._page(request, review, form, 422)
        try:
            actions.add_to_family(
                review, by=user, today=timezone.localdate(), nonce=posted_nonce(request), **form.person()
            )
        except Replayed:
            return redirect(FAMILY, review.ref)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, review, form, 422)
        messages.success(request, "They are on the list, with what they are promised.")
        return redirect(FAMILY, review.ref)

    def _members(self, review: PracticeReview) -> list[Any]:
        known = review.case.family_contacts.exclude(member=None).values("member")
        return list(review.case.family.exclude(pk__in=known))

    def _page(
        self, request: HttpRequest, review: PracticeReview, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        back = reverse(FAMILY, args=[review.ref])
        context = {"form": form, "review": review, "back": back, "nonce": new_nonce()}
        return render(request, "families/add.html", context, status=status)


class ContactPage(View):
    """A person of the family has no page of their own: they stand on that of the family."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        found = FamilyContact.objects.visible_to(signed_in(request)).select_related("case__practice_review")
        contact = get_object_or_404(found, ref=ref)
        return redirect(f"{reverse(FAMILY, args=[contact.case.practice_review.ref])}#{contact.ref}")


class PromisePage(View):
    """What was promised, to whom, by when, and what can be done about it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        found = FamilyPromise.objects.visible_to(user).select_related(
            "contact", "kept_by", "case__partnership", "case__practice_review"
        )
        promise = get_object_or_404(found, ref=ref)
        case = promise.case
        note_opening(case, user)
        verbs = offers(promise, user)
        context = {
            "promise": promise,
            "person": promise.contact,
            "not_yet": promise.contact.not_yet(today),
            "case": case,
            "today": today,
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "back": reverse(FAMILY, args=[case.practice_review.ref]),
            "verbs": [verb for verb in verbs if verb.reason is None],
            "refused": [verb for verb in verbs if verb.reason],
        }
        return render(request, "families/promise.html", context)


class FamilyVerb(VerbView):
    """One verb about one person. Afterwards the person is back at the family."""

    model: type[Subject] = FamilyContact
    template_name = "families/verb.html"
    form_class: type[forms.Form] = asked.ContactForm

    def form_kwargs(self, subject: Any) -> dict[str, Any]:
        return {"contact": subject, "today": self.today}

    def context(self, subject: Any) -> dict[str, Any]:
        return {**super().context(subject), "person": subject}

    def next(self, subject: Any) -> str:
        return reverse(FAMILY, args=[subject.case.practice_review.ref])


class Record(FamilyVerb):
    verb = "record"
    form_class = asked.RecordForm
    button = "Save"
    done = "It is recorded."

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {"given": dict(form.cleaned_data)}


class StopContact(FamilyVerb):
    verb = "stop_contact"
    form_class = asked.WhyForm
    button = "Nobody contacts them"


class AllowContact(FamilyVerb):
    verb = "allow_contact"


class PromiseVerb(FamilyVerb):
    """One verb about one promise."""

    model = FamilyPromise
    form_class: type[forms.Form] = asked.PromiseForm

    def form_kwargs(self, subject: Any) -> dict[str, Any]:
        return {"promise": subject, "today": self.today}

    def context(self, subject: Any) -> dict[str, Any]:
        return {**super().context(subject), "person": subject.contact, "promise": subject}


class Keep(PromiseVerb):
    verb = "keep"
    form_class = asked.KeepForm
    button = "Record it"
    done = "The promise is kept."


class Postpone(PromiseVerb):
    verb = "postpone"
    form_class = asked.PostponeForm
    button = "Move it"


class Release(PromiseVerb):
    verb = "release"
    form_class = asked.ReleaseForm
    button = "It is not needed"


class Renew(PromiseVerb):
    verb = "renew"


CONTACT_VERBS: tuple[type[FamilyVerb], ...] = (Record, StopContact, AllowContact)
PROMISE_VERBS: tuple[type[PromiseVerb], ...] = (Keep, Postpone, Release, Renew)
