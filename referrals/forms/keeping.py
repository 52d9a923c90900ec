"""What retention asks: a period, why nothing may be disposed of, why it may again."""

from __future__ import annotations

from typing import Any

from django import forms

from cspr.ui.fields import LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.models import Case
from referrals.retention import LONGEST, HoldReason, Kept

LONGEST_WORDS = 2000


class PeriodForm(GovukForm):
    """A length in the unit of the row. Another one than the default asks for the reason."""

    length = forms.IntegerField(label="", widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    words = LongTextField(
        label="Why is it longer or shorter than the default?",
        help_text="Needed only if it is. For example: your council’s schedule, and its date. No names.",
        rows=3,
        max_length=LONGEST_WORDS,
        required=False,
    )

    def __init__(self, *args: Any, row: Kept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        length: Any = self.fields["length"]
        length.label = f"For how many {row.unit.value}s is it kept?"
        length.min_value, length.max_value = row.least, LONGEST[row.unit]
        length.help_text = (
            f"The default is {row.lasting(row.length)}. Between {row.least} and {LONGEST[row.unit]}."
        )

    def clean_length(self) -> int:
        length: int = self.cleaned_data["length"]
        if not self.row.least <= length <= LONGEST[self.row.unit]:
            raise forms.ValidationError(f"Enter a number from {self.row.least} to {LONGEST[self.row.unit]}")
        return length

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("length") not in {None, self.row.length} and not data.get("words", "").strip():
            self.add_error("words", f"Say why it is not {self.row.lasting(self.row.length)}")
        return data


class SetHoldForm(GovukForm):
    reason_code = RadioField(label="Why may nothing be disposed of?", choices=HoldReason.choices)
    words = LongTextField(
        label="Say more",
        help_text="For example: the coroner’s letter of 4 May. No names: the data-protection officer reads this "
        "without reading the case.",
        rows=3,
        max_length=LONGEST_WORDS,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("reason_code") == HoldReason.OTHER and not data.get("words", "").strip():
            self.add_error("words", "Say why nothing may be disposed of")
        return data


class LiftHoldForm(GovukForm):
    """Which of the holds that stand, and why it is no longer needed."""

    hold = RadioField(label="Which hold?")
    words = LongTextField(
        label="Why is it no longer needed?",
        help_text="For example: the inquest has concluded. No names.",
        rows=3,
        max_length=LONGEST_WORDS,
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["hold"]
        standing = case.standing_holds()
        field.choices = [
            (str(hold.pk), f"{hold}, set on {hold.set_on:%-d %B %Y} by {hold.set_by.name}")
            for hold in standing
        ]
        if len(standing) == 1:
            field.initial = str(standing[0].pk)

    def clean_hold(self) -> int:
        return int(self.cleaned_data["hold"])
