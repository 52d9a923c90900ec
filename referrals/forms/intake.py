"""Forms round the referral form: beginning one, sending it, recording what came another way, finding one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cspr.accounts.models import Agency, Membership, Partnership, User
from cspr.accounts.roles import Partner, Role
from cspr.ui.fields import DateField, FileUploadField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.states import LateReason, NotificationType, ReferralState, Route

REFERRING = (Role.REFERRER, Role.SAFEGUARDING_LEAD)
OTHER_ROUTES = (Route.EMAIL, Route.PAPER, Route.PHONE)


def text(label: str, *, most: int = 200, **more: Any) -> forms.CharField:
    """One line; refused when longer than the place it is kept in."""
    wrong = {"max_length": f"{label} must be {most} characters or less"}
    field = forms.CharField(label=label, max_length=most, error_messages=wrong, **more)
    field.widget.attrs.pop("maxlength", None)
    return field


def referring_for(user: User) -> list[Membership]:
    """The person's memberships by which they may refer, one for each agency and partnership."""
    found = {(m.partnership_id, m.agency_id): m for m in user.standing if m.role in REFERRING and m.agency}
    return list(found.values())


class StartForm(GovukForm):
    """For which agency, and to which partnership; asked only of people who could mean several."""

    membership = RadioField(label="Which agency are you referring for?")

    def __init__(self, *args: Any, memberships: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.memberships = {m.ref: m for m in memberships}
        if len(memberships) == 1:
            del self.fields["membership"]
        else:
            choices = [(m.ref, f"{m.agency}, to {m.partnership}") for m in memberships]
            self.fields["membership"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> Membership:
        """The membership to refer by. Only after ``is_valid()``."""
        ref = self.cleaned_data.get("membership")
        return self.memberships[ref] if ref else next(iter(self.memberships.values()))


class DeclarationForm(GovukForm):
    """Who stands by what is sent."""

    declared = forms.BooleanField(
        label="To the best of my knowledge this is true and complete, and I may share it for this purpose",
        error_messages={"required": "Confirm that this is true and complete"},
    )
    declared_by = text("Your full name", most=120)


class AgencyForm(GovukForm):
    """What happened outside this system, about one agency of a partnership the person works for."""

    agency = forms.ChoiceField(label="Agency")
    only_partner = ""

    def __init__(self, *args: Any, partnerships: Sequence[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pairs: dict[str, tuple[Partnership, Agency]] = {}
        groups = []
        for partnership in partnerships:
            found = partnership.agencies.all()
            agencies = [a for a in found if not self.only_partner or a.partner == self.only_partner]
            options = [(f"{partnership.pk}-{agency.pk}", agency.name) for agency in agencies]
            self.pairs |= {key: (partnership, a) for (key, _), a in zip(options, agencies, strict=True)}
            groups.append((partnership.name, options))
        flat = groups[0][1] if len(groups) == 1 else groups
        self.fields["agency"].choices = [("", "Choose from the list"), *flat]  # type: ignore[attr-defined]

    def place(self) -> tuple[Partnership, Agency]:
        """The partnership and the agency that were chosen. Only after ``is_valid()``."""
        return self.pairs[self.cleaned_data["agency"]]


class ReceivedForm(AgencyForm):
    """A referral that reached the partnership by e-mail, on paper or by telephone."""

    agency = forms.ChoiceField(label="Which agency did it come from?")
    route = RadioField(label="How did it come?", choices=[(r.value, r.label) for r in OTHER_ROUTES])
    sender = text("Who sent it?", help_text="Their name and job title, as they gave them.")
    received_on = DateField(
        label="When did it reach the partnership?", noun="Date it reached the partnership"
    )
    uploads = FileUploadField(
        label="The correspondence (optional)",
        required=False,
        help_text="The e-mail, letter or note of the call. You can add it later as well.",
    )
    optional_words = ""
    field_order = ("route", "agency", "sender", "received_on", "uploads")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].not_after = today  # type: ignore[attr-defined]


class NotificationForm(AgencyForm):
    """A notification that the local authority has made to the Panel: it counts as a referral."""

    only_partner = Partner.LA
    optional_words = ""
    agency = forms.ChoiceField(label="Which local authority?")
    submitted_on = DateField(label="When was the notification sent?", noun="Date the notification was sent")
    panel_reference = text("Reference of the notification", most=60)
    notifier = text(
        "Who sent it?", most=160, help_text="Job title and team, such as service manager, front door."
    )
    type = RadioField(label="What was notified?", choices=NotificationType.choices)
    la_aware_on = DateField(
        label="When did the authority become aware of the incident?", noun="Date the authority became aware",
        help_text="The five working days to notify are counted from this day.",
    )  # fmt: skip
    incident_on = DateField(
        label="When did the incident happen? (optional)", noun="Date of the incident", required=False
    )
    area = text("Local authority area where it happened", most=120)
    partners_told_on = DateField(
        label="When were the other safeguarding partners told? (optional)",
        noun="Date the partners were told",
        required=False,
    )
    late_reason = forms.ChoiceField(
        label="If it was sent after the five working days, why? (optional)",
        required=False,
        choices=[("", "It was in time"), *LateReason.choices],
    )
    uploads = FileUploadField(label="A copy of the notification (optional)", required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("submitted_on", "la_aware_on", "incident_on", "partners_told_on"):
            self.fields[name].not_after = today  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or self.cleaned_data)
        sent, aware = cleaned.get("submitted_on"), cleaned.get("la_aware_on")
        if sent and aware and sent < aware:
            self.add_error(
                "submitted_on", "The notification cannot have been sent before the authority was aware"
            )
        return cleaned


class FilterForm(GovukForm):
    """What the list of referrals is narrowed to. Unknown values narrow it to nothing, and do no harm."""

    optional_words = ""
    ref = forms.CharField(
        label="Reference", required=False, help_text="The whole reference, like K7QF3-MXRTW."
    )
    state = forms.ChoiceField(label="Where it stands", required=False)
    agency = forms.ChoiceField(label="Agency", required=False)
    route = forms.ChoiceField(label="How it came", required=False)

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="filter_%s", **kwargs)
        offered: dict[str, Sequence[tuple[Any, str]]] = {
            "state": ReferralState.choices,
            "agency": [(str(agency.pk), agency.name) for agency in agencies],
            "route": Route.choices,
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", "Any"), *choices]  # type: ignore[attr-defined]
        if len(agencies) < 2:
            del self.fields["agency"]

    def clean_ref(self) -> str:
        """As references are written: capitals, with the hyphen."""
        typed = "".join(self.cleaned_data["ref"].upper().split()).replace("-", "")
        if typed and len(typed) != 10:
            raise ValidationError("Enter the whole reference, like K7QF3-MXRTW")
        return f"{typed[:5]}-{typed[5:]}" if typed else ""


def words_form(label: str, hint: str = "") -> type[GovukForm]:
    """A form with one question that is answered in words."""

    class WordsForm(GovukForm):
        words = LongTextField(label=label, rows=5, help_text=hint)

    return WordsForm
