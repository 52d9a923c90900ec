"""Pages of what is done with a case itself: its dates, its name, its restriction, closing and reopening."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from cspr.clocks.calendar import Day, OutsideCalendar
from cspr.clocks.models import working_days
from cspr.clocks.table import Clock, clock_for
from referrals.clocks import NOTIFY_BY
from referrals.forms.case import (
    CloseForm,
    DatesForm,
    LiftRestrictionForm,
    RenameForm,
    ReopenForm,
    RestrictForm,
)
from referrals.models import Case
from referrals.states import ClockBasis, NotificationType
from referrals.views.verbs import VerbView


class CaseVerb(VerbView):
    model = Case


@dataclass(frozen=True)
class Basis:
    """What counting from one of the two days would give."""

    label: str
    clock: Clock
    from_on: dt.date | None
    due_on: dt.date | None
    days: list[Day]
    trouble: str = ""
    chosen: bool = False


class SetDates(CaseVerb):
    """Both ways of counting are shown side by side before one is chosen."""

    verb = "set_dates"
    form_class = DatesForm
    template_name = "cases/set_dates.html"
    button = "Change the dates"
    clocks = (
        "Every clock that runs from one of these dates is counted again; a due date that moves is recorded."
    )

    def form(self, subject: Case, data: Any = None, files: Any = None) -> forms.Form:
        names = ("incident_on", "la_aware_on", "la_suspected_on", "clock_basis")
        return DatesForm(data, files, initial={name: getattr(subject, name) for name in names})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "show" in request.POST:
            subject = self.subject()
            form = self.form(subject, request.POST)
            shown = bases(subject, _dates(form))
            # Only looked at, not sent: what is missing is not an error yet.
            again = DatesForm(initial={name: form[name].value() for name in form.fields})
            return self._page(subject, again, bases=shown)
        return super().post(request, **kwargs)

    def context(self, subject: Case) -> dict[str, Any]:
        return {**super().context(subject), "bases": bases(subject, {})}


def _dates(form: forms.Form) -> dict[str, Any]:
    """The dates that could be read."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if name != "words"}


def bases(case: Case, typed: dict[str, Any]) -> list[Basis]:
    """The due date of the notification counted from each of the two days, as typed or else as recorded."""
    notification: Any = getattr(case, "notification", None)
    type_ = NotificationType(notification.type) if notification else NotificationType.ABUSE_NEGLECT
    chosen = typed.get("clock_basis") or case.clock_basis
    on = {
        ClockBasis.LA_AWARE: typed.get("la_aware_on", case.la_aware_on),
        ClockBasis.LA_SUSPECTED: typed.get("la_suspected_on", case.la_suspected_on),
    }
    return [_counted(basis, NOTIFY_BY[type_], day, basis == chosen) for basis, day in on.items()]


def _counted(basis: ClockBasis, code: str, day: dt.date | None, chosen: bool) -> Basis:
    clock = clock_for(code, day or dt.date.max)
    if day is None:
        return Basis(str(basis.label), clock, None, None, [], "No date is recorded yet.", chosen)
    try:
        calendar = working_days()
        due = clock.due(day, calendar)
        return Basis(str(basis.label), clock, day, due, clock.walk(day, due, calendar), "", chosen)
    except OutsideCalendar as unknown:
        return Basis(str(basis.label), clock, day, None, [], str(unknown), chosen)


class Rename(CaseVerb):
    verb = "rename"
    form_class = RenameForm
    done = "The case goes by its new name."

    def form(self, subject: Case, data: Any = None, files: Any = None) -> forms.Form:
        return RenameForm(data, files, initial={"pseudonym": subject.pseudonym})


class Restrict(CaseVerb):
    verb = "restrict"
    form_class = RestrictForm
    done = "The case is restricted to the people on its access list."


class LiftRestriction(CaseVerb):
    verb = "lift_restriction"
    form_class = LiftRestrictionForm
    done = "The restriction is lifted."


class Close(CaseVerb):
    verb = "close"
    form_class = CloseForm
    done = "The case is closed."


class Reopen(CaseVerb):
    verb = "reopen"
    form_class = ReopenForm
    done = "The case is open again."
