"""The identity key: a page of its own, and one for each of its verbs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.workflow import Subject, why_not
from referrals.models import Deadline
from referrals.views.case import signed_in
from referrals.views.clocks import Face, case_bar
from referrals.views.verbs import VerbView
from reviews.actions import finished_files
from reviews.anonymity.kinds import KeyKind
from reviews.forms import anonymity as asked
from reviews.models import AcceptedFind, IdentityKey, KeyEntry
from reviews.views.anonymity import ROOM, record_reading


class KeyPage(View):
    """Who is who: the entries by their kind, and what was left in the report. Reading it is recorded."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        keys = IdentityKey.objects.visible_to(user).select_related(
            "case__partnership", "case__practice_review"
        )
        key = get_object_or_404(keys.prefetch_related("entries", "case__deadlines"), ref=ref)
        record_reading(key, user)
        context = {
            "key": key,
            "case": key.case,
            "bar": case_bar(key.case, list(key.case.deadlines.all()), today),
            "today": today,
            "groups": list(_by_kind(key)),
            "keeps": why_not(key, "add_entry", user) is None,
            "workbench": reverse(ROOM, args=[key.review.ref]),
        }
        return render(request, "anonymity/key.html", context)


class CheckPage(View):
    """How far the check of the finished files is. The page looks again by itself where scripts run."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        keys = IdentityKey.objects.visible_to(user).select_related("case__practice_review")
        key = get_object_or_404(keys, ref=ref)
        fragment = request.headers.get("X-Fragment") == "files-check"
        template = "anonymity/check_panel.html" if fragment else "anonymity/check.html"
        context = {
            "key": key,
            "asked": key.asked_checks.first(),
            "workbench": reverse(ROOM, args=[key.review.ref]),
            "keeps": why_not(key, "ask_for_check", user) is None,
        }
        return render(request, template, context)


def _by_kind(key: IdentityKey) -> Iterator[tuple[str, list[KeyEntry]]]:
    entries = list(key.entries.all())
    for kind in KeyKind:
        if found := [entry for entry in entries if entry.kind == kind]:
            yield kind.label, found


class KeyVerb(VerbView):
    """One verb of the key. It moves no clock and tells nobody."""

    model: type[Subject] = IdentityKey

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        return []


class AddEntry(KeyVerb):
    verb = "add_entry"
    form_class = asked.EntryForm
    button = "Add it"
    done = "It is in the key. The report is checked for it from now on."


class OneEntry(KeyVerb):
    """A verb on one entry, named by its number in the address."""

    template_name = "anonymity/entry.html"

    def entry(self, subject: IdentityKey) -> KeyEntry | None:
        found: KeyEntry | None = subject.entries.filter(pk=self.kwargs["number"]).first()
        return found

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.entry(self.subject()) is None:
            raise Http404
        return super().get(request, **kwargs)

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "entry": self.kwargs["number"]}


class ChangeEntry(OneEntry):
    verb = "change_entry"
    form_class = asked.EntryForm
    button = "Save it"
    done = "The entry is changed. The report is checked for it anew."

    def form_kwargs(self, subject: IdentityKey) -> dict[str, Any]:
        entry = self.entry(subject)
        return {"initial": asked.initial(entry)} if entry else {}


class RemoveEntry(OneEntry):
    verb = "remove_entry"
    form_class = asked.RemoveEntryForm
    button = "Take it out"
    done = "It is no longer in the key, and the report is not checked for it any more."

    def context(self, subject: IdentityKey) -> dict[str, Any]:
        return {**super().context(subject), "entry": self.entry(subject)}


class InWorkbench(KeyVerb):
    """A verb that leads back to the workbench."""

    def next(self, subject: IdentityKey) -> str:
        return reverse(ROOM, args=[subject.review.ref])


class LookAgain(InWorkbench):
    """What was left in becomes a find again."""

    verb = "look_again"
    form_class = asked.LookAgainForm
    template_name = "anonymity/look_again.html"
    done = "It is among the finds again."

    def accepted(self, subject: IdentityKey) -> AcceptedFind | None:
        found: AcceptedFind | None = subject.accepted.filter(pk=self.kwargs["number"]).first()
        return found

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.accepted(self.subject()) is None:
            raise Http404
        return super().get(request, **kwargs)

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "accepted": self.kwargs["number"]}

    def context(self, subject: IdentityKey) -> dict[str, Any]:
        return {**super().context(subject), "accepted": self.accepted(subject)}


class AskForCheck(InWorkbench):
    verb = "ask_for_check"
    action = finished_files.ask_for_check
    template_name = "anonymity/ask_for_check.html"
    done = "The finished files are being checked."

    def next(self, subject: IdentityKey) -> str:
        return f"{super().next(subject)}#files"


class Sign(InWorkbench):
    verb = "sign"
    template_name = "anonymity/sign.html"
    button = "Sign"
    done = "You have signed."

    def context(self, subject: IdentityKey) -> dict[str, Any]:
        figures = len(subject.review.pictures())
        return {**super().context(subject), "check": subject.last_check(), "figures": figures}


KEY_VERBS: tuple[type[KeyVerb], ...] = (AddEntry, AskForCheck, Sign)
ENTRY_VERBS: tuple[type[KeyVerb], ...] = (ChangeEntry, RemoveEntry, LookAgain)
