"""What each field holds, in six classes: who may see it, where it may go, how it lies on the disk.

Every field of every model has one; the tables stand in each app's ``privacy.py``, docs/data-map.md is made of them.
What a field is may say it already: keys, links between rows, states and references are ``INTERNAL``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.apps import apps
from django.db import models
from django_fsm import FSMField


class Class(Enum):
    """The classes, from what everybody may read to what nobody may."""

    PUBLIC = "P0", "Public", "everybody", "anywhere"
    INTERNAL = "P1", "Internal", "whoever sees the case", "the body of an e-mail, the log"
    STAFF = "P2", "About staff", "the partnership", "an e-mail to that person; in the log only as a number"
    NARRATIVE = (
        "P3",
        "What happened",
        "whoever reads that part of the case",
        "no e-mail, no log, no address of a page",
    )
    IDENTITY = (
        "P4",
        "Who it is",
        "whoever may see identities",
        "nowhere; encrypted by this system in the database",
    )
    SECRET = "P5", "Secrets", "nobody", "nowhere; hashed or encrypted"

    def __init__(self, code: str, label: str, seen_by: str, goes_to: str) -> None:
        self.code, self.label, self.seen_by, self.goes_to = code, label, seen_by, goes_to


Table = Mapping[str, Mapping[Class, str]]
BY_ITSELF = frozenset({"ref", "version", "created_at"})


class Unclassed(Exception):
    """A field without a class, a class without a field, or a field with two. ``str()`` says which."""


def says_itself(field: models.Field) -> bool:
    """Whether what a field is says its class: a number, a link to another row, a state, a reference."""
    kinds = (models.AutoField, models.BigAutoField, models.ForeignKey, FSMField)
    return isinstance(field, kinds) or field.name in BY_ITSELF


def classes_of(tables: Table) -> dict[models.Field, Class]:
    """Every field of every model with its class. Raises ``Unclassed``, naming each field that is wrong."""
    found: dict[models.Field, Class] = {}
    wrong = [f"{label}: there is no such model" for label in tables.keys() - set(_labels())]
    for model in apps.get_models():
        declared = [
            (name, kind)
            for kind, names in tables.get(model._meta.label, {}).items()
            for name in names.split()
        ]
        fields = {field.name: field for field in model._meta.local_concrete_fields}
        wrong += [
            f"{model._meta.label}.{name}: there is no such field"
            for name, _ in declared
            if name not in fields
        ]
        for name, field in fields.items():
            said = [kind for one, kind in declared if one == name] or [Class.INTERNAL] * says_itself(field)
            if len(said) == 1:
                found[field] = said[0]
            else:
                wrong.append(f"{model._meta.label}.{name}: {'two classes' if said else 'no class'}")
    if wrong:
        raise Unclassed("; ".join(wrong))
    return found


def _labels() -> list[str]:
    return [model._meta.label for model in apps.get_models()]
