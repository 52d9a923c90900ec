"""The register of other proceedings of a case: a page, a picture against the six months, and its verbs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.clocks.calendar import in_short
from cspr.pages import posted_nonce
from cspr.ui.weeks import Bar, Line, Shade
from cspr.workflow import Refused, Replayed, Subject, why_not
from referrals import actions, permissions
from referrals.forms.process import EndProcessForm, ProcessForm
from referrals.models import Case, Deadline, ParallelProcess
from referrals.views.case import note_opening, readable_case, signed_in
from referrals.views.clocks import case_bar
from referrals.views.shared import new_nonce
from referrals.views.verbs import VerbView

REGISTER = "case-processes"
SIX_MONTHS = "LCSPR_6M"
# Without a practice review there is no end to draw to: so far beyond today.
AHEAD = dt.timedelta(weeks=13)


@dataclass(frozen=True)
class Row:
    """One proceeding as the table shows it. ``bar``: why nothing is published today; None when it bars nothing."""

    process: ParallelProcess
    bar: str | None
    barred_before: bool


@dataclass(frozen=True)
class Proceedings:
    """What the picture and the table beside it show (``processes/strip.html``)."""

    rows: list[Row]
    bars: list[Bar]
    lines: list[Line]
    shades: list[Shade]
    url: str

    @property
    def said(self) -> str:
        running = sum(1 for row in self.rows if row.process.running)
        return f"{running} running, {len(self.rows) - running} ended"


def proceedings(case: Case, rows: Iterable[Deadline], today: dt.date) -> Proceedings:
    """The proceedings of a case against the six months of its practice review, if it has one. ``rows``: its clocks."""
    found: Sequence[ParallelProcess] = sorted(case.processes.all(), key=lambda p: (not p.running, p.pk))
    clock = next((row for row in rows if row.code == SIX_MONTHS), None)
    due_on = clock.due_on if clock else None
    ends = max(due_on or today + AHEAD, today)
    lines = [Line(today, "today", "today")]
    if due_on:
        lines.append(Line(due_on, f"due {in_short(due_on)}", "due"))
    shades = [shade for place, p in enumerate(found) if (shade := _barred(p, place, ends)) is not None]
    return Proceedings(
        [Row(p, p.barred(today), p.bars_publication) for p in found],
        [_bar(p, ends) for p in found],
        lines,
        shades,
        reverse(REGISTER, args=[case.ref]),
    )


def _began(process: ParallelProcess) -> dt.date:
    """The day it began; where nobody knows it, the day it was entered."""
    return process.began_on or timezone.localdate(process.created_at)


def _bar(process: ParallelProcess, ends: dt.date) -> Bar:
    last = process.ended_on or max(filter(None, (ends, process.next_on)))
    name = f"{process}, {process.body}" if process.body else str(process)
    return Bar(name, min(_began(process), last), last, "to do" if process.running else "done")


def _barred(process: ParallelProcess, place: int, ends: dt.date) -> Shade | None:
    if not process.bars_publication:
        return None
    last = process.bar_until or process.ended_on or ends
    return Shade(min(_began(process), last), last, f"{process}: publication barred", row=place)


class ProcessesPage(View):
    """What else looks into the incident, how each stands, and what it means for the review and its publication."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        case = readable_case(user, ref)
        note_opening(case, user)
        rows = list(case.deadlines.all())
        context = {
            "case": case,
            "today": today,
            "bar": case_bar(case, rows, today),
            "proceedings": proceedings(case, rows, today),
            "keeps": permissions.case_staff(case, user) is None,
        }
        return render(request, "processes/register.html", context)


class ProcessPage(View):
    """A proceeding has no page of its own: it stands in the register."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        found = ParallelProcess.objects.visible_to(signed_in(request)).select_related("case")
        process = get_object_or_404(found, ref=ref)
        return redirect(f"{reverse(REGISTER, args=[process.case.ref])}#{process.ref}")


class AddProcess(View):
    """One more proceeding in the register."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        case = self._case(request, ref)
        note_opening(case, signed_in(request))
        return self._page(request, case, ProcessForm(today=timezone.localdate()))

    def post(self, request: HttpRequest, ref: str) -> HttpResponse:
        case, today = self._case(request, ref), timezone.localdate()
        form = ProcessForm(request.POST, today=today)
        if not form.is_valid():
            return self._page(request, case, form, 422)
        try:
            actions.add_process(
                case,
                by=signed_in(request),
                today=today,
                given=dict(form.cleaned_data),
                nonce=posted_nonce(request),
            )
        except Replayed:
            return redirect(REGISTER, case.ref)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, case, form, 422)
        messages.success(request, "The proceeding is in the register.")
        return redirect(REGISTER, case.ref)

    def _case(self, request: HttpRequest, ref: str) -> Case:
        user = signed_in(request)
        case = readable_case(user, ref)
        if reason := permissions.case_staff(case, user):
            raise PermissionDenied(reason)
        return case

    def _page(self, request: HttpRequest, case: Case, form: forms.Form, status: int = 200) -> HttpResponse:
        back = reverse(REGISTER, args=[case.ref])
        context = {"form": form, "case": case, "back": back, "nonce": new_nonce()}
        return render(request, "processes/add.html", context, status=status)


class ProcessVerb(VerbView):
    """One verb on one proceeding. Afterwards the person is back at the register."""

    model: type[Subject] = ParallelProcess
    template_name = "processes/verb.html"

    def next(self, subject: ParallelProcess) -> str:
        return reverse(REGISTER, args=[subject.case.ref])

    def context(self, subject: ParallelProcess) -> dict[str, Any]:
        ends = why_not(subject, "end_process", self.user) is None
        return {**super().context(subject), "process": subject, "ends": ends and self.verb != "end_process"}


class AmendProcess(ProcessVerb):
    verb = "amend_process"
    form_class = ProcessForm
    button = "Save"
    done = "The register is changed."

    def form_kwargs(self, subject: ParallelProcess) -> dict[str, Any]:
        return {"process": subject, "today": self.today}

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {"given": dict(form.cleaned_data)}


class EndProcess(ProcessVerb):
    verb = "end_process"
    form_class = EndProcessForm
    button = "Record that it has ended"
    done = "It is recorded that it has ended."

    def form_kwargs(self, subject: ParallelProcess) -> dict[str, Any]:
        return {"process": subject, "today": self.today}


class TakeUpProcess(ProcessVerb):
    verb = "take_up_process"


PROCESS_VERBS: tuple[type[ProcessVerb], ...] = (AmendProcess, EndProcess, TakeUpProcess)
