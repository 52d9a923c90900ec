"""A state that a factory has reached once in this process is laid out again, row for row, not reached anew.

To bring a review to its publication takes some 2,400 queries; putting its rows back takes 80. The first time is real:
every verb is performed. What it wrote is kept under the *history* that led to it (which factories were called, in
which order, with which arguments, at which moment), and is laid out again only where a test has exactly that
history. Any other writing, or a rollback, ends the history, and from there on every factory performs its verbs.
"""

from __future__ import annotations

import datetime as dt
import functools
import pickle
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import time_machine
from django.apps import apps
from django.db import connection

Result = TypeVar("Result")
Row = tuple[Any, ...]
Rows = dict[str, dict[Any, Row]]
History = tuple[Any, ...]

PLAIN = str | int | dt.date | None
WRITES = ("INSERT", "UPDATE", "DELETE", "ROLLBACK", "TRUNCATE")
FIRST = "audit_event"  # a state changes only where its event is there already


@dataclass
class Kept:
    """What one factory wrote, and what it returned."""

    written: dict[str, list[Row]]
    changed: dict[str, list[Row]]
    gone: dict[str, list[Any]]
    after_commit: list[Any]
    result: bytes


@dataclass
class Memory:
    """Of one process. ``history`` is None where the rows in the database are not only those of remembered factories."""

    history: History | None = None
    laying_out: bool = False
    kept: dict[History, Kept] = field(default_factory=dict)

    def watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Wraps every query: whatever writes beside the factories ends the history."""
        if not self.laying_out and str(sql).lstrip().upper().startswith(WRITES):
            self.history = None
        return execute(sql, params, many, context)


memory = Memory()
sqlite3.register_adapter(dt.time, str)  # as Django writes it; sqlite3 knows dates and moments only


def nothing_happened() -> None:
    """To be called before each test."""
    memory.history = ()
    if memory.watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(memory.watch)


def remembered(factory: Callable[..., Result]) -> Callable[..., Result]:
    """The factory, with a memory. Its arguments may be an area and plain values; with others it just runs."""

    @functools.wraps(factory)
    def laid_out_or_reached(*given: Any, **named: Any) -> Result:
        step = _step(factory.__qualname__, given, named)
        if memory.history is None or step is None or not connection.in_atomic_block:
            return factory(*given, **named)
        history = (*(memory.history or _beginning()), step)
        if history in memory.kept:
            _lay_out(memory.kept[history])
        else:
            memory.kept[history] = _reach(factory, given, named)
        memory.history = history
        return pickle.loads(memory.kept[history].result)  # type: ignore[no-any-return]  # what was put in

    return laid_out_or_reached


def _step(name: str, given: tuple[Any, ...], named: dict[str, Any]) -> History | None:
    now = dt.datetime.now(dt.UTC) if time_machine.escape_hatch.is_travelling() else None
    told = [_plain(value) for value in (*given, *named.values())]
    return None if NotImplemented in told else (name, now, *told, *named)


def _plain(value: Any) -> Any:
    if hasattr(value, "remembered_as"):
        return value.remembered_as()
    if isinstance(value, dict | list | tuple):
        return repr(value)
    return value if isinstance(value, PLAIN) else NotImplemented


def _beginning() -> History:
    """What a test finds: as a rule nothing, but a module may have laid out a scene of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(id) FROM audit_event), (SELECT max(id) FROM accounts_user), "
            "(SELECT max(id) FROM accounts_partnership), (SELECT count(*) FROM clocks_bankholiday)"
        )
        return (cursor.fetchone(),)


def written_by(reach: Callable[[], Any]) -> dict[str, list[Row]]:
    """The rows that were not there before, by table."""
    return _reach(reach, (), {}).written


def _reach(factory: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> Kept:
    before, waiting = _rows(), len(connection.run_on_commit)
    result = factory(*given, **named)
    after = _rows()
    written, changed, gone = {}, {}, {}
    for table, now in after.items():
        then = before[table]
        written[table] = [row for key, row in now.items() if key not in then]
        changed[table] = [row for key, row in now.items() if then.get(key, row) != row]
        gone[table] = [key for key in then if key not in now]
    return Kept(written, changed, gone, connection.run_on_commit[waiting:], pickle.dumps(result))


@functools.cache
def tables() -> dict[str, str]:
    """Every table, with its key."""
    models = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    found = {model._meta.db_table: str(model._meta.pk.column) for model in models}
    return {FIRST: found[FIRST], **found}


@functools.cache
def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        return [column[0] for column in cursor.description]


def _rows() -> Rows:
    found = {}
    with connection.cursor() as cursor:
        for table, key in tables().items():
            place = columns(table).index(key)
            cursor.execute(f"SELECT * FROM {table}")
            found[table] = {row[place]: row for row in cursor.fetchall()}
    return found


def _lay_out(kept: Kept) -> None:
    memory.laying_out = True
    try:
        with connection.cursor() as cursor:
            for table, rows in kept.written.items():
                if rows:
                    one = f"({', '.join(['%s'] * len(rows[0]))})"
                    named = ", ".join(f'"{column}"' for column in columns(table))
                    each = max(1, 900 // len(rows[0]))
                    for start in range(0, len(rows), each):
                        part = rows[start : start + each]
                        places = ", ".join([one] * len(part))
                        values = [value for row in part for value in row]
                        cursor.execute(f"INSERT INTO {table} ({named}) VALUES {places}", values)
            for table, rows in kept.changed.items():
                places = ", ".join(f'"{column}" = %s' for column in columns(table))
                place = columns(table).index(tables()[table])
                for row in rows:
                    cursor.execute(
                        f'UPDATE {table} SET {places} WHERE "{tables()[table]}" = %s', [*row, row[place]]
                    )
            for table, keys in kept.gone.items():
                for key in keys:
                    cursor.execute(f'DELETE FROM {table} WHERE "{tables()[table]}" = %s', [key])
    finally:
        memory.laying_out = False
    inside = set(connection.savepoint_ids)
    connection.run_on_commit += [(inside, *rest) for _, *rest in kept.after_commit]
