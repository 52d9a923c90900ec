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
        if not offered:
            self.fields["which"].initial = "other"

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
    """One answer that can be marked. Once it is, it has the fields that say why and what is needed."""

    place: Place
    value: str
    marked: bool
    reason: forms.BoundField | None = None
    comment: forms.BoundField | None = None

    @property
    def name(self) -> str:
        """How the address and the form name it: ``incident:place``, ``children:1.born_on``."""
        return f"{self.place.section.code}:{self.place.field}"

    @property
    def label(self) -> str:
        return self.place.question.noun if self.place.question else "Something else is missing here"


@dataclass
class MarkableSection:
    """The answers of one section or item, shown at once where something is marked or safety is unclear."""

    heading: str
    opened: bool
    rows: list[Markable] = field(default_factory=list)

    @property
    def marked(self) -> int:
        return sum(row.marked for row in self.rows)


class ReturnForm(DatedForm):
    """Why the marked answers go back, and by when they are to be complete.

    ``marks`` names what was ticked, as the address has it; what the form does not ask is ignored.
    """

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

    def __init__(
        self, *args: Any, answers: dict[str, Any], marks: Sequence[str], safety_unclear: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unclear = safety_unclear
        if not safety_unclear:
            del self.fields["safety"]
        self.answers = answers
        self.all = [Markable(place, words, marked=False) for place, words in _places(answers)]
        for row in self.all:
            if row.name in marks:
                self._open(row)

    def _open(self, row: Markable) -> None:
        """Ask why this answer is marked."""
        of_label = row.place.label
        reason, comment = f"reason:{row.name}", f"comment:{row.name}"
        self.fields[reason] = forms.ChoiceField(
            label="Why do you return it?", choices=[("", "Choose a reason"), *ReturnReason.choices],
            error_messages={"required": f"Choose why you return “{of_label}”"},
        )  # fmt: skip
        self.fields[comment] = LongTextField(
            label="What do you need? (optional)", required=False, rows=3, max_length=2000,
            error_messages={"max_length": f"What you need for “{of_label}” must be 2,000 characters or less"},
        )  # fmt: skip
        row.marked, row.reason, row.comment = True, self[reason], self[comment]

    @property
    def chosen(self) -> list[Markable]:
        """The marked answers, in the order of the form."""
        return [row for row in self.all if row.marked]

    def clean(self) -> dict[str, Any]:
        """Gives the keyword arguments of the verb: ``due_on``, ``marks`` and ``words``."""
        cleaned = super().clean() or self.cleaned_data
        if not self.chosen:
            self.add_error(None, "Mark at least one answer, so that the agency knows what to complete")
        marks = []
        for row in self.chosen:
            reason, comment = cleaned.get(f"reason:{row.name}", ""), cleaned.get(f"comment:{row.name}", "")
            if reason == ReturnReason.OTHER and not comment:
                self.add_error(f"comment:{row.name}", f"Say what you need for “{row.place.label}”")
            place = row.place
            marks.append(
                {"section": place.section.code, "field": place.field, "reason": reason, "comment": comment}
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
        for row in self.all:
            key = (row.place.section.code, row.place.item)
            if key not in found:
                found[key] = MarkableSection(self._heading(row.place), self.unclear and key[0] == "safety")
            found[key].rows.append(row)
            found[key].opened |= row.marked
        return list(found.values())

    def _heading(self, place: Place) -> str:
        if place.item is None:
            return place.section.title
        items = place.section.items(of(place.section, self.answers))
        return f"{Place(place.section, place.item).label}: {title_of(place.section, place.item, items[place.item])}"


def _places(answers: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """Every place that can be marked, with its answer in words."""
    for section in SECTIONS:
        given = of(section, answers)
        if not section.repeats:
            yield from _places_of(section, None, given)
            continue
        yield Place(section), "For example, somebody who should be on the list and is not"
        for number, item in enumerate(section.items(given)):
            yield from _places_of(section, number, item)


def _places_of(section: Section, item: int | None, answers: Any) -> Iterator[tuple[Place, str]]:
    for question in section.asked(answers):
        yield Place(section, item, question), in_words(question, answers)
