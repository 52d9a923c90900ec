"""Which year, as of which day; and whether an earlier pack is still about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from cspr.ui.fields import DateField
from cspr.ui.forms import GovukForm
from reviews.yearly.year import Year

YEARS = 6  # so many are offered


class FiguresForm(GovukForm):
    """In the address, so that it can be sent to a colleague."""

    year = forms.ChoiceField(label="Year", required=False)
    as_at = DateField(
        label="Figures as known at the end of",
        noun="The day",
        required=False,
        help_text="The same year and day always give the same figures. Leave it empty for today.",
    )
    optional_words = ""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = Year.of(today).begins
        year, as_at = self.fields["year"], self.fields["as_at"]
        assert isinstance(year, forms.ChoiceField)
        assert isinstance(as_at, DateField)
        year.choices = [(str(n), f"April {n} to March {n + 1}") for n in range(latest, latest - YEARS, -1)]
        as_at.not_after = today

    def clean(self) -> dict[str, Any]:
        """A day before the year began tells nothing about it."""
        cleaned: dict[str, Any] = super().clean() or {}
        year, as_at = cleaned.get("year"), cleaned.get("as_at")
        if year and as_at and as_at < Year(int(year)).first:
            self.add_error("as_at", "The day must be in the year or after it")
        return cleaned


class PackForm(GovukForm):
    """Which figures the pack is of; what the person confirms where there is an earlier one as of another day."""

    year = forms.IntegerField(widget=forms.HiddenInput, min_value=2000, max_value=2200)
    as_at = forms.DateField(widget=forms.HiddenInput)
    called_back = forms.BooleanField(
        label="The earlier pack has not been passed on to anybody, or has been called back"
    )

    def __init__(self, *args: Any, earlier: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not earlier:
            del self.fields["called_back"]
