"""Fields: what a person may answer, and what is said when the answer cannot be taken.

Messages follow the GOV.UK style: they name the thing, say what is wrong and what to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import date_format

from cspr.ui.widgets import Checkboxes, DateBoxes, Files, LongText, Radios

Limit = dt.date | Callable[[], dt.date] | None
BOXES = ("day", "month", "year")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def _limit(limit: Limit) -> dt.date | None:
    return limit() if callable(limit) else limit


def _month(typed: str) -> int | None:
    """A month from a number or an English name, whole or shortened to three letters or more."""
    word = typed.lower().rstrip(".")
    named = [number for number, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
    return named[0] if named else _number(typed)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else None


class DateField(forms.Field):
    """A date in three boxes; gives a ``date`` or ``None``.

    ``not_after`` and ``not_before`` are dates, or functions of nothing that give one: the field never asks
    what day it is. ``noun`` names the date in messages when the label is a question. Refused, with the
    boxes to blame marked: a missing part, a year not of four digits, a date that does not exist, one
    outside the limits.
    """

    widget = DateBoxes

    def __init__(
        self, *, noun: str = "", not_after: Limit = None, not_before: Limit = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.noun = noun
        self.not_after = not_after
        self.not_before = not_before

    def clean(self, value: Any) -> dt.date | None:
        self._blame([])
        cleaned: dt.date | None = super().clean(value)
        return cleaned

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, dt.date) or value is None:
            return value
        typed = [str(part or "").strip() for part in value]
        if not any(typed):
            return None
        if missing := [number for number, part in enumerate(typed) if not part]:
            raise self._refusal(f"must include a {' and '.join(BOXES[n] for n in missing)}", missing)
        return self._real_date(typed)

    def _real_date(self, typed: list[str]) -> dt.date:
        day, month, year = _number(typed[0]), _month(typed[1]), _number(typed[2])
        if year is not None and len(typed[2]) != len("2026"):
            raise self._refusal("must have a year of 4 numbers", [2])
        wrong = [
            number
            for number, (part, largest) in enumerate(zip((day, month, year), (31, 12, 9999), strict=True))
            if part is None or not 1 <= part <= largest
        ]
        if not wrong and day and month and year:
            try:
                return dt.date(year, month, day)
            except ValueError:
                wrong = [0]
        raise self._refusal("must be a real date", wrong)

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is None:
            return
        latest, earliest = _limit(self.not_after), _limit(self.not_before)
        if latest and value > latest:
            raise self._refusal(f"must be {date_format(latest, 'j F Y')} or earlier", [])
        if earliest and value < earliest:
            raise self._refusal(f"must be {date_format(earliest, 'j F Y')} or later", [])

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = DateBoxes().decompress(initial) if not isinstance(initial, list) else initial
        return before != [str(part or "").strip() for part in (data or ["", "", ""])]

    def _blame(self, boxes: Iterable[int]) -> None:
        control: object = self.widget
        if isinstance(control, DateBoxes):
            control.wrong_boxes = frozenset(boxes)

    def _refusal(self, sentence: str, boxes: Iterable[int]) -> ValidationError:
        self._blame(boxes)
        label = str(self.label or "")
        noun = self.noun or (label if label and not label.endswith("?") else "Date")
        return ValidationError(f"{noun} {sentence}", code="invalid")


class RadioField(forms.ChoiceField):
    """One of a few; gives the chosen value, or "" when the field is optional and unanswered."""

    widget = Radios


class CheckboxesField(forms.MultipleChoiceField):
    """Any number of several; gives a list. ``exclusive`` is the value of a "none of these".

    Refused: the exclusive value together with another.
    """

    widget = Checkboxes

    def __init__(self, *, exclusive: str = "", **kwargs: Any) -> None:
        self.exclusive = exclusive
        super().__init__(widget=kwargs.pop("widget", None) or Checkboxes(exclusive=exclusive), **kwargs)

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if self.exclusive and self.exclusive in value and len(value) > 1:
            none = next(words for option, words in self.widget.choices if option == self.exclusive)
            raise ValidationError(f"Select the ones that apply, or select “{none}”", code="exclusive")


class LongTextField(forms.CharField):
    """Prose, with a count of what is left when ``max_length`` is given.

    A line break counts as one character, as the person sees it, not as the two that browsers send.
    """

    def __init__(self, *, rows: int = 8, max_length: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", LongText(rows=rows, max_length=max_length))
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # No ``maxlength``: a browser would cut pasted text without a word.
        return {}


class FileUploadField(forms.FileField):
    """Several files; gives a list of uploaded files. Type, size and content are judged by the document store.

    Refused here: nothing chosen where one is required, and an empty file.
    """

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        if not data:
            super().clean(None, initial)
            return []
        empty = next((one.name for one in data if not one.size), None)
        if empty is not None:
            raise ValidationError(f"“{empty}” is empty. Check that it was saved, and choose it again")
        return [super(FileUploadField, self).clean(one, initial) for one in data]
