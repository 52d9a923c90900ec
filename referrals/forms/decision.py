"""What is asked when a decision is proposed, viewed and approved. Each criterion is answered by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from cspr.accounts.roles import Partner
from cspr.ui.fields import DateField, FileUploadField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from referrals.questions.criteria import MET, criteria_of
from referrals.states import OUTCOMES, DecisionKind, Outcome, View

FIRST_LIMB = "First limb. The law asks for both limbs (Children Act 2004, sections 16B and 16C)."
SECOND_LIMB = (
    "Second limb. Either of the next two is enough. That a child may recover does not mean that the harm was "
    "not serious."
)
LONGEST = 4000


class ProposalForm(GovukForm):
    """A proposed answer. ``duty``: whether the notification would be one of known or suspected abuse or neglect,
    so that the two limbs decide it. ``answered``: the criteria, where they were answered before in their own room;
    otherwise each is asked here. ``grounds`` and the rest of ``proposed`` fill in what was proposed before.
    """

    insets = {"SCSC_A_met": FIRST_LIMB, "SCSC_B1_met": SECOND_LIMB}

    def __init__(
        self,
        *args: Any,
        kind: str,
        duty: bool,
        proposed: Mapping[str, Any] | None = None,
        answered: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.duty, self.answered = kind, duty, answered
        self.asked = [] if answered is not None else criteria_of(kind)
        # The fields depend on the question.
        self.base_fields = self._fields(kind, self.asked)  # type: ignore[misc]
        super().__init__(*args, initial=self._initial(proposed or {}), **kwargs)

    @staticmethod
    def _fields(kind: str, asked: Sequence[tuple[str, str]]) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for code, label in asked:
            fields[f"{code}_met"] = RadioField(
                label=label, choices=MET, error_messages={"required": f"Choose an answer to “{label}”"}
            )
            fields[f"{code}_reason"] = LongTextField(
                label=f"Reasons: {label[:1].lower()}{label[1:]}", rows=3, max_length=LONGEST
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
    def grounds(self) -> dict[str, dict[str, Any]]:
        """Each criterion with whether it is met and why."""
        if self.answered is not None:
            return self.answered
        data = self.cleaned_data
        return {
            code: {"met": data[f"{code}_met"], "reason": data[f"{code}_reason"]} for code, _ in self.asked
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.kind == DecisionKind.NOTIFY and self.duty and not self.errors:
            self._limbs_agree(data)
        return data

    def _limbs_agree(self, data: dict[str, Any]) -> None:
        """What is proposed does not contradict the limbs (s.16C: the authority must notify when both are met)."""
        first = data["SCSC_A_met"]
        second = {data["SCSC_B1_met"], data["SCSC_B2_met"]}
        if first == "yes" and "yes" in second and data["outcome"] != Outcome.NOTIFY:
            self.add_error(
                "outcome", "You answered that both limbs are met. Then the law requires a notification."
            )
        elif data["outcome"] == Outcome.NOTIFY and (first == "no" or second == {"no"}):
            self.add_error("outcome", "You answered that a limb is not met. Then there is nothing to notify.")


VIEWS = ((View.AGREE, "Agree"), (View.DISAGREE, "Disagree"))
NOT_SOUGHT = (View.NOT_SOUGHT, "The view was not sought")


class OwnViewForm(GovukForm):
    """The view of the partner the person speaks for."""

    needed_if: Mapping[str, str] = {"reason": "you disagree"}
    view = RadioField(label="Do you agree with the proposal?", choices=VIEWS)
    reason = LongTextField(
        label="Your reasons",
        help_text="A different view is welcome: the decision record keeps it whole.",
        rows=5,
        max_length=LONGEST,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("view") == View.DISAGREE and not data.get("reason", "").strip():
            self.add_error("reason", "Say why you disagree")
        return data


class RecordedViewForm(GovukForm):
    """A view that staff record for a partner, with how it was given. ``open_to``: partners who may still be
    recorded for; a view that a partner gave here in person is theirs to change."""

    needed_if: Mapping[str, str] = {
        "reason": "it is not simply to agree, or nothing is attached",
        "evidence": "you write nothing above",
    }
    partner = RadioField(label="Whose view is it?", choices=())
    view = RadioField(label="What is the view on the proposal?", choices=(*VIEWS, NOT_SOUGHT))
    effective_on = DateField(
        label="When was it given?", noun="The date of the view", not_after=timezone.localdate
    )
    reason = LongTextField(
        label="How it was given, and the reasons",
        help_text="For example, “by e-mail of 20 November, agreeing for the reasons in the proposal”.",
        rows=5,
        max_length=LONGEST,
        required=False,
    )
    evidence = FileUploadField(label="The letter or e-mail itself", required=False)

    def __init__(self, *args: Any, open_to: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].choices = [(p.value, p.label) for p in Partner if p in open_to]  # type: ignore[attr-defined]

    def clean_evidence(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["evidence"]
        if len(files) > 1:
            raise ValidationError("Attach one file. Put several pages into one PDF.")
        return files

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        said = data.get("reason", "").strip()
        if data.get("view") in {View.DISAGREE, View.NOT_SOUGHT} and not said:
            self.add_error("reason", "Say why: it stands in the decision record")
        elif data.get("view") and not said and not data.get("evidence"):
            self.add_error("reason", "Say how the view was given, or attach the letter or e-mail")
        return data


class ApproveForm(GovukForm):
    words = LongTextField(label="Anything to add to the record", rows=3, max_length=LONGEST, required=False)


class SendBackForm(GovukForm):
    words = LongTextField(label="What should change?", rows=5, max_length=LONGEST)


class WithdrawForm(GovukForm):
    words = LongTextField(label="Why you take it back", rows=3, max_length=LONGEST, required=False)
