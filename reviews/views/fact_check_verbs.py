"""One page for each verb of a fact check. An agency sees its own extract there, and nothing else of the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from cspr.workflow import Subject
from referrals.models import Deadline
from referrals.views.clocks import Face
from referrals.views.verbs import VerbView
from reviews.forms import fact_check as asked
from reviews.models import FactCheck
from reviews.permissions import READERS, listed


class FactCheckVerb(VerbView):
    """One verb on one agency's check. The bar of the case is only for those who read its reviews."""

    model: type[Subject] = FactCheck
    template_name = "fact_checks/verb.html"

    def context(self, subject: FactCheck) -> dict[str, Any]:
        own = {"clocks": "", "run_on": [], "check": subject}
        if listed(subject.case, self.user, *READERS) is not None:
            return {**own, "today": self.today, "case": None}
        return {**super().context(subject), **own}

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        """Checking facts moves no clock of the case."""
        return []


class MoveDue(FactCheckVerb):
    verb = "move_due"
    form_class = asked.MoveForm
    button = "Give the new date"

    def form_kwargs(self, subject: FactCheck) -> dict[str, Any]:
        return {"check": subject, "today": self.today}


class Withdraw(FactCheckVerb):
    verb = "withdraw"
    form_class = asked.WithdrawForm
    button = "Do not ask it after all"
    done = "The agency is not asked any more."


class Numbered(FactCheckVerb):
    """A verb about one point, named by its number in the address."""

    @property
    def number(self) -> int:
        return int(self.kwargs["number"])

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {"number": self.number, **form.cleaned_data}

    def context(self, subject: FactCheck) -> dict[str, Any]:
        return {**super().context(subject), "number": self.number}


class WritePoint(Numbered):
    verb = "write_point"
    form_class = asked.PointForm
    template_name = "fact_checks/point.html"
    button = "Save this point"
    done = "The point is saved. It is not sent yet."

    def form(self, subject: FactCheck, data: Any = None, files: Any = None) -> forms.Form:
        typed = subject.draft[self.number - 1] if 1 <= self.number <= len(subject.draft) else {}
        return asked.PointForm(data, initial=typed)

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {"number": self.number, "given": dict(form.cleaned_data)}


class DropPoint(Numbered):
    verb = "drop_point"
    button = "Take it out"
    done = "The point is taken out."

    def context(self, subject: FactCheck) -> dict[str, Any]:
        here = 1 <= self.number <= len(subject.draft)
        return {**super().context(subject), "point": subject.draft[self.number - 1] if here else None}


class Signed(FactCheckVerb):
    """An answer, and who gives it for the agency."""

    form_class = asked.SignedForm

    def form(self, subject: FactCheck, data: Any = None, files: Any = None) -> forms.Form:
        return asked.SignedForm(data, initial={"name": self.user.name, "role": self.user.job_title})


class SendPoints(Signed):
    verb = "send_points"
    done = "Thank you. Your points are with the partnership’s team."

    def context(self, subject: FactCheck) -> dict[str, Any]:
        return {**super().context(subject), "draft": subject.draft}


class NothingToCorrect(Signed):
    verb = "nothing_to_correct"
    button = "We have nothing to correct"
    done = "Thank you. There is nothing more for you to do."


class HandlePoint(Numbered):
    verb = "handle_point"
    form_class = asked.HandleForm
    button = "Save"
    done = "The point is handled."

    def form(self, subject: FactCheck, data: Any = None, files: Any = None) -> forms.Form:
        return asked.HandleForm(data, point=subject.points.filter(number=self.number).first())

    def context(self, subject: FactCheck) -> dict[str, Any]:
        point = subject.points.filter(number=self.number).first()
        return {**super().context(subject), "point": point}

    def next(self, subject: FactCheck) -> str:
        return f"{reverse('fact-check', args=[subject.ref])}#points"


CHECK_VERBS: tuple[type[FactCheckVerb], ...] = (MoveDue, Withdraw, SendPoints, NothingToCorrect)
POINT_VERBS: tuple[type[Numbered], ...] = (WritePoint, DropPoint, HandlePoint)
