"""The page of each verb on what a review found and recommends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cspr.accounts.models import User
from cspr.ui.arriving import tidied
from reviews.forms import recommending as asked
from reviews.forms.practice_review import LONGEST
from reviews.lint.smart import Tick, smart
from reviews.models import Finding, PracticeReview, Recommendation
from reviews.models.earlier import Earlier, similar
from reviews.views.practice_verbs import PracticeVerb

ROOM = "findings"


def ticks(given: Recommendation) -> list[Tick]:
    return smart(
        given.text,
        owner=given.owner,
        due_on=given.due_on,
        measure=given.measure,
        owner_role=given.owner_role,
    )


class Writing(PracticeVerb):
    """Writing moves nothing and tells nobody; afterwards one is back in the room."""

    template_name = "practice_reviews/recommending.html"

    def run_on(self, rows: Any) -> Any:
        return []

    def next(self, subject: PracticeReview) -> str:
        return reverse(ROOM, args=[subject.ref])


class OneOfThem(Writing):
    """A verb on one finding or recommendation, named by its number in the address."""

    rows = "recommendations"

    def one(self, subject: PracticeReview) -> Any:
        return getattr(subject, self.rows).filter(number=self.kwargs["number"]).first()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Nothing to open once it is taken out; sending a form about it is refused with a sentence instead."""
        if self.one(self.subject()) is None:
            raise Http404
        return super().get(request, **kwargs)

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "number": self.kwargs["number"]}


class AsItStands(OneOfThem):
    """Its form begins with what is written down."""

    def form_kwargs(self, subject: PracticeReview) -> dict[str, Any]:
        one = self.one(subject)
        initial = {name: getattr(one, name, None) for name in self.form_class.base_fields}
        if "answers" in initial:
            initial["answers"] = [str(number) for number in initial["answers"] or ()]
        return {**super().form_kwargs(subject), "initial": initial}


class AddFinding(Writing):
    verb = "add_finding"
    form_class = asked.FindingForm
    done = "The finding is added."


class AmendFinding(AsItStands):
    verb = "amend_finding"
    rows = "findings"
    form_class = asked.FindingForm
    button = "Save the finding"
    done = "The finding is changed. Its earlier words stay in the history."


class DropFinding(OneOfThem):
    verb = "drop_finding"
    rows = "findings"
    form_class = asked.DropForm
    done = "The finding is taken out. Its words stay in the history."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        found: Finding | None = self.one(subject)
        return {**super().context(subject), "one": found}


class WithEarlierOnes:
    """Beside the form stand similar recommendations made before. "Look" shows them and saves nothing."""

    request: HttpRequest
    today: dt.date
    user: User
    words = ""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "look" not in request.POST:
            return super().post(request, **kwargs)  # type: ignore[misc, no-any-return]
        view: Any = self
        subject = view.subject()
        if view.refusal(subject):
            return super().post(request, **kwargs)  # type: ignore[misc, no-any-return]
        form = view.form(subject, tidied(request.POST))
        form.errors.clear()
        self.words = str(form["text"].value() or "")
        looked: HttpResponse = view._page(subject, form)
        return looked

    def earlier(self, subject: PracticeReview, words: str) -> list[Earlier]:
        return similar(words[:LONGEST], self.user, today=self.today, but=subject)


class Recommend(WithEarlierOnes, Writing):
    verb = "recommend"
    form_class = asked.RecommendationForm
    done = "The recommendation is added."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        """Before anything is typed, by what no recommendation answers yet."""
        answered = {number for given in subject.recommendations.all() for number in given.answers}
        open_ = [f.text for f in subject.findings.all() if f.number not in answered]
        words = self.words or "\n".join(open_)
        return {**super().context(subject), "look": True, "similar": self.earlier(subject, words)}


class AmendRecommendation(WithEarlierOnes, AsItStands):
    verb = "amend_recommendation"
    form_class = asked.RecommendationForm
    button = "Save the recommendation"
    done = "The recommendation is changed. Its earlier words stay in the history."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        given = self.one(subject)
        if given is None:
            return super().context(subject)
        found = self.earlier(subject, self.words or given.text)
        return {**super().context(subject), "look": True, "ticks": ticks(given), "similar": found}


class DropRecommendation(OneOfThem):
    verb = "drop_recommendation"
    form_class = asked.DropForm
    done = "The recommendation is taken out. Its words stay in the history."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        return {**super().context(subject), "one": self.one(subject)}


class AnswerRecommendation(OneOfThem):
    verb = "answer_recommendation"
    form_class = asked.AnswerForm
    button = "Record the answer"
    done = "The answer is recorded."

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        return {**super().context(subject), "one": self.one(subject)}


# Each is about one finding or recommendation, so its number stands in the address.
ONE_VERBS: tuple[type[OneOfThem], ...] = (
    AmendFinding,
    DropFinding,
    AmendRecommendation,
    DropRecommendation,
    AnswerRecommendation,
)
ON_ONE = frozenset(view.verb for view in ONE_VERBS)
