"""One performed case, laid out many times over: what it wrote, as lines for COPY with slots for what differs.

A case is reached once, by its real verbs. Its rows become patterns. In each copy the keys, the references and the
places in the chain are new, the dates lie some weeks back, sealed words are sealed afresh, and the children have other
names and birthdays. The chain of events is worked out again, event by event, so that it can be checked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from cspr.accounts.models import Partnership
from cspr.audit.log import hold
from cspr.audit.models import Chain, Event, Words
from cspr.refs import ALPHABET, LENGTH
from cspr.sealed.fields import BlindIndex, Sealed
from cspr.sealed.sealing import seal, unseal
from referrals.models import Case, Child
from tests.remembered import columns, tables, written_by

EVENT, WORDS, CASE, CHILD = (model._meta.db_table for model in (Event, Words, Case, Child))
WRITTEN_AT_ONCE = 500  # copies
FIRST_NAMES = ("Invented", "Synthetic", "Made-up", "Imagined")
# Each slot of a pattern is filled by what this answers for a copy.
Slot = Callable[["Copy"], Any]


@dataclass
class Copy:
    """One copy: what fills the slots of its patterns."""

    number: int
    back: dt.timedelta
    keys: dict[str, int]  # the first key of the copy's rows, by table
    refs: dict[str, str]  # the template's references, and what stands for them
    child: str = ""
    born_on: dt.date = dt.date(2020, 1, 1)


@dataclass
class Pattern:
    """One row: its line for COPY, with a place for each slot."""

    line: str
    slots: list[Slot]

    def filled(self, copy: Copy) -> str:
        return self.line % tuple(slot(copy) for slot in self.slots)


@dataclass
class EventPattern:
    """An event: its row, and the text its hash is of."""

    row: Pattern
    content: Pattern


@dataclass
class Template:
    """What one performed case wrote."""

    rows: dict[str, list[Pattern]]
    events: list[EventPattern]
    refs: list[str]
    counts: dict[str, int] = field(default_factory=dict)


_refs = itertools.count(1)


def unlike() -> str:
    """A reference like the real ones, and never the same twice: a counter, stirred."""
    number = next(_refs) * 0x2545F4914F6CDD1D % len(ALPHABET) ** LENGTH
    letters = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return f"{letters[:5]}-{letters[5:]}"


def performed(reach: Callable[[], Any]) -> Template:
    """Reach a case by its verbs, and take what it wrote as a template. The case itself stays."""
    new = written_by(reach)
    written = {table: rows for table, rows in new.items() if rows and table != Chain._meta.db_table}
    return _Reader(written).template()


class _Reader:
    """Reads rows into patterns."""

    def __init__(self, written: dict[str, list[tuple[Any, ...]]]) -> None:
        self.written = written
        models_of = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
        self.models = {table: models_of[table] for table in written}
        self.places = {
            table: {row[columns(table).index(tables()[table])]: n for n, row in enumerate(rows)}
            for table, rows in written.items()
        }
        self.refs = sorted(
            {
                row[columns(t).index("ref")]
                for t, rows in written.items()
                if "ref" in columns(t)
                for row in rows
            }
        )
        own = [ref for ref in self.refs if re.fullmatch(r"[A-Z0-9]{5}-[A-Z0-9]{5}", ref)]
        self.refs = own
        self.found = re.compile("|".join(map(re.escape, own)))

    def template(self) -> Template:
        rows = {t: [self.row(t, row) for row in rows] for t, rows in self.written.items() if t != EVENT}
        events = [self.event(row) for row in sorted(self.written[EVENT], key=self._seq)]
        return Template(rows, events, self.refs, {t: len(rows) for t, rows in self.written.items()})

    @staticmethod
    def _seq(row: tuple[Any, ...]) -> int:
        return int(row[columns(EVENT).index("seq")])

    def row(self, table: str, row: tuple[Any, ...]) -> Pattern:
        cells, slots = [], list[Slot]()
        fields = {f.column: f for f in self.models[table]._meta.concrete_fields}
        for column, value in zip(columns(table), row, strict=True):
            cell, more = self.cell(table, fields[column], value)
            cells.append(cell)
            slots += more
        return Pattern("\t".join(cells) + "\n", slots)

    def cell(self, table: str, column: models.Field[Any, Any], value: Any) -> tuple[str, list[Slot]]:
        if value is None:
            return r"\N", []
        own = _own(table, column)
        if own:
            return "%s", [own]
        key = table if column.primary_key and not column.is_relation else ""
        if column.is_relation:
            key = column.related_model._meta.db_table  # type: ignore[union-attr]
        if key and value in self.places.get(key, {}):
            place = self.places[key][value]
            return "%d", [lambda copy: copy.keys[key] + place]
        if isinstance(column, Sealed) and value:
            words, where = unseal(value, column.place), column.place
            return "%s", [lambda copy: seal(words, where)]
        if isinstance(value, dt.date):  # and moments
            return "%s", [lambda copy: (value - copy.back).isoformat()]
        return self.text(_plain(value), escaped=True, as_it_is=table == WORDS)

    def text(self, words: str, *, escaped: bool, as_it_is: bool = False) -> tuple[str, list[Slot]]:
        """Words in which references of the copy stand for those of the template; not in those of which there is a
        hash."""
        clean = words.translate(ESCAPES) if escaped else words
        if as_it_is:
            return clean.replace("%", "%%"), []
        refs = self.found.findall(words)
        return self.found.sub("%s", clean.replace("%", "%%")), [_ref(ref) for ref in refs]

    def event(self, row: tuple[Any, ...]) -> EventPattern:
        """``seq`` and the two hashes are filled in by whoever writes the chain, at the end of the slots."""
        given = dict(zip(columns(EVENT), row, strict=True))
        as_event = Event(**{**given, "facts": json.loads(given["facts"])})
        at, effective_on = as_event.at, as_event.effective_on
        content = {**as_event.content(), "seq": "@seq@", "at": "@at@"}
        content["effective_on"] = "@on@" if effective_on else None
        said = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        line, refs = self.text(said, escaped=False)
        marks = re.findall(r"@(seq|at|on)@|%s", line)
        line = line.replace('"@seq@"', "%d").replace("@at@", "%s").replace("@on@", "%s")
        waiting, slots = iter(refs), list[Slot]()
        for mark in marks:
            slots.append(next(waiting) if not mark else _moment(mark, at, effective_on))
        cells, row_slots = [], list[Slot]()
        fields = {f.column: f for f in Event._meta.concrete_fields}
        for column in columns(EVENT):
            cell, more = (
                ("%s", [_ref(column)])
                if column in CHAINED
                else self.cell(EVENT, fields[column], given[column])
            )
            cells.append(cell)
            row_slots += more
        return EventPattern(Pattern("\t".join(cells) + "\n", row_slots), Pattern(line, slots))


CHAINED = ("seq", "hash", "previous_hash")
ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _ref(ref: str) -> Slot:
    return lambda copy: copy.refs[ref]


def _moment(mark: str, at: dt.datetime, on: dt.date | None) -> Slot:
    if mark == "seq":
        return lambda copy: copy.refs["seq"]
    if mark == "at":
        return lambda copy: (at - copy.back).isoformat()
    assert on is not None
    return lambda copy: (on - copy.back).isoformat()


def _own(table: str, column: models.Field[Any, Any]) -> Slot | None:
    """What each copy has of its own: the case's name, and who the child is."""
    if table == CASE and column.column == "pseudonym":
        return lambda copy: f"Case {copy.number}"
    if table != CHILD:
        return None
    if column.column == "name":
        return lambda copy: seal(copy.child, column.place)  # type: ignore[attr-defined]
    if column.column == "born_on":
        return lambda copy: seal(copy.born_on.isoformat(), column.place)  # type: ignore[attr-defined]
    if isinstance(column, BlindIndex) and column.of == "born_on":
        return lambda copy: column.made(copy.born_on)
    return None


def lay_out(partnership: Partnership, plan: Iterable[tuple[Template, dt.timedelta]], first: int) -> int:
    """Lay a partnership's copies out, in this order of its chain; return how many. The owner does it, unwalled."""
    chain, laid = hold(partnership), 0
    keys = _next_keys()
    dice = random.Random(first)
    lines: dict[str, io.StringIO] = {}
    seq, head = chain.seq, chain.head
    for template, back in plan:
        number = first + laid
        copy = Copy(number, back, dict(keys), {ref: unlike() for ref in template.refs})
        copy.child = f"{dice.choice(FIRST_NAMES)} Child {number}"
        copy.born_on = dt.date(2008, 1, 1) + dt.timedelta(days=dice.randrange(6500))
        for event in template.events:
            seq += 1
            copy.refs["seq"] = seq  # type: ignore[assignment]
            copy.refs["previous_hash"] = head
            head = hashlib.sha256(f"{head}{event.content.filled(copy)}".encode()).hexdigest()
            copy.refs["hash"] = head
            lines.setdefault(EVENT, io.StringIO()).write(event.row.filled(copy))
        for table, patterns in template.rows.items():
            buffer = lines.setdefault(table, io.StringIO())
            for pattern in patterns:
                buffer.write(pattern.filled(copy))
        for table, count in template.counts.items():
            if table in keys:
                keys[table] += count
        laid += 1
        if laid % WRITTEN_AT_ONCE == 0:
            _write(lines)
    _write(lines)
    chain.seq, chain.head = seq, head
    chain.save()
    _set_sequences(keys)
    return laid


def _write(lines: dict[str, io.StringIO]) -> None:
    with connection.cursor() as cursor:
        for table in sorted(lines, key=lambda name: name != EVENT):
            lines[table].seek(0)
            named = ", ".join(f'"{column}"' for column in columns(table))
            cursor.copy_expert(f"COPY {table} ({named}) FROM STDIN", lines[table])
    lines.clear()


def _next_keys() -> dict[str, int]:
    with connection.cursor() as cursor:
        return {
            table: _one(cursor, f"SELECT coalesce(max({key}), 0) + 1 FROM {table}")
            for table, key in _numbered()
        }


def _set_sequences(keys: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for table, key in _numbered():
            sequence = _one(cursor, f"SELECT pg_get_serial_sequence('{table}', '{key}')")
            if sequence:
                cursor.execute(f"SELECT setval('{sequence}', {keys[table]}, false)")


def _numbered() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and isinstance(model._meta.pk, models.AutoField | models.BigAutoField):
            yield model._meta.db_table, str(model._meta.pk.column)


def _one(cursor: Any, question: str) -> Any:
    cursor.execute(question)
    return cursor.fetchone()[0]
