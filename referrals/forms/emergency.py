"""What emergency access asks: which case, why, and for how long; and afterwards, what was found."""

from __future__ import annotations

from django import forms

from cspr.ui.fields import LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.emergency import HOURS, EmergencyReason

LONGEST = 2000


class WhichCaseForm(GovukForm):
    ref = forms.CharField(
        label="Reference of the case",
        help_text="Two groups of five letters and numbers, as on letters and in your notes. For example: 7K3QM-2X9PD.",
        max_length=20,
    )

    def clean_ref(self) -> str:
        return str(self.cleaned_data["ref"]).strip().upper()


class OpenForm(GovukForm):
    reason_code = RadioField(label="Why can it not wait?", choices=EmergencyReason.choices)
    words = LongTextField(
        label="Say what has happened, and what you need to know",
        help_text="The chair and the data-protection officer read this. No names: the officer does not read the case.",
        rows=4,
        max_length=LONGEST,
    )
    hours = RadioField(
        label="For how long do you need it?",
        choices=[(str(hours), f"{hours} hour{'s' if hours > 1 else ''}") for hours in HOURS],
        help_text="It ends by itself, and you can end it sooner. Choose the shortest that will do.",
    )

    def clean_hours(self) -> int:
        return int(self.cleaned_data["hours"])


class LookForm(GovukForm):
    words = LongTextField(
        label="What did you find, and what follows from it?",
        help_text="For example: spoke to the person on 4 May; it was needed. No names of the child or family.",
        rows=4,
        max_length=LONGEST,
    )
