"""What answers say: what is missing, how they read, what changed between two versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from referrals.questions.kinds import long, text
from referrals.questions.model import MORE, NONE, TYPED, Answers, Kind, Question, Section
from referrals.questions.table import SECTIONS, section_of


@dataclass(frozen=True)
class Place:
    """Where something stands in the form. ``item``: which one of a section that repeats, from 0."""

    section: Section
    item: int | None = None
    question: Question | None = None

    @property
    def label(self) -> str:
        """In words: ``Child 2: date of birth``; without a question, the section or the item."""
        what = self.question.noun if self.question else self.section.title
        if self.item is None:
            return what
        which = f"{self.section.repeats.capitalize()} {self.item + 1}"
        return f"{which}: {lowered(what)}" if self.question else which

    @property
    def field(self) -> str:
        """How a mark names the place within its section: ``narrative``, ``2.born_on``, ``2`` or nothing."""
        return field_of(self.item, self.question.code if self.question else "")


@dataclass(frozen=True)
class Gap:
    """An answer without which the form cannot be sent. ``question`` is "" where a whole item is missing."""

    section: str
    item: int | None
    question: str
    label: str


@dataclass(frozen=True)
class Shown:
    """One asked question with its answer in words, "" when there is none."""

    section: Section
    item: int | None
    question: Question
    value: str
    not_known: bool = False

    @property
    def place(self) -> Place:
        return Place(self.section, self.item, self.question)


@dataclass(frozen=True)
class Change:
    """An answer that differs between two versions, in words."""

    section: Section
    item: int | None
    label: str
    before: str
    after: str


def lowered(words: str) -> str:
    """With a small first letter, unless the word is an abbreviation."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def more_question(section: Section) -> Question:
    """The last question of a section that repeats: what did not fit its items."""
    return long(MORE, f"Anything else about {lowered(section.plural)}", required=False)


def none_question(section: Section) -> Question:
    """Why a section that repeats has no items."""
    return text(NONE, section.none_label, required=False, noun=section.none_label.removesuffix(", because …"))


# --- what is missing --------------------------------------------------------------------------------------


def missing(answers: Mapping[str, Any], sections: Sequence[Section] = SECTIONS) -> list[Gap]:
    """Everything without which the form cannot be sent, in the order of the form."""
    return [gap for section in sections for gap in missing_in(section, of(section, answers))]


def missing_in(section: Section, answers: Answers) -> list[Gap]:
    """What is missing in one section."""
    if not section.repeats:
        return _missing_of(section, None, answers)
    items = section.items(answers)
    gaps = [gap for number, item in enumerate(items) for gap in _missing_of(section, number, item)]
    if len(items) < section.least or not (items or answers.get(NONE)):
        gaps.append(Gap(section.code, None, "", f"{section.title}: add at least one {section.repeats}"))
    return gaps


def _missing_of(section: Section, item: int | None, answers: Answers) -> list[Gap]:
    against = section.contradiction(answers) if section.contradiction else None
    return [
        Gap(section.code, item, question.code, Place(section, item, question).label)
        for question in section.asked(answers)
        if question.unreadable(answers)
        or (question.needed(answers) and not question.answered(answers))
        or (against and against[0] == question.code)
    ]


def of(section: Section, answers: Mapping[str, Any]) -> Answers:
    """The answers of one section; empty when it has not been begun."""
    found = answers.get(section.code)
    return found if isinstance(found, dict) else {}


# --- how answers read -------------------------------------------------------------------------------------


def shown(answers: Mapping[str, Any], sections: Sequence[Section] = SECTIONS) -> Iterable[Shown]:
    """Every question that is asked, with its answer in words, in the order of the form."""
    for section in sections:
        yield from shown_in(section, of(section, answers))


def shown_in(section: Section, answers: Answers) -> Iterable[Shown]:
    """The questions of one section with their answers."""
    if not section.repeats:
        yield from _shown_of(section, None, answers)
        return
    items = section.items(answers)
    for number, item in enumerate(items):
        yield from _shown_of(section, number, item)
    if not items and section.none_label:
        yield Shown(section, None, none_question(section), str(answers.get(NONE, "")))
    if answers.get(MORE):
        yield Shown(section, None, more_question(section), str(answers[MORE]))


def _shown_of(section: Section, item: int | None, answers: Answers) -> Iterable[Shown]:
    for question in section.asked(answers):
        words = in_words(question, answers)
        yield Shown(section, item, question, words, not_known=question.not_known(answers))


def in_words(question: Question, answers: Answers) -> str:
    """The answer in words; a reason why it is not known yet; what was typed and cannot be read; or ""."""
    if question.unreadable(answers):
        typed = answers[TYPED].get(question.code) or answers[TYPED].get(question.reason)
        words = " ".join(map(str, typed)) if isinstance(typed, list) else str(typed)
        return f"“{words}”: this has to be corrected"
    value, reason = answers.get(question.code), answers.get(question.reason)
    if question.unknown_ok and reason and question.not_known(answers):
        return f"Not known yet, because: {reason}"
    return _value_in_words(question, value) if value else ""


def _value_in_words(question: Question, value: Any) -> str:
    labels = dict(question.choices)
    if question.kind is Kind.CHOICES:
        return "; ".join(labels.get(str(one), str(one)) for one in value)
    if question.kind is Kind.CHOICE:
        return labels.get(str(value), str(value))
    if question.kind is Kind.DATE:
        return _date_in_words(str(value))
    if question.kind is Kind.NHS_NUMBER and len(str(value)) == len("9991234578"):
        return f"{value[:3]} {value[3:6]} {value[6:]}"
    return str(value)


def _date_in_words(value: str) -> str:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def title_of(section: Section, item: int, answers: Answers) -> str:
    """What an item is called in lists: its first answer, or ``Child 2`` while there is none."""
    first = section.questions[0]
    named = in_words(first, answers) if answers.get(first.code) else ""
    return named or Place(section, item).label


# --- what changed -----------------------------------------------------------------------------------------


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], sections: Sequence[Section] = SECTIONS
) -> list[Change]:
    """What the later version says differently, in the order of the form.

    Items are followed by what they are called, so that removing the first child changes no other.
    """
    return [
        change
        for section in sections
        for change in _changes_in(section, of(section, before), of(section, after))
    ]


def _changes_in(section: Section, before: Answers, after: Answers) -> Iterable[Change]:
    old = {s.question.code: s for s in shown_in(section, before) if s.item is None}
    new = {s.question.code: s for s in shown_in(section, after) if s.item is None}
    yield from _differences(section, None, old, new)
    if section.repeats:
        was, now = section.items(before), section.items(after)
        for old_item, new_item in _pairs(section, was, now):
            number = new_item if new_item is not None else old_item
            yield from _differences(
                section, number, _by_code(section, was, old_item), _by_code(section, now, new_item)
            )


def _by_code(section: Section, items: list[dict[str, Any]], number: int | None) -> dict[str, Shown]:
    return {} if number is None else {s.question.code: s for s in _shown_of(section, number, items[number])}


def _differences(
    section: Section, item: int | None, old: dict[str, Shown], new: dict[str, Shown]
) -> Iterable[Change]:
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        before, after = (was.value if was else ""), (now.value if now else "")
        if before != after:
            question = (now or was).question  # type: ignore[union-attr]
            yield Change(section, item, Place(section, item, question).label, before, after)


def _pairs(section: Section, was: list[Any], now: list[Any]) -> list[tuple[int | None, int | None]]:
    """Which earlier item each later one continues: by its title, else by its place; the rest came or went."""
    free = list(range(len(was)))
    pairs: dict[int, int] = {}
    titles = [title_of(section, number, item) for number, item in enumerate(was)]
    for number, item in enumerate(now):
        match = next((old for old in free if titles[old] == title_of(section, number, item)), None)
        if match is not None:
            pairs[number] = match
            free.remove(match)
    for number in range(len(now)):
        if number not in pairs and number in free:
            pairs[number] = number
            free.remove(number)
    return [(pairs.get(number), number) for number in range(len(now))] + [(old, None) for old in free]


# --- marks ------------------------------------------------------------------------------------------------


def field_of(item: int | None, question: str) -> str:
    """How a mark names a question within its section: ``narrative``, or ``2.born_on`` of the second item."""
    return question if item is None else f"{item + 1}.{question}".rstrip(".")


def place_of(section: str, field: str) -> Place | None:
    """The place that a mark names; ``None`` when the form has no such place (any more)."""
    found = section_of(section)
    if found is None:
        return None
    number, dot, code = field.rpartition(".")
    if not dot and field.isascii() and field.isdigit():
        number, code = field, ""
    if number and not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) > 0):
        return None
    question = found.question(code)
    if (code and question is None) or (number and not found.repeats):
        return None
    return Place(found, int(number) - 1 if number else None, question)
