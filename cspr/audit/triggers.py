"""SQL for the database triggers behind the workflow, for both engines.

``append_only(table)``: nothing in the table is ever changed or deleted.
``words_stay_until_disposed()``: what people wrote is never changed, and deleted only where the record says that its
case was disposed of.
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
    """To be named again after every migration that changes the table, as ``no_change_without_event``."""
    gone_sqlite, gone_postgresql = _without(table)
    sqlite = [
        *gone_sqlite,
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ),
    ]
    postgresql = [
        *gone_postgresql,
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    ]
    return migrations.RunPython(_run(sqlite, postgresql), _run(gone_sqlite, gone_postgresql))


def not_append_only(table: str) -> migrations.RunPython:
    """For a migration that writes the table anew. It names ``append_only`` at its end."""
    gone, laid = _without(table), append_only(table)
    return migrations.RunPython(_run(*gone), laid.code)


def _without(table: str) -> tuple[list[str], list[str]]:
    return (
        [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")],
        [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"],
    )


def words_stay_until_disposed() -> migrations.RunPython:
    """Words are never changed, and deleted only where the record says, later, that what they were about was disposed
    of: an event ``case.disposed`` of their case, or of their subject where there was no case yet (``words.py``)."""
    said_so = " OR ".join(
        "EXISTS (SELECT 1 FROM audit_event w JOIN audit_event d ON d.partnership_id = w.partnership_id "  # noqa: S608  (no words from outside)
        f"AND {same} AND d.seq > w.seq WHERE w.id = OLD.event_id AND d.kind = 'case.disposed' AND d.case_ref <> '')"
        for same in (
            "d.case_ref = w.case_ref",
            "w.case_ref = '' AND w.subject_ref <> '' AND d.subject_ref = w.subject_ref",
        )
    )
    never, kept = (
        "words are never changed",
        "words stay until the record says that their case was disposed of",
    )
    sqlite = [
        "CREATE TRIGGER audit_words_no_update BEFORE UPDATE ON audit_words "
        f"BEGIN SELECT RAISE(ABORT, '{never}'); END",
        f"CREATE TRIGGER audit_words_no_delete BEFORE DELETE ON audit_words WHEN NOT ({said_so}) "
        f"BEGIN SELECT RAISE(ABORT, '{kept}'); END",
    ]
    postgresql = [
        "CREATE FUNCTION audit_words_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION '{never}'; END IF; "
        f"IF NOT ({said_so}) THEN RAISE EXCEPTION '{kept}'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER audit_words_stay BEFORE UPDATE OR DELETE ON audit_words "
        "FOR EACH ROW EXECUTE FUNCTION audit_words_stay()",
    ]
    gone = ["DROP TRIGGER audit_words_no_update", "DROP TRIGGER audit_words_no_delete"]
    gone_postgresql = ["DROP TRIGGER audit_words_stay ON audit_words", "DROP FUNCTION audit_words_stay"]
    return migrations.RunPython(_run(sqlite, postgresql), _run(gone, gone_postgresql))


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
