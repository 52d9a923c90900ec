"""What is asked about meetings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from cspr.accounts.roles import AgencyType, Partner
from cspr.ui.fields import CheckboxesField, DateField, RadioField
from cspr.ui.forms import GovukForm
from reviews.forms.practice_review import line, prose
from reviews.models import Meeting, MeetingRules, Participant
from reviews.states import Attendance, Capacity

NOBODY = ("", "Nobody")
TIMES = ["%H:%M", "%H.%M"]


def clock(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text="For example, 14:30",
        input_formats=TIMES,
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "govuk-input--width-5"}),
        error_messages={
            "required": f"Enter the time at which it {label.split(maxsplit=1)[0].lower()}, such as 14:30",
            "invalid": f"{label} must be a time, such as 14:30",
        },
    )


def lines(text: str) -> list[str]:
    return [item for row in text.splitlines() if (item := row.strip())]


class PlanForm(GovukForm):
    """When and where. ``meeting`` fills in what was planned before."""

    day = DateField(label="Day", noun="The day")
    starts_at = clock("Begins at")
    ends_at = clock("Ends at")
    place = line("Where, or the link", "Only people who may open the case read it.", longest=300)

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        if meeting is not None:
            kwargs["initial"] = {
                "day": meeting.on, "starts_at": meeting.starts_at, "ends_at": meeting.ends_at,
                "place": meeting.place,
            }  # fmt: skip
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", "The meeting must end after it has begun")
        return data


class CancelForm(GovukForm):
    words = prose("Why does it not take place?", "No names. The reason stands in the history of the case.")


class AgendaForm(GovukForm):
    items = prose("The agenda", "One item on each line.", rows=18, longest=6000)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, initial={"items": "\n".join(meeting.agenda)}, **kwargs)

    def clean_items(self) -> list[str]:
        return lines(self.cleaned_data["items"])


class InviteForm(GovukForm):
    """People on the access list who are not asked yet (``offered``), and one named person."""

    people = CheckboxesField(label="People on the access list who have not been asked yet", required=False)
    needed_if: Mapping[str, str] = {"name": "you select nobody above"}
    name = forms.CharField(label="Somebody without an account here", max_length=120, required=False)
    role = forms.CharField(label="Their role and agency", max_length=160, required=False)
    agency_type = forms.ChoiceField(
        label="Kind of agency", required=False, choices=[("", "Not given"), *AgencyType.choices]
    )
    capacity = RadioField(label="Why do they come?", choices=Capacity.choices, required=False)

    insets = {
        "name": "Nothing is sent to people without an account: tell them yourself. They get no papers from here."
    }

    def __init__(self, *args: Any, offered: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {row["user"].ref: row for row in offered}
        names = [
            (ref, f"{row['name']}, {row['role']}" if row["role"] else row["name"])
            for ref, row in self.offered.items()
        ]
        self.fields["people"].choices = names  # type: ignore[attr-defined]
        if not names:
            del self.fields["people"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("people") and not data.get("name"):
            self.add_error("name", "Select somebody, or enter a name")
        return data

    def rows(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        rows = [dict(self.offered[ref]) for ref in data.get("people", ())]
        if data.get("name"):
            capacity = data.get("capacity") or Capacity.INFORMATION
            named = {name: data[name] for name in ("name", "role", "agency_type")}
            rows.append({**named, "capacity": capacity})
        return rows


# What is recorded of each person, as it is asked.
ASKED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "attendance": ("Attendance", [("", "Not recorded"), *Attendance.choices]),
    "capacity": ("As", list(Capacity.choices)),
    "partner": ("Speaks for", [NOBODY, *Partner.choices]),
}


class AttendanceForm(GovukForm):
    """One line for each person who was asked."""

    def __init__(self, *args: Any, participants: Sequence[Participant], **kwargs: Any) -> None:
        self.participants = participants
        fields: dict[str, forms.Field] = {}
        for person in participants:
            for name, (label, choices) in ASKED.items():
                fields[f"{name}-{person.pk}"] = forms.ChoiceField(
                    label=f"{label}: {person.name}",
                    choices=choices,
                    required=False,
                    initial=getattr(person, name),
                )
            fields[f"deputy_for-{person.pk}"] = forms.CharField(
                label=f"Deputy for: {person.name}", max_length=120, required=False, initial=person.deputy_for
            )
        self.base_fields = fields  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def lines(self) -> list[tuple[Participant, list[tuple[str, forms.BoundField]]]]:
        heads = {**{name: label for name, (label, _) in ASKED.items()}, "deputy_for": "Deputy for"}
        return [
            (person, [(label, self[f"{name}-{person.pk}"]) for name, label in heads.items()])
            for person in self.participants
        ]

    def rows(self) -> dict[int, dict[str, str]]:
        """What was said of each; as what somebody comes stays as it was where nothing was said."""
        names = (*ASKED, "deputy_for")
        said = {p.pk: {n: self.cleaned_data[f"{n}-{p.pk}"] for n in names} for p in self.participants}
        return {
            p.pk: said[p.pk] | {"capacity": said[p.pk]["capacity"] or p.capacity} for p in self.participants
        }


class ConflictForm(GovukForm):
    participant = RadioField(label="Who has a conflict of interest?")
    words = prose(
        "What is it?", "Kept with the conflict on the case. The person loses the case with their next click."
    )

    def __init__(self, *args: Any, participants: Sequence[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["participant"]
        field.choices = [(str(p.pk), f"{p.name}, {p.role}" if p.role else p.name) for p in participants]

    def clean_participant(self) -> int:
        return int(self.cleaned_data["participant"])


class HoldForm(GovukForm):
    effective_on = DateField(label="When did it take place?", noun="The day of the meeting")
    decisions = prose(
        "What was decided, in short?",
        "What the partners decide on a practice review is recorded in the decision room.",
        required=False,
        rows=6,
    )

    def __init__(self, *args: Any, meeting: Meeting, today: dt.date, **kwargs: Any) -> None:
        day = min(meeting.on, today)
        initial = {"decisions": meeting.decisions, "effective_on": day}
        super().__init__(*args, initial=initial, **kwargs)
        field: Any = self.fields["effective_on"]
        field.not_after = today


class MinutesForm(GovukForm):
    decisions = prose("What was decided, in short?", rows=8)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, initial={"decisions": meeting.decisions}, **kwargs)


class ActionForm(GovukForm):
    what = line("What has to be done?", longest=400)
    owner = line("Who does it?", "A role and an agency.", longest=160)
    due_on = DateField(label="By when?", noun="The date")


class RulesForm(GovukForm):
    """What a partnership asks of its meetings."""

    members_needed = forms.IntegerField(
        label="How many members have to take part, at least?",
        help_text="0 if there is no such rule. The three safeguarding partners are always needed.",
        min_value=0,
        max_value=50,
    )
    agency_types = CheckboxesField(
        label="Which kinds of agency have to take part besides?", choices=AgencyType.choices, required=False
    )
    for_decision = forms.BooleanField(
        label="The chair approves a decision on a practice review only after a quorate meeting",
        required=False,
    )
    agenda = prose("The agenda that new meetings begin with", "One item on each line.", rows=18, longest=6000)

    def __init__(self, *args: Any, rules: MeetingRules, **kwargs: Any) -> None:
        names = ("members_needed", "agency_types", "for_decision")
        initial = {name: getattr(rules, name) for name in names}
        super().__init__(*args, initial={**initial, "agenda": "\n".join(rules.agenda)}, **kwargs)

    def clean_agenda(self) -> list[str]:
        return lines(self.cleaned_data["agenda"])
