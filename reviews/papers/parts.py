"""What several papers have in common."""

from __future__ import annotations

from dataclasses import dataclass

from referrals.models import Case, Deadline


@dataclass(frozen=True)
class Part:
    """One section of a report as it is read."""

    code: str
    title: str
    text: str


def deadline_of(case: Case, code: str) -> Deadline | None:
    return case.deadlines.filter(code=code).first()
