"""Many rows of the outbox at once: in the one place that knows what each engine is quick at."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import connection

from cspr.mail.models import OutgoingEmail, new_message_id
from cspr.refs import new_ref

# Names of columns, and what stands in them.
Row = dict[str, Any]


def add_new(rows: list[Row], now: dt.datetime) -> int:
    """Insert the rows whose ``dedupe_key`` is not there yet; return how many. Each waits since ``now`` and is given a
    reference and a Message-ID of its own; a column it does not name holds what it holds in any new row.

    PostgreSQL takes them as one value, in one statement: as twenty-four parameters each they cost three times as much,
    and a sweep may write hundreds of thousands.
    """
    if not rows:
        return 0
    for row in rows:
        row.update(ref=new_ref(), message_id=new_message_id())
        row.update(created_at=now, waiting_since=now, next_try_at=now)
    if connection.vendor == "postgresql":
        return _as_json(rows)
    OutgoingEmail.objects.bulk_create([OutgoingEmail(**row) for row in rows], ignore_conflicts=True)
    # They are random, so one that is found is a row of ours.
    return OutgoingEmail.objects.filter(ref__in=[row["ref"] for row in rows]).count()


def _as_json(rows: list[Row]) -> int:
    table, new = OutgoingEmail._meta.db_table, OutgoingEmail()
    names = [field.attname for field in OutgoingEmail._meta.concrete_fields if not field.primary_key]
    born = {name: getattr(new, name) for name in names}
    columns = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns}"  # noqa: S608  (the table's own names)
            f" FROM json_populate_recordset(NULL::{table}, %s) ON CONFLICT DO NOTHING",
            [json.dumps([born | row for row in rows], default=str)],
        )
        added: int = cursor.rowcount
    return added
