"""What is asked about one criterion of a practice review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from cspr.ui.fields import RadioField
from cspr.ui.forms import GovukForm
from referrals.questions.criteria import MET
from reviews.forms.practice_review import prose


class WeighForm(GovukForm):
    """One criterion: the answer, the reason whatever the answer is, and the pieces of evidence it rests on.

    ``evidence``: code → what people call it. The pieces are ticked where they are read, beside the form; only those
    that the person may read can be ticked.
    """

    met = RadioField(label="Is it met?", choices=MET, error_messages={"required": "Say whether it is met"})
    reason = prose(
        "Why?", "Needed for every answer, also for a no. It stands in the decision record.", rows=7
    )
    reason.error_messages["required"] = "Say why, even in one sentence"
    cites = forms.MultipleChoiceField(required=False, label="Evidence")

    def __init__(self, *args: Any, evidence: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = dict(evidence)
        self.fields["cites"].choices = list(self.words.items())  # type: ignore[attr-defined]

    def clean_cites(self) -> list[dict[str, str]]:
        return [{"code": code, "words": self.words[code]} for code in self.cleaned_data["cites"]]
