"""SQL for the two database triggers behind the workflow, for both engines.

``append_only(table)``: nothing in the table is ever changed or deleted.
``no_change_without_event(table)``: a row's ``state`` changes only if an event records that very version,
so a bare ``QuerySet.update(state=…)`` is refused by the database itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Forward = Callable[[Any, BaseDatabaseSchemaEditor], None]


def _run(sqlite: list[str], postgresql: list[str]) -> Forward:
    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in sqlite if editor.connection.vendor == "sqlite" else postgresql:
            editor.execute(statement, params=None)

    return forward


def append_only(table: str) -> migrations.RunPython:
    sqlite = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    postgresql = [
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    ]
    return migrations.RunPython(_run(sqlite, postgresql), migrations.RunPython.noop)


def no_change_without_event(table: str) -> migrations.RunPython:
    """To be named again at the end of every migration that changes the table: SQLite builds a changed table anew, and
    what was attached to the old one is gone."""
    recorded = (
        "SELECT 1 FROM audit_event e WHERE e.subject_ref = NEW.ref "
        "AND e.subject_version = NEW.version AND e.state_after = NEW.state"
    )
    sqlite = [
        f"DROP TRIGGER IF EXISTS {table}_state_needs_event",
        f"CREATE TRIGGER {table}_state_needs_event BEFORE UPDATE OF state ON {table} "
        f"WHEN NEW.state <> OLD.state AND NOT EXISTS ({recorded}) "
        "BEGIN SELECT RAISE(ABORT, 'a state changes only with its event'); END",
    ]
    postgresql = [
        f"DROP TRIGGER IF EXISTS {table}_state_needs_event ON {table}",
        f"CREATE OR REPLACE FUNCTION {table}_state_needs_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.state <> OLD.state AND NOT EXISTS ({recorded}) THEN "
        "RAISE EXCEPTION 'a state changes only with its event'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {table}_state_needs_event BEFORE UPDATE OF state ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_state_needs_event()",
    ]
    return migrations.RunPython(_run(sqlite, postgresql), migrations.RunPython.noop)
