"""The identity key as the finder reads it: real words, how else they are written, and what stands instead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from reviews.anonymity.kinds import KeyKind


@dataclass(frozen=True)
class Entry:
    """One person, place, day or number. ``others``: nicknames, earlier names, other spellings."""

    kind: KeyKind
    words: str
    instead: str
    others: tuple[str, ...] = ()
    pk: int | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        return tuple(said for said in (self.words, *self.others) if said.strip())


@dataclass(frozen=True)
class Key:
    """All entries of a case.

    ``meant``: words that stand in the report on purpose (the pseudonym, the partnership's own name);
    ``meant_days``: days that are printed on purpose (of publication, by which something is due).
    """

    entries: tuple[Entry, ...]
    meant: tuple[str, ...] = ()
    meant_days: frozenset[dt.date] = field(default_factory=frozenset)
