"""Forms of "People and access", of an invitation and of one's own account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from cspr.accounts import permissions
from cspr.accounts.models import Agency, Partnership, User
from cspr.accounts.roles import AGENCY_ROLES, AgencyType, Partner, Role
from cspr.people.sign_in_forms import HOW_TO_CHOOSE
from cspr.ui.arriving import tidied_text
from cspr.ui.fields import DateField, LongTextField, RadioField
from cspr.ui.forms import GovukForm, GovukMixin

ROLE_HINTS = (
    "What the person will do. Each role opens only what it needs; a chair or a data-protection officer \
must be confirmed by a second administrator."
)
AGENCY_HINT = "For " + ", ".join(str(r.label).lower() for r in Role if r in AGENCY_ROLES) + "."


class PeopleFilter(GovukForm):
    """Which people the list shows. Everything optional; what is not understood filters nothing."""

    SHOW = (
        ("", "With a role now"),
        ("no-second-factor", "Without a second factor"),
        ("ended", "Without a role"),
    )
    optional_words = ""
    q = forms.CharField(label="Name or e-mail address", required=False, max_length=120)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Every role"), *Role.choices])
    show = forms.ChoiceField(label="People", required=False, choices=SHOW)

    def answers(self) -> dict[str, str]:
        """What was asked and understood, by field name."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}

    def chosen(self) -> list[tuple[str, str]]:
        """Each filter in use, in words, with the address of the list without it."""
        asked = {name: value for name, value in self.answers().items() if value}
        words = {"q": asked.get("q", ""), "role": dict(Role.choices).get(asked.get("role", ""), "")}
        words["show"] = dict(self.SHOW).get(asked.get("show", ""), "")
        return [
            (str(words[name]), "?" + urlencode({k: v for k, v in asked.items() if k != name}))
            for name in asked
        ]


class OfferForm(GovukForm):
    """A role and, where the role belongs to one, an agency. ``partnerships`` are those ``by`` administers."""

    role = RadioField(
        label="Role",
        help_text=ROLE_HINTS,
        choices=Role.choices,
        error_messages={"required": "Select a role"},
    )
    agency = forms.ModelChoiceField(
        label="Agency", help_text=AGENCY_HINT, queryset=Agency.objects.none(), required=False
    )

    def __init__(self, *args: Any, by: User, partnerships: QuerySet[Partnership], **kwargs: Any) -> None:
        self.by, self.partnerships = by, partnerships
        super().__init__(*args, **kwargs)
        self._agencies().queryset = Agency.objects.filter(partnerships__in=partnerships).distinct()
        self._agencies().empty_label = "No agency: the role is for the partnership"
        if len(partnerships) > 1:
            choices = [(str(p.pk), p.name) for p in partnerships]
            self.fields["partnership"] = RadioField(label="Partnership", choices=choices)
            self.order_fields(["partnership"])

    def _agencies(self) -> forms.ModelChoiceField:
        field = self.fields["agency"]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError("agency")
        return field

    @property
    def partnership(self) -> Partnership:
        chosen = self.cleaned_data.get("partnership")
        return next(p for p in self.partnerships if chosen is None or str(p.pk) == chosen)

    def email_of_person(self) -> str:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            reason = permissions.offer_role(
                self.by, self.partnership, self.email_of_person(), data["role"], data["agency"]
            )
            if reason:
                self.add_error("agency" if "agency" in reason.lower() else None, reason)
        return data


class InvitationForm(OfferForm):
    name = forms.CharField(
        label="Full name", max_length=120, error_messages={"required": "Enter the person’s full name"}
    )
    email = forms.EmailField(
        label="Work e-mail address",
        error_messages={"required": "Enter the person’s work e-mail address"},
        help_text="A personal address of the person. A shared mailbox cannot have an account.",
    )
    field_order = ["name", "email"]

    def email_of_person(self) -> str:
        return str(self.cleaned_data["email"])


class RoleForm(OfferForm):
    """One more role for ``person``."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def email_of_person(self) -> str:
        return self.person.email


class EndRoleForm(GovukForm):
    NOW, LATER = "now", "later"
    when = RadioField(label="When does it end?", choices=[(NOW, "Now"), (LATER, "After a last day")])
    last_day = DateField(label="Last day", required=True)
    reveals = {"when": {LATER: ["last_day"]}}

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].not_before = today  # type: ignore[attr-defined]


class AcceptForm(GovukForm):
    """What a newcomer gives: how they write their name, and a password of their own."""

    name = forms.CharField(
        label="Full name", max_length=120, error_messages={"required": "Enter your full name"}
    )
    password = forms.CharField(
        label="Choose a password",
        error_messages={"required": "Enter a password"},
        help_text=HOW_TO_CHOOSE,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.email = email
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        """The name alone: nothing may be taken out of a password."""
        return tidied_text(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data:
            try:
                validate_password(data["password"], User(email=self.email, name=data.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class ProfileForm(GovukMixin, forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "job_title", "phone"]
        labels = {"name": "Full name", "job_title": "Job title", "phone": "Telephone number"}
        help_texts = {"phone": "Colleagues on a case see it. Leave it empty if they should not ring you."}


class PartnershipForm(GovukMixin, forms.ModelForm):
    last_yearly_report_on = DateField(
        label="When did you last publish a yearly report?",
        noun="The day of the last yearly report",
        not_after=timezone.localdate,
        required=False,
        help_text="The next one is due within twelve months of that day, and you are reminded.",
    )

    class Meta:
        model = Partnership
        fields = [
            "name",
            "area",
            "sub_group_name",
            "email",
            "phone",
            "urgent_contact",
            "lead_signs_off",
            "last_yearly_report_on",
        ]
        labels = {
            "name": "Name of the partnership",
            "area": "Area it covers",
            "sub_group_name": "Name of the sub-group that decides on cases",
            "email": "The team’s e-mail address",
            "phone": "The team’s telephone number",
            "urgent_contact": "Whom to ring about a child at risk now",
            "lead_signs_off": "An agency’s safeguarding lead signs a referral off before it is submitted",
        }
        help_texts = {"urgent_contact": "Stands at the top of the referral form and of the public pages."}


class AgencyForm(GovukForm):
    name = forms.CharField(label="Name of the agency", max_length=160)
    type = forms.ChoiceField(label="Kind of agency", choices=[("", ""), *AgencyType.choices])
    partner = RadioField(
        label="Is it one of the three statutory safeguarding partners?",
        choices=[("", "No"), *Partner.choices],
        required=False,
    )


class ExecutiveForm(GovukForm):
    """Whom to turn to when an agency owes an answer. Both boxes or neither."""

    name = forms.CharField(label="Name", max_length=120, required=False)
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="The last step of the reminders goes here. It says nothing about a child or a case.",
    )
    optional_words = ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("name") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "Enter the e-mail address, too, or leave both empty")
        if data.get("email") and not data.get("name"):
            self.add_error("name", "Enter the name, too, or leave both empty")
        return data


class LookForm(GovukForm):
    words = LongTextField(
        label="What did you find, and what follows from it?",
        help_text="For example: asked on 4 May; they prepared the yearly report. No names of children or families.",
        rows=4,
        max_length=2000,
    )
