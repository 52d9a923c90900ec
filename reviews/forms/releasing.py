"""What is asked when the release of a report is proposed, confirmed or called off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db import models

from cspr.ui.fields import DateField, RadioField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import ReviewForm, prose
from reviews.models import PracticeReview
from reviews.states import WithholdReason

# In the morning of a day at work, so that somebody is there for the family, the press and the telephone.
USUAL_TIME = dt.time(9)


class When(models.TextChoices):
    LATER = "later", "On a day, at a time"
    NOW = "now", "As soon as somebody else has confirmed it"


class ProposeReleaseForm(ReviewForm):
    """At once, or on a day at a time. Whether that moment can be chosen is the action's to say."""

    needed_if = dict.fromkeys(("day", "time"), "it is on a day, at a time")
    when = RadioField(label="When does it become public?", choices=When.choices, initial=When.LATER)
    day = DateField(label="Day of publication", required=False)
    time = forms.TimeField(
        label="Time of day",
        help_text="In London, by the 24-hour clock: 09:00, when the team is there; or another, such as 00:01",
        input_formats=["%H:%M", "%H.%M"],
        required=False,
        initial=USUAL_TIME,
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "govuk-input--width-5"}),
        error_messages={"invalid": "Time of day must be a time, such as 09:00"},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        planned = self.initial.get("day")
        if planned and planned < today:
            self.initial["day"] = None  # a plan that has passed is no answer to be confirmed

    def as_recorded(self, review: PracticeReview) -> dict[str, Any]:
        return {"day": review.planned_publication_on}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.pop("when", "") != When.LATER:
            return {**data, "day": None, "time": None}
        for name in ("day", "time"):
            if not data.get(name) and name not in self.errors:
                self.add_error(
                    name,
                    f"Enter the {name} on which it becomes public" if name == "day" else "Enter the time",
                )
        return data


class ProposeImprovementsForm(ProposeReleaseForm):
    """Only the improvements: with the reason and the explanation (s.16F(4))."""

    reason_code = RadioField(
        label="Why is publishing the report inappropriate?", choices=WithholdReason.choices
    )
    words = prose("The explanation", "It goes to the Panel and the Secretary of State.", rows=6)


class CallOffForm(GovukForm):
    words = prose("Why is it called off?", required=False, rows=3)
