"""Short ways to write a question, so that the table of sections reads like the form."""

from __future__ import annotations

from typing import Any

from referrals.questions.model import UNKNOWN, YES_NO, YES_NO_UNKNOWN, Choices, Kind, Question


def text(code: str, label: str, **more: Any) -> Question:
    return Question(code=code, label=label, kind=Kind.TEXT, **more)


def long(code: str, label: str, **more: Any) -> Question:
    return Question(code=code, label=label, kind=Kind.LONG, **{"longest": 10_000, **more})


def date(code: str, label: str, **more: Any) -> Question:
    return Question(code=code, label=label, kind=Kind.DATE, **more)


def choice(code: str, label: str, choices: Choices, **more: Any) -> Question:
    return Question(code=code, label=label, kind=Kind.CHOICE, choices=choices, **more)


def choices(code: str, label: str, choices: Choices, **more: Any) -> Question:
    return Question(code=code, label=label, kind=Kind.CHOICES, choices=choices, **more)


def yes_no(code: str, label: str, **more: Any) -> Question:
    return choice(code, label, YES_NO, **more)


def yes_no_unknown(code: str, label: str, **more: Any) -> Question:
    """Yes, no, or not known yet; with ``unknown_ok`` the reason why it is not known is asked as well."""
    return choice(code, label, YES_NO_UNKNOWN, **{"unknown": UNKNOWN, **more})
