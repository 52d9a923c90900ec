"""Forms of the verbs of triage: accept, return, link, wait, transfer, withdraw, reopen, give feedback."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from cspr.ui.fields import DateField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.forms.intake import text
from referrals.models import Case
from referrals.questions import SECTIONS, Place, Section, in_words, title_of
from referrals.questions.answers import of
from referrals.states import ReopenReason, ReturnReason

SAFE, ACTED = "safe", "acted"


class DatedForm(GovukForm):
    """A form that knows what day it is, for dates that cannot lie ahead or behind."""

    past: Sequence[str] = ()
    future: Sequence[str] = ()

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.past:
            self.fields[name].not_after = today  # type: ignore[attr-defined]
        for name in self.future:
            self.fields[name].not_before = today  # type: ignore[attr-defined]


class AcceptForm(DatedForm):
    """Accepting records who is safe, from which day the clock runs, and which other areas are concerned."""

    past = ("la_aware_on",)
    reveals = {"safety_now": {ACTED: ["safety_action"]}}
    safety_now = RadioField(
        label="Are the child and everybody else safe now?",
        choices=[
            (SAFE, "Yes, and I have checked what the referral says"),
            (ACTED, "No, or it is not clear: I have acted on it"),
        ],
    )
    safety_action = LongTextField(label="What have you done, and whom have you told?", rows=4)
    la_aware_on = DateField(
        label="When did the local authority become aware? (optional)",
        noun="Date the authority became aware",
        required=False,
        help_text="The five working days to notify the Panel run from this day. Leave it blank while nobody knows.",
    )
    other_areas = text(
        "Other areas concerned (optional)",
        required=False,
        help_text="For example, where the family lived before.",
    )
    optional_words = ""


class AskMoreForm(DatedForm):
    future = ("due_on",)
    asked_whom = text("Whom are you asking?", help_text="Agency and role.")
    words = LongTextField(label="What do you need to know?", rows=5)
    due_on = DateField(label="By when?", noun="Date you need it by")


class TransferForm(DatedForm):
    past = ("accepted_on",)
    to = text("Which partnership takes it on?", most=160)
    accepted_on = DateField(label="When did they accept it in writing?", noun="Date they accepted it")
    words = LongTextField(label="Why does it go there?", rows=5)


class WithdrawForm(GovukForm):
    words = LongTextField(label="Why is it withdrawn?", rows=5)
    la_duty_considered = forms.BooleanField(
        label="I have considered whether the local authority must notify the Panel all the same",
        error_messages={"required": "Consider the authority’s own duty first, and confirm that you have"},
    )


class ReopenForm(DatedForm):
    past = ("aware_on",)
    reason_code = RadioField(label="Why is it reopened?", choices=ReopenReason.choices)
    words = LongTextField(label="What is new?", rows=5)
    aware_on = DateField(
        label="When did the authority become aware of what is new?",
        noun="Date the authority became aware",
        help_text="The five working days to notify run from this day.",
    )


class FeedbackForm(DatedForm):
    past = ("effective_on",)
    effective_on = DateField(label="When was the referrer told?", noun="Date the referrer was told")
    words = LongTextField(label="What were they told, and how?", rows=5)


class LinkForm(GovukForm):
    """To which case. ``cases`` are all that may be chosen: the likely ones are offered, any by its reference."""

    reveals = {"which": {"other": ["reference"]}}
    which = RadioField(label="Which case is it about?")
    reference = forms.CharField(
        label="Reference of the case", help_text="It stands at the top of the case’s page."
    )

    def __init__(self, *args: Any, cases: Any, likely: Sequence[tuple[Case, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases
        offered = [(case.ref, f"{case.pseudonym}: {why}") for case, why in likely]
        self.fields["which"].choices = [*offered, ("other", "Another case")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Gives ``to``, a case the person may see."""
        cleaned = super().clean() or self.cleaned_data
        which = cleaned.get("which", "")
        ref = cleaned.get("reference", "").strip().upper() if which == "other" else which
        found = self.cases.filter(ref=ref).first() if ref else None
        if ref and found is None:
            self.add_error("reference", "There is no case with this reference that you may see")
        return {"to": found}


# --- returning --------------------------------------------------------------------------------------------


@dataclass
class Markable:
    """One answer that can be marked, with the fields that open when it is."""

    place: Place
    value: str
    name: str
    reason: forms.BoundField
    comment: forms.BoundField
    marked: bool = False

    @property
    def id(self) -> str:
        return f"id_mark:{self.name}"

    @property
    def label(self) -> str:
        return self.place.question.noun if self.place.question else "Something else is missing here"

    @property
    def given(self) -> str:
        """The reason chosen so far."""
        return str(self.reason.value() or "")


@dataclass
class MarkableSection:
    """The answers of one section or item, shown at once where something is marked or safety is unclear."""

    section: Section
    heading: str
    urgent: bool = False
    rows: list[Markable] = field(default_factory=list)

    @property
    def marked(self) -> int:
        return sum(row.marked for row in self.rows)

    @property
    def opened(self) -> bool:
        return self.urgent or self.marked > 0


class ReturnForm(DatedForm):
    """Which answers are to be completed, why, and by when. Built from the questions the form asks."""

    future = ("due_on",)
    due_on = DateField(label="By when should it be complete?", noun="Date it should be complete by")
    safety = LongTextField(
        label="What have you done about safety now?",
        rows=4,
        help_text="The referral does not say clearly that everybody is safe. Do not wait for the form: ring first.",
    )
    words = LongTextField(
        label="Note for the record (optional)",
        rows=3,
        required=False,
        help_text="The agency does not see this.",
    )
    optional_words = ""
    reasons = (("", "Choose a reason"), *ReturnReason.choices)

    def __init__(self, *args: Any, answers: dict[str, Any], safety_unclear: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not safety_unclear:
            del self.fields["safety"]
        self.places = list(_places(answers))
        self._values = answers
        posted = self.data.getlist("mark") if self.is_bound else []  # type: ignore[attr-defined]
        known = {name for name, _, _ in self.places}
        self.marked = [name for name in dict.fromkeys(posted) if name in known]
        for name, place, _ in self.places:
            self.fields[f"reason:{name}"] = forms.ChoiceField(
                label="Why?", required=name in self.marked, choices=self.reasons,
                error_messages={"required": f"Choose why you return “{place.label}”"},
            )  # fmt: skip
            self.fields[f"comment:{name}"] = forms.CharField(
                label="What do you need?", required=False, widget=forms.Textarea({"rows": 2}), max_length=2000
            )

    def clean(self) -> dict[str, Any]:
        """Gives the keyword arguments of the verb: ``due_on``, ``marks`` and ``words``."""
        cleaned = super().clean() or self.cleaned_data
        if not self.marked:
            self.add_error(None, "Mark at least one answer, so that the agency knows what to complete")
        marks = []
        for name, place, _ in self.places:
            if name in self.marked:
                reason, comment = cleaned.get(f"reason:{name}", ""), cleaned.get(f"comment:{name}", "")
                if reason == ReturnReason.OTHER and not comment:
                    self.add_error(f"comment:{name}", f"Say what you need for “{place.label}”")
                marks.append(
                    {
                        "section": place.section.code,
                        "field": place.field,
                        "reason": reason,
                        "comment": comment,
                    }
                )
        words = "\n".join(filter(None, (cleaned.get("safety", ""), cleaned.get("words", ""))))
        return {"due_on": cleaned.get("due_on"), "marks": marks, "words": words}

    def own_fields(self) -> Iterator[forms.BoundField]:
        """The questions about the return as a whole."""
        for name in ("safety", "due_on", "words"):
            if name in self.fields:
                yield self[name]

    def sections(self) -> list[MarkableSection]:
        """Every answer that can be marked, under its section or item."""
        found: dict[tuple[str, int | None], MarkableSection] = {}
        for name, place, value in self.places:
            key = (place.section.code, place.item)
            if key not in found:
                urgent = place.section.code == "safety" and "safety" in self.fields
                found[key] = MarkableSection(place.section, self._heading(place), urgent)
            row = Markable(
                place, value, name, self[f"reason:{name}"], self[f"comment:{name}"], name in self.marked
            )
            found[key].rows.append(row)
        return list(found.values())

    def _heading(self, place: Place) -> str:
        if place.item is None:
            return place.section.title
        items = place.section.items(of(place.section, self._values))
        return f"{Place(place.section, place.item).label}: {title_of(place.section, place.item, items[place.item])}"


def _places(answers: dict[str, Any]) -> Iterator[tuple[str, Place, str]]:
    """Every place that can be marked, with the name of its fields and its answer in words."""
    for section in SECTIONS:
        given = of(section, answers)
        if not section.repeats:
            yield from _places_of(section, None, given)
            continue
        whole = Place(section)
        yield f"{section.code}:", whole, "For example, somebody who should be on the list and is not"
        for number, item in enumerate(section.items(given)):
            yield from _places_of(section, number, item)


def _places_of(section: Section, item: int | None, answers: Any) -> Iterator[tuple[str, Place, str]]:
    for question in section.asked(answers):
        place = Place(section, item, question)
        yield f"{section.code}:{place.field}", place, in_words(question, answers)
