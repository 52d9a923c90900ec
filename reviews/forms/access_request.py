"""What is asked about a request for access to personal data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.ui.fields import CheckboxesField, DateField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from reviews.models import AccessRequest
from reviews.questions.access_request import (
    About,
    Answer,
    Asker,
    Authority,
    Disclosure,
    Exemption,
    Extension,
    Handing,
    Identity,
    Refusal,
)

NO_NAMES = "No names: what you write here stays on record."


class ReceiveForm(GovukForm):
    """Whose data, who asks, since when. As many ways to find the person as the letter gives."""

    needed_if = {"asker": "somebody else asks for them"}
    received_on = DateField(
        label="When did the request reach you?",
        noun="The day of receipt",
        help_text="The month runs from this day, however it came and whoever in the partnership got it first.",
    )
    about = RadioField(label="Whose data is it?", choices=About.choices)
    name = forms.CharField(label="Full name of the person whose data it is", max_length=200)
    other_names = LongTextField(
        label="Other names they have or had",
        help_text="One a line: an earlier surname, another spelling.",
        rows=2,
        max_length=1000,
        required=False,
    )
    born_on = DateField(label="Date of birth", required=False)
    nhs_number = forms.CharField(label="NHS number", max_length=20, required=False)
    email = forms.EmailField(
        label="E-mail address",
        help_text="For somebody with an account, or who was written to by e-mail.",
        required=False,
    )
    asked_by = RadioField(label="Who asks?", choices=Asker.choices)
    asker = forms.CharField(label="Name of whoever asks", max_length=200, required=False)
    reply_to = LongTextField(
        label="Where does the answer go?",
        help_text="An address that is safe for the person, as they gave it.",
        rows=2,
        max_length=500,
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("received_on", "born_on"):
            field = self.fields[name]
            assert isinstance(field, DateField)
            field.not_after = today

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("asked_by") not in {None, "", Asker.THEMSELVES} and not data.get("asker", "").strip():
            self.add_error("asker", "Enter the name of whoever asks")
        return data


class AccessForm(GovukForm):
    """A form about ``request``, filled in on ``today``; the day it counts from lies between receipt and today."""

    def __init__(self, *args: Any, request: AccessRequest, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields.get("effective_on")
        if isinstance(day, DateField):
            day.initial = today
            day.not_before, day.not_after = request.received_on, today


class IdentifyForm(AccessForm):
    identity = RadioField(label="How was it shown who asks?", choices=Identity.choices)
    authority = RadioField(
        label="What shows that they may ask for this person?",
        choices=[choice for choice in Authority.choices if choice[0] != Authority.OWN],
    )

    def __init__(self, *args: Any, request: AccessRequest, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        if not request.for_another:
            del self.fields["authority"]


class ExtendForm(AccessForm):
    reason_code = RadioField(label="Why does it take longer?", choices=Extension.choices)


class TickForm(AccessForm):
    """Which of the records that the search found, and the person may see, are about the person."""

    theirs = CheckboxesField(label="Which of these are this person?", required=False)

    def __init__(self, *args: Any, shown: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["theirs"]
        field.choices = [(str(pk), words) for pk, words in shown]
        self.shown = [pk for pk, _ in shown]

    def clean_theirs(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["theirs"]]


class GatherForm(AccessForm):
    called = LongTextField(
        label="What do texts call the person, where they do not name them?",
        help_text="One a line, as the records of their cases say it: Child A, mother, MGM, Miss S.",
        rows=4,
        max_length=1000,
        required=False,
    )


class DecideForm(AccessForm):
    """What becomes of one passage; what is given of it starts as the text without everybody who was found in it."""

    needed_if = {"exemption": "anything is not given", "redacted": "parts are taken out"}
    decision = RadioField(
        label="What becomes of it?", choices=[choice for choice in Disclosure.choices if choice[0]]
    )
    redacted = LongTextField(
        label="What is given of it",
        help_text="Other people are taken out already where they were recognised. Read it again: a sentence can tell "
        "who somebody is without a name.",
        rows=8,
        required=False,
    )
    exemption = RadioField(label="Why is it not all given?", choices=Exemption.choices, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        not_all = data.get("decision") in {Disclosure.REDACT, Disclosure.WITHHOLD}
        if not_all and not data.get("exemption"):
            self.add_error("exemption", "Say by which exemption it is not given")
        return data


class PrepareForm(AccessForm):
    reveals = {"answer": {Answer.REFUSE: ("reason_code",)}}
    answer = RadioField(label="What is the answer?", choices=Answer.choices)
    reason_code = RadioField(label="Why is it refused?", choices=Refusal.choices)
    words = LongTextField(
        label="What should the second person know?",
        help_text=f"For example: where you looked, and what is withheld by which exemption. {NO_NAMES}",
        rows=3,
        max_length=2000,
        required=False,
    )


class SendBackForm(AccessForm):
    words = LongTextField(label="What has to be done again?", help_text=NO_NAMES, rows=3, max_length=2000)


class HandOverForm(AccessForm):
    effective_on = DateField(label="When was it handed over?", noun="The day")
    handing = RadioField(label="How?", choices=Handing.choices)


class ToldForm(AccessForm):
    effective_on = DateField(label="When were they told?", noun="The day")


class WithdrawnForm(AccessForm):
    effective_on = DateField(label="When did they withdraw it?", noun="The day")
