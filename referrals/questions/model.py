"""What a question and a section are. Nothing here knows a form, a page or the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any

Answers = Mapping[str, Any]  # of one section, or of one item of a section that repeats
Choices = tuple[tuple[str, str], ...]

YES_NO: Choices = (("yes", "Yes"), ("no", "No"))
UNKNOWN = "unknown"
YES_NO_UNKNOWN: Choices = (*YES_NO, (UNKNOWN, "Not known yet"))
# Text that was typed and cannot be taken yet, by question: kept so that it is shown again as it was typed.
TYPED = "typed"
# The reason why a section that repeats has no items.
NONE = "none"
ITEMS = "items"
MORE = "more"
# More options than this, and they are offered as a list to choose from rather than one under the other.
MOST_RADIOS = 7


class Kind(StrEnum):
    TEXT = auto()
    LONG = auto()
    DATE = auto()
    CHOICE = auto()
    CHOICES = auto()
    TEL = auto()
    EMAIL = auto()
    NHS_NUMBER = auto()


@dataclass(frozen=True)
class When:
    """A condition on another answer of the same section or item."""

    question: str
    values: frozenset[str]

    def holds(self, answers: Answers) -> bool:
        return answers.get(self.question) in self.values


def when(question: str, *values: str) -> When:
    return When(question, frozenset(values))


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of the referral form.

    ``only``: the question is asked only then. ``required_when``: required also when one of these holds.
    ``unknown_ok``: instead of an answer, a reason why it is not known yet is an answer too; it is kept under
    ``reason``. ``unknown``: the coded value that says so, where the list has one. ``none``: the option
    that excludes all the others. ``past``: a date that cannot lie ahead. ``group``: the heading it opens.
    """

    code: str
    label: str
    kind: Kind
    hint: str = ""
    noun: str = ""
    choices: Choices = ()
    required: bool = True
    required_when: tuple[When, ...] = ()
    only: When | None = None
    unknown_ok: bool = False
    unknown: str = ""
    reason: str = ""
    none: str = ""
    past: bool = False
    group: str = ""
    longest: int = 200

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", self.reason or f"{self.code}_unknown")
        object.__setattr__(self, "noun", self.noun or self.label.removesuffix("?"))

    @property
    def is_list(self) -> bool:
        """Whether it is one choice out of so many that they are offered as a list to choose from."""
        return self.kind is Kind.CHOICE and len(self.choices) > MOST_RADIOS

    def needed(self, answers: Answers) -> bool:
        """Whether the form is incomplete without it. The caller has seen to it that it is asked."""
        return self.required or any(condition.holds(answers) for condition in self.required_when)

    def unreadable(self, answers: Answers) -> bool:
        """Whether something was typed that cannot be taken yet."""
        typed = answers.get(TYPED, {})
        return self.code in typed or self.reason in typed

    def not_known(self, answers: Answers) -> bool:
        """Whether it is not known yet: by its coded value, or by a reason in place of an answer."""
        value = answers.get(self.code)
        if value:
            return bool(value == self.unknown)
        return bool(answers.get(self.reason))

    def answered(self, answers: Answers) -> bool:
        """Whether there is an answer that counts: a value, or a reason why there is none yet."""
        if self.unreadable(answers):
            return False
        if self.unknown_ok and self.not_known(answers):
            return bool(answers.get(self.reason))
        return bool(answers.get(self.code))


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the form. With ``repeats`` ("child") its questions are asked of every item.

    ``group``: the heading of the task list it stands under. ``least``: how many items there must be; where
    it is 0, a reason why none is known is an answer too. ``contradiction``: the question whose answer does
    not go with another one, and the sentence that says so; ``None`` when they agree.
    """

    code: str
    title: str
    intro: str
    group: str
    questions: tuple[Question, ...]
    repeats: str = ""
    plural: str = ""
    least: int = 0
    most: int = 30
    none_label: str = ""
    contradiction: Callable[[Answers], tuple[str, str] | None] | None = None

    def asked(self, answers: Answers) -> list[Question]:
        """The questions that are asked, given the other answers of the section or item."""
        asked: list[Question] = []
        open_codes: set[str] = set()
        for question in self.questions:
            if question.only is None or (
                question.only.question in open_codes and question.only.holds(answers)
            ):
                asked.append(question)
                open_codes.add(question.code)
        return asked

    def question(self, code: str) -> Question | None:
        return next((question for question in self.questions if question.code == code), None)

    def items(self, answers: Answers) -> list[dict[str, Any]]:
        """The items of a section that repeats."""
        found = answers.get(ITEMS, [])
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def nhs_number(typed: str) -> str | None:
    """The ten digits of an NHS number; ``None`` unless its check digit is right (modulus 11)."""
    digits = "".join(typed.split()).replace("-", "")
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        return None
    weighted = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    return digits if (11 - weighted % 11) % 11 == int(digits[9]) else None
