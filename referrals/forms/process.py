"""What is asked about another proceeding."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.clocks.calendar import in_full
from cspr.ui.fields import DateField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.models import ParallelProcess
from referrals.models.process import RECORDED, ProcessEffect
from referrals.states import Process

UNTIL = "Leave it empty if the bar lasts until it ends. When it ends, you are asked whether a court’s order goes on."


class ProcessForm(GovukForm):
    """Everything that is known of one. Refused: a bar's date without a bar, and dates the wrong way round."""

    type = forms.ChoiceField(label="What kind of proceeding is it?", choices=[("", ""), *Process.choices])
    body = forms.CharField(
        label="Court, force or organisation", help_text="For example: Vale Police, or the coroner.",
        max_length=160, required=False,
    )  # fmt: skip
    their_reference = forms.CharField(label="Its reference", max_length=80, required=False)
    contact = forms.CharField(
        label="Who to speak to, by role",
        help_text="For example: the officer in the case.",
        max_length=200,
        required=False,
    )
    status = forms.CharField(
        label="Where it stands", help_text="For example: bail until 4 May 2027, or trial listed for three weeks.",
        max_length=200, required=False,
    )  # fmt: skip
    began_on = DateField(label="Since when does it run?", noun="The day it began", required=False)
    next_on = DateField(label="What is its next date?", noun="Its next date", required=False)
    effect = RadioField(label="What does it mean for the review?", choices=ProcessEffect.choices)
    restrictions = LongTextField(
        label="What must not be said or done while it runs?", rows=3, max_length=1000, required=False
    )
    bars_publication = forms.BooleanField(label="It bars publication", required=False)
    bar_until = DateField(
        label="If it bars publication: not before which day?", noun="The day before which nothing is published",
        help_text=UNTIL, required=False,
    )  # fmt: skip

    def __init__(
        self, *args: Any, today: dt.date, process: ParallelProcess | None = None, **kwargs: Any
    ) -> None:
        known = (
            {name: getattr(process, name) for name in RECORDED}
            if process
            else {"effect": ProcessEffect.GOES_ON}
        )
        kwargs["initial"] = {**known, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        began: Any = self.fields["began_on"]
        began.not_after = today

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("bar_until") and not data.get("bars_publication"):
            self.add_error("bars_publication", "Tick that it bars publication, or take the day below away")
        return data


class EndProcessForm(GovukForm):
    """``order_goes_on`` is asked only where a bar on publication has a date that has not come yet."""

    effective_on = DateField(label="When did it end?", noun="The day it ended")
    outcome = forms.CharField(
        label="How did it end?",
        help_text="For example: conviction after trial. No names.",
        max_length=300,
        required=False,
    )
    order_goes_on = RadioField(
        label="", choices=(("yes", "Yes, a court’s order says so"), ("no", "No, it ends with it"))
    )

    def __init__(self, *args: Any, process: ParallelProcess, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if process.bar_until and process.outlasts(process.began_on or dt.date.min):
            question = f"Is publication still barred until {in_full(process.bar_until)}?"
            self.fields["order_goes_on"].label = question
            self.fields["order_goes_on"].error_messages["required"] = f"Answer the question “{question}”"
        else:
            del self.fields["order_goes_on"]
        day: Any = self.fields["effective_on"]
        day.initial, day.not_before, day.not_after = today, process.began_on, today

    def clean_order_goes_on(self) -> bool:
        return bool(self.cleaned_data["order_goes_on"] == "yes")
