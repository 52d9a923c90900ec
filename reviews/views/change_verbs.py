"""One page for each verb of an action. Its owner sees the action there, and nothing else of the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cspr.accounts.models import User
from cspr.workflow import perform
from referrals.models import Deadline
from referrals.views.clocks import Face
from referrals.views.verbs import VerbView, with_files
from reviews import actions
from reviews.chronology.people import people_of
from reviews.forms import change as asked
from reviews.lint.names import Named
from reviews.models import Action, PracticeReview
from reviews.permissions import READERS, listed
from reviews.views.practice_verbs import PracticeVerb

EVIDENCE = "action_evidence"


class ActionVerb(VerbView):
    """One verb on one action. The bar of the case is only for those who read its reviews."""

    model = Action
    template_name = "change/verb.html"
    elsewhere = "actions"

    def context(self, subject: Action) -> dict[str, Any]:
        own = {"clocks": "", "run_on": [], "action": subject}
        if listed(subject.case, self.user, *READERS) is not None:
            return {**own, "today": self.today, "case": None}
        return {**super().context(subject), **own}

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        """What is done about a recommendation moves no clock of the case."""
        return []


class ReportProgress(ActionVerb):
    verb = "report_progress"
    form_class = asked.ProgressForm
    button = "Save"
    done = "Thank you. It stands on the page of the action."


class AddEvidence(ActionVerb):
    verb = "add_evidence"
    form_class = asked.EvidenceForm
    button = "Add it"
    done = "The evidence is added. Somebody who does not own the action is asked to look."

    def form_kwargs(self, subject: Action) -> dict[str, Any]:
        return {"today": self.today}

    def act(self, subject: Action, data: dict[str, Any]) -> Any:
        """The files are kept with the action: both they and the evidence, or neither."""
        files = data.pop("proofs")
        common: dict[str, Any] = {
            "by": self.user, "today": self.today, "version": self._version(), "nonce": self._nonce(), **data,
        }  # fmt: skip
        return with_files(
            files, subject, by=self.user, kind=EVIDENCE,
            act=lambda kept: perform(subject, self.verb, documents=kept, **common),
        )  # fmt: skip


class Complete(ActionVerb):
    verb = "complete"
    form_class = asked.CompleteForm
    done = "It is complete. Whether it lasts is looked at later."


class Assure(ActionVerb):
    verb = "assure"
    form_class = asked.AssureForm
    button = "Agree to this step"
    done = "You have agreed to the step."

    def form_kwargs(self, subject: Action) -> dict[str, Any]:
        return {"action": subject}

    def context(self, subject: Action) -> dict[str, Any]:
        return {**super().context(subject), "evidence": list(subject.evidence.all())}


class Check(ActionVerb):
    verb = "check_action"
    form_class = asked.CheckForm
    button = "Record the check"
    done = "The check is recorded."


class AmendAction(ActionVerb):
    verb = "amend_action"
    form_class = asked.AmendForm
    button = "Save the action"
    done = "The action is changed. Its owner is told."

    def form_kwargs(self, subject: Action) -> dict[str, Any]:
        return {
            "partnership": subject.partnership,
            "today": min(self.today, subject.due_on),
            "action": subject,
        }


class EndAction(ActionVerb):
    verb = "end_action"
    form_class = asked.ReasonForm
    done = "It is not pursued any more."


class TakeUp(ActionVerb):
    verb = "take_up"
    form_class = asked.ReasonForm
    done = "It is taken up again."


class TellPublic(ActionVerb):
    verb = "tell_public"
    form_class = asked.PublicForm
    button = "Save the sentence"
    done = "The sentence is saved."

    def form_kwargs(self, subject: Action) -> dict[str, Any]:
        people = [Named(person.name, person.label) for person in people_of(subject.case) if person.name]
        title = subject.recommendation.review.title
        return {"people": people, "pseudonym": title, "initial": {"sentence": subject.public_words}}


ACTION_VERBS: tuple[type[ActionVerb], ...] = (
    ReportProgress,
    AddEvidence,
    Complete,
    Assure,
    Check,
    AmendAction,
    EndAction,
    TakeUp,
    TellPublic,
)


class PlanAction(PracticeVerb):
    """From one recommendation, named by its number in the address."""

    verb = "plan_action"
    form_class = asked.GiveForm
    action = actions.plan_action
    template_name = "change/plan.html"
    done = "The action is planned. Its owner is told."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.recommendation(self.subject()) is None:
            raise Http404
        return super().get(request, **kwargs)

    def recommendation(self, subject: PracticeReview) -> Any:
        return subject.recommendations.filter(number=self.kwargs["number"]).first()

    def form_kwargs(self, subject: PracticeReview) -> dict[str, Any]:
        given = self.recommendation(subject)
        first = {"owner_role": given.owner_role, "due_on": given.due_on} if given else {}
        return {"partnership": subject.partnership, "today": self.today, "initial": first}

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "number": self.kwargs["number"]}

    def told(self, subject: PracticeReview) -> list[User]:
        return [User(name="the owner you choose")]

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        return {**super().context(subject), "recommendation": self.recommendation(subject)}

    def next(self, subject: PracticeReview) -> str:
        return reverse("actions-room", args=[subject.ref])
