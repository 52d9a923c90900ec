"""The yearly report: the figures of a year on a page, and the pack that can be taken out of the house."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.documents.access import documents_of
from cspr.workflow import Refused
from referrals.models import Case
from referrals.views.case import signed_in
from reviews.actions import make_pack
from reviews.actions.yearly import why_not_as_at
from reviews.annual import figures, true_figures
from reviews.forms.yearly import FiguresForm, PackForm
from reviews.models import YearlyPack
from reviews.permissions import YEARLY_READERS
from reviews.states import PackState
from reviews.yearly.year import Year, last_ended


def reading(user: User) -> list[Partnership]:
    """The partnerships whose yearly figures the person reads."""
    return list({m.partnership_id: m.partnership for m in user.standing if m.role in YEARLY_READERS}.values())


def partnership_of(user: User, ref: str) -> Partnership:
    """The partnership, if the person reads its figures; to everybody else there is nothing here."""
    found = next((partnership for partnership in reading(user) if partnership.ref == ref), None)
    if found is None:
        raise Http404
    return found


class YearlyFigures(View):
    """How did we do?"""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        partnership = partnership_of(user, ref)
        form = FiguresForm(_given(request, today), today=today)
        asked = form.cleaned_data if form.is_valid() else {}
        year = Year(int(asked.get("year") or last_ended(today).begins))
        as_at = max(asked.get("as_at") or today, year.first)
        true = request.GET.get("true") == "yes"
        pack = (
            true_figures(partnership, year, as_at, Case.objects.visible_to(user))
            if true
            else figures(partnership, year, as_at)
        )
        context = {
            "partnership": partnership,
            "form": form,
            "pack": pack,
            "today": today,
            "make": f"{reverse('yearly-pack-make', args=[ref])}?year={year.begins}&as_at={as_at.isoformat()}",
            "switch": "?" + urlencode(_address(year, as_at) | ({} if true else {"true": "yes"})),
            "made": YearlyPack.objects.visible_to(user)
            .filter(partnership=partnership, year=year.begins, state=PackState.IN_USE)
            .first(),
        }
        return render(request, "yearly/figures.html", context, status=400 if form.errors else 200)


def _given(request: HttpRequest, today: dt.date) -> Any:
    """What the address asks for; without a year, the one to report on."""
    given = request.GET.copy()
    given.setdefault("year", str(last_ended(today).begins))
    return given


def _address(year: Year, as_at: dt.date) -> dict[str, int]:
    """The boxes of the form, as they stand in an address."""
    return {"year": year.begins, "as_at_day": as_at.day, "as_at_month": as_at.month, "as_at_year": as_at.year}


class MakePack(View):
    """Asks first: what is made, and whether an earlier one is still about."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        partnership = partnership_of(user, ref)
        year, as_at = self._wanted(request.GET)
        if why_not_as_at(year, as_at, timezone.localdate()):
            raise Http404
        form = PackForm(
            initial={"year": year.begins, "as_at": as_at},
            earlier=bool(self._earlier(partnership, year, as_at)),
        )
        return self._page(request, partnership, year, as_at, form)

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        partnership = partnership_of(user, ref)
        year, as_at = self._wanted(request.POST)
        form = PackForm(request.POST, earlier=bool(self._earlier(partnership, year, as_at)))
        if not form.is_valid():
            return self._page(request, partnership, year, as_at, form, status=400)
        try:
            pack = make_pack(
                partnership, by=user, today=today, year=year, as_at=as_at,
                called_back=form.cleaned_data.get("called_back", False),
            )  # fmt: skip
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect("yearly-report", ref)
        return redirect(pack)

    def _wanted(self, given: Any) -> tuple[Year, dt.date]:
        """The year and the day that the page was made for. An address that says neither leads nowhere."""
        asked = PackForm(given, earlier=False)
        if not asked.is_valid():
            raise Http404
        return Year(asked.cleaned_data["year"]), asked.cleaned_data["as_at"]

    def _earlier(self, partnership: Partnership, year: Year, as_at: dt.date) -> YearlyPack | None:
        in_use = YearlyPack.objects.visible_to(signed_in(self.request))
        of_year = in_use.filter(partnership=partnership, year=year.begins, state=PackState.IN_USE)
        return of_year.exclude(as_at=as_at).first()

    def _page(
        self, request: HttpRequest, partnership: Partnership, year: Year, as_at: dt.date, form: forms.Form,
        status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        back = f"{reverse('yearly-report', args=[partnership.ref])}?{urlencode(_address(year, as_at))}"
        context = {
            "partnership": partnership,
            "year": year,
            "as_at": as_at,
            "form": form,
            "earlier": self._earlier(partnership, year, as_at),
            "back": back,
        }
        return render(request, "yearly/make.html", context, status=status)


class PackPage(View):
    """The papers of one pack."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user = signed_in(request)
        packs = YearlyPack.objects.visible_to(user).select_related("partnership")
        pack = get_object_or_404(packs, ref=ref)
        context = {
            "pack": pack,
            "partnership": pack.partnership,
            "documents": documents_of(pack, user),
            "today": timezone.localdate(),
            "back": f"{reverse('yearly-report', args=[pack.partnership.ref])}?"
            + urlencode(_address(pack.about, pack.as_at)),
        }
        return render(request, "yearly/pack.html", context)
