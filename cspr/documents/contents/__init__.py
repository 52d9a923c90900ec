"""Everything a finished file says: not only its pages, but what it carries unseen. Taken apart in a confined child."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cspr.documents.confined import TookTooLong, run

SECONDS = 90
# More than may stand inside one number, so that neighbours never read as one.
APART = "\n" * 5


class CannotRead(Exception):
    """The file could not be taken apart. ``str()`` says what it means and what to do; safe to show."""


@dataclass(frozen=True)
class Said:
    """Words of a file and where they stand. ``machine``: not prose, such as a name or an address inside the file."""

    where: str
    text: str
    machine: bool = False


@dataclass(frozen=True)
class Carried:
    """Something that should not be in a finished file at all, whatever it says."""

    where: str
    what: str


@dataclass(frozen=True)
class Contents:
    said: tuple[Said, ...]
    carried: tuple[Carried, ...]


def contents_of(data: bytes, kind: str, *, name: str = "") -> Contents:
    """All that ``data`` (a ``pdf`` or ``docx`` called ``name``) says and carries. Raises ``CannotRead``."""
    try:
        done = run("cspr.documents.contents", data, seconds=SECONDS, arguments=[kind])
    except TookTooLong as late:
        raise CannotRead(
            "The file could not be read in time, so it is not checked. Make it shorter."
        ) from late
    if done.code:
        raise CannotRead("The file could not be read, so it is not checked. Make it again.")
    return gathered(json.loads(done.output), name=name)


def gathered(read: dict[str, list[dict[str, Any]]], *, name: str = "") -> Contents:
    """What a reader noted, with the name of the file."""
    named = [{"where": "File name", "text": name, "machine": True}] if name else []
    return Contents(
        said=tuple(_together([*named, *read["said"]])),
        carried=tuple(Carried(**row) for row in read["carried"]),
    )


def _together(rows: list[dict[str, Any]]) -> Iterator[Said]:
    """What is not prose comes in thousands of small pieces: those of one place are one text, line by line."""
    pieces: dict[str, list[str]] = {}
    for row in rows:
        if row["machine"]:
            pieces.setdefault(row["where"], []).append(row["text"])
        else:
            yield Said(**row)
    for where, texts in pieces.items():
        yield Said(where, APART.join(texts), machine=True)
