"""What several papers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from cspr.ui.richtext import read
from referrals.models import Case, Deadline


@dataclass(frozen=True)
class Part:
    """One section of a report as it is read. ``notes_before``: how many footnotes stand in the sections before."""

    code: str
    title: str
    text: str
    notes_before: int = 0


def numbered(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts in their order; their footnotes are counted through the whole report."""
    before = 0
    for part in parts:
        yield replace(part, notes_before=before)
        before += len(read(part.text).notes)


def deadline_of(case: Case, code: str) -> Deadline | None:
    return case.deadlines.filter(code=code).first()
