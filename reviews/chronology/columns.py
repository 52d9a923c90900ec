"""The columns of a chronology: what they are called here, and by which other names they are recognised."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Field -> (what it is called in exports, other headings it is known by). The order is that of exports.
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "date": (
        "Date",
        ("when", "event date", "date of event", "start date", "date from", "from", "start", "day"),
    ),
    "time": ("Time", ("time of event", "at")),
    "until": ("Until", ("end date", "date to", "to", "end", "finish", "date until")),
    "agency": ("Agency", ("organisation", "organization", "service", "provider", "team", "agency name")),
    "source": (
        "Source record",
        ("source", "record", "file", "reference", "source of information", "system", "source of record"),
    ),
    "professional": (
        "Professional (role)",
        (
            "professional",
            "role",
            "practitioner",
            "who by",
            "staff",
            "worker",
            "job title",
            "recorded by",
            "professional role",
        ),
    ),
    "persons": (
        "People",
        (
            "person",
            "subject",
            "subjects",
            "who",
            "child",
            "family member",
            "persons",
            "name",
            "people involved",
        ),
    ),
    "type": (
        "Kind of event",
        ("event type", "type", "type of event", "category", "type of contact", "contact type"),
    ),
    "happened": (
        "What happened",
        (
            "event",
            "details",
            "detail",
            "description",
            "what",
            "narrative",
            "information",
            "summary",
            "event details",
            "significant event",
            "key event details",
            "entry",
            "events",
        ),
    ),
    "seen": (
        "Child seen",
        ("seen", "was the child seen", "child seen y n", "child seen alone", "child present"),
    ),
    "spoken": ("Child spoken to", ("spoken to", "spoken", "child spoken", "was the child spoken to")),
    "voice": (
        "Child’s voice",
        (
            "voice",
            "voice of the child",
            "voice of child",
            "lived experience",
            "wishes and feelings",
            "childs views",
        ),
    ),
    "action": (
        "Action or decision",
        (
            "action",
            "actions",
            "decision",
            "outcome",
            "action taken",
            "response",
            "action decision",
            "actions taken",
            "outcome action",
        ),
    ),
    "comment": (
        "Comment",
        (
            "comments",
            "analysis",
            "author comment",
            "notes",
            "reflection",
            "comment analysis",
            "analysis comment",
        ),
    ),
    "key": ("Key event", ("key", "significance", "significant", "key event y n")),
    "good": ("Good practice", ("good practise", "strength", "positive practice")),
    "themes": ("Themes", ("theme", "practice theme", "practice themes")),
    "lines": (
        "Lines of enquiry",
        ("kloe", "kloes", "key lines of enquiry", "key line of enquiry", "tags", "line of enquiry"),
    ),
    "sensitivity": ("Sensitivity", ("sensitive", "sensitivity level", "restriction")),
}
NAMES: dict[str, str] = {field: name for field, (name, _) in COLUMNS.items()}
NEEDED = ("date", "happened")
# A heading stands in one of the first rows; above it people write a title.
FIRST_ROWS = 8


def plain(heading: str) -> str:
    """A heading without capitals, marks and double spaces, so that ``Child's Voice:`` is ``childs voice``."""
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", re.sub(r"['’]", "", heading.lower())).split())


_KNOWN = {
    plain(known): field for field, (name, others) in COLUMNS.items() for known in (name, field, *others)
}


def guess(headings: Sequence[str]) -> list[str]:
    """For each heading the field it names, ``""`` for none; no field twice, an exact name before a similar one."""
    found = [_KNOWN.get(plain(heading), "") for heading in headings]
    for place, heading in enumerate(headings):
        if not found[place]:
            found[place] = _similar(plain(heading))
    seen: set[str] = set()
    for place, field in enumerate(found):
        if field in seen:
            found[place] = ""
        seen.add(field)
    return found


def _similar(heading: str) -> str:
    """The field whose longest known name begins the heading: ``date (dd mm yyyy)``, ``agency (please state)``."""
    starts = [known for known in _KNOWN if len(known) > 3 and heading.startswith(f"{known} ")]
    return _KNOWN[max(starts, key=len)] if starts else ""


def heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Where the headings stand: the row, of the first few, that names most columns, a date among them."""
    best, most = None, 0
    for number, row in enumerate(rows[:FIRST_ROWS]):
        fields = [field for field in guess(row) if field]
        if "date" in fields and len(fields) > most:
            best, most = number, len(fields)
    return best
