"""What is asked when a report comes back from Word: the file, and where its parts belong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from cspr.documents.manuscript import Chapter
from cspr.ui.forms import GovukForm
from reviews.states import REPORT_SECTIONS


class BringReportForm(GovukForm):
    """One Word file."""

    file = forms.FileField(
        label="The Word file",
        help_text="A working copy from here, or any report in Word (.docx, up to 10 MB). The file itself is not kept.",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "Choose a Word file", "empty": "The file is empty. Choose another one"},
    )


class PlacesForm(GovukForm):
    """One question for each part of the file that belongs to no section yet."""

    optional_words = ""

    def __init__(self, *args: Any, chapters: Sequence[tuple[int, Chapter]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [number for number, _ in chapters]
        for number, chapter in chapters:
            self.fields[f"place{number}"] = forms.ChoiceField(
                label=chapter.heading[:120] or "Before the first heading",
                help_text=chapter.text[:160],
                choices=[("", "Leave it out"), *REPORT_SECTIONS.items()],
                required=False,
            )

    def places(self, before: Sequence[str]) -> list[str]:
        """Where every part of the file belongs now."""
        return [
            self.cleaned_data[f"place{number}"] if number in self.numbers else place
            for number, place in enumerate(before)
        ]
