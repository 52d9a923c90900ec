"""A row of any walled table, for each of two partnerships: whatever it hangs on, and otherwise anything that fits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, models

from cspr.accounts.models import Partnership
from cspr.wall.policies import TENANT, walled

DAY = dt.date(2026, 11, 30)
ANYTHING: dict[type[models.Field[Any, Any]], Any] = {
    models.DateTimeField: dt.datetime(2026, 11, 30, tzinfo=dt.UTC),
    models.DateField: DAY,
    models.TimeField: dt.time(9),
    models.BooleanField: False,
    models.IntegerField: 1,
    models.JSONField: {},
}


def unconstrained(model: type[models.Model]) -> None:
    """For this transaction of the owner's: no key has to lead anywhere, no trigger fires, and in the tables that
    ``row`` writes to, any values go together."""
    tables = []
    while model in walled():
        tables.append(model._meta.db_table)
        model = walled()[model].related_model
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid::regclass::text = ANY (%s)",
            [tables],
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def row(
    model: type[models.Model], partnership: Partnership, number: int, beside: models.Model | None = None
) -> models.Model:
    """An unsaved row of the partnership's, with all that it hangs on saved; or hanging on what ``beside`` hangs on."""
    key = walled()[model]
    values = {field.attname: _value(field, number) for field in model._meta.concrete_fields}
    if beside is not None:
        values[key.attname] = getattr(beside, key.attname)
    elif key.related_model._meta.label == TENANT:
        values[key.attname] = partnership.pk
    else:
        values[key.attname] = saved(row(key.related_model, partnership, number)).pk
    return model(**values)


def saved(made: models.Model) -> models.Model:
    type(made)._base_manager.bulk_create([made])
    return made


def _value(field: models.Field[Any, Any], number: int) -> Any:
    if field.null:
        return None
    if field.primary_key or field.is_relation:
        return number
    if field.unique or not field.has_default():
        kind = next((kind for kind in ANYTHING if isinstance(field, kind)), None)
        return f"{number}"[: field.max_length] if kind is None else ANYTHING[kind]
    return field.get_default()
