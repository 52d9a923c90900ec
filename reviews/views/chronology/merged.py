"""The room "Chronology": what every agency entered, merged, filtered, as a picture and as a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.ui.keyset import page_of
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.lists import ListFilter
from reviews.chronology.codes import EntryState, Exactness, Verdict
from reviews.chronology.dates import NotADate, parse_when
from reviews.chronology.lanes import draw
from reviews.chronology.merging import Item, last_seen, not_brought, silences
from reviews.models import ChronologyEntry, ChronologyJudgement, RapidReview
from reviews.models.chronology import unpacked
from reviews.models.telling import Shown, Telling
from reviews.permissions import keep_chronology
from reviews.themes import THEME_CHOICES
from reviews.views.rooms import rooms

PER_PAGE = 50
ORDER = ("starts_on", "at", "id")
SILENCE = 90
MOST_SHOWN_GAPS = 12


class ChronologyFilter(ListFilter):
    """What of the chronology is looked at. A date that cannot be read filters nothing, and says so."""

    agency = forms.ChoiceField(label="Agency", required=False)
    person = forms.ChoiceField(label="Whom it is about", required=False)
    theme = forms.ChoiceField(label="Theme", required=False, choices=[("", "Every theme"), *THEME_CHOICES])
    line = forms.ChoiceField(label="Line of enquiry", required=False)
    since = forms.CharField(label="From", required=False, max_length=30)
    until = forms.CharField(label="To", required=False, max_length=30)
    key = forms.ChoiceField(
        label="Weight", required=False, choices=[("", "Every event"), ("yes", "Key events only")]
    )
    struck = forms.ChoiceField(
        label="Struck out", required=False, choices=[("", "Left out"), ("yes", "Shown, too")]
    )
    silence = forms.IntegerField(
        label="Silence: shade gaps longer than (days)", required=False, min_value=1, max_value=3650
    )

    def offer(self, agencies: dict[int, str], people: list[tuple[str, str]], lines: list[str]) -> None:
        for name, first, choices in (
            ("agency", "Every agency", [(str(pk), label) for pk, label in agencies.items()]),
            ("person", "Everybody", people),
            ("line", "Every line", [(line, line) for line in lines]),
        ):
            field: Any = self.fields[name]
            field.choices = [("", first), *choices]

    def _day(self, name: str) -> dt.date | None:
        typed = self.cleaned_data.get(name) or ""
        if not typed:
            return None
        try:
            when = parse_when(typed)
        except NotADate as no:
            raise forms.ValidationError(str(no)) from no
        return when.first if name == "since" else when.last

    def clean_since(self) -> str:
        self._day("since")
        return str(self.cleaned_data["since"])

    def clean_until(self) -> str:
        self._day("until")
        return str(self.cleaned_data["until"])

    def condition(self, asked: dict[str, str]) -> Q:
        found = Q() if asked["struck"] else Q(state=EntryState.STANDS)
        if asked["agency"]:
            found &= Q(agency_id=int(asked["agency"]))
        for column, name in (("persons", "person"), ("themes", "theme"), ("lines", "line")):
            if asked[name]:
                found &= Q(**{f"{column}__contains": f"|{asked[name]}|"})
        if since := self._day("since"):
            found &= Q(starts_on__gte=since) | Q(ends_on__gte=since)
        if until := self._day("until"):
            found &= Q(starts_on__lte=until)
        return found & Q(key=True) if asked["key"] else found


def entries_of(user: User, case: Any) -> QuerySet[ChronologyEntry]:
    """The entries of a case that the person may read."""
    return ChronologyEntry.objects.visible_to(user).filter(case=case)


def items_of(entries: QuerySet[ChronologyEntry], *, texts: bool) -> list[Item]:
    """The entries as they are compared and drawn; with their ``texts`` only where these are needed."""
    columns = ["pk", "agency_id", "starts_on", "exactness", "type", "seen", "spoken", "persons", "ends_on"]
    rows = entries.values_list(*columns, *(["happened"] if texts else []))
    return [
        Item(
            pk=row[0], agency=row[1], day=row[2], exact=row[3] == Exactness.EXACT, type=row[4], seen=row[5],
            spoken=row[6], persons=frozenset(unpacked(row[7])), last=row[8], text=row[9] if texts else "",
        )
        for row in rows
    ]  # fmt: skip


class ChronologyPage(View):
    """Picture, gaps and list of everything that stands, as filtered."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = get_object_or_404(
            RapidReview.objects.visible_to(user).select_related("case__partnership"), ref=ref
        )
        case = review.case
        note_opening(case, user)
        telling = Telling(case, user)
        everything = entries_of(user, case)
        asked = ChronologyFilter(request.GET)
        agencies = dict(
            everything.order_by("agency__name").values_list("agency_id", "agency__name").distinct()
        )
        marked = everything.exclude(lines="").values_list("lines", flat=True).distinct()
        lines = sorted({line for packed in marked for line in unpacked(packed)})
        asked.offer(agencies, [(p.key, telling.person(p.key)) for p in telling.people], lines)
        answers = asked.answers()
        chosen = everything.filter(asked.condition(answers))
        page = page_of(
            chosen.select_related("agency"), order=ORDER, after=request.GET.get("after", ""), size=PER_PAGE
        )
        longest = int(answers["silence"] or SILENCE)
        context = {
            "review": review,
            "case": case,
            "rooms": rooms(review, user, "chronology"),
            "bar": case_bar(case, case.deadlines.all(), today),
            "today": today,
            "page": page,
            "rows": _with_links(telling.all(page.items), user),
            "filter": asked,
            "chosen": asked.chosen(),
            "clear": request.path,
            "anything": bool(agencies),
            "keeps": keep_chronology(review, user) is None,
            "longest": longest,
            **_picture(chosen.filter(state=EntryState.STANDS), agencies, longest),
        }
        return render(request, "chronologies/chronology.html", context)


def _picture(entries: QuerySet[ChronologyEntry], agencies: dict[int, str], longest: int) -> dict[str, Any]:
    items = items_of(entries, texts=False)
    key = frozenset(entries.filter(key=True).values_list("pk", flat=True))
    gaps = silences(items, longest)
    return {
        "picture": draw(items, agencies, key, gaps),
        "gaps": [(agencies[gap.agency], gap) for gap in gaps[:MOST_SHOWN_GAPS]],
        "more_gaps": max(len(gaps) - MOST_SHOWN_GAPS, 0),
        "last_seen": last_seen(items),
        "not_brought": not_brought(items),
        "count": len(items),
    }


def _with_links(rows: list[Shown], user: User) -> list[tuple[Shown, list[tuple[str, ChronologyEntry]]]]:
    """Each row with what somebody judged about it: the other entry, and what the two are."""
    pks = [row.entry.pk for row in rows]
    readable = ChronologyEntry.objects.visible_to(user)
    judged = (
        ChronologyJudgement.objects.filter(Q(first__in=pks) | Q(second__in=pks))
        .filter(first__in=readable, second__in=readable)
        .exclude(verdict=Verdict.DIFFERENT)
        .select_related("first__agency", "second__agency")
    )
    links: dict[int, list[tuple[str, ChronologyEntry]]] = {}
    for judgement in judged:
        links.setdefault(judgement.first_id, []).append((judgement.verdict, judgement.second))
        links.setdefault(judgement.second_id, []).append((judgement.verdict, judgement.first))
    return [(row, links.get(row.entry.pk, [])) for row in rows]
