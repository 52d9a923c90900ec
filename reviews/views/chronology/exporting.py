"""Copies of the chronology: asked for here, made by the worker, kept with the documents of the rapid review."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cspr.documents.failures import CannotRender
from cspr.documents.pdf import ask_for
from cspr.people.requests import freshly_proven
from referrals.permissions import see_identity
from reviews.chronology.masking import Level
from reviews.chronology_papers import MOST_IN_PDF, TOO_MANY, kind_of, standing
from reviews.forms.chronology import ExportForm
from reviews.permissions import take_chronology
from reviews.views.chronology.entries import OfReview


@freshly_proven
class Export(OfReview):
    """A copy of the chronology: who is recognisable in it, and in which form. The worker makes it."""

    label = "Make a copy of the chronology"

    def find(self, ref: str) -> None:
        super().find(ref)
        self.refusal = take_chronology(self.review, self.user, "")

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        return self.show("chronologies/export.html", form=self._form())

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        form = self._form(request.POST)
        if form.is_valid():
            chosen = form.cleaned_data
            key = chosen["what"] == "key"
            if chosen["format"] != "pdf" or len(standing(self.review, key=key)) <= MOST_IN_PDF:
                return self._ask(kind_of(chosen["level"], chosen["format"], key=key), form)
            form.add_error("format", TOO_MANY)
        return self.show("chronologies/export.html", 422, form=form)

    def _ask(self, kind: str, form: ExportForm) -> HttpResponse:
        try:
            document = ask_for(kind, self.review, self.user)
        except CannotRender as reason:
            form.add_error(None, str(reason))
            return self.show("chronologies/export.html", 422, form=form)
        return redirect("documents:progress", ref=document.ref)

    def _form(self, data: Any = None) -> ExportForm:
        unnamed = see_identity(self.case, self.user) is not None
        return ExportForm(data, levels=[v for v in Level.values if v != Level.NAMED or not unnamed])
