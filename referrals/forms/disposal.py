"""What disposal asks: why it is proposed, that somebody has looked, why it is declined."""

from __future__ import annotations

from typing import Any

from django import forms

from cspr.ui.fields import LongTextField
from cspr.ui.forms import GovukForm
from referrals.forms.keeping import LONGEST_WORDS

NO_NAMES = "No names: the data-protection officer reads this without reading the case."


class ProposeDisposalForm(GovukForm):
    words = LongTextField(
        label="What have you looked at?",
        help_text=f"For example: no claim, no inquiry, nothing that another review needs. {NO_NAMES}",
        rows=3,
        max_length=LONGEST_WORDS,
    )


class ApproveDisposalForm(GovukForm):
    sure = forms.BooleanField(label="I have looked: nothing speaks for keeping it, and it cannot be undone")


class DeclineDisposalForm(GovukForm):
    words = LongTextField(label="Why is it kept?", help_text=NO_NAMES, rows=3, max_length=LONGEST_WORDS)

    def clean(self) -> dict[str, Any]:
        return super().clean() or {}
