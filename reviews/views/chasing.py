"""How agencies are reminded: the ladder for everybody to read, and pausing it for one request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from reviews.forms import chasing as asked
from reviews.ladder import LADDER
from reviews.models import InformationRequest
from reviews.views.requests import RequestVerb


class Ladder(View):
    """The ladder as a table, for everybody who is signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "requests/ladder.html", {"ladder": LADDER})


class PauseReminders(RequestVerb):
    verb = "pause_reminders"
    form_class = asked.PauseForm
    done = "The reminders are paused."

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"today": self.today}


class ResumeReminders(RequestVerb):
    verb = "resume_reminders"
    done = "The reminders go on."


class InvokeDuty(RequestVerb):
    verb = "invoke_duty"
    form_class = asked.DutyForm
    done = "The duty is invoked. The letter can be made on this page."

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"today": self.today, "not_before": subject.sent_on}


CHASING_VERBS: tuple[type[RequestVerb], ...] = (PauseReminders, ResumeReminders, InvokeDuty)
