"""What is asked about a fact check: of staff what an agency is to read, of the agency what is not accurate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from cspr.accounts.models import Agency
from cspr.clocks.calendar import in_full
from cspr.ui.fields import DateField, LongTextField, RadioField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import line, prose
from reviews.models.fact_check import FactCheck, FactPoint, mentioned
from reviews.questions.fact_check import Verdict
from reviews.states import REPORT_SECTIONS

LONGEST_EXTRACT = 40_000


class AskForm(GovukForm):
    """One tick and one text for each written section. Refused: no section, a ticked one without a text, a past day."""

    def __init__(
        self, *args: Any, agency: Agency, report: Mapping[str, str], due_on: dt.date, today: dt.date, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.sections = [code for code in REPORT_SECTIONS if report.get(code, "").strip()]
        for code in self.sections:
            title, text = REPORT_SECTIONS[code], report[code]
            self.fields[f"take_{code}"] = forms.BooleanField(
                label=title, required=False, initial=mentioned(agency, text)
            )
            self.fields[f"text_{code}"] = LongTextField(
                label=f"The extract from “{title}”", rows=6, initial=text, required=False, max_length=LONGEST_EXTRACT
            )  # fmt: skip
        self.fields["due_on"] = DateField(
            label="By which day?", noun="The day by which the agency answers", initial=due_on,
            help_text=f"Ten working days from today would be {in_full(due_on)}. The agency is reminded three working "
            "days before, and on the day.", not_before=today + dt.timedelta(days=1),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = [code for code in self.sections if data.get(f"take_{code}")]
        if not chosen:
            self.add_error(None, "Tick at least one section for the agency to read")
        for code in chosen:
            if not (data.get(f"text_{code}") or "").strip():
                self.add_error(f"text_{code}", "Leave the agency something to read, or take the tick away")
        return data

    def texts(self) -> dict[str, str]:
        data = self.cleaned_data
        return {code: data[f"text_{code}"] for code in self.sections if data.get(f"take_{code}")}


class MoveForm(GovukForm):
    due_on = DateField(label="By which day?", noun="The new day")

    def __init__(self, *args: Any, check: FactCheck, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["due_on"]
        day.initial, day.not_before = check.due_on, today + dt.timedelta(days=1)


class WithdrawForm(GovukForm):
    why = prose(
        "Why?",
        "For example, that the agency answered by letter and corrects nothing. The agency does not read this.",
        rows=3,
        longest=1000,
    )


class PointForm(GovukForm):
    """One thing that is not accurate."""

    quote = prose("Which passage is it about?", "Copy it from the extract.", rows=4, longest=4000)
    wrong = prose("What is not accurate?", "Describe people by their role, not by their name.", rows=4)
    suggested = prose("How should it read?", rows=4, required=False)
    evidence = prose(
        "What shows it?", "For example, an entry in your records and its date.", rows=3, required=False
    )


class SignedForm(GovukForm):
    name = line("Your name", longest=120)
    role = line("Your role", longest=120)


class HandleForm(GovukForm):
    needed_if: Mapping[str, str] = {"reason": "it is not simply taken up"}
    verdict = RadioField(
        label="What becomes of it?", choices=[one for one in Verdict.choices if one[0] != Verdict.OPEN]
    )
    reason = prose(
        "Why?",
        "The agency reads this.",
        rows=4,
        required=False,
        longest=2000,
    )

    def __init__(self, *args: Any, point: FactPoint | None, **kwargs: Any) -> None:
        known = {"verdict": point.verdict, "reason": point.reason} if point else {}
        kwargs["initial"] = {**known, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        verdict = data.get("verdict")
        if verdict and verdict != Verdict.TAKEN_UP and not (data.get("reason") or "").strip():
            self.add_error("reason", "Say why: the agency reads it")
        return data
