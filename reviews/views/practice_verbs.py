"""One page for each verb of a practice review, and for taking a publication down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.urls import reverse

from cspr.accounts.models import User
from cspr.workflow import Subject
from referrals.views.verbs import VerbView
from reviews import actions
from reviews.forms import practice_review as asked
from reviews.forms.library import DescribeForm
from reviews.models import PracticeReview, Publication

UNCHECKED = "No agency was asked to check facts. You can sign off all the same."
DAYS_MOVE = "The dates counted from this day are worked out again."


class PracticeVerb(VerbView):
    """One verb on a practice review."""

    model: type[Subject] = PracticeReview
    form_class: type[forms.Form] = asked.ReviewForm

    def form_kwargs(self, subject: PracticeReview) -> dict[str, Any]:
        return {"review": subject, "today": self.today}


# --- commissioning ----------------------------------------------------------------------------------------


class Plan(PracticeVerb):
    verb = "plan"
    form_class = asked.PlanForm
    button = "Save the plan"
    done = "The plan is saved."


class TellNational(PracticeVerb):
    verb = "tell_national"
    form_class = asked.TellNationalForm
    button = "Save the days"
    clocks = "Once all three have been told, the clock of this notice is met."
    done = "The days are saved."


class AppointReviewer(PracticeVerb):
    verb = "appoint_reviewer"
    form_class = asked.AppointForm
    action = actions.appoint_reviewer
    template_name = "practice_reviews/appoint.html"
    clocks = "The clock of monitoring starts: every four weeks from the day of the appointment."
    done = "The reviewer is appointed and can open this case."

    def told(self, subject: PracticeReview) -> list[User]:
        """Whoever is chosen is told; the page is asked before anybody is."""
        return [User(name="the reviewer you appoint")]

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        return {**super().context(subject), "nobody": not asked.lead_reviewers(subject).exists()}


class RemoveReviewer(PracticeVerb):
    verb = "remove_reviewer"
    form_class = asked.RemoveReviewerForm
    action = actions.remove_reviewer
    template_name = "practice_reviews/remove_reviewer.html"
    done = "The reviewer is removed and can no longer open this case."


# --- reviewing --------------------------------------------------------------------------------------------


class BeginWork(PracticeVerb):
    verb = "begin_work"
    form_class = asked.BeginForm
    button = "Record that it has started"


class Monitor(PracticeVerb):
    verb = "monitor"
    form_class = asked.MonitorForm
    button = "Record monitoring"
    clocks = "The clock of monitoring starts again from the day you looked."
    done = "What you found is on record."


class PutOnHold(PracticeVerb):
    verb = "hold"
    form_class = asked.HoldForm
    done = "The work is on hold. Now tell the Panel and the Secretary of State, and record the delay."


class ExtendHold(PracticeVerb):
    verb = "extend_hold"
    form_class = asked.ExtendHoldForm


class Resume(PracticeVerb):
    verb = "resume"
    form_class = asked.ResumeForm
    done = "The work goes on."


class RecordDelay(PracticeVerb):
    verb = "record_delay"
    form_class = asked.DelayForm
    done = "The delay is recorded. The letter can be made below, under Documents."


# --- the report -------------------------------------------------------------------------------------------


class ReceiveDraft(PracticeVerb):
    verb = "receive_draft"
    template_name = "practice_reviews/hand_in.html"
    done = "The draft is handed in."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        return {**super().context(subject), "law_missing": subject.law_missing()}


class StartQuality(PracticeVerb):
    verb = "start_quality"


class AskChanges(PracticeVerb):
    verb = "ask_changes"
    form_class = asked.ChangesForm
    button = "Ask for changes"


class StartFactCheck(PracticeVerb):
    verb = "start_fact_check"
    form_class = asked.FactCheckForm


class SignOff(PracticeVerb):
    verb = "sign_off"
    clocks = "The clock of monitoring stops. The six months run on until the report is published."
    done = "The report is signed off. Now the full report goes to the Secretary of State and the Panel."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        """Whether agencies checked facts is for the partnership to judge: without a round it is said, not refused."""
        found = super().context(subject)
        return found if subject.fact_checks.exists() else {**found, "clocks": f"{self.clocks} {UNCHECKED}"}


class ReopenReport(PracticeVerb):
    verb = "reopen_report"
    form_class = asked.ReopenReportForm


# --- publication ------------------------------------------------------------------------------------------


class PlansTheDay(PracticeVerb):
    """A verb that sets the day of publication says at once when another proceeding bars that day."""

    def act(self, subject: PracticeReview, data: dict[str, Any]) -> PracticeReview:
        review: PracticeReview = super().act(subject, data)
        if review.planned_in_a_bar:
            messages.warning(self.request, f"The planned day cannot be kept: {review.planned_in_a_bar}")
        return review

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        found = super().context(subject)
        barred = subject.barred(self.today)
        return found | ({"clocks": f"{self.clocks} {barred}"} if barred else {})


class Send(PlansTheDay):
    verb = "send"
    form_class = asked.SendForm
    template_name = "practice_reviews/send.html"
    button = "Record the sending"
    clocks = "The dates by which it has to be sent are counted back from the planned day of publication."
    done = "The sending is recorded."


class PlanPublication(PlansTheDay):
    verb = "plan_publication"
    form_class = asked.PlanPublicationForm
    button = "Save the day"
    clocks = DAYS_MOVE


class Describe(PracticeVerb):
    verb = "describe"
    form_class = DescribeForm
    button = "Save the description"
    done = "The description is saved."


class TellFamily(PracticeVerb):
    verb = "tell_family"
    form_class = asked.TellFamilyForm
    button = "Record this"


class Withhold(PracticeVerb):
    verb = "withhold"
    form_class = asked.WithholdForm
    button = "Record that nothing is published"
    clocks = "The clock of the six months stops today."
    done = "It is recorded that nothing is published. Now send the explanation to the Panel and the Secretary of State."


class LeaveAsPublished(PracticeVerb):
    verb = "leave_as_published"
    form_class = asked.LeaveForm


# --- afterwards -------------------------------------------------------------------------------------------


class StartFollowUp(PracticeVerb):
    verb = "start_follow_up"


class Close(PracticeVerb):
    verb = "close"
    form_class = asked.CloseForm
    done = "The review is closed."


class Reopen(PracticeVerb):
    verb = "reopen"
    form_class = asked.ReopenForm
    done = "The review is open again."


class Subsume(PracticeVerb):
    verb = "subsume"
    form_class = asked.SubsumeForm
    button = "Record this and end the review"
    clocks = "Every clock of this review stops on that day."


class Merge(PracticeVerb):
    verb = "merge"
    form_class = asked.MergeForm
    button = "Record this and end the review"
    clocks = "Every clock of this review stops on that day."


class Withdraw(VerbView):
    """Take a publication down, once the year is over."""

    model = Publication
    verb = "withdraw"
    form_class = asked.TakeDownForm
    button = "Take it down"
    done = "It is taken down. Nobody outside can read it any more."

    def refusal(self, subject: Publication) -> str | None:
        return super().refusal(subject) or subject.must_stay(self.today)

    def next(self, subject: Publication) -> str:
        return reverse("practice-review", args=[subject.review.ref])
