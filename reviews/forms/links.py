"""Links to answer without an account: what staff say of the contact, and the contact's code."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.ui.fields import DateField, RadioField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import line
from reviews.states import CodeBy


class RenewForm(GovukForm):
    expires_on = DateField(
        label="Until when can the link be used?",
        help_text="It ends earlier when the answer is sent, or when you revoke it.",
    )

    def __init__(self, *args: Any, today: dt.date, suggested: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["expires_on"]
        day.initial, day.not_before = suggested, today


class LinkForm(RenewForm):
    name = line("Name of the contact", "", longest=120)
    role = line("Their role", "", longest=120)
    email = forms.EmailField(
        label="E-mail address", help_text="The link goes here. It is one person’s, not a team’s."
    )
    code_by = RadioField(
        label="How will the code reach them?",
        choices=CodeBy.choices,
        help_text="You see the code once, on the next page. Never write it into the same e-mail as anything else.",
    )
    field_order = ("name", "role", "email", "code_by", "expires_on")


class CodeForm(GovukForm):
    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="Eight letters and digits, for example K7QF-3MXR. Capitals and the dash do not matter.",
        widget=forms.TextInput(
            {
                "class": "govuk-input--width-10",
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "characters",
            }
        ),
        error_messages={"required": "Enter the code that the team gave you"},
    )
