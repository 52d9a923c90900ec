"""Small numbers: which figures of a set of tables are hidden, so that nobody can work out a small one.

The method. Figures stand in sums: a total and the parts it is divided into. A total may be divided in several ways
(referrals by agency, and by outcome), a part may be divided again, but no figure is a part of two sums: the sums form
trees. That is a condition, and it is checked; because of it what a reader can work out is known exactly, by passing the
limits of each figure up and down the tree (``limits``).

1. **Small.** A figure of 1 to 4 is hidden. A nought is shown: it is about nobody, and without it a reader could not
   tell what did not happen. The parts of a hidden small total are hidden altogether, noughts too.
2. **Second.** As long as a reader could narrow a hidden figure to a single value, one more figure near it is hidden,
   the smallest that costs least. A reader is taken to know everything that is shown, in every table, and besides which
   of the hidden figures are small and which are not: more than the tables say, for there all are marked alike.
   What was hidden on the way and turns out not to matter is shown again, totals first.
3. **Blank.** Where that is not enough (a total everybody knows), all parts of the sum are hidden, noughts too.

What anybody can count outside (published reports) is never hidden, and counts as known to the reader. Two figures of
different tables that mostly agree (what was decided to notify, what was notified) are ``alike``: hidden together.

What this does not protect from: somebody who carries the method out backwards; somebody who knows a hidden figure
anyhow (an agency knows its own) and works out another one; other figures that happen to agree; and two sets of tables
of one year, made as of two days, set side by side. That is why one year has one pack at a time (``models.yearly``).
Two years count other things, each what began in it, and have no figure in common.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

SMALL = 5  # figures below this, but for nought, are hidden
ENDLESS = 10**9


@dataclass(frozen=True)
class Sum:
    """``total`` is the sum of ``parts``: at least two, or the part would be the total by another name."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """The least and the most that a figure can be, as far as a reader can tell."""

    least: int
    most: int

    @property
    def single(self) -> bool:
        return self.least == self.most


def check(figures: Mapping[str, int], sums: Sequence[Sum]) -> None:
    """Raises ``ValueError`` for a sum that does not add up, and for sums that do not form trees."""
    seen: set[str] = set()
    for one in sums:
        if len(one.parts) < 2 or len(set(one.parts)) != len(one.parts):
            raise ValueError(f"{one.total} is not divided into at least two parts.")
        if seen.intersection(one.parts) or one.total in one.parts:
            raise ValueError(f"A part of {one.total} is a part of two sums.")
        seen.update(one.parts)
        if figures[one.total] != sum(figures[part] for part in one.parts):
            raise ValueError(f"{one.total} is not the sum of its parts.")
    totals = {part: one.total for one in sums for part in one.parts}
    for part in totals:
        above, passed = part, {part}
        while (above := totals.get(above, "")) and above not in passed:
            passed.add(above)
        if above:
            raise ValueError(f"{above} is a part of itself.")


def hidden(
    figures: Mapping[str, int],
    sums: Sequence[Sum],
    *,
    known: Collection[str] = (),
    alike: Collection[frozenset[str]] = (),
) -> frozenset[str]:
    """The names of the figures that must not be shown.

    ``known``: those that anybody can count elsewhere; ``alike``: those of which one tells the other.
    """
    check(figures, sums)
    return frozenset(_Protection(figures, sums, frozenset(known), alike).found)


def limits(domains: Mapping[str, Limits], sums: Sequence[Sum]) -> dict[str, Limits]:
    """What a reader can work out: the narrowest limits of each figure that all sums together allow.

    Exact where the sums form trees: then limits that fit every single sum fit all of them at once.
    """
    least = {name: domain.least for name, domain in domains.items()}
    most = {name: domain.most for name, domain in domains.items()}
    moved = True
    while moved:
        moved = False
        for one in sums:
            names = (one.total, *one.parts)
            before = [(least[name], most[name]) for name in names]
            _narrow(one, least, most)
            moved = moved or before != [(least[name], most[name]) for name in names]
    return {name: Limits(least[name], most[name]) for name in domains}


def _narrow(one: Sum, least: dict[str, int], most: dict[str, int]) -> None:
    """Pass the limits on within one sum."""
    low, high = sum(least[part] for part in one.parts), sum(most[part] for part in one.parts)
    least[one.total], most[one.total] = max(least[one.total], low), min(most[one.total], high)
    for part in one.parts:
        others_low, others_high = low - least[part], high - most[part]
        new_least = max(least[part], least[one.total] - others_high)
        new_most = min(most[part], most[one.total] - others_low)
        low, high = low + new_least - least[part], high + new_most - most[part]
        least[part], most[part] = new_least, new_most


class _Protection:
    """The search for what has to be hidden besides the small figures."""

    def __init__(
        self,
        figures: Mapping[str, int],
        sums: Sequence[Sum],
        known: frozenset[str],
        alike: Collection[frozenset[str]],
    ) -> None:
        self.figures, self.sums, self.known, self.alike = figures, sums, known, alike
        self.found = {name for name, number in figures.items() if 0 < number < SMALL} - known
        # Parts of which a reader is not even to know whether they are small.
        self.blank: set[str] = set()
        self._blank_below_small_totals()
        self._hide_what_is_alike()
        while exposed := self._exposed():
            self._hide_near(exposed)
            self._hide_what_is_alike()
        self._show_what_need_not_be_hidden()

    def _hide_what_is_alike(self) -> None:
        for together in self.alike:
            if together & self.found:
                self.found |= {name for name in together - self.known if self.figures[name]}

    def _show_what_need_not_be_hidden(self) -> None:
        """What was hidden on the way and turned out not to matter, totals first: they tell a reader most."""
        totals = {one.total for one in self.sums}
        extra = self.found - self.blank - frozenset[str]().union(*self.alike)
        extra = {name for name in extra if self.figures[name] >= SMALL}
        left = self._singles()
        for name in sorted(extra, key=lambda n: (n not in totals, -self.figures[n], n)):
            self.found.remove(name)
            if self._singles() - left:
                self.found.add(name)

    def _singles(self) -> set[str]:
        known = limits(self.domains(), self.sums)
        return {name for name in self.found if known[name].single}

    def _blank_below_small_totals(self) -> None:
        waiting = [one for one in self.sums if one.total in self.found]
        while waiting:
            one = waiting.pop()
            self._hide_all(one)
            waiting += [
                below for below in self.sums if below.total in one.parts and below.total in self.found
            ]

    def _hide_all(self, one: Sum) -> None:
        parts = set(one.parts) - self.known
        self.blank |= parts
        self.found |= parts

    def domains(self) -> dict[str, Limits]:
        """What is known of each figure before the sums are looked at."""
        return {name: self._domain(name, number) for name, number in self.figures.items()}

    def _domain(self, name: str, number: int) -> Limits:
        if name not in self.found:
            return Limits(number, number)
        if name in self.blank:
            return Limits(0, ENDLESS)
        return Limits(1, SMALL - 1) if number < SMALL else Limits(SMALL, ENDLESS)

    def _exposed(self) -> str:
        """A hidden figure that has one value left; "" when there is none that can be helped."""
        return next((name for name in sorted(self._singles()) if self._near(name)), "")

    def _near(self, name: str) -> list[Sum]:
        """The sums that have something left to hide, nearest first."""
        near, seen, waiting = [], {name}, deque([name])
        while waiting:
            here = waiting.popleft()
            for one in self.sums:
                names = {one.total, *one.parts}
                if here in names and one not in near:
                    near.append(one)
                    waiting += sorted(names - seen)
                    seen |= names
        return [one for one in near if self._cheapest(one) or self._unblanked(one)]

    def _cheapest(self, one: Sum) -> str:
        """The figure of the sum that is hidden next: its smallest part that is not nought, then its total.

        What takes figures of other tables with it comes last.
        """
        paired = frozenset[str]().union(*self.alike)
        shown = [name for name in (*one.parts, one.total) if self._can_hide(name)]
        return min(shown, key=lambda n: (n in paired, n == one.total, self.figures[n], n), default="")

    def _can_hide(self, name: str) -> bool:
        return name not in self.found and name not in self.known and self.figures[name] > 0

    def _unblanked(self, one: Sum) -> bool:
        return not self.blank.issuperset(set(one.parts) - self.known)

    def _hide_near(self, name: str) -> None:
        near = self._near(name)
        for one in near:
            if cheapest := self._cheapest(one):
                self.found.add(cheapest)
                return
        self._hide_all(next(one for one in near if self._unblanked(one)))
