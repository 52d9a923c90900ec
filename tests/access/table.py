"""``docs/access.md`` as data: one row an action, one cell a role, a set of contexts in each cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
# The contexts in which a person may stand to something, by scope. R is N, and B, after the case was restricted.
CONTEXTS = {"case": "OANBXCRL", "sys": "NXL", "self": "SL", "pub": "*"}
NEVER = frozenset("XCRL")


@dataclass(frozen=True)
class Cell:
    """What one role may do: the contexts that are let in. ``four_eyes``: A without O."""

    text: str

    @property
    def four_eyes(self) -> bool:
        return "A!" in self.text

    @property
    def letters(self) -> frozenset[str]:
        return frozenset(self.text) - frozenset("-,! ")

    def allows(self, context: str) -> bool:
        if "*" in self.letters:
            return True
        if context == "O":
            return "O" in self.letters or ("A" in self.letters and not self.four_eyes)
        if context == "B":
            return bool(self.letters & {"B", "N"})
        return context in self.letters


@dataclass(frozen=True)
class Row:
    """One action and who may do it."""

    action: str
    scope: str
    cells: dict[str, Cell]

    def allows(self, role: str, context: str) -> bool:
        return self.cells[role].allows(context)


def rows() -> dict[str, Row]:
    """The rows of the one table that begins with ``object.action``, in their order."""
    lines = DOCUMENT.read_text("utf-8").partition("\n| object.action |")[2].partition("\n\n")[0].splitlines()
    roles = [name.strip() for name in lines[0].strip("|").split("|")][1:]
    found = {}
    for line in lines[2:]:
        action, scope, *cells = (part.strip() for part in line.strip("|").split("|"))
        assert len(cells) == len(roles), f"{action}: {len(cells)} cells for {len(roles)} roles"
        assert action not in found, f"{action} stands twice in the table"
        found[action] = Row(
            action, scope, {role: Cell(text) for role, text in zip(roles, cells, strict=True)}
        )
    return found


GRAMMAR = re.compile(r"-|\*|(O|A!?|N|B|S)(,(O|A!?|N|B|S))*")
ROWS = rows()
ROLES = tuple(next(iter(ROWS.values())).cells)
