"""What is asked for an entry of the chronology, for a table of them, and for two entries side by side."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from cspr.ui.fields import CheckboxesField, RadioField
from cspr.ui.forms import GovukForm
from reviews.chronology.codes import EventType, Said, Sensitivity, Verdict
from reviews.chronology.columns import NAMES
from reviews.chronology.masking import Level, Person
from reviews.chronology.rows import LONGEST, SHORT, Entry, Known, read_row
from reviews.forms.practice_review import prose
from reviews.models import ChronologyEntry
from reviews.themes import THEME_NAMES

NOT_SAID = ("", "Not said")
# Named like the columns of a table, so that one reader reads both.
READ = (
    "date", "time", "until", "happened", "voice", "action", "comment", "source", "professional", "lines",
)  # fmt: skip


def short(label: str, hint: str = "", *, required: bool = False, longest: int = SHORT) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=longest, required=required)


def said(label: str) -> RadioField:
    return RadioField(label=label, choices=[*Said.choices, NOT_SAID], required=False)


class EntryForm(GovukForm):
    """One event. ``entry`` is what it says, once it is valid."""

    agency = forms.ChoiceField(label="Agency")
    date = short(
        "Date", "As exactly as it is known: 3 April 2025, April 2025, spring 2025, about 2024.", required=True
    )
    time = short("Time", "For example 14:30.", longest=20)
    until = short("Last day", "Only if it lasted longer than a day.", longest=60)
    type = forms.ChoiceField(label="Kind of event", choices=EventType.choices)
    persons = CheckboxesField(label="Whom it was about", required=False)
    happened = prose(
        "What happened", "The facts, shortly. Name staff by their role only.", rows=5, longest=LONGEST
    )
    seen = said("Was the child seen?")
    spoken = said("Was the child spoken to?")
    voice = prose("What the child said or showed", required=False, rows=3, longest=LONGEST)
    action = prose("Action or decision", required=False, rows=3, longest=LONGEST)
    professional = short("Professional, by role", "For example “health visitor”.")
    source = short("Source record", "Where this is written: the system, the file, the page.")
    comment = prose(
        "Your comment", "What it means, or what is unclear.", required=False, rows=3, longest=LONGEST
    )
    key = forms.BooleanField(label="This is a key event", required=False)
    good = forms.BooleanField(label="This is good practice", required=False)
    themes = CheckboxesField(label="Themes", choices=list(THEME_NAMES.items()), required=False)
    lines = short("Lines of enquiry", "Your own words; several with a semicolon between them.", longest=600)
    sensitivity = RadioField(label="How sensitive is it?", choices=Sensitivity.choices)

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        agencies: Sequence[tuple[int, str]],
        today: dt.date,
        named: bool,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"sensitivity": Sensitivity.ORDINARY, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.today, self.entry = today, None
        self.agencies = {str(pk): name for pk, name in agencies}
        offered: Any = self.fields
        if len(self.agencies) == 1:
            del self.fields["agency"]
        else:
            offered["agency"].choices = [("", "Choose"), *self.agencies.items()]
        offered["persons"].choices = [
            (p.key, f"{p.label}: {p.name}" if named and p.name else p.label) for p in people
        ]
        if not people:
            del self.fields["persons"]

    entry: Entry | None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        agency = int(cleaned.get("agency") or next(iter(self.agencies)))
        cells = {name: str(cleaned.get(name) or "") for name in READ}
        known = Known(people={}, agencies={}, agency=agency, today=self.today)
        entry, problems = read_row(cells, known)
        for problem in problems:
            if problem.column in self.fields and not self.has_error(problem.column):
                self.add_error(problem.column, problem.reason)
        if entry is not None and not self.errors:
            self.entry = dataclasses.replace(
                entry,
                persons=tuple(cleaned.get("persons") or ()),
                themes=tuple(cleaned["themes"]),
                **{name: cleaned[name] for name in ("type", "seen", "spoken", "key", "good", "sensitivity")},
            )
        return cleaned


def as_written(entry: ChronologyEntry) -> dict[str, Any]:
    """What an entry says, in the boxes of its form."""
    return {
        "agency": str(entry.agency_id),
        "date": entry.when.words(),
        "time": entry.at,
        "until": f"{entry.ends_on:%-d %B %Y}" if entry.ends_on else "",
        "persons": entry.person_keys,
        "themes": entry.theme_codes,
        "lines": "; ".join(entry.line_names),
        **{
            name: getattr(entry, name)
            for name in (
                "type", "happened", "seen", "spoken", "voice", "action", "professional", "source", "comment",
                "key", "good", "sensitivity",
            )
        },
    }  # fmt: skip


class StrikeForm(GovukForm):
    because = prose("Why is it struck out?", "Everybody who reads the chronology reads this.", rows=3)


class BringForm(GovukForm):
    """A file, or rows that were copied; one of the two."""

    file = forms.FileField(
        label="A file",
        help_text="Excel (.xlsx), Word with a table (.docx) or .csv; up to 5 MB and 5,000 rows.",
        required=False,
    )
    pasted = forms.CharField(
        label="Or rows that you copied from a spreadsheet",
        help_text="Copy the headings, too, and paste everything here.",
        widget=forms.Textarea({"rows": 6, "class": "govuk-textarea", "spellcheck": "false"}),
        required=False,
        strip=False,
    )
    agency = forms.ChoiceField(label="Agency", help_text="For rows that do not name one.", required=False)

    def __init__(self, *args: Any, agencies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        if len(agencies) == 1:
            del self.fields["agency"]
        else:
            field.choices = [("", "Each row names its agency"), *((str(pk), name) for pk, name in agencies)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not cleaned["pasted"].strip():
            self.add_error("file", "Choose a file, or paste the rows.")
        if cleaned.get("file") and (cleaned.get("pasted") or "").strip():
            self.add_error("pasted", "Choose a file or paste rows, not both.")
        return cleaned


class ColumnsForm(GovukForm):
    """Which column of the table is what."""

    optional_words = ""

    def __init__(self, *args: Any, headings: Sequence[str], examples: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, heading in enumerate(headings):
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=heading or f"Column {place + 1} (no heading)",
                help_text=f"For example “{examples[place]}”" if examples[place] else "It is empty.",
                choices=[("", "Leave this column out"), *NAMES.items()],
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        met: set[str] = set()
        for name, field in list(cleaned.items()):
            if field and field in met:
                self.add_error(name, f"“{NAMES[field]}” is chosen twice. Choose it for one column only.")
            met.add(field)
        if not self.errors:
            missing = [NAMES[field] for field in ("date", "happened") if field not in met]
            if missing:
                self.add_error(None, f"Say which column is: {' and '.join(missing)}.")
        return cleaned

    def mapping(self) -> list[str]:
        return [str(self.cleaned_data[name]) for name in self.fields]


class JudgeForm(GovukForm):
    verdict = RadioField(label="What are they?", choices=Verdict.choices)
    words = prose("Why, or what has to be found out", required=False, rows=2, longest=1000)


class ExportForm(GovukForm):
    what = RadioField(label="What?", choices=[("all", "The whole chronology"), ("key", "Key events only")])
    level = RadioField(label="Who should be recognisable?", choices=Level.choices)
    format = RadioField(
        label="As what?",
        choices=[
            ("pdf", "PDF, to read and print"),
            ("docx", "Word, to work on"),
            ("xlsx", "Excel, to sort and count"),
        ],
    )

    def __init__(self, *args: Any, levels: Sequence[str], **kwargs: Any) -> None:
        kwargs["initial"] = {"what": "all", **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["level"]
        field.choices = [choice for choice in Level.choices if choice[0] in levels]
