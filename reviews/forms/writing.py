"""The box in which one section of a report is written, and leaving in a name that was found there."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from cspr.ui.fields import LongTextField, RadioField
from cspr.ui.forms import GovukForm
from cspr.ui.richtext import LONGEST, problem
from reviews.lint import Left
from reviews.states import RAPID_REVIEW_SECTIONS

# Line ends and tabs; and the two joiners, which some languages need between letters.
KEPT = "\n\t\u200c\u200d"


def tidy(text: str) -> str:
    """``text`` as it is kept: line ends as one character, and without what cannot be seen.

    Pasted text brings control characters, soft hyphens, and marks that turn the direction of writing, which could
    make a sentence read otherwise than it is stored. Every visible character stays.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\u2028", "\n")
    return "".join(c for c in lines if c in KEPT or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


class WritingField(LongTextField):
    """Prose that is tidied before it is judged, so that nothing pasted is refused for what nobody can see."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(tidy(value) if isinstance(value, str) else value)


class SectionForm(GovukForm):
    """One section of the report. It may be emptied."""

    optional_words = ""
    text = WritingField(label="The text of this section", rows=22, max_length=LONGEST, required=False)

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = hint

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if wrong := problem(text):
            raise ValidationError(wrong)
        return text


class AcceptNameForm(GovukForm):
    """Which of the names that were found stays, and why. ``names``: each with the section it stands in."""

    name = RadioField(label="Which name stays?", choices=[])
    words = LongTextField(
        label="Why does it have to stay?",
        help_text="For example: it is the published name of a service, or an ordinary word and no name at all.",
        rows=3,
        max_length=1000,
    )

    def __init__(self, *args: Any, names: Sequence[tuple[str, Left]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["name"]
        field.choices = [
            (f"{section}:{left.word.lower()}", f"{left.word} ({RAPID_REVIEW_SECTIONS[section]})")
            for section, left in names
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        section, _, word = data.pop("name", "").partition(":")
        return {**data, "section": section, "word": word}
