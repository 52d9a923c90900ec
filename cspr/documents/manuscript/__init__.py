"""A report that somebody wrote on in Word: what it says chapter by chapter, and the comments in its margin.

Imported in the child, too: nothing here needs the database. ``cspr.documents.from_word`` is the way to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SECONDS = 30


@dataclass(frozen=True)
class Chapter:
    """What stands under one heading, as text with the marks of our reports. ``anchor``: the heading's unseen name."""

    heading: str
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class MarginNote:
    """A comment as Word has it. ``chapter``: the number of the one it stands in; ``parent``: the id of what it answers.

    ``whole``: it stands at the heading, so it is about all of the chapter.
    """

    id: str
    author: str
    initials: str
    text: str
    quote: str
    before: str
    after: str
    chapter: int
    parent: str = ""
    done: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Manuscript:
    """``left_out``: sentences on what was read otherwise than it stands in the file."""

    chapters: list[Chapter]
    notes: list[MarginNote]
    left_out: list[str] = field(default_factory=list)


def gathered(read: dict[str, Any]) -> Manuscript:
    """From plain data, as the child writes it and as it is kept until somebody decides."""
    return Manuscript(
        [Chapter(**row) for row in read["chapters"]],
        [MarginNote(**row) for row in read["notes"]],
        list(read["left_out"]),
    )
