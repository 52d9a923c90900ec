"""What is recorded about the notification to the Panel: when it went, under which reference, and what followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from cspr.clocks.calendar import in_full
from cspr.ui.fields import DateField, FileUploadField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.states import LateReason, NotificationType

LONGEST = 4000


def day(label: str, noun: str, hint: str = "") -> DateField:
    return DateField(label=label, noun=noun, help_text=hint, not_after=timezone.localdate)


class SubmitForm(GovukForm):
    """``due_on``: the last of the five working days; after it the reason for the delay is asked for."""

    needed_if: Mapping[str, str] = {"late_reason": "it was sent after the five working days"}
    effective_on = day("When was the notification sent?", "The date it was sent")
    panel_reference = forms.CharField(
        label="Reference of the notification", max_length=60, help_text="The number the DfE system gave it."
    )
    notifier = forms.CharField(
        label="Who sent it?",
        max_length=160,
        help_text="The local authority, and the role of the person who sent it.",
    )
    type = RadioField(label="What was notified?", choices=NotificationType.choices)
    partners_told_on = DateField(
        label="When were the safeguarding partners told?",
        noun="The date the partners were told",
        help_text="Leave it empty if they have not been told yet. The same five working days apply.",
        required=False,
        not_after=timezone.localdate,
    )
    late_reason = RadioField(
        label="Why was it sent late?",
        choices=LateReason.choices,
        required=False,
    )
    copy = FileUploadField(
        label="A copy of the notification", required=False, help_text="PDF or Word. It is kept with the case."
    )

    def __init__(self, *args: Any, due_on: dt.date | None, **kwargs: Any) -> None:
        self.due_on = due_on
        super().__init__(*args, **kwargs)
        if due_on and due_on >= timezone.localdate():
            del self.fields["late_reason"]  # it cannot have been sent late yet
        elif due_on:
            self.fields["late_reason"].help_text = f"The five working days ended on {in_full(due_on)}."

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        sent = data.get("effective_on")
        if self.due_on and sent and sent > self.due_on and not data.get("late_reason"):
            self.add_error("late_reason", "Select why it was sent after the five working days")
        return data


class ToldForm(GovukForm):
    effective_on = day("When were the partners told?", "The date they were told")


class AcknowledgedForm(GovukForm):
    effective_on = day("When did the Panel acknowledge it?", "The date of the acknowledgement")


class UpdateForm(GovukForm):
    effective_on = day("When was the Panel told?", "The date the Panel was told")
    words = LongTextField(label="What is new?", rows=6, max_length=LONGEST)


class ConvertForm(GovukForm):
    effective_on = day("When was the Panel told?", "The date the Panel was told",
                       "The fifteen working days of the rapid review run from this day.")  # fmt: skip
    words = LongTextField(label="What has emerged?", rows=6, max_length=LONGEST)


class RetractForm(GovukForm):
    panel_told_on = day("When was the Panel told of the retraction?", "The date the Panel was told")
    words = LongTextField(label="Why were the criteria not met after all?", rows=6, max_length=LONGEST)


class ReconsiderForm(GovukForm):
    words = LongTextField(label="Why is it considered again?", rows=6, max_length=LONGEST)
