"""What the verbs of a rapid review ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from cspr.accounts.models import Agency
from cspr.accounts.roles import AgencyType
from cspr.ui.fields import CheckboxesField, DateField, FileUploadField, RadioField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import prose
from reviews.models import RapidReview
from reviews.states import DelayReason, PanelOutcome


class RapidForm(GovukForm):
    """A form about ``review``, filled in on ``today``. ``effective_on`` is never later than today."""

    def __init__(self, *args: Any, review: RapidReview, today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.as_recorded(review), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        day = self.fields.get("effective_on")
        if isinstance(day, DateField):
            day.initial, day.not_before, day.not_after = today, review.opened_on, today

    def as_recorded(self, review: RapidReview) -> dict[str, Any]:
        """What is known already and only has to be confirmed or changed."""
        return {}


class AddAgenciesForm(RapidForm):
    """The agencies of the partnership that are not on the board yet."""

    agencies = CheckboxesField(label="Which agencies may know the child or the family?")

    def __init__(self, *args: Any, review: RapidReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        asked = review.requests.values("agency")
        self.offered = {str(a.pk): a for a in review.partnership.agencies.exclude(pk__in=asked)}
        field: Any = self.fields["agencies"]
        field.choices = [(pk, agency.name) for pk, agency in self.offered.items()]

    def clean_agencies(self) -> list[Agency]:
        return [self.offered[pk] for pk in self.cleaned_data["agencies"]]


class NotAskForm(RapidForm):
    """Which kind of agency is not asked, and why."""

    agency_type = forms.ChoiceField(
        label="Which kind of agency?", choices=[("", "Choose from the list"), *AgencyType.choices]
    )
    words = prose("Why is it not asked?", "Everybody on the review reads it.", rows=3)


class AskForm(GovukForm):
    """By when, and what. Refused: a date that is not after today."""

    due_on = DateField(label="By when should they answer?")
    question = prose(
        "What do you want to tell and ask them?",
        "A few neutral sentences. Everybody at the agency who writes the answer reads them.",
        required=False,
    )
    statutory = forms.BooleanField(
        label="Ask under section 16H of the Children Act 2004",
        help_text="The agency then has a legal duty to answer.",
        required=False,
    )

    def __init__(self, *args: Any, today: dt.date, suggested: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["due_on"]
        day.initial, day.not_before = suggested, today + dt.timedelta(days=1)


class ReasonForm(RapidForm):
    words = prose("Why?")


class SubmitForm(RapidForm):
    needed_if: Mapping[str, str] = {
        "message": "no file is attached",
        "proof": "you enter nothing above",
        "words": "the sign-offs are not complete",
    }
    effective_on = DateField(label="When was it sent to the Panel?")
    message = prose(
        "What did you send?",
        "The text of the e-mail, or the number of the message and to whom it went. It is kept as a document.",
        required=False,
        rows=4,
    )
    proof = FileUploadField(
        label="A file that shows that it was sent",
        help_text="For example, the e-mail saved as a PDF.",
        required=False,
    )
    told = forms.CharField(
        label="Who else was told, and when?",
        max_length=200,
        required=False,
        help_text="If a practice review was decided: the Department for Education and Ofsted.",
    )
    words = prose("Why was it sent all the same?", required=False, rows=3)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not data.get("message", "").strip() and not data.get("proof"):
            self.add_error("message", "Enter what you sent, or attach a file that shows it")
        return data


class OutcomeForm(RapidForm):
    """The partnership's own words. The fixed ones stand on the page."""

    words = prose(
        "Is there anything you want to add?",
        "The referrer and every agency that was asked read it. Write no names and nothing about the family.",
        required=False,
        longest=2000,
    )


class PanelResponseForm(RapidForm):
    effective_on = DateField(label="What date is on the Panel’s letter?")
    outcome = RadioField(label="What does the Panel say?", choices=PanelOutcome.choices)
    letter = FileUploadField(label="The letter", help_text="PDF, Word, a picture or text.")
    words = prose("Anything to add", required=False, rows=3)


class ReplyForm(RapidForm):
    effective_on = DateField(label="When was the reply sent?")
    words = prose("What did you reply?", "The partners’ decision and reasons, in short.")


class DelayForm(RapidForm):
    effective_on = DateField(label="When was the Panel told?")
    reason_code = RadioField(label="What is the reason?", choices=DelayReason.choices)
    words = prose("How do you explain it to the Panel?", "These words stand in the letter.")
    expected_on = DateField(label="When can the Panel expect it?")

    def __init__(self, *args: Any, review: RapidReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        expected: Any = self.fields["expected_on"]
        expected.not_before = today + dt.timedelta(days=1)


class CloseForm(RapidForm):
    effective_on = DateField(label="From which day is it closed?")
    words = prose(
        "If the referrer and the agencies were not told the outcome: why not?", required=False, rows=3
    )

    def __init__(self, *args: Any, review: RapidReview, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, review=review, today=today, **kwargs)
        if review.outcome_told_on:
            del self.fields["words"]
