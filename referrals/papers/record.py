"""What the record of a decision holds beside the decision itself: conflicts of interest, what it rests on, and more.

Nouns that this app does not know (a meeting, say) add their own sections: ``add_to_record``, once, when their app is
ready.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cspr.clocks.calendar import in_full
from referrals.models import Conflict, Decision
from referrals.models.evidence import basis_of, content_hash, parts_of

# So many characters of a fingerprint tell two texts apart; the approval's own covers each of them in full.
SHOWN = 16
# A chronology may have two thousand entries. From here on the parts of one kind are told as one.
MOST_LISTED = 60


@dataclass(frozen=True)
class Grid:
    """A table of the record; the first cell heads its row. ``look``: which widths its columns have."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    look: str = ""


@dataclass(frozen=True)
class RecordSection:
    """A section of the record: its title, a sentence or two, and its tables."""

    title: str
    words: str = ""
    grids: Sequence[Grid] = ()


Sections = Callable[[Decision], Iterable[RecordSection]]
# Person, conflict, what followed.
Conflicts = Callable[[Decision], Iterable[Sequence[str]]]
_sections: dict[str, Sections] = {}
_conflicts: dict[str, Conflicts] = {}


def add_to_record(kind: str, sections: Sections, conflicts: Conflicts) -> None:
    """What the record of a decision of this kind holds besides, and conflicts known elsewhere than on the case."""
    _sections[str(kind)], _conflicts[str(kind)] = sections, conflicts


def sections_of(decision: Decision) -> list[RecordSection]:
    """How the decision was reached, in the order in which it is read."""
    add = _sections.get(decision.kind)
    return [*(add(decision) if add else ()), conflicts_of(decision)]


# --- conflicts of interest --------------------------------------------------------------------------------

NO_CONFLICT = "None was declared or recorded before this was decided."
WHAT_FOLLOWED = (
    "Whoever has a conflict of interest cannot open the case from their next click. They give no view, approve "
    "nothing and do not count for a quorum."
)


def conflicts_of(decision: Decision) -> RecordSection:
    """Those that were known when this was decided, and what followed from each."""
    known = decision.case.conflicts.select_related("user", "recorded_by", "lifted_by").order_by(
        "declared_on", "pk"
    )
    if decision.approved_on:
        known = known.filter(declared_on__lte=decision.approved_on)
    add = _conflicts.get(decision.kind)
    rows = [*(_row(one) for one in known), *(add(decision) if add else ())]
    if not rows:
        return RecordSection("Conflicts of interest", NO_CONFLICT)
    grid = Grid("Declared or recorded", ("Person", "Conflict", "What followed"), rows, "people")
    return RecordSection("Conflicts of interest", WHAT_FOLLOWED, [grid])


def _row(one: Conflict) -> list[str]:
    own = one.recorded_by_id == one.user_id
    by = "Declared by themselves" if own else f"Recorded by {one.recorded_by.name}"
    followed = f"No access to the case from {in_full(one.declared_on)}"
    if one.lifted_on and one.lifted_by:
        followed += f"\nLifted by {one.lifted_by.name} on {in_full(one.lifted_on)}"
    return [one.user.name, f"{one.reason}\n{by}", followed]


# --- what it rests on -------------------------------------------------------------------------------------

RESTS_ON = (
    "Each part as it read when this was proposed, with the beginning of its fingerprint (SHA-256). The fingerprint of "
    "the approval is taken over all of them in full. A part that reads differently has another fingerprint."
)


def rests_on(decision: Decision) -> list[RecordSection]:
    """Every part the decision rests on with its fingerprint; nothing for a question without registered parts."""
    kept: Mapping[str, Mapping[str, str]] = decision.evidence
    if not kept:
        return []
    grids = [_group(decision, group, list(codes)) for group, codes in groupby(_in_order(decision), _group_of)]
    return [RecordSection("What this rests on", RESTS_ON, grids)]


def _group_of(code: str) -> str:
    return code.partition(".")[0]


def _in_order(decision: Decision) -> list[str]:
    """The codes as they are read today; a part that is no longer there comes last in its group."""
    order = [part.code for part in parts_of(decision.case, decision.kind)]
    groups = list(basis_of(decision.kind).groups)
    places = {code: place for place, code in enumerate(order)}

    def place(code: str) -> tuple[int, int, str]:
        group = _group_of(code)
        return groups.index(group) if group in groups else len(groups), places.get(code, len(order)), code

    return sorted(decision.evidence, key=place)


def _group(decision: Decision, group: str, codes: list[str]) -> Grid:
    caption = basis_of(decision.kind).groups.get(group, "Other parts")
    parts = [decision.evidence[code] for code in codes]
    if len(parts) > MOST_LISTED:
        together = content_hash({code: decision.evidence[code]["hash"] for code in codes})
        rows = [[f"{len(parts)} parts, taken together", together[:SHOWN]]]
    else:
        rows = [[part["words"], part["hash"][:SHOWN]] for part in parts]
    return Grid(caption, ("Part", "Fingerprint"), rows, "parts")
