"""What the database holds to: which tables are walled, by which rule, and what the site's own role may do at all.

A row belongs to the partnership it names, or to the one of the row it hangs on; a rule asks for that row, and the
database asks that row's rule in turn. The rules are derived from the models, so a new model is walled without a word;
what is not walled is named here, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from cspr.wall.scope import ALL, SETTING

POLICY = "wall"
TENANT = "accounts.Partnership"
EXEMPT = {
    "accounts.Membership": "asked who somebody is, before it is known which partnerships are open to them",
    "accounts.Invitation": "found by its token, by somebody who belongs nowhere yet",
    "accounts.PendingGrant": "a role that is not held yet is shown to the person it is meant for",
    "accounts.Agency_partnerships": "police forces and boards span partnerships; that they do is no secret",
}
# What the site's role may do with a table, where that is not everything.
RIGHTS = {
    "audit_event": "SELECT, INSERT",
    "audit_words": "SELECT, INSERT, DELETE",  # a trigger refuses it before the record says why
    "django_migrations": "SELECT",
}
ORDINARY = "SELECT, INSERT, UPDATE, DELETE"

Model = type[models.Model]


def all_models() -> list[Model]:
    """Every model with a table of its own."""
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]


def way(model: Model) -> models.ForeignKey[Any, Any] | None:
    """The foreign key by which a row is found to belong: to its partnership itself if it names it, else to the first
    walled row that it cannot be without. None: it belongs to no partnership, or need not."""
    if model._meta.label in EXEMPT:
        return None
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    named = [key for key in keys if key.related_model._meta.label == TENANT]
    hangs_on = (
        key for key in keys if not key.null and key.related_model is not model and way(key.related_model)
    )
    return next(iter(named), None) or next(hangs_on, None)


def walled() -> dict[Model, models.ForeignKey[Any, Any]]:
    """Every walled model, with its way to the partnership."""
    return {model: key for model in all_models() if (key := way(model)) is not None}


TOLD = f"current_setting('{SETTING}', true)"


def rule(model: Model) -> str:
    """The condition in SQL under which a row of the model can be read, changed or added."""
    key = walled()[model]
    # In brackets of its own, so that the setting is read once for a statement and not for every row.
    rules = [f"(SELECT {TOLD}) = '{ALL}'"]
    if key.related_model._meta.label == TENANT:
        keys = f"string_to_array(nullif({TOLD}, '{ALL}'), ',')::bigint[]"
        rules.append(f"{key.column} = ANY ((SELECT {keys})::bigint[])")
    else:
        rules.append(f"{_question(key.related_model)}({key.column})")
    if key.null:  # mail about an account, or a summary of several partnerships' news
        rules.append(f"{key.column} IS NULL")
    return " OR ".join(rules)


def _question(model: Model) -> str:
    return f"public.open_{model._meta.db_table}"


def question(model: Model) -> str:
    """The statement that makes the function which asks whether one row, given by its key, can be read.

    It runs as whoever asks, so that the rule of that row's own table answers. As a subquery in the rules it would be
    planned twice at each step of the way, for every table of every statement: one over forty people's lists was not
    answered within fifteen seconds.
    """
    table, key = model._meta.db_table, model._meta.pk.column
    look = f"SELECT 1 FROM public.{table} WHERE {key} = $1"  # noqa: S608  (names of our own tables)
    return (
        f"CREATE OR REPLACE FUNCTION {_question(model)}(bigint) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE "
        f"AS $$ BEGIN RETURN EXISTS ({look}); END $$"
    )


def policy(model: Model) -> list[str]:
    """The statements that wall one table, whatever was there before."""
    table = model._meta.db_table
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {POLICY} ON {table}",
        f"CREATE POLICY {POLICY} ON {table} USING ({rule(model)})",
    ]


def rights(role: str, database: str) -> Iterator[str]:
    """The statements that let ``role`` (a quoted name) work with rows, and do nothing else."""
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE ALL ON SCHEMA public FROM {role}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT {ORDINARY} ON ALL TABLES IN SCHEMA public TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for table, less in RIGHTS.items():
        yield f"REVOKE ALL ON {table} FROM {role}"
        yield f"GRANT {less} ON {table} TO {role}"
