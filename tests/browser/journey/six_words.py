"""What six agencies say in the story of ``tests.browser.test_six_agencies``. All of it is made up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reviews.chronology.columns import NAMES
from reviews.management.rehearsal import chronologies

HOSPITAL = "Samplebury General Hospital"
COMMUNITY = "Vale Community Health: health visiting"
COUNCIL = "Samplebury Council children's social care"
ICB = "Samplebury and Vale Integrated Care Board"
POLICE = "Vale Police"
HOUSING = "Samplebury Homes"

QUESTION = "A baby was seriously harmed. What do you know of the family, and what did you do?"
UNCLEAR = "Who was told of the bruise on that day, and by whom?"
EXPLAINED = (
    "The nursery nurse told the duty health visitor by telephone at noon. The family's own was not told."
)
NOT_ASKED_BECAUSE = "She was fourteen weeks old and went to no nursery."
EXECUTIVE = ("Demo Chief Constable", "chief@vale-police.example")


@dataclass(frozen=True)
class Contact:
    """Somebody of an agency in which nobody has an account here."""

    agency: str
    name: str
    role: str
    email: str
    manager: str
    said: dict[str, Any]


NURSE = Contact(
    ICB, "Demo Designated Nurse", "Designated nurse", "designated.nurse@icb.example", "Demo Medical Director",
    {
        "involved_from": "Through the GP practice, since the booking of the pregnancy",
        "involved_to": "Week ten",
        "summary": "The GP saw the mother in week ten. She said that she was exhausted. A review was arranged for week "
        "fourteen. The practice did not know of a man in the household.",
        "good_practice": "The GP asked how she was before asking about the baby.",
    },
)  # fmt: skip
LANDLORD = Contact(
    HOUSING, "Demo Housing Officer", "Housing officer", "housing.officer@homes.example", "Demo Head of Housing",
    {
        "involved_from": "Three years, as the landlord",
        "involved_to": "Today",
        "summary": "The tenancy is in the mother's name alone. A repair visit in week nine met an adult man who said "
        "that he lived there, and saw a baby in a bouncer.",
        "learning": "Repair staff now know whom to tell of what they see.",
    },
)  # fmt: skip

# What each brings: how many days before the incident, and what is typed.
TOY = "The mother said that a toy fell on her."
CHRONOLOGIES: dict[str, list[tuple[int, dict[str, str]]]] = {
    code: [(before, typed) for agency, before, typed in chronologies.BABY if agency == code]
    for code in ("hospital", "community", "police")
}
CHRONOLOGIES["community"].append(
    (
        36,
        {
            "happened": f"Told by the emergency department of a small bruise on the cheek. {TOY} Discharged.",
            "type": "Contact or visit",
            "persons": "Child; Mother",
            "professional": "Duty health visitor",
        },
    )
)
COLUMNS = (
    "date",
    "happened",
    "type",
    "persons",
    "seen",
    "professional",
    "key",
    "themes",
    "lines",
    "sensitivity",
)


def table(rows: Iterable[tuple[int, dict[str, str]]], incident: dt.date, *, first_date: str = "") -> str:
    """The rows as they are copied from a spreadsheet. ``first_date``: what stands in the first one's date instead."""
    lines = [[NAMES[column] for column in COLUMNS]]
    for before, typed in rows:
        day = f"{incident - dt.timedelta(days=before):%-d %B %Y}"
        lines.append([first_date or day, *(typed.get(column, "") for column in COLUMNS[1:])])
        first_date = ""
    return "\n".join("\t".join(line) for line in lines)
