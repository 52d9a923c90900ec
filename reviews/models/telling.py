"""An entry as a page or a copy tells it: with names for those who may know them, with roles for everybody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from referrals.permissions import see_identity
from reviews.chronology.dates import age_on
from reviews.chronology.masking import Person, without_names
from reviews.chronology.people import names_to_labels, people_of
from reviews.models.chronology import ChronologyEntry
from reviews.themes import THEME_NAMES


@dataclass(frozen=True)
class Shown:
    """One entry in words."""

    entry: ChronologyEntry
    when: str
    ages: str
    people: str
    happened: str
    voice: str
    action: str
    comment: str
    source: str
    professional: str
    struck_because: str
    themes: list[str]


class Telling:
    """How the entries of one case are told. Reads the people of the case once.

    ``named``: whether names may be told; a person who may not see identities is never told them.
    """

    def __init__(self, case: Any, user: User, *, named: bool = True) -> None:
        self.people: list[Person] = people_of(case)
        self.named = named and see_identity(case, user) is None
        born = {f"child:{c.pk}": c.born_on for c in case.children.all()}
        self._born = [(p.label, born[p.key]) for p in self.people if born.get(p.key)]
        self._labels = names_to_labels(self.people)
        self._people = {p.key: p for p in self.people}

    def said(self, text: str) -> str:
        """What somebody wrote, without names where they may not be told."""
        return text if self.named else without_names(text, self._labels)

    def person(self, key: str) -> str:
        """``Mother (Her Name)``, or ``Mother``."""
        person = self._people.get(key)
        if person is None:
            return "Somebody no longer listed"
        return f"{person.label} ({person.name})" if self.named and person.name else person.label

    def plainly(self, key: str) -> str:
        """Who it is in one word that reads back: the name if only one bears it and it may be told, else the label."""
        person = self._people.get(key)
        if person is None:
            return "Somebody no longer listed"
        alone = sum(p.name.lower() == person.name.lower() for p in self.people) == 1
        plain = not set(person.name) & set(";,|\n")
        return person.name if self.named and person.name and alone and plain else person.label

    def ages(self, entry: ChronologyEntry) -> str:
        """How old each child was, on the first day the event may have been."""
        known = [(label, age_on(born, entry.starts_on)) for label, born in self._born]
        return "; ".join(age if len(known) == 1 else f"{label}: {age}" for label, age in known)

    def shown(self, entry: ChronologyEntry) -> Shown:
        when = entry.when.words()
        if entry.ends_on:
            when = f"{when} to {entry.ends_on.day} {entry.ends_on:%B %Y}"
        return Shown(
            entry=entry,
            when=f"{when}, {entry.at}" if entry.at else when,
            ages=self.ages(entry),
            people=", ".join(self.person(key) for key in entry.person_keys),
            themes=[THEME_NAMES[code] for code in entry.theme_codes if code in THEME_NAMES],
            **{
                name: self.said(getattr(entry, name))
                for name in (
                    "happened", "voice", "action", "comment", "source", "professional", "struck_because",
                )
            },
        )  # fmt: skip

    def all(self, entries: Iterable[ChronologyEntry]) -> list[Shown]:
        return [self.shown(entry) for entry in entries]
