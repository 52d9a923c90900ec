"""Every statement carries its wall: nothing of it stays in the session, so nothing can leak into the next request.

The setting holds for one transaction. Outside ``atomic`` each statement is a transaction of its own, so the two travel
together, as one message: no further round trip, no further statement to count, and right behind a pooler, too. Only
psycopg 2 sends two statements as one; another driver would fail loudly.
"""

from __future__ import annotations

from typing import Any

import psycopg2.extensions
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as Operations

from cspr.wall.scope import SETTING, setting

# What reads or changes rows. The rest (savepoints, DDL, the end of a failed transaction) must travel alone.
TOUCHES_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "EXPLAIN", "(")
PREFIX, END = f"SELECT set_config('{SETTING}', '", "', true); "


def told(sql: Any) -> Any:
    """The statement, and in front of it whose rows are open: our own numbers and commas, or a word."""
    if isinstance(sql, str) and sql.lstrip().upper().startswith(TOUCHES_ROWS):
        return f"{PREFIX}{setting()}{END}{sql}"
    return sql


class Telling(psycopg2.extensions.cursor):
    """The driver's cursor: below everything that watches or counts statements."""

    def execute(self, query: Any, params: Any = None) -> None:
        super().execute(told(query), params)

    def executemany(self, query: Any, rows: Any) -> None:
        super().executemany(told(query), rows)


class DatabaseOperations(Operations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """What was asked, for logs and tests, without what was put in front of it."""
        said = super().last_executed_query(cursor, sql, params)
        return said.partition(END)[2] if said and said.startswith(PREFIX) else said


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": Telling}
