"""One row of a table as an entry, or the reasons why it cannot be one. Nothing that was written is left out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reviews.chronology.codes import EventType, Exactness, Said, Sensitivity
from reviews.chronology.columns import plain
from reviews.chronology.dates import NotADate, When, parse_span, parse_time, parse_when
from reviews.themes import THEME_NAMES

LONGEST, SHORT = 10_000, 160
TRUE = frozenset({"yes", "y", "true", "x", "1", "key", "significant", "✓", "✔", "tick"})
FALSE = frozenset({"", "no", "n", "false", "0", "none", "na", "n a", "not known"})
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_KINDS = {
    **{plain(kind.label): kind.value for kind in EventType},
    **{plain(kind.value): kind.value for kind in EventType},
    "dna": EventType.NOT_BROUGHT.value, "did not attend": EventType.NOT_BROUGHT.value,
    "wnb": EventType.NOT_BROUGHT.value, "not brought": EventType.NOT_BROUGHT.value,
    "home visit": EventType.CONTACT.value, "visit": EventType.CONTACT.value, "contact": EventType.CONTACT.value,
    "telephone call": EventType.CONTACT.value, "phone call": EventType.CONTACT.value,
    "incident": EventType.INJURY.value, "injury": EventType.INJURY.value,
    "strategy meeting": EventType.MEETING.value, "strategy discussion": EventType.MEETING.value,
    "placement move": EventType.PLACEMENT.value, "move": EventType.PLACEMENT.value,
    "appointment": EventType.HEALTH.value, "school": EventType.EDUCATION.value,
    "court": EventType.LEGAL.value, "missing episode": EventType.MISSING.value,
}  # fmt: skip
_THEMES = {plain(name): code for code, name in THEME_NAMES.items()} | {code: code for code in THEME_NAMES}
_SENSITIVE = {plain(s.label): s.value for s in Sensitivity} | {plain(s.value): s.value for s in Sensitivity}


@dataclass(frozen=True)
class Known:
    """What a row is read against: the people of the case by what they are called, agencies, the day it is."""

    people: Mapping[str, str]
    agencies: Mapping[str, int]
    agency: int | None
    today: dt.date


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken: the column, the sentence, and what was read."""

    column: str
    reason: str
    read: str


@dataclass(frozen=True)
class Entry:
    """An entry as it is kept; ``remarks`` says what was kept in another place than it was written in."""

    when: When
    at: str
    ends_on: dt.date | None
    agency: int
    happened: str
    source: str = ""
    professional: str = ""
    persons: tuple[str, ...] = ()
    type: str = EventType.OTHER
    seen: str = ""
    spoken: str = ""
    voice: str = ""
    action: str = ""
    comment: str = ""
    key: bool = False
    good: bool = False
    themes: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    sensitivity: str = Sensitivity.ORDINARY
    remarks: tuple[str, ...] = ()


@dataclass
class _Reading:
    cells: Mapping[str, str]
    known: Known
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return tidy(self.cells.get(name, ""))

    def refuse(self, name: str, reason: str) -> None:
        self.problems.append(Problem(name, reason, self.text(name)[:120]))


def tidy(text: str) -> str:
    """The text with one kind of line break and without characters that cannot be shown or kept."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_row(cells: Mapping[str, str], known: Known) -> tuple[Entry | None, list[Problem]]:
    """The entry that ``cells`` (field -> text) describe, or every reason why there is none."""
    row = _Reading(cells, known)
    when, ends_on, at = _when(row)
    agency = _agency(row)
    texts = {name: _text(row, name, LONGEST) for name in ("happened", "voice", "action")}
    if not texts["happened"]:
        row.refuse("happened", "Nothing is written about what happened.")
    short = {name: _text(row, name, SHORT) for name in ("source", "professional")}
    persons, type_, themes, lines = _persons(row), _type(row), _themes(row), _tags(row.text("lines"))
    seen, spoken = (_said(row, name) for name in ("seen", "spoken"))
    key, good = (_flag(row, name) for name in ("key", "good"))
    sensitivity = _sensitivity(row)
    comment = _comment(row)
    if row.problems or when is None or agency is None:
        return None, row.problems
    entry = Entry(
        when=when, at=at, ends_on=ends_on, agency=agency, persons=persons, type=type_, seen=seen, spoken=spoken,
        comment=comment, key=key, good=good, themes=themes[0], sensitivity=sensitivity,
        lines=tuple(dict.fromkeys((*lines, *themes[1]))), remarks=tuple(row.remarks), **texts, **short,
    )  # fmt: skip
    return entry, []


def _when(row: _Reading) -> tuple[When | None, dt.date | None, str]:
    try:
        when, ends_on, at = parse_span(row.text("date"))
    except NotADate as no:
        row.refuse("date", str(no))
        return None, None, ""
    try:
        at = parse_time(row.text("time")) or at
    except NotADate as no:
        row.refuse("time", str(no))
    try:
        ends_on = parse_when(row.text("until")).last if row.text("until") else ends_on
    except NotADate as no:
        row.refuse("until", str(no))
    if when.first > row.known.today:
        row.refuse("date", "This day has not come yet.")
    if ends_on is not None and ends_on < when.first:
        row.refuse("until" if row.text("until") else "date", "It ends before it begins.")
    return when, ends_on if ends_on != when.first or when.exactness != Exactness.EXACT else None, at


def _agency(row: _Reading) -> int | None:
    written = row.text("agency")
    if not written:
        if row.known.agency is None:
            row.refuse("agency", "No agency is named.")
        return row.known.agency
    found = row.known.agencies.get(plain(written))
    if found is None:
        row.refuse("agency", "This is not one of the agencies you can enter for.")
    return found


def _text(row: _Reading, name: str, longest: int) -> str:
    text = row.text(name)
    if len(text) > longest:
        row.refuse(name, f"It has {len(text):,} characters; at most {longest:,} can be kept. Shorten it.")
    return text


def _parts(text: str) -> list[str]:
    return [part for part in (" ".join(p.split()) for p in re.split(r"[;\n|]", text)) if part]


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part[:60].strip() for part in _parts(text)))


def _persons(row: _Reading) -> tuple[str, ...]:
    keys, unknown = [], []
    text = row.text("persons")
    parts = _parts(text) if any(mark in text for mark in ";\n|") else _parts(text.replace(",", ";"))
    for part in parts:
        key = row.known.people.get(plain(part))
        keys.append(key) if key else unknown.append(part)
    if unknown:
        row.remarks.append(f"People as given: {'; '.join(unknown)}")
    return tuple(dict.fromkeys(keys))


def _type(row: _Reading) -> str:
    written = row.text("type")
    found = _KINDS.get(plain(written)) if written else EventType.OTHER.value
    if found is None:
        row.remarks.append(f"Kind of event as given: {' '.join(written.split())}")
    return found or EventType.OTHER.value


def _themes(row: _Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Themes of the list, and what is not on it, which becomes a line of enquiry."""
    parts = _parts(row.text("themes"))
    known = dict.fromkeys(_THEMES[plain(p)] for p in parts if plain(p) in _THEMES)
    return tuple(known), tuple(dict.fromkeys(p[:60].strip() for p in parts if plain(p) not in _THEMES))


def _said(row: _Reading, name: str) -> str:
    words = plain(row.text(name))
    if words in TRUE:
        return Said.YES.value
    if words in {"no", "n", "false", "0"}:
        return Said.NO.value
    if words not in FALSE:
        label = "Child seen" if name == "seen" else "Child spoken to"
        row.remarks.append(f"{label}, as given: {' '.join(row.text(name).split())}")
        return Said.YES.value if words.startswith("yes") else Said.NO.value if words.startswith("no ") else ""
    return ""


def _flag(row: _Reading, name: str) -> bool:
    words = plain(row.text(name))
    if words in TRUE or row.text(name) in TRUE:
        return True
    if words not in FALSE:
        row.remarks.append(f"{'Key event' if name == 'key' else 'Good practice'}, as given: {row.text(name)}")
        return words.startswith("yes")
    return False


def _sensitivity(row: _Reading) -> str:
    words = plain(row.text("sensitivity"))
    found = _SENSITIVE.get(words) if words else Sensitivity.ORDINARY.value
    if found is None:
        row.refuse("sensitivity", f"Write one of: {'; '.join(s.label for s in Sensitivity)}.")
    return found or Sensitivity.ORDINARY.value


def _comment(row: _Reading) -> str:
    """The comment, and below it what has no place of its own."""
    comment = "\n".join(part for part in (row.text("comment"), *row.remarks) if part)
    if len(comment) > LONGEST:
        row.refuse(
            "comment", f"It has {len(comment):,} characters; at most {LONGEST:,} can be kept. Shorten it."
        )
    return comment


def cells_of(row: Sequence[str], mapping: Sequence[str]) -> dict[str, str]:
    """The cells by field; a column that maps to nothing is left out."""
    return {name: text for name, text in zip(mapping, row, strict=False) if name}
