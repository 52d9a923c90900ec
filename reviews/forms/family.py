"""What is asked about the family in a review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from cspr.ui.fields import DateField, RadioField
from cspr.ui.forms import GovukForm
from referrals.models import FamilyMember
from reviews.forms.practice_review import prose
from reviews.models import FamilyContact, FamilyPromise
from reviews.models.family import RECORDED
from reviews.questions.family import Advocate, FamilyAnswer

SOMEBODY_ELSE = "other"


class AddForm(GovukForm):
    """Who of the family: one of those the case knows, or somebody else by name."""

    needed_if = dict.fromkeys(("name", "relationship"), "it is somebody else")
    who = RadioField(label="Who is it?")
    name = forms.CharField(label="Their name", max_length=120, required=False)
    relationship = forms.CharField(
        label="What they are to the child",
        help_text="For example: father, grandmother, older brother.",
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, members: list[FamilyMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.pk): member for member in members}
        who: Any = self.fields["who"]
        known = [(key, f"{member.name}, {member.relationship}") for key, member in self.members.items()]
        who.choices = [*known, (SOMEBODY_ELSE, "Somebody else")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("who") == SOMEBODY_ELSE:
            for field, words in (
                ("name", "Enter their name"),
                ("relationship", "Enter what they are to the child"),
            ):
                if not data.get(field, "").strip():
                    self.add_error(field, words)
        return data

    def person(self) -> dict[str, Any]:
        """Name, relationship and, where the case knows them, the member of the family."""
        member = self.members.get(self.cleaned_data["who"])
        if member:
            return {"name": member.name, "relationship": member.relationship, "member": member}
        return {"name": self.cleaned_data["name"], "relationship": self.cleaned_data["relationship"]}


class ContactForm(GovukForm):
    """A form about one person, filled in on ``today``."""

    def __init__(self, *args: Any, contact: FamilyContact, today: dt.date, **kwargs: Any) -> None:
        kwargs["initial"] = {**self.as_recorded(contact), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def as_recorded(self, contact: FamilyContact) -> dict[str, Any]:
        return {}


class RecordForm(ContactForm):
    needed_if: Mapping[str, str] = {"police_agreed_on": "they are a suspect"}
    safe_contact = prose(
        "How can they be reached safely?", "Which way, when, and what must not be said or left on paper.", rows=3,
        required=False, longest=1000,
    )  # fmt: skip
    language = forms.CharField(
        label="Language, interpreter, and what else helps them take part", max_length=200, required=False
    )
    suspect = forms.BooleanField(label="They are a suspect in criminal proceedings", required=False)
    police_agreed_on = DateField(
        label="From which day do the police agree to contact?",
        help_text="Until then no promise to a suspect can be recorded as kept.",
        required=False,
    )
    invited_on = DateField(label="When were they invited to take part?", required=False)
    invited_how = forms.CharField(
        label="How, and by whom?",
        help_text="For example: a visit by the named officer.",
        max_length=200,
        required=False,
    )
    answer = RadioField(label="What did they answer?", choices=FamilyAnswer.choices)
    answer_words = prose("In their own words", rows=3, required=False, longest=2000)
    advocate = RadioField(label="Was an advocate offered?", choices=Advocate.choices)
    advocate_name = forms.CharField(label="Who is the advocate?", max_length=160, required=False)
    wishes = prose("Their wishes: a pseudonym, who is told first, what should be said of the child", rows=3,
                   required=False, longest=2000)  # fmt: skip

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        invited: Any = self.fields["invited_on"]
        invited.not_after = today

    def as_recorded(self, contact: FamilyContact) -> dict[str, Any]:
        return {name: getattr(contact, name) for name in RECORDED}


class WhyForm(ContactForm):
    why = prose("Why?", "Who said so, and until when if that is known.", rows=3, longest=1000)


class PromiseForm(GovukForm):
    """A form about one ``promise``, filled in on ``today``."""

    def __init__(self, *args: Any, promise: FamilyPromise, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("effective_on", "due_on"):
            day = self.fields.get(name)
            if isinstance(day, DateField):
                day.initial = today if name == "effective_on" else promise.due_on
                day.not_after = today if name == "effective_on" else None


class KeepForm(PromiseForm):
    effective_on = DateField(label="When was it kept?")
    how = prose("How, and by whom?", required=False, rows=3, longest=1000)


class PostponeForm(PromiseForm):
    due_on = DateField(label="To which day?")
    why = prose("Why?", rows=2, longest=600)


class ReleaseForm(PromiseForm):
    why = prose("Why is it not needed?", rows=2, longest=600)
