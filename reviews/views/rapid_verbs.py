"""One page for each verb of a rapid review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cspr.accounts.models import User
from cspr.clocks.models import working_days
from cspr.workflow import perform
from referrals.emails import agency as agency_of
from referrals.states import DecisionKind
from referrals.views.verbs import VerbView, with_files
from reviews import actions
from reviews.actions.panel import NOT_ASKED
from reviews.emails import authors
from reviews.forms import rapid_review as asked
from reviews.forms.plan import StepForm
from reviews.models import Feedback, RapidReview
from reviews.states import RequestState
from reviews.views.rapid_review import why_add

# What agencies are given to answer, unless somebody says otherwise.
DAYS_TO_ANSWER = 5


class RapidVerb(VerbView):
    """One verb on a rapid review."""

    model = RapidReview
    form_class: type[forms.Form] = asked.RapidForm

    def form_kwargs(self, subject: RapidReview) -> dict[str, Any]:
        return {"review": subject, "today": self.today}


class AddAgencies(RapidVerb):
    """Put agencies on the board. Nothing goes out by it."""

    verb = "add_requests"
    form_class = asked.AddAgenciesForm
    action = actions.add_requests
    effect = "They are put on the list. Nothing is sent yet."
    button = "Add them to the list"
    done = "On the list. Nothing has been sent yet: send the request when you are ready."

    def label(self) -> str:
        return "Add agencies to ask"

    def refusal(self, subject: RapidReview) -> str | None:
        return why_add(subject, self.user)

    def next(self, subject: RapidReview) -> str:
        return reverse("rapid-review-agencies", args=[subject.ref])


class NotAsk(RapidVerb):
    """Not to ask a kind of agency needs a reason, which is kept and shown."""

    verb = "not_ask"
    form_class = asked.NotAskForm
    button = "Keep this reason"
    done = "The reason is kept."

    def form_kwargs(self, subject: RapidReview) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        return {**super().form_kwargs(subject), "initial": {"agency_type": kind}}

    def next(self, subject: RapidReview) -> str:
        return reverse("rapid-review-agencies", args=[subject.ref])


class RequestInfo(RapidVerb):
    verb = "request_info"
    template_name = "rapid_reviews/ask.html"
    action = actions.request_info
    button = "Send the requests"
    done = "The requests are on their way."
    clocks = "A clock starts for each agency. The fifteen working days run on."

    def told(self, subject: RapidReview) -> list[User]:
        """The report authors of every agency that has not been asked yet."""
        waiting = subject.requests.filter(state=RequestState.NOT_SENT)
        people = {user.pk: user for request in waiting for user in authors(request)}
        return list(people.values())

    def context(self, subject: RapidReview) -> dict[str, Any]:
        waiting = subject.requests.filter(state=RequestState.NOT_SENT).select_related("agency")
        return {
            **super().context(subject),
            "waiting": [(request.agency, bool(authors(request))) for request in waiting],
        }

    def form(self, subject: RapidReview, data: Any = None, files: Any = None) -> forms.Form:
        return asked.AskForm(data, today=self.today, suggested=working_days().add(self.today, DAYS_TO_ANSWER))


class FinishDraft(RapidVerb):
    verb = "finish_draft"
    done = "The draft is complete."


class SeekSignOff(RapidVerb):
    verb = "seek_sign_off"
    done = "The partners have been asked. Now propose the decision."


class ReopenReport(RapidVerb):
    verb = "reopen_report"
    form_class = asked.ReasonForm
    done = "The report is open again."


class Submit(RapidVerb):
    verb = "submit"
    form_class = asked.SubmitForm
    button = "Record the sending"
    clocks = "The fifteen working days are met on the day you give. The wait for the Panel’s answer begins."
    done = "The sending is recorded, with what shows it."

    def act(self, subject: RapidReview, data: dict[str, Any]) -> Any:
        """The message or the file is kept with the review: both that and the sending, or neither."""
        files, message = data.pop("proof"), data.pop("message")
        if message.strip():
            files = [SimpleUploadedFile("what-was-sent.txt", message.encode(), "text/plain")]
        common: dict[str, Any] = {
            "by": self.user, "today": self.today, "version": self._version(), "nonce": self._nonce(), **data,
        }  # fmt: skip
        return with_files(
            files[:1],
            subject,
            by=self.user,
            kind="proof_of_sending",
            act=lambda kept: perform(subject, self.verb, proof=kept[0] if kept else None, **common),
        )


class RecordPanelResponse(RapidVerb):
    verb = "record_panel_response"
    form_class = asked.PanelResponseForm
    button = "Record the answer"
    done = "The Panel’s answer is recorded."

    def act(self, subject: RapidReview, data: dict[str, Any]) -> Any:
        files = data.pop("letter")
        common: dict[str, Any] = {
            "by": self.user, "today": self.today, "version": self._version(), "nonce": self._nonce(), **data,
        }  # fmt: skip
        return with_files(
            files[:1],
            subject,
            by=self.user,
            kind="panel_letter",
            act=lambda kept: perform(subject, self.verb, letter=kept[0] if kept else None, **common),
        )


class Reconsider(RapidVerb):
    verb = "reconsider"
    done = "The partners reconsider. Propose the new decision."


class ReplyToPanel(RapidVerb):
    verb = "reply_to_panel"
    form_class = asked.ReplyForm
    button = "Record the reply"


class TellOutcome(RapidVerb):
    """The page shows the fixed words before they are sent."""

    verb = "tell_outcome"
    form_class = asked.OutcomeForm
    action = actions.tell_outcome
    template_name = "rapid_reviews/tell_outcome.html"
    button = "Tell them"
    done = "The referrer and the agencies are told."

    def context(self, subject: RapidReview) -> dict[str, Any]:
        decision = subject.case.standing_decision(DecisionKind.REVIEW)
        told = Feedback(outcome=decision.outcome if decision else "", panel_outcome=subject.panel_outcome)
        return {
            **super().context(subject),
            "sentences": told.sentences,
            **self._agencies(subject),
        }

    def _agencies(self, subject: RapidReview) -> dict[str, list[str]]:
        """By name: which read it here, and which, having answered by a link or by letter, have nobody who could."""
        found = (
            subject.requests.exclude(state__in=NOT_ASKED).select_related("agency").order_by("agency__name")
        )
        reading = {request.agency.name: bool(authors(request)) for request in found}
        return {
            "agencies": [name for name, reads in reading.items() if reads],
            "by_hand": [name for name, reads in reading.items() if not reads],
        }

    def told(self, subject: RapidReview) -> list[User]:
        """The referrer and the lead of each referring agency, and the authors of every agency that was asked."""
        people = {
            user.pk: user
            for referral in subject.case.referrals.order_by("id")
            for user in agency_of(referral)
        }
        for request in subject.requests.exclude(state__in=NOT_ASKED):
            people |= {user.pk: user for user in authors(request)}
        people.pop(self.user.pk, None)
        return list(people.values())


class Close(RapidVerb):
    verb = "close"
    form_class = asked.CloseForm
    done = "The rapid review is closed."


class Reopen(RapidVerb):
    verb = "reopen"
    form_class = asked.ReasonForm
    done = "The rapid review is open again."


class RecordDelay(RapidVerb):
    verb = "record_delay"
    form_class = asked.DelayForm
    button = "Record the delay"
    done = "The delay is recorded. The letter to the Panel can be made on this page."


class AddStep(RapidVerb):
    """A step for this review alone."""

    verb = "add_step"
    form_class = StepForm
    button = "Add the step"
    done = "The step is in the plan."

    def form_kwargs(self, subject: RapidReview) -> dict[str, Any]:
        return {}

    def data(self, form: forms.Form) -> dict[str, Any]:
        assert isinstance(form, StepForm)
        return {"step": form.step()}


# --- writing ----------------------------------------------------------------------------------------------


class WriteReport(RapidVerb):
    """The list of sections is a room of its own."""

    verb = "write_report"
    http_method_names = ["get", "head"]

    def _page(self, subject: Any, form: forms.Form, status: int = 200, **extra: Any) -> HttpResponse:
        return redirect("rapid-review-report", subject.ref)


RAPID_VERBS: tuple[type[RapidVerb], ...] = (
    AddAgencies,
    NotAsk,
    RequestInfo,
    WriteReport,
    FinishDraft,
    SeekSignOff,
    ReopenReport,
    Submit,
    RecordPanelResponse,
    Reconsider,
    ReplyToPanel,
    TellOutcome,
    Close,
    Reopen,
    RecordDelay,
    AddStep,
)
