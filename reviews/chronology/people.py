"""The people of a case as a chronology speaks of them: by a stable key, by what they are, and by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from reviews.chronology.columns import plain
from reviews.chronology.masking import Person


def people_of(case: Any) -> list[Person]:
    """Children first. Without a name they are ``Child``, ``Child 2``, ``Mother``, ``Sister 2``; ``case`` is a Case."""
    children = sorted(case.children.all(), key=lambda c: c.pk)
    family = sorted(case.family.all(), key=lambda f: f.pk)
    named = [(f"child:{c.pk}", "Child", c.name) for c in children]
    named += [(f"family:{f.pk}", f.relationship.strip().capitalize() or "Relative", f.name) for f in family]
    met: Counter[str] = Counter()
    people = []
    for key, what, name in named:
        met[what] += 1
        people.append(Person(key, what if met[what] == 1 else f"{what} {met[what]}", name))
    return people


def by_what_they_are_called(people: Iterable[Person]) -> dict[str, str]:
    """Label or name, without capitals and marks -> key. A name that two people bear means neither."""
    people = list(people)
    names = Counter(plain(p.name) for p in people)
    called = {plain(p.name): p.key for p in people if p.name and names[plain(p.name)] == 1}
    return called | {plain(p.label): p.key for p in people}


def names_to_labels(people: Iterable[Person]) -> Mapping[str, str]:
    return {p.name: p.label for p in people}
