"""Two entries side by side: one event, or a contradiction? A person judges, and it is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from reviews import actions
from reviews.chronology.codes import EntryState
from reviews.chronology.merging import Pair, pairs
from reviews.forms.chronology import JudgeForm
from reviews.models import ChronologyEntry, ChronologyJudgement
from reviews.models.telling import Shown, Telling
from reviews.views.chronology.entries import OfReview
from reviews.views.chronology.merged import entries_of, items_of
from reviews.views.rooms import rooms

MOST_SHOWN = 25


class Pairs(OfReview):
    """What might be one event or a contradiction and has not been judged; below it, what was judged."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        readable = entries_of(self.user, self.case)
        found = pairs(items_of(readable.filter(state=EntryState.STANDS), texts=True))
        judged = list(
            ChronologyJudgement.objects.filter(first__in=readable, second__in=readable)
            .select_related("judged_by")
            .order_by("-judged_on", "-pk")
        )
        known = {(j.first_id, j.second_id) for j in judged}
        waiting = [pair for pair in found.pairs if (pair.first, pair.second) not in known]
        shown = waiting[:MOST_SHOWN]
        wanted = {pk for p in shown for pk in (p.first, p.second)}
        wanted |= {pk for j in judged[:MOST_SHOWN] for pk in (j.first_id, j.second_id)}
        told = self._told(wanted)
        return self.show(
            "chronologies/pairs.html",
            rooms=rooms(self.review, self.user, "chronology"),
            waiting=[self._beside(pair, told) for pair in shown],
            more=len(waiting) - len(shown),
            complete=found.complete,
            judged=[(j, told[j.first_id], told[j.second_id]) for j in judged[:MOST_SHOWN]],
            keeps=self.refusal is None,
        )

    def _told(self, pks: set[int]) -> dict[int, Shown]:
        telling = Telling(self.case, self.user)
        entries = entries_of(self.user, self.case).filter(pk__in=pks).select_related("agency")
        return {entry.pk: telling.shown(entry) for entry in entries}

    def _beside(self, pair: Pair, told: dict[int, Shown]) -> dict[str, Any]:
        first, second = told[pair.first], told[pair.second]
        refs = [self.review.ref, first.entry.ref, second.entry.ref]
        return {"pair": pair, "first": first, "second": second, "url": reverse("chronology-judge", args=refs)}


class Judge(OfReview):
    """The two entries, whole, and the three things they can be."""

    label = "Compare two entries"

    def get(self, request: HttpRequest, ref: str, first: str, second: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        one, other = self._two(first, second)
        before = ChronologyJudgement.objects.filter(first=one, second=other).first()
        initial = {"verdict": before.verdict, "words": before.words} if before else {}
        return self._page(one, other, JudgeForm(initial=initial))

    def post(self, request: HttpRequest, ref: str, first: str, second: str) -> HttpResponse:
        if self.refusal:
            return self.refused(self.refusal)
        one, other = self._two(first, second)
        form = JudgeForm(request.POST)
        if not form.is_valid():
            return self._page(one, other, form, 422)
        actions.judge(one, other, by=self.user, today=self.today, **form.cleaned_data)
        messages.success(request, "It is kept. You can change it.")
        return redirect("chronology-pairs", ref=ref)

    def _two(self, *refs: str) -> list[ChronologyEntry]:
        found = entries_of(self.user, self.case).filter(ref__in=refs).select_related("agency").order_by("pk")
        if len(found) != len(refs):
            raise Http404
        return list(found)

    def _page(
        self, one: ChronologyEntry, other: ChronologyEntry, form: JudgeForm, status: int = 200
    ) -> HttpResponse:
        telling = Telling(self.case, self.user)
        context = {"first": telling.shown(one), "second": telling.shown(other), "form": form}
        return self.show("chronologies/judge.html", status, **context)
