"""What staff say about reminding an agency."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.ui.fields import DateField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import prose


class DutyForm(GovukForm):
    effective_on = DateField(label="On which day is it invoked?", help_text="The day of the letter.")

    def __init__(self, *args: Any, today: dt.date, not_before: dt.date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["effective_on"]
        day.initial, day.not_before, day.not_after = today, not_before, today


class PauseForm(GovukForm):
    until = DateField(
        label="Up to and including which day?", help_text="The reminders then go on by themselves."
    )
    words = prose("Why?", "For example: the school is closed; a date was promised by telephone.", rows=3)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["until"]
        day.not_before = today
