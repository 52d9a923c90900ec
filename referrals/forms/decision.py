"""What is asked when a decision is proposed, viewed and approved. Each criterion is answered by itself, with reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone

from cspr.accounts.roles import Partner
from cspr.ui.fields import DateField, FileUploadField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.states import OUTCOMES, Criterion, DecisionKind, Outcome, ReviewCriterion, View

MET = (("yes", "Yes"), ("no", "No"), ("unclear", "Not clear yet"))
# Which criteria a question is tested against; the others are decided on reasons alone.
CRITERIA: dict[str, type[TextChoices]] = {
    DecisionKind.NOTIFY: Criterion,
    DecisionKind.REVIEW: ReviewCriterion,
}
FIRST_LIMB = "First limb. The law asks for both limbs (Children Act 2004, sections 16B and 16C)."
SECOND_LIMB = "Second limb. Either of the next two is enough. That a child may recover does not mean that the harm was not serious."
MUST_CONSIDER = "The regulations say that these four must be taken into account (SI 2018/789, regulation 11)."
SHOULD_CONSIDER = "Guidance says that these four should be considered too."
LONGEST = 4000


def criteria_of(kind: str) -> list[tuple[str, str]]:
    """The criteria of a question, as (code, label)."""
    return [(str(code), str(label)) for code, label in CRITERIA[kind].choices] if kind in CRITERIA else []


class ProposalForm(GovukForm):
    """A proposed answer. ``duty``: whether the notification would be one of known or suspected abuse or neglect,
    so that the two limbs decide it. ``grounds`` and the rest of ``proposed`` fill in what was proposed before.
    """

    insets = {
        "SCSC_A_met": FIRST_LIMB,
        "SCSC_B1_met": SECOND_LIMB,
        "R11A_met": MUST_CONSIDER,
        "C1_met": SHOULD_CONSIDER,
    }

    def __init__(
        self, *args: Any, kind: str, duty: bool, proposed: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self.kind, self.duty = kind, duty
        self.base_fields = self._fields(kind)
        super().__init__(*args, initial=self._initial(proposed or {}), **kwargs)

    @staticmethod
    def _fields(kind: str) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for code, label in criteria_of(kind):
            fields[f"{code}_met"] = RadioField(label=label, choices=MET)
            fields[f"{code}_reason"] = LongTextField(
                label=f"Reasons: {label[:1].lower()}{label[1:]}", rows=3, max_length=LONGEST, required=False
            )
        outcomes = [(str(o), str(o.label)) for o in OUTCOMES[DecisionKind(kind)]]
        fields["outcome"] = RadioField(label="What do you propose?", choices=outcomes)
        fields["reasons"] = LongTextField(
            label="Reasons for the proposal",
            help_text="What the decision rests on. It stands in the decision record.",
            rows=8,
            max_length=10000,
        )
        return fields

    @staticmethod
    def _initial(proposed: Mapping[str, Any]) -> dict[str, Any]:
        initial = {name: proposed.get(name, "") for name in ("outcome", "reasons")}
        for code, ground in proposed.get("grounds", {}).items():
            initial |= {f"{code}_met": ground.get("met", ""), f"{code}_reason": ground.get("reason", "")}
        return initial

    @property
    def grounds(self) -> dict[str, dict[str, str]]:
        """Each criterion with whether it is met and why."""
        data = self.cleaned_data
        return {
            code: {"met": data[f"{code}_met"], "reason": data[f"{code}_reason"]}
            for code, _ in criteria_of(self.kind)
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for code, label in criteria_of(self.kind):
            if self._needs_reason(data, code) and not data.get(f"{code}_reason", "").strip():
                self.add_error(f"{code}_reason", f"Give your reasons on “{label}”")
        if self.kind == DecisionKind.NOTIFY and self.duty and not self.errors:
            self._limbs_agree(data)
        return data

    def _needs_reason(self, data: dict[str, Any], code: str) -> bool:
        """Always on the limbs of the law; on the other criteria unless the answer is no."""
        met = data.get(f"{code}_met")
        return bool(met) and (self.kind == DecisionKind.NOTIFY or met != "no")

    def _limbs_agree(self, data: dict[str, Any]) -> None:
        """What is proposed does not contradict the limbs (s.16C: the authority must notify when both are met)."""
        first = data["SCSC_A_met"]
        second = {data["SCSC_B1_met"], data["SCSC_B2_met"]}
        if first == "yes" and "yes" in second and data["outcome"] != Outcome.NOTIFY:
            self.add_error("outcome", "You answered that both limbs are met. Then the law requires a notification.")
        if data["outcome"] == Outcome.NOTIFY and (first == "no" or second == {"no"}):
            self.add_error("outcome", "You answered that a limb is not met. Then there is nothing to notify.")


VIEWS = ((View.AGREE, "Agree"), (View.DISAGREE, "Disagree"), (View.NOT_SOUGHT, "The view was not sought"))


class ViewForm(GovukForm):
    """One partner's view: the person's own (``own``), or one that staff record for a partner."""

    partner = RadioField(label="Whose view is it?", choices=())
    view = RadioField(label="What is the view on the proposal?", noun="The view", choices=VIEWS) if False else None  # type: ignore[call-arg]

    def __init__(self, *args: Any, own: str, open_to: list[str], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
