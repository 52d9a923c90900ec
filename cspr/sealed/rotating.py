"""A new key comes in: every row that is not sealed with the first key is sealed anew, some at a time.

What is left to do is what the rows themselves say, so it may be stopped and begun again at any moment, and rows
written meanwhile are not lost: each batch is locked while it is read and written. Reading goes on throughout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q, TextField
from django.db.models.functions import Cast, Substr

from cspr.sealed.fields import BlindIndex, Sealed
from cspr.sealed.keys import ID_LENGTH, ring
from cspr.sealed.sealing import MARK, mark_of

AT_ONCE = 200


@dataclass(frozen=True)
class Columns:
    """The sealed columns of one table, and the indexes beside them."""

    model: type[models.Model]
    sealed: tuple[Sealed, ...]
    indexes: tuple[BlindIndex, ...]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def rows(self) -> models.QuerySet[Any]:
        """Every row, with what really stands in each column as ``raw_<column>``."""
        raw = {f"raw_{one.attname}": Cast(F(one.attname), TextField()) for one in self.sealed}
        every: models.QuerySet[Any] = self.model._base_manager.annotate(**raw)
        return every

    def left(self) -> models.QuerySet[Any]:
        """The rows in which something is not sealed, or not indexed, with the first key."""
        mark, index = mark_of(ring().first), f"{ring().first.id}."
        old = [
            ~Q(**{f"raw_{one.attname}__startswith": mark})
            & ~Q(**{f"raw_{one.attname}": ""})
            & Q(**{f"raw_{one.attname}__isnull": False})
            for one in self.sealed
        ]
        old += [~Q(**{f"{i.attname}__startswith": index}) & ~Q(**{i.attname: ""}) for i in self.indexes]
        return self.rows().filter(reduce(or_, old))


def sealed_tables() -> list[Columns]:
    """Every table with a sealed column, in a fixed order."""
    found = []
    for model in apps.get_models():
        fields = model._meta.local_concrete_fields
        sealed = tuple(one for one in fields if isinstance(one, Sealed))
        if sealed:
            indexes = tuple(one for one in fields if isinstance(one, BlindIndex))
            found.append(Columns(model, sealed, indexes))
    return sorted(found, key=lambda columns: columns.table)


def rotate(columns: Columns) -> Iterator[int]:
    """Seal what is left of one table with the first key; yields how many rows each batch was.

    Raises ``KeyMissing`` or ``Unreadable`` at the first row that does not open; the batches before it stay done.
    """
    last = 0
    while True:
        with transaction.atomic():
            waiting = columns.left().filter(pk__gt=last).order_by("pk").select_for_update()[:AT_ONCE]
            rows = list(waiting)
            for row in rows:
                row.save(update_fields=[one.attname for one in (*columns.sealed, *columns.indexes)])
        if not rows:
            return
        last = rows[-1].pk
        yield len(rows)


def in_use() -> Counter[str]:
    """How many values are sealed with each key, by its id; ``""`` counts values that are not sealed at all."""
    counted: Counter[str] = Counter()
    for columns in sealed_tables():
        for one in columns.sealed:
            raw = f"raw_{one.attname}"
            rows = columns.rows().exclude(**{raw: ""}).exclude(**{f"{raw}__isnull": True})
            named = rows.annotate(sealed_with=Substr(raw, 1, len(MARK) + ID_LENGTH)).order_by()
            for said, number in named.values_list("sealed_with").annotate(number=models.Count("pk")):
                counted[said.removeprefix(MARK) if said.startswith(MARK) else ""] += number
    return counted
