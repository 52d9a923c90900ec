"""What migrations say: rows that were written before a column was sealed are sealed, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cspr.sealed.sealing import MARK, seal, unseal

AT_ONCE = 500
Turn = Callable[[str, str], str]


def seal_columns(table: str, *columns: str) -> migrations.RunPython:
    """Seals what stands in these text columns, some hundred rows at a time; backwards it opens them.

    Comes after the migration has made text of the columns: days as ``2026-03-27``, JSON as it is written. What is
    sealed already is passed over, so that it may be run again.
    """

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for column in columns:
            _turn(editor, table, column, f"NOT LIKE '{MARK}%%'", seal)

    def backward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for column in columns:
            _turn(editor, table, column, f"LIKE '{MARK}%%'", unseal)

    return migrations.RunPython(forward, backward)


def fill_indexes(app: str, model: str, *indexes: str) -> migrations.RunPython:
    """Works the blind indexes out for the rows that are there."""

    def forward(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for row in apps.get_model(app, model).objects.iterator(AT_ONCE):
            row.save(update_fields=indexes)

    return migrations.RunPython(forward, migrations.RunPython.noop)


def _turn(editor: BaseDatabaseSchemaEditor, table: str, column: str, which: str, turn: Turn) -> None:
    quote = editor.quote_name
    which = f"{quote(column)} {which} AND {quote(column)} <> ''"
    with editor.connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(
                f"SELECT id, {quote(column)} FROM {quote(table)} WHERE id > %s AND {which} ORDER BY id LIMIT {AT_ONCE}",  # noqa: S608  (names of our own tables)
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                break
            cursor.executemany(
                f"UPDATE {quote(table)} SET {quote(column)} = %s WHERE id = %s",  # noqa: S608  (as above)
                [(turn(words, f"{table}.{column}"), number) for number, words in rows],
            )
            last = rows[-1][0]
    if editor.connection.vendor == "postgresql":
        # It changes no table while deferred checks wait, and on the way back the table is changed next.
        editor.connection.check_constraints()
