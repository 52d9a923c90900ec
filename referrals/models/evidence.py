"""What a decision rests on, part by part, each with its fingerprint: a later change is noticed, and can be named.

The nouns say themselves what of them a decision rests on. A module of theirs registers it once, when its app is ready.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


def content_hash(content: Any) -> str:
    """SHA-256 of some content in canonical JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Part:
    """One part of the evidence. ``code`` holds no words (it goes into the record); ``words`` is what people call it."""

    code: str
    words: str
    fingerprint: str


@dataclass(frozen=True)
class Difference:
    """One part that is not as it was: which, and whether it was changed, added or taken away."""

    code: str
    words: str
    how: str

    def __str__(self) -> str:
        return f"{self.words}: {self.how}"


CHANGED, ADDED, GONE = "changed", "added", "no longer there"


@dataclass
class Basis:
    """What is registered for one kind of question. Each function is asked about a case."""

    parts: list[Callable[[Any], Iterable[Part]]] = field(default_factory=list)
    # What people call parts whose code begins so (up to the point), in the order in which they are read.
    groups: dict[str, str] = field(default_factory=dict)
    # Who wrote what it rests on, by their keys: they do not approve it.
    authors: list[Callable[[Any], Iterable[int]]] = field(default_factory=list)
    # What an approval needs besides the three views: the sentence, or None.
    needed: list[Callable[[Any], str | None]] = field(default_factory=list)
    # Whether the decision has been acted on, so that later changes are about something new.
    settled: list[Callable[[Any], bool]] = field(default_factory=list)


_bases: dict[str, Basis] = {}


def basis_of(kind: str) -> Basis:
    """What questions of this kind rest on; to be added to by the nouns it rests on."""
    return _bases.setdefault(str(kind), Basis())


def parts_of(case: Any, kind: str) -> list[Part]:
    """Everything a question of this kind rests on, as it reads now."""
    return [part for source in basis_of(kind).parts for part in source(case)]


def kept(parts: Iterable[Part]) -> dict[str, dict[str, str]]:
    """How a decision remembers what it rests on."""
    return {part.code: {"words": part.words, "hash": part.fingerprint} for part in parts}


def differences(before: Mapping[str, Mapping[str, str]], parts: Iterable[Part]) -> list[Difference]:
    """What is not as it was, in the order in which it is read."""
    now = {part.code: part for part in parts}
    found = [
        Difference(part.code, part.words, CHANGED if code in before else ADDED)
        for code, part in now.items()
        if part.fingerprint != before.get(code, {}).get("hash")
    ]
    gone = [Difference(code, was["words"], GONE) for code, was in before.items() if code not in now]
    return found + gone


def is_settled(case: Any, kind: str) -> bool:
    return any(settled(case) for settled in basis_of(kind).settled)
