"""The pages of the referral form, built from its table of questions.

Whatever is typed is kept, also what cannot be taken: a form answers both what it would save and what is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cspr.ui.fields import CheckboxesField, DateField, FileUploadField, LongTextField, RadioField
from cspr.ui.forms import GovukForm, required_message
from referrals.questions import TYPED, Kind, Question, Section, nhs_number
from referrals.questions.answers import lowered

WHY_UNKNOWN = "Why is it not known yet?"
CHOOSE = ("", "Choose from the list")
# What was typed and cannot be taken is kept up to this length; a whole request is limited in the settings.
LONGEST_KEPT = 1_000_000
FILE_WORDS = (
    "PDF, Word (.docx), OpenDocument (.odt), PNG, JPEG or plain text, up to 25 MB each. "
    "You can choose several at once. They are kept even if something else on this page is wrong."
)


# --- one field for each kind of question ------------------------------------------------------------------


def not_longer(noun: str, longest: int) -> Callable[[str], None]:
    def check(value: str) -> None:
        if len(value) > longest:
            raise ValidationError(f"{noun} must be {longest:,} characters or less; it has {len(value):,}")

    return check


def _label(question: Question) -> str:
    optional = not question.required and not question.required_when
    return f"{question.label} (optional)" if optional else question.label


def _text(question: Question, today: dt.date, **common: Any) -> forms.Field:
    control = forms.TextInput({"class": "govuk-input--width-20"} if question.longest <= 60 else {})
    return forms.CharField(widget=control, validators=[not_longer(question.noun, question.longest)], **common)


def _long(question: Question, today: dt.date, **common: Any) -> forms.Field:
    rows = 14 if question.longest > 10_000 else 5
    return LongTextField(rows=rows, validators=[not_longer(question.noun, question.longest)], **common)


def _date(question: Question, today: dt.date, **common: Any) -> forms.Field:
    return DateField(noun=question.noun, not_after=today if question.past else None, **common)


def _choice(question: Question, today: dt.date, **common: Any) -> forms.Field:
    if not question.is_list:
        return RadioField(choices=question.choices, **common)
    # In a list, "not known" is said by giving the reason, which stands beside it.
    offered = [pair for pair in question.choices if not (question.unknown_ok and pair[0] == question.unknown)]
    return forms.ChoiceField(choices=[CHOOSE, *offered], **common)


def _choices(question: Question, today: dt.date, **common: Any) -> forms.Field:
    return CheckboxesField(choices=question.choices, exclusive=question.none, **common)


def _tel(question: Question, today: dt.date, **common: Any) -> forms.Field:
    def check(value: str) -> None:
        if sum(character.isdigit() for character in value) < 6:
            raise ValidationError("Enter a telephone number, like 01632 960 001")

    control = forms.TextInput({"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"})
    return forms.CharField(
        widget=control, validators=[not_longer(question.noun, question.longest), check], **common
    )


def _email(question: Question, today: dt.date, **common: Any) -> forms.Field:
    wrong = {"invalid": "Enter an e-mail address in the correct format, like name@example.com"}
    return forms.EmailField(error_messages=wrong, **common)


class NhsNumberField(forms.CharField):
    """Ten digits whose check digit is right; gives them without spaces."""

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value) or "")
        digits = nhs_number(typed)
        if typed and digits is None:
            raise ValidationError("Enter an NHS number with 10 digits that are right, like 999 123 4578")
        return digits or ""


def _nhs_number(question: Question, today: dt.date, **common: Any) -> forms.Field:
    return NhsNumberField(
        widget=forms.TextInput({"class": "govuk-input--width-10", "inputmode": "numeric"}), **common
    )


FIELDS: dict[Kind, Callable[..., forms.Field]] = {
    Kind.TEXT: _text,
    Kind.LONG: _long,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TEL: _tel,
    Kind.EMAIL: _email,
    Kind.NHS_NUMBER: _nhs_number,
}


# --- the form ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One question on the page; ``reason`` is the field that takes the place of an answer not known yet."""

    field: forms.BoundField
    heading: str = ""
    reason: forms.BoundField | None = None

    @property
    def opened(self) -> bool:
        """Whether the reason is shown without being asked for."""
        return bool(self.reason and (self.reason.value() or self.reason.errors))


class AnswersForm(GovukForm):
    """Questions of one section or item. Bound and checked, ``answers`` is what to save, right or wrong."""

    questions: Sequence[Question] = ()
    section: Section
    optional_words = ""
    answers: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        self.answers = self._to_keep(cleaned)
        self._require(self.answers)
        return cleaned

    def _to_keep(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The answers as they are stored; what cannot be taken goes, as typed, under ``typed``."""
        kept: dict[str, Any] = {}
        typed: dict[str, Any] = {}
        for name in self._names():
            if name in cleaned:
                kept[name] = _plain(cleaned[name])
            else:
                typed[name] = _as_typed(self[name].data)
        for question in self.questions:
            if question.is_list and question.unknown_ok and question.unknown and kept.get(question.reason):
                kept[question.code] = kept.get(question.code) or question.unknown
            if question.unknown_ok and kept.get(question.code) not in (None, "", [], question.unknown):
                kept.pop(question.reason, None)  # an answer takes the place of the reason why there was none
        answers = {name: value for name, value in kept.items() if value not in (None, "", [])}
        return {**answers, TYPED: typed} if typed else answers

    def _names(self) -> Iterator[str]:
        for question in self.questions:
            yield question.code
            if question.unknown_ok:
                yield question.reason

    def _require(self, answers: dict[str, Any]) -> None:
        """Say what is missing. A draft is saved all the same."""
        for question in self.section.asked(answers) if self.is_whole else self.questions:
            if question.unreadable(answers) or not question.needed(answers) or question.answered(answers):
                continue
            if answers.get(question.code):
                self.add_error(question.reason, f"Say why it is not known yet: {lowered(question.noun)}")
            else:
                self.add_error(question.code, self._words_for(question))
        against = (
            self.section.contradiction(answers) if self.section.contradiction and self.is_whole else None
        )
        if against:
            self.add_error(*against)

    @property
    def is_whole(self) -> bool:
        """Whether these are the section's own questions, of which some depend on others."""
        return self.questions is self.section.questions

    def _words_for(self, question: Question) -> str:
        if question.noun.partition(" ")[0] in {"Whether", "What", "Who", "Where", "How"}:
            words = f"Say {lowered(question.noun)}"
        else:
            article = "" if question.noun.startswith("Your ") else "the "
            words = required_message(f"{article}{lowered(question.noun)}", self.fields[question.code].widget)
        if question.unknown_ok and question.code not in self.reveals:
            words += ", or say why it is not known yet"
        return words

    def rows(self) -> Iterator[Row]:
        """The questions in order, without those that open under an option of another."""
        for question in self.questions:
            if question.only is None:
                apart = question.unknown_ok and question.code not in _revealing_unknown(self.questions)
                yield Row(self[question.code], question.group, self[question.reason] if apart else None)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _as_typed(data: Any) -> Any:
    if isinstance(data, list):
        return [str(part or "")[:LONGEST_KEPT] for part in data[:50]]
    return str(data or "")[:LONGEST_KEPT]


def _revealing_unknown(questions: Sequence[Question]) -> set[str]:
    """The questions that offer "not known yet" as one of a few options, under which the reason opens."""
    return {
        q.code for q in questions if q.unknown_ok and q.unknown and q.kind is Kind.CHOICE and not q.is_list
    }


def _reveals(questions: Sequence[Question]) -> dict[str, dict[str, list[str]]]:
    """Which fields open under which option: a reason under "not known yet", a question under what it hangs on."""
    reveals: dict[str, dict[str, list[str]]] = {}
    for question in questions:
        if question.only:
            names = [question.code]
            if question.unknown_ok and question.code not in _revealing_unknown(questions):
                names.append(question.reason)
            for value in question.only.values:
                reveals.setdefault(question.only.question, {}).setdefault(value, []).extend(names)
        if question.code in _revealing_unknown(questions):
            reveals.setdefault(question.code, {}).setdefault(question.unknown, []).append(question.reason)
    return reveals


def answers_form(
    section: Section, questions: Sequence[Question], today: dt.date, *, files: bool = False
) -> type[AnswersForm]:
    """The form class for some questions of a section. ``today`` limits the dates that cannot lie ahead."""
    fields: dict[str, Any] = {}
    for question in questions:
        fields[question.code] = FIELDS[question.kind](
            question, today, label=_label(question), help_text=question.hint, required=False
        )
        if question.unknown_ok:
            hint = "" if question.only is None else "Only if you cannot answer the question above."
            longest = not_longer("The reason", 200)
            fields[question.reason] = forms.CharField(
                label=WHY_UNKNOWN, help_text=hint, required=False, validators=[longest]
            )
    if files:
        fields["uploads"] = FileUploadField(
            label="Add files (optional)", help_text=FILE_WORDS, required=False
        )
    own = {"questions": questions, "section": section, "reveals": _reveals(questions)}
    return type("SectionForm", (AnswersForm,), {**fields, **own})


def initial_of(questions: Sequence[Question], stored: dict[str, Any]) -> dict[str, Any]:
    """What to show of what is stored: answers, reasons, and what could not be taken as it was typed."""
    initial = {**stored, **stored.get(TYPED, {})}
    for question in questions:
        if question.is_list and question.unknown_ok and initial.get(question.code) == question.unknown:
            initial[question.code] = ""
    return initial


def posted(form: AnswersForm) -> QueryDict:
    """The stored answers as if they had just been sent, so that the page can say what is wrong with them."""
    data = QueryDict(mutable=True)
    for bound in form:
        value = bound.value()
        if isinstance(form.fields[bound.name], DateField):
            parts = bound.field.widget.decompress(value) if not isinstance(value, list) else value
            for box, part in zip(bound.field.widget.widgets_names, parts, strict=True):
                data[f"{bound.html_name}{box}"] = part
        elif isinstance(value, list):
            data.setlist(bound.html_name, value)
        elif value:
            data[bound.html_name] = str(value)
    return data
