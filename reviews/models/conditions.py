"""What publication waits for, as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """One thing that publication waits for: what, why it is not so yet (None: it is), where it is mended, and by whom.

    ``do``: what mends it, as an instruction; ``verb`` is a verb of the review, ``room`` the name of one of its pages;
    ``who`` is said to those who may not.
    """

    words: str
    reason: str | None
    do: str
    verb: str = ""
    room: str = ""
    who: str = ""
