"""What the verbs of a case ask: the dates its clocks run from, who may open it, why it is closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from cspr.accounts.models import Membership, User
from cspr.accounts.roles import Role
from cspr.ui.fields import DateField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.models import Case
from referrals.states import ClockBasis

LONGEST = 4000


def why(label: str, hint: str = "") -> LongTextField:
    return LongTextField(label=label, help_text=hint, rows=4, max_length=LONGEST)


class DatesForm(GovukForm):
    """The dates and the basis. Refused: a basis without its date, a suspicion before the incident was known."""

    incident_on = DateField(label="The incident", required=False, not_after=timezone.localdate)
    la_aware_on = DateField(
        label="The authority became aware of the incident",
        noun="The date the authority became aware of the incident",
        not_after=timezone.localdate,
    )
    la_suspected_on = DateField(
        label="The authority knew or suspected abuse or neglect",
        help_text="Leave it empty if that was on the day it became aware.",
        required=False,
        not_after=timezone.localdate,
    )
    clock_basis = RadioField(
        label="From which day do the five working days run?",
        choices=ClockBasis.choices,
        help_text="The duty needs both: an incident, and abuse or neglect known or suspected. Where the second "
        "came later, record why you count from it.",
    )
    words = why("Why do you change this?", "The earlier dates stay in the history beside your reason.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        suspected, incident = data.get("la_suspected_on"), data.get("incident_on")
        if data.get("clock_basis") == ClockBasis.LA_SUSPECTED and not suspected and "la_suspected_on" in data:
            self.add_error(
                "la_suspected_on", "Enter the day the authority knew or suspected abuse or neglect"
            )
        for name in ("la_aware_on", "la_suspected_on"):
            if incident and data.get(name) and data[name] < incident:
                self.add_error(
                    name, f"{self.fields[name].label} on a day before the incident. Check both dates"
                )
        return data


class RenameForm(GovukForm):
    pseudonym = forms.CharField(
        label="The name the case goes by",
        max_length=60,
        help_text="A neutral word that says nothing about the child or the family, such as the name of a tree.",
    )


class RestrictForm(GovukForm):
    words = why("Why is the case restricted?")


class LiftRestrictionForm(GovukForm):
    words = why("Why is the restriction no longer needed?")


class CloseForm(GovukForm):
    words = why("Why is the case closed?", "What was done, and what has been learnt, in a few sentences.")


class ReopenForm(GovukForm):
    words = why("Why is the case reopened?")


# --- access -----------------------------------------------------------------------------------------------


class GrantForm(GovukForm):
    """Somebody of the partnership, in one of the roles they hold there, until a last day if need be."""

    who = forms.ModelChoiceField(
        label="Who needs to know?", queryset=Membership.objects.none(), to_field_name="ref", empty_label=""
    )
    ends_on = DateField(
        label="Last day of the access",
        required=False,
        not_before=timezone.localdate,
        help_text="Leave it empty if it should last as long as the case.",
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["who"]
        held = Membership.objects.in_force().filter(partnership=case.partnership_id)
        roles = (Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER, Role.PANEL_MEMBER, Role.AUTHOR)
        field.queryset = (
            held.filter(role__in=roles).select_related("user", "agency").order_by("user__name", "id")
        )
        field.label_from_instance = described


def described(held: Membership) -> str:
    """``Person 3, sub-group chair`` or ``Person 5, delegated safeguarding partner for Police``."""
    agency = f" for {held.agency.name}" if held.agency else ""
    role = str(Role(held.role).label)
    return f"{held.user.name}, {role[:1].lower()}{role[1:]}{agency}"


class PersonForm(GovukForm):
    """One of the people in ``people``."""

    user = forms.ModelChoiceField(
        label="Who?", queryset=User._default_manager.none(), to_field_name="ref", empty_label=""
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = people
        field.label_from_instance = lambda person: person.name


class OwnConflictForm(GovukForm):
    words = why(
        "What is the conflict?",
        "For example, that you know the family, or managed somebody involved. Staff and the chair will read this.",
    )


class ConflictForm(PersonForm):
    words = why("What is the conflict?")


class LiftConflictForm(PersonForm):
    words = why("Why does it no longer stand in the way?")
