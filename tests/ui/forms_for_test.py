"""Forms of every kind the system has, used by the tests and the gallery."""

import datetime as dt

from django import forms

from cspr.ui.fields import (
    CheckboxesField,
    DateField,
    FileUploadField,
    LongTextField,
    RadioField,
)
from cspr.ui.forms import GovukForm
from cspr.ui.formsets import repeatable

TODAY = dt.date(2026, 12, 24)


class IncidentForm(GovukForm):
    """One field of each kind, with an unknown that asks why."""

    insets = {"happened_on": "If the harm happened over time, give the first day you know of."}
    reveals = {"ethnicity_known": {"not_known": ["ethnicity_why"], "yes": ["ethnicity"]}}

    name = forms.CharField(label="Name of the child", max_length=80, help_text="As the family uses it.")
    happened_on = DateField(
        label="When did the incident happen?",
        noun="Date of the incident",
        not_after=lambda: TODAY,
        not_before=dt.date(2008, 1, 1),
        help_text="For example, 27 3 2026",
    )
    ethnicity_known = RadioField(
        label="Is the child’s ethnicity known?",
        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not yet known")],
    )
    ethnicity = forms.ChoiceField(
        label="Ethnicity", choices=[("", ""), ("A1", "Example A"), ("B2", "Example B")]
    )
    ethnicity_why = forms.CharField(label="Why it is not known yet")
    outcome = RadioField(
        label="Outcome for the child", choices=[("died", "Died"), ("harmed", "Seriously harmed")]
    )
    concerns = CheckboxesField(
        label="What was known before",
        choices=[("neglect", "Neglect"), ("domestic", "Domestic abuse"), ("none", "None of these")],
        exclusive="none",
        required=False,
    )
    account = LongTextField(label="What happened", max_length=200, rows=5)
    email = forms.EmailField(label="Your email address", required=False)
    count = forms.IntegerField(label="Number of siblings", required=False)
    papers = FileUploadField(label="Papers", required=False)
    agreed = forms.BooleanField(label="I have told my safeguarding lead")


class ChildForm(GovukForm):
    """One child of several."""

    first_name = forms.CharField(label="First name")
    born_on = DateField(label="Date of birth", required=False)


Children = repeatable(ChildForm, item="child", min_num=1, max_num=3)

GOOD = {
    "name": "Invented Child",
    "happened_on_day": "1",
    "happened_on_month": "12",
    "happened_on_year": "2026",
    "ethnicity_known": "yes",
    "ethnicity": "A1",
    "outcome": "harmed",
    "account": "Something invented.",
    "agreed": "on",
}
