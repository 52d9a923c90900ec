"""The figures of a report while it is written: a page for each verb, and the pictures themselves."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from cspr.documents.failures import Held
from cspr.documents.storing import picture_response
from cspr.documents.uploads import PICTURES
from cspr.sealed.files import FileBroken
from cspr.ui.richtext.html import Picture
from cspr.workflow import perform
from referrals.views.case import note_opening, signed_in
from referrals.views.verbs import with_files
from reviews.forms import figures as asked
from reviews.models import PracticeReview
from reviews.models.figures import FIGURE
from reviews.views.recommending import OneOfThem, Writing

# They stand on the page where the report is written, not among what can be done with the review.
ON_FIGURES = frozenset({"add_figure", "amend_figure", "drop_figure"})
HOME = "practice-review-write_report"


@require_safe
def picture(request: HttpRequest, ref: str, number: int) -> HttpResponseBase:
    """One picture, for whoever reads the report."""
    user = signed_in(request)
    reviews = PracticeReview.objects.visible_to(user).select_related("case__partnership")
    review = get_object_or_404(reviews, ref=ref)
    one = review.figures.filter(number=number).select_related("document").first()
    if one is None or one.document is None:
        raise Http404
    try:
        answer = picture_response(one.document)
    except (FileNotFoundError, FileBroken, Held) as lost:
        raise Http404 from lost
    note_opening(review.case, user)
    return answer


def figures_of(review: PracticeReview) -> dict[int, Picture]:
    """The figures of the report by their numbers, as its own pages show them."""
    return {
        one.number: Picture(
            reverse("report-figure", args=[review.ref, one.number]),
            one.alt,
            one.caption,
            one.width,
            one.height,
        )
        for one in review.pictures()
    }


class OfFigures(Writing):
    template_name = "practice_reviews/figure_verb.html"

    def next(self, subject: PracticeReview) -> str:
        return f"{reverse(HOME, args=[subject.ref])}#figures"


class AddFigure(OfFigures):
    verb = "add_figure"
    form_class = asked.AddFigureForm
    button = "Add the figure"
    done = "The figure is added. Write its number where it belongs."

    def act(self, subject: PracticeReview, data: dict[str, Any]) -> Any:
        """The picture is drawn anew and kept with the review; both it and the figure, or neither."""
        chosen = [data.pop("picture")]
        common: dict[str, Any] = {
            "by": self.user, "today": self.today, "version": self._version(), "nonce": self._nonce(), **data,
        }  # fmt: skip
        return with_files(
            chosen, subject, by=self.user, kind=FIGURE, takes=PICTURES,
            act=lambda kept: perform(subject, self.verb, document=kept[0], **common),
        )  # fmt: skip


class OneFigure(OfFigures, OneOfThem):
    rows = "figures"

    def one(self, subject: PracticeReview) -> Any:
        return next((one for one in subject.pictures() if one.number == self.kwargs["number"]), None)

    def context(self, subject: PracticeReview) -> dict[str, Any]:
        number = self.kwargs["number"]
        return {**super().context(subject), "number": number, "shown": figures_of(subject).get(number)}


class AmendFigure(OneFigure):
    verb = "amend_figure"
    form_class = asked.AmendFigureForm
    button = "Save the words"
    done = "The words are changed. The earlier ones stay in the history."

    def form_kwargs(self, subject: PracticeReview) -> dict[str, Any]:
        one = self.one(subject)
        words = {"caption": one.caption, "alt": one.alt} if one else {}
        return {**super().form_kwargs(subject), "initial": words}


class DropFigure(OneFigure):
    verb = "drop_figure"
    form_class = asked.DropFigureForm
    button = "Take it out"
    done = "The figure is taken out and its picture deleted. Its words stay in the history."
