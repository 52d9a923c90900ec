"""What is asked about actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from cspr.accounts.models import Agency, Membership, Partnership, User
from cspr.accounts.roles import AGENCY_ROLES
from cspr.ui.fields import DateField, FileUploadField, RadioField
from cspr.ui.forms import GovukForm
from reviews.change import LACKS, SHOWS, Grade, Shows
from reviews.forms.practice_review import line, prose
from reviews.lint.names import Named, names_in
from reviews.models import Action

THE_PARTNERSHIP = "The partnership itself"


class GiveForm(GovukForm):
    """What, whose and by when. ``action``: what stands there now."""

    needed_if: Mapping[str, str] = {"owner_role": "nobody with an account owns it"}
    what = prose(
        "What is done?", "One thing that one body does. Its owner reads this, and nothing else of the case."
    )
    agency = forms.ModelChoiceField(
        label="Which body owns it?",
        queryset=Agency.objects.none(),
        required=False,
        empty_label=THE_PARTNERSHIP,
    )
    owner = forms.ModelChoiceField(
        label="Who there owns it?",
        queryset=User._default_manager.none(),
        to_field_name="ref",
        required=False,
        empty_label="Nobody with an account",
        help_text="People who work for one of this partnership’s agencies here.",
    )
    owner_role = line("Which post answers for it?", longest=160)
    due_on = DateField(label="By when?", noun="The day by which it should be done")

    def __init__(
        self,
        *args: Any,
        partnership: Partnership,
        today: dt.date,
        action: Action | None = None,
        **kwargs: Any,
    ) -> None:
        if action is not None:
            kwargs["initial"] = {
                "what": action.what, "agency": action.agency_id, "owner_role": action.owner_role,
                "owner": action.owner.ref if action.owner else None, "due_on": action.due_on,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["owner_role"].required = False
        agencies = self.fields["agency"]
        assert isinstance(agencies, forms.ModelChoiceField)
        agencies.queryset = partnership.agencies.order_by("name")
        held = Membership.objects.holding(partnership.pk, list(AGENCY_ROLES))
        self.homes: dict[int, set[int | None]] = {}
        names: dict[int, str] = {}
        for user, agency, name in held.values_list("user_id", "agency_id", "agency__name"):
            self.homes.setdefault(user, set()).add(agency)
            names[user] = name
        owner: Any = self.fields["owner"]
        owner.queryset = User._default_manager.filter(pk__in=self.homes).order_by("name", "pk")
        owner.label_from_instance = lambda user: f"{user.name}, {names[user.pk]}"
        day: Any = self.fields["due_on"]
        day.not_before = today

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        agency, owner = data.get("agency"), data.get("owner")
        if owner and agency and agency.pk not in self.homes[owner.pk]:
            self.add_error("owner", "That person does not work for this body. Check both")
        if not owner and not data.get("owner_role"):
            self.add_error("owner_role", "Name the person or the post that answers for it")
        return data


class AmendForm(GiveForm):
    words = prose("Why does it change?", "The owner and the team read this.", rows=3)


class ProgressForm(GovukForm):
    words = prose(
        "How is it going?", "What was done since, and what stands in the way. No names of children."
    )
    at_risk = forms.BooleanField(
        label="The date is at risk",
        required=False,
        help_text="Saying so early helps. Nobody is blamed for it.",
    )


class EvidenceForm(GovukForm):
    kind = RadioField(
        label="What kind of evidence is it?",
        choices=[(kind.value, f"{kind.label}. It can show “{SHOWS[kind].label.lower()}”.") for kind in Shows],
    )
    words = prose("What does it show?", "In a sentence or two. No names of children or families.")
    effective_on = DateField(label="From which day is it?", noun="The day it is from")
    proofs = FileUploadField(
        label="Files", required=False, help_text="For example, the new form, or the summary of an audit."
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["effective_on"]
        day.initial, day.not_after = today, today


class CompleteForm(GovukForm):
    words = prose("Anything to add", required=False)


class AssureForm(GovukForm):
    """Steps without evidence cannot be chosen; each says what it lacks."""

    grade = RadioField(label="Which step do you agree to?", choices=[])
    words = prose("What did you look at?", "For example, ten records, or what parents told the survey.")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [grade for grade in Grade if Grade.PLANNED < grade <= action.shown]
        grades = self.fields["grade"]
        assert isinstance(grades, forms.ChoiceField)
        grades.choices = [(str(int(grade)), grade.label) for grade in steps]
        grades.help_text = " ".join(LACKS[grade] for grade in Grade if grade > action.shown)


class CheckForm(GovukForm):
    lasts = RadioField(
        label="Does it hold?", choices=[("yes", "Yes, it holds"), ("no", "No, not any more, or not yet")]
    )
    words = prose("What did you look at, and what did you see?")

    def clean_lasts(self) -> bool:
        return bool(self.cleaned_data["lasts"] == "yes")


class ReasonForm(GovukForm):
    words = prose("Why?", "Whoever owns it reads this.")


class PublicForm(GovukForm):
    """One sentence for the public. Refused: a name of somebody in the case."""

    sentence = prose(
        "What has changed, in one sentence?",
        "Everybody can read it. No names and no details of the case. Leave it empty to take the sentence back.",
        rows=3, longest=300, required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[Named], pseudonym: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.pseudonym = people, pseudonym

    def clean_sentence(self) -> str:
        said: str = self.cleaned_data["sentence"]
        if left := names_in(said, self.people, pseudonym=self.pseudonym):
            raise forms.ValidationError(
                f"“{left[0].word}” is a name in this case. Write {left[0].instead} instead"
            )
        return said
