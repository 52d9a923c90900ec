"""What an agency is asked, and what staff do with its answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.ui.fields import DateField, RadioField, YesNoUnknownField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import line, prose
from reviews.models import InformationRequest
from reviews.states import ANSWER_PARTS, ProvisionalView

BY_ROLE = "Name staff by their role only."
# An account may be some pages long.
AN_ACCOUNT = 20_000
# How an error speaks of a part: "Enter when your agency was first involved".
NOUNS = {
    "involved_from": "when your agency was first involved",
    "involved_to": "when it was last involved",
    "name": "your name",
    "role": "your role",
    "signed_off_by": "who has signed it off",
    "provisional_view": "your provisional view",
    "at_risk": "whether anybody is at risk now",
}


class NilForm(GovukForm):
    """One click for an agency that had no involvement; who says so is recorded."""

    name = line(ANSWER_PARTS["name"], "Your name.", longest=120)
    role = line(ANSWER_PARTS["role"], "", longest=120)

    def __init__(self, *args: Any, by: str = "", job: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"name": by, "role": job, **(kwargs.get("initial") or {})}
        for name, noun in NOUNS.items():
            if name in self.base_fields:
                self.base_fields[name].noun = noun  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)


class AnswerForm(NilForm):
    """The agency's account, in the parts of ``states.ANSWER_PARTS``. A draft may be half-written."""

    involved_from = line(ANSWER_PARTS["involved_from"], "A date, or words such as “from birth”.", longest=80)
    involved_to = line(ANSWER_PARTS["involved_to"], "Say so if you are still involved.", longest=80)
    summary = prose(ANSWER_PARTS["summary"], f"The facts, in order. {BY_ROLE}", rows=10, longest=AN_ACCOUNT)
    key_issues = prose(
        ANSWER_PARTS["key_issues"],
        "Was risk recognised, information shared, action taken in time? What got in the way?",
        required=False,
        longest=AN_ACCOUNT,
    )
    good_practice = prose(ANSWER_PARTS["good_practice"], required=False, longest=AN_ACCOUNT)
    learning = prose(ANSWER_PARTS["learning"], required=False, longest=AN_ACCOUNT)
    actions_taken = prose(ANSWER_PARTS["actions_taken"], required=False, longest=AN_ACCOUNT)
    other_agencies = prose(
        ANSWER_PARTS["other_agencies"], "They may have to be asked, too.", required=False, rows=2
    )
    at_risk = YesNoUnknownField(label=ANSWER_PARTS["at_risk"])
    risk = prose(
        ANSWER_PARTS["risk"], "Needed if somebody is, or if it is not known.", required=False, rows=3
    )
    provisional_view = RadioField(
        label=ANSWER_PARTS["provisional_view"],
        choices=ProvisionalView.choices,
        help_text="This binds nobody and is read as provisional.",
    )
    signed_off_by = line(
        ANSWER_PARTS["signed_off_by"],
        "Name and role of the manager who has agreed to this account.",
        longest=160,
    )
    field_order = (
        "involved_from",
        "involved_to",
        "summary",
        "key_issues",
        "good_practice",
        "learning",
        "actions_taken",
        "other_agencies",
        "at_risk",
        "risk",
        "provisional_view",
        "name",
        "role",
        "signed_off_by",
    )

    def clean(self) -> dict[str, Any]:
        """An unclear answer about safety comes with what is known of it."""
        data: dict[str, Any] = super().clean() or {}
        unsafe = data.get("at_risk") in {YesNoUnknownField.YES, YesNoUnknownField.NOT_KNOWN}
        if unsafe and not data.get("risk"):
            self.add_error("risk", "Say who may be at risk and what has been done")
        return data

    def written(self) -> dict[str, str]:
        """What was typed, whether it is complete or not: for a draft."""
        return {name: str(self[name].value() or "") for name in self.fields}


class RecordAnswerForm(GovukForm):
    """What came by letter, e-mail or telephone, written down by staff."""

    effective_on = DateField(label="On which day did it come?")
    summary = prose("What does the agency say?", BY_ROLE, rows=10, longest=AN_ACCOUNT)
    name = line("Who says it?", "", longest=120)
    role = line(ANSWER_PARTS["role"], "", longest=120)

    def __init__(self, *args: Any, request: InformationRequest, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrived(self, request, today)


class RecordNilForm(GovukForm):
    effective_on = DateField(label="On which day did they say so?")
    name = line("Who said it?", "", longest=120)
    role = line(ANSWER_PARTS["role"], "", longest=120)

    def __init__(self, *args: Any, request: InformationRequest, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrived(self, request, today)


def arrived(form: forms.Form, request: InformationRequest, today: dt.date) -> None:
    """It came after it was asked for, and not later than today."""
    day: Any = form.fields["effective_on"]
    day.initial, day.not_before, day.not_after = today, request.sent_on, today


class QueryForm(GovukForm):
    """A question about an answer, with a new date: without one the agency would be late at once."""

    words = prose("What is unclear or missing?", "The agency sees your question beside its own answer.")
    due_on = DateField(label="By when should they answer?")

    def __init__(self, *args: Any, today: dt.date, suggested: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["due_on"]
        day.initial, day.not_before = suggested, today + dt.timedelta(days=1)


class WordsForm(GovukForm):
    words = prose("Why?")


class ExtendForm(GovukForm):
    due_on = DateField(label="What is the new date?")
    words = prose("Why is the date changed?", rows=3)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["due_on"]
        day.not_before = today + dt.timedelta(days=1)
