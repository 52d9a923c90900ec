"""What is held about somebody who asks: the records found, the passages to decide on, and what goes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View

from cspr.accounts.models import User
from cspr.audit.log import record_read
from referrals.models import Case
from referrals.permissions import audited_cases
from referrals.views.case import signed_in
from reviews import actions
from reviews.access_finding import finder_of_others, known_of, others_in, own_data, without_others
from reviews.access_permissions import read_access_answer
from reviews.forms import access_request as asked
from reviews.models import AccessPassage, AccessRecord, AccessRequest
from reviews.questions.access_request import ACCESS_READY, Disclosure, Verdict
from reviews.views.access_request import AccessVerb

PASSAGES = "access-request-passages"


def looked_at(user: User, request: AccessRequest, cases: Iterable[Case | None]) -> None:
    """Put on record that the person read what is held, once for each case it comes from."""
    for ref in sorted({case.ref if case else "" for case in cases}):
        record_read(
            user, what="access_holdings", partnership=request.partnership, case_ref=ref,
            subject=AccessRequest._meta.label_lower, subject_ref=request.ref,
        )  # fmt: skip


def source(held: AccessRecord | AccessPassage) -> str:
    """Where it stands: the kind of record, and the case by its pseudonym."""
    what = str(apps.get_model(held.label)._meta.verbose_name)
    what = what[:1].upper() + what[1:]
    return f"{what}, {held.case.pseudonym}" if held.case else what


def elsewhere(request: AccessRequest, user: User) -> dict[str, Any]:
    """What this person cannot look at and somebody else has to: by reference for the data-protection officer, where a
    case is not restricted; that there is something, and no more, otherwise."""
    seen_records = AccessRecord.objects.visible_to(user).filter(request=request)
    seen_passages = AccessPassage.objects.visible_to(user).filter(request=request)
    hidden_records = request.records.filter(verdict="").exclude(pk__in=seen_records.values("pk"))
    hidden_passages = request.passages.filter(decision="").exclude(pk__in=seen_passages.values("pk"))
    cases = {
        *hidden_records.values_list("case_id", flat=True),
        *hidden_passages.values_list("case_id", flat=True),
    }
    named = Case.objects.beside().filter(audited_cases(user), pk__in=cases).order_by("ref")
    return {"elsewhere": bool(cases), "elsewhere_refs": [case.ref for case in named]}


class Search(AccessVerb):
    verb = "search"
    action = actions.search_for_person
    done = "The search is done."


class Tick(AccessVerb):
    """The records, each with the fields that agree and what else of it tells whether it is they."""

    verb = "tick"
    form_class = asked.TickForm
    template_name = "access_requests/tick.html"
    button = "Save: what is ticked is this person"
    done = "It is saved whose these records are."

    def _found(self, subject: AccessRequest) -> list[AccessRecord]:
        found = AccessRecord.objects.visible_to(self.user).filter(request=subject)
        return list(found.select_related("case"))

    def form(self, subject: AccessRequest, data: Any = None, files: Any = None) -> forms.Form:
        found, known = self._found(subject), known_of(subject)
        looked_at(self.user, subject, [one.case for one in found])
        shown = [(one.pk, self._words(one, known)) for one in found]
        initial = {"theirs": [str(one.pk) for one in found if one.verdict == Verdict.THEIRS]}
        return asked.TickForm(data, shown=shown, initial=initial, **self.form_kwargs(subject))

    def _words(self, one: AccessRecord, known: set[str]) -> str:
        says = "; ".join(f"{leaf.title}: {leaf.text}" for leaf in own_data(one, known)[0][:6])
        return f"{source(one)}. {says or 'The record is gone.'}"

    def data(self, form: forms.Form) -> dict[str, Any]:
        assert isinstance(form, asked.TickForm)
        return {**super().data(form), "shown": form.shown}

    def context(self, subject: AccessRequest) -> dict[str, Any]:
        return {**super().context(subject), **elsewhere(subject, self.user)}


class Gather(AccessVerb):
    verb = "gather"
    form_class = asked.GatherForm
    action = actions.gather_passages
    done = "The passages are gathered."

    def form(self, subject: AccessRequest, data: Any = None, files: Any = None) -> forms.Form:
        return asked.GatherForm(data, initial={"called": subject.called}, **self.form_kwargs(subject))

    def next(self, subject: AccessRequest) -> str:
        return reverse(PASSAGES, args=[subject.ref])


class Passages(View):
    """Which passages are still to be decided, and what was decided on the others?"""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        one = get_object_or_404(AccessRequest.objects.visible_to(user).select_related("partnership"), ref=ref)
        found = (
            AccessPassage.objects.visible_to(user).filter(request=one).select_related("case", "decided_by")
        )
        passages = list(found)
        looked_at(user, one, [passage.case for passage in passages])
        context = {
            "request_": one,
            "passages": [(passage, source(passage)) for passage in passages],
            "left": sum(1 for passage in passages if not passage.decision),
            "first": next((passage for passage in passages if not passage.decision), None),
            "decides": one.state == "received",
            **elsewhere(one, user),
        }
        return render(request, "access_requests/passages.html", context)


class Decide(AccessVerb):
    """One passage with everybody else in it marked. Afterwards the next one that is not decided."""

    verb = "decide"
    form_class = asked.DecideForm
    template_name = "access_requests/decide.html"
    button = "Save the decision"
    done = "The decision is saved."

    def _passage(self, subject: AccessRequest) -> AccessPassage:
        found = AccessPassage.objects.visible_to(self.user).select_related("case")
        passage = found.filter(request=subject, pk=self.kwargs["passage"]).first()
        if passage is None:
            raise Http404
        return passage

    def form(self, subject: AccessRequest, data: Any = None, files: Any = None) -> forms.Form:
        one = self._passage(subject)
        finds = others_in(finder_of_others(subject, one.case_id), one.text)
        initial = {
            "decision": one.decision,
            "exemption": one.exemption,
            "redacted": one.redacted or without_others(finds, one.text),
        }
        return asked.DecideForm(data, initial=initial, **self.form_kwargs(subject))

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "passage": self.kwargs["passage"]}

    def context(self, subject: AccessRequest) -> dict[str, Any]:
        one = self._passage(subject)
        looked_at(self.user, subject, [one.case])
        finds = others_in(finder_of_others(subject, one.case_id), one.text)
        at, pieces = 0, []
        for find in finds:
            pieces += [(one.text[at : find.start], False), (find.said, True)]
            at = find.end
        return {
            **super().context(subject),
            "passage": one,
            "source": source(one),
            "pieces": [*pieces, (one.text[at:], False)],
            "others": len(finds),
        }

    def next(self, subject: AccessRequest) -> str:
        left = AccessPassage.objects.visible_to(self.user).filter(request=subject, decision="")
        further = left.exclude(pk=self.kwargs["passage"]).first()
        if self.request.method == "POST" and further:
            return reverse("access-request-decide", args=[subject.ref, further.pk])
        return reverse(PASSAGES, args=[subject.ref])


class GoesOut(View):
    """What the person is given, and what not and why: for the second person, and for whoever hands it over."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        one = get_object_or_404(AccessRequest.objects.visible_to(user).select_related("partnership"), ref=ref)
        if one.state not in ACCESS_READY:
            raise Http404
        if reason := read_access_answer(one, user):
            raise PermissionDenied(reason)
        known = known_of(one)
        records = list(one.records.filter(verdict=Verdict.THEIRS).select_related("case"))
        passages = list(one.passages.exclude(decision=Disclosure.NOT_ABOUT).select_related("case"))
        looked_at(user, one, [held.case for held in (*records, *passages)])
        context = {
            "request_": one,
            "records": [(source(record), own_data(record, known)[0]) for record in records],
            "given": [(source(passage), passage) for passage in passages if passage.given],
            "withheld": [passage for passage in passages if not passage.given],
        }
        return render(request, "access_requests/goes_out.html", context)


HOLDING_VERBS: tuple[type[AccessVerb], ...] = (Search, Tick, Gather)
