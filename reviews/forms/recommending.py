"""What is asked of findings and recommendations. Little is required: a draft may leave open what is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cspr.ui.fields import CheckboxesField, DateField, RadioField
from reviews.forms.practice_review import ReviewForm, line, prose
from reviews.models import PracticeReview
from reviews.states import RecommendationKind, Response
from reviews.themes import THEME_CHOICES


def themes() -> CheckboxesField:
    return CheckboxesField(
        label="What is it about?",
        choices=THEME_CHOICES,
        required=False,
        help_text="So that what comes back in later reviews can be found.",
    )


class FindingForm(ReviewForm):
    text = prose(
        "What did the review find?",
        "A sentence or two that somebody who was not there understands. No names: it is published.",
    )
    rests_on = prose(
        "What does it rest on?",
        "For example, which conversations, records and events. This is not published.",
        required=False,
    )
    themes = themes()


class RecommendationForm(ReviewForm):
    text = prose(
        "What should change?", "Say what would be different for children, so that it can be told later."
    )
    kind = RadioField(label="For whom is it?", choices=RecommendationKind.choices)
    answers = CheckboxesField(label="Which findings does it answer?", required=False)
    owner = line("Who sees to it?", "One body that can be asked about it.", longest=160)
    owner_role = line("Which post answers for it?", "A post, not a person’s name.", longest=160)
    due_on = DateField(label="By when?", noun="The day by which it should be done", required=False)
    outcome = prose(
        "What will be different for children?", "The change that is meant, in their words if you can.",
        rows=3, required=False,
    )  # fmt: skip
    baseline = prose("How is it now?", "What is known before anything is done.", rows=3, required=False)
    measure = prose(
        "How will it be measured?", "What is counted or looked at, and when.", rows=3, required=False
    )
    themes = themes()

    def __init__(self, *args: Any, review: PracticeReview, **kwargs: Any) -> None:
        super().__init__(*args, review=review, **kwargs)
        self.fields["owner_role"].required = False
        found: Any = self.fields["answers"]
        found.choices = [(str(f.number), f"{f.number}. {f.text}") for f in review.findings.all()]
        if not found.choices:
            del self.fields["answers"]


class DropForm(ReviewForm):
    words = prose("Why is it taken out?")


class AnswerForm(ReviewForm):
    """Refused: anything but a plain yes without its reason."""

    needed_if: Mapping[str, str] = {"words": "it is accepted in part, or not"}
    response = RadioField(label="What do the partners answer?", choices=Response.choices)
    words = prose("Why?", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("response") not in {None, "", Response.ACCEPTED} and not data.get("words"):
            self.add_error("words", "Say why the recommendation is not accepted as it stands")
        return data
