"""An entry as a page or a copy shows it: with names for those who may know them, with roles for everybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from referrals.permissions import see_identity
from reviews.chronology.codes import THEME_NAMES
from reviews.chronology.dates import age_on
from reviews.chronology.masking import Person, without_names
from reviews.chronology.people import names_to_labels, people_of
from reviews.models import ChronologyEntry


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
    struck_because: str
    themes: list[str]


class Telling:
    """How the entries of one case are told to one person. Reads the people of the case once."""

    def __init__(self, case: Any, user: User) -> None:
        self.people: list[Person] = people_of(case)
        self.named = see_identity(case, user) is None
        born = {f"child:{c.pk}": c.born_on for c in case.children.all()}
        self._born = [(p.label, born[p.key]) for p in self.people if born.get(p.key)]
        labels = names_to_labels(self.people)
        self._said: Callable[[str], str] = (
            (lambda text: text) if self.named else (lambda text: without_names(text, labels))
        )
        self._called = {
            p.key: f"{p.label} ({p.name})" if self.named and p.name else p.label for p in self.people
        }

    def person(self, key: str) -> str:
        return self._called.get(key, "Somebody no longer listed")

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
                name: self._said(getattr(entry, name))
                for name in ("happened", "voice", "action", "comment", "source", "struck_because")
            },
        )

    def all(self, entries: Iterable[ChronologyEntry]) -> list[Shown]:
        return [self.shown(entry) for entry in entries]
