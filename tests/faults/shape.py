"""What every fault has in common: how large it is run, and what its run came to."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any


class Size(enum.StrEnum):
    SMOKE = "smoke"
    FULL = "full"

    def of(self, smoke: int, full: int) -> int:
        return smoke if self is Size.SMOKE else full


class LeftOut(Exception):
    """A fault, or all of them, cannot be tried on this machine. ``str()`` says what it lacks."""


@dataclass
class Result:
    """``ran``: what was done, in words; ``figures``: what was measured; ``wrong``: what is not as required."""

    ran: str
    figures: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Notes ``otherwise`` among what is wrong, unless it ``holds``."""
        if not holds:
            self.wrong.append(otherwise)


@dataclass(frozen=True)
class Fault:
    """One row of the table: its number, what goes wrong, what the system has to do then."""

    number: int
    name: str
    required: str

    @property
    def code(self) -> str:
        return f"F{self.number}"


FAULTS = tuple(
    Fault(number, name, required)
    for number, (name, required) in enumerate(
        (
            (
                "The worker and all its children are killed (-9) in the middle of their work",
                "No reminder is lost, none has two rows. A mail comes twice only if its worker died between the mail"
                " server's yes and the commit, once more at most and under the same Message-ID. All out within 60 s",
            ),
            (
                "A child of the worker dies for lack of memory",
                "Its mail is tried again; after the third death it is given up, where staff see it. All others go out",
            ),
            (
                "Redis is stopped, frozen, emptied or full while people send forms",
                "Every form is saved in normal time (95 % within 1.2 × of what it is otherwise); every mail is out"
                " within 60 s after Redis is back",
            ),
            (
                "Redis dies with 500 mails on their way and has kept nothing",
                "All 500 go out, each once",
            ),
            (
                "The mail server refuses, puts off, hangs, hangs up, is slow",
                "Put off: again after 1, 5, 15, 60 minutes, for a day. Refused: given up, staff are told. The site does"
                " not notice",
            ),
            (
                "The database ends connections, or dies and starts again, during writes",
                "All of a change or none of it. The person reads that nothing was saved (503). The first good answer"
                " comes within 5 s after the database is back",
            ),
            (
                "Three beats, three relays and ten sweeps at once",
                "The same as with one: one reminder for each key",
            ),
            (
                "Two people decide at once",
                "One of them does; the other reads who did what, and keeps what they had typed",
            ),
            (
                "The same form arrives many times, or again with other words",
                "One effect and the same answer; other words are answered with what has happened meanwhile",
            ),
            (
                "The session ends in the middle of a form",
                "Nothing is lost but the step that was not sent; nobody else sees the draft",
            ),
            (
                "The disk is full, for an upload, a PDF, the log",
                "A clear refusal: no row, no file, no error page; reading goes on and readiness is red",
            ),
            (
                "The clock jumps; summer time begins and ends; holidays",
                "Each reminder once, on the right local day; no due date moves",
            ),
            (
                "A sweep over 100,000 cases and 400,000 reminders, killed half-way",
                "At most 60 s and 256 MB, no lock over 1 s, the site at most twice as slow; it goes on where it was",
            ),
            (
                "The making of a PDF dies, hangs, or is far too large",
                "It fails alone within 60 s, the person is told and may try again, the old PDF stays",
            ),
            (
                "Workers of the web server are killed (-9) under load",
                "A request happens wholly or not at all; only those under way fail",
            ),
            (
                "Old code works on a newer database, or the reverse, during an upgrade",
                "No task is lost; no migration holds a lock over 2 s",
            ),
            (
                "The virus scanner or the store of files is away",
                "Nothing that was not scanned is handed out",
            ),
            (
                "The record of what happened cannot be written",
                "Then what should be recorded is not done either: 503, for every change and every recorded reading",
            ),
            (
                "Nobody sends the mail that waits",
                "Readiness is red and staff read it on their pages within 5 minutes; the age of the oldest is right",
            ),
            (
                "Everything is lost and restored from the backup",
                "All of it is as it was at the moment of the backup, no more than a day is lost, and within 30 minutes"
                " people work again; a changed or cut backup, or another key, is refused",
            ),
        ),
        start=1,
    )
)
