"""How agencies are reminded: the ladder for everybody to read, and pausing it for one request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from cspr.accounts.models import User
from reviews.actions import chase_now
from reviews.forms import chasing as asked
from reviews.ladder import LADDER
from reviews.models import InformationRequest
from reviews.reminders import whom_now
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


EFFECT = "One reminder goes to {} at once, besides the ladder. The date it is due, and the ladder, stay."


class ChaseNow(RequestVerb):
    """A reminder besides the ladder, from the board or the request; it says beforehand whom it reaches."""

    verb = "chase_now"
    action = chase_now
    button = "Send the reminder"
    done = "The reminder is on its way. What becomes of it stands with the reminders below."

    def told(self, subject: InformationRequest) -> list[User]:
        return (
            [person.user for person in whom_now(subject, self.today) if person.user]
            if subject.awaited
            else []
        )

    def context(self, subject: InformationRequest) -> dict[str, Any]:
        """People without an account are told by a link or by their address: they are named with what will happen."""
        found = whom_now(subject, self.today) if subject.awaited else []
        others = [p.name or p.address for p in found if p.user is None and p.address]
        also = f" It also goes to {' and '.join(others)}." if others else ""
        return {**super().context(subject), "effect": f"{EFFECT.format(subject.agency.name)}{also}"}


CHASING_VERBS: tuple[type[RequestVerb], ...] = (ChaseNow, PauseReminders, ResumeReminders, InvokeDuty)
