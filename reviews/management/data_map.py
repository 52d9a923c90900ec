"""docs/data-map.md, from the classes of all fields: what is kept of whom, and how it lies on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import models

from cspr.privacy import FIELDS as PLATFORM
from cspr.sealed.classes import Class, classes_of
from cspr.sealed.fields import BlindIndex, Sealed
from referrals.privacy import FIELDS as REFERRALS
from reviews.privacy import FIELDS as REVIEWS

TABLES = {**PLATFORM, **REFERRALS, **REVIEWS}
FREE_TEXT = """## Where names may stand though they should not

Whatever a person writes freely may name somebody. In class P4 that is encrypted. In these fields of class P3 it lies
open in the database, as safe as the disk and its backups are; forms ask for roles instead of names, reports are checked
for names, and no e-mail, log or address of a page holds any of it:
"""
BELOW = """## How to read this

A reference, the number of a row, a link to another row, a state and the time at which a row was made are P1, and not
listed. Stored files (`documents.Document`) are encrypted, each with a key of its own.
"""


def data_map(note: str) -> str:
    """The page. Raises ``Unclassed`` when a field has no class."""
    classes = classes_of(TABLES)
    lines = [
        "# Data map\n",
        note,
        "| class | what | who sees it | where else it may go |",
        "|---|---|---|---|",
    ]
    lines += [f"| {c.code} | {c.label} | {c.seen_by} | {c.goes_to} |" for c in Class]
    lines += [
        "",
        BELOW,
        "| what | P0 | P1 | P2 | P3 | P4 | P5 |",
        "|---|---|---|---|---|---|---|",
        *_rows(classes),
    ]
    lines += ["", FREE_TEXT, *_open_text(classes)]
    return "\n".join(lines) + "\n"


def _rows(classes: Mapping[models.Field, Class]) -> Iterator[str]:
    for label, declared in sorted(TABLES.items()):
        cells = (declared.get(kind, "").replace(" ", ", ") for kind in Class)
        yield f"| `{label}` | {' | '.join(cells)} |"


def _open_text(classes: Mapping[models.Field, Class]) -> Iterator[str]:
    """Every field of class P3 in which somebody writes, by table."""
    found: dict[str, list[str]] = {}
    for field, kind in classes.items():
        written = (
            isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices
        )
        if kind is Class.NARRATIVE and written and not isinstance(field, Sealed | BlindIndex):
            found.setdefault(field.model._meta.label, []).append(field.name)
    for label, names in sorted(found.items()):
        yield f"- `{label}`: {', '.join(names)}"
