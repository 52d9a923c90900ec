"""What an agency is asked, and what staff do with its answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.ui.fields import CheckboxesField, DateField
from cspr.ui.forms import GovukForm
from referrals.questions import Section
from reviews.forms.practice_review import line, prose
from reviews.models import InformationRequest
from reviews.questions import PARTS

BY_ROLE = "Name staff by their role only."
# An account may be some pages long.
AN_ACCOUNT = 20_000


class NilForm(GovukForm):
    """One click for an agency that had no involvement; who says so is recorded."""

    name = line("Your name", "", longest=120)
    role = line("Your role", "", longest=120)

    def __init__(self, *args: Any, by: str = "", job: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"name": by, "role": job, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class SignForm(GovukForm):
    """Who of the agency agreed to the account. It is not the person who wrote it."""

    signed_by = line("Name of the manager who agrees to this account", "", longest=120)
    signed_role = line(
        "Their role", "Somebody who does not manage the people who worked with the family.", longest=120
    )

    def __init__(self, *args: Any, writer: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writer = writer

    def clean_signed_by(self) -> str:
        name: str = self.cleaned_data["signed_by"]
        if " ".join(name.split()).casefold() == " ".join(self.writer.split()).casefold():
            raise forms.ValidationError("Somebody other than the person who wrote it agrees to the account")
        return name


class RecordAnswerForm(GovukForm):
    """What came by letter, e-mail or telephone, written down by staff."""

    effective_on = DateField(label="On which day did it come?")
    summary = prose("What does the agency say?", BY_ROLE, rows=10, longest=AN_ACCOUNT)
    name = line("Who says it?", "", longest=120)
    role = line("Their role", "", longest=120)

    def __init__(self, *args: Any, request: InformationRequest, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrived(self, request, today)


class RecordNilForm(GovukForm):
    effective_on = DateField(label="On which day did they say so?")
    name = line("Who said it?", "", longest=120)
    role = line("Their role", "", longest=120)

    def __init__(self, *args: Any, request: InformationRequest, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrived(self, request, today)


def arrived(form: forms.Form, request: InformationRequest, today: dt.date) -> None:
    """It came after it was asked for, and not later than today."""
    day: Any = form.fields["effective_on"]
    day.initial, day.not_before, day.not_after = today, request.sent_on, today


def _about(part: Section) -> forms.Field:
    field = prose("What is unclear or missing?", rows=3, longest=2000)
    field.error_messages["required"] = f"Say what is unclear or missing in “{part.title}”"
    return field


ABOUT = {part.code: f"about_{part.code}" for part in PARTS}
Abouts: type[GovukForm] = type("Abouts", (GovukForm,), {ABOUT[part.code]: _about(part) for part in PARTS})


class QueryForm(Abouts):  # type: ignore[valid-type,misc]
    """Questions about parts of an answer, or the whole, with a new date: without one it would be late at once."""

    optional_words = ""
    parts = CheckboxesField(
        label="Which parts do you have a question about?",
        required=False,
        choices=[(part.code, part.title) for part in PARTS],
        help_text="The agency sees exactly your questions beside its own answer.",
    )
    words = prose("A question about the whole (optional)", required=False, rows=3)
    due_on = DateField(label="By when should they answer?")
    reveals = {"parts": {code: [name] for code, name in ABOUT.items()}}

    def __init__(self, *args: Any, today: dt.date, suggested: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["due_on"]
        day.initial, day.not_before = suggested, today + dt.timedelta(days=1)

    def clean(self) -> dict[str, Any]:
        """What is asked: ``marks``, ``words`` and ``due_on``."""
        data: dict[str, Any] = super().clean() or {}
        chosen = data.get("parts") or []
        if not chosen and not data.get("words"):
            self.add_error("parts", "Choose a part, or ask about the whole")
        marks = [{"part": code, "comment": data.get(ABOUT[code], "")} for code in chosen]
        return {"marks": marks, "words": data.get("words", ""), "due_on": data.get("due_on")}


class WordsForm(GovukForm):
    words = prose("Why?")


class ExtendForm(GovukForm):
    due_on = DateField(label="What is the new date?")
    words = prose("Why is the date changed?", rows=3)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["due_on"]
        day.not_before = today + dt.timedelta(days=1)
