"""Each table behind the wall: another partnership's rows are not there, whatever SQL asks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, models, transaction

from cspr.accounts.models import Partnership
from cspr.wall.policies import EXEMPT, POLICY, RIGHTS, TENANT, all_models, walled
from cspr.wall.scope import within
from tests import factories as make
from tests.signing_in import ROLE
from tests.wall.rows import row, saved, unconstrained

WALLED = list(walled())
ON_POSTGRESQL = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has no row-level security"
)
OURS, THEIRS = 900_001, 900_002
EVERY_TABLE = pytest.mark.parametrize("model", WALLED, ids=[model._meta.label for model in WALLED])


@pytest.fixture
def two(owner: None, db: None, model: type[models.Model]) -> tuple[Partnership, Partnership]:
    """Two partnerships, in a transaction of the owner's in which anything goes."""
    unconstrained(model)
    return make.area().partnership, make.area("Other").partnership


@contextlib.contextmanager
def the_site() -> Iterator[None]:
    """As the site's role. What the block does is undone."""
    with contextlib.suppress(_Undone), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        raise _Undone


class _Undone(Exception):
    pass


def what_is_wrong(model: type[models.Model], two: tuple[Partnership, Partnership]) -> list[str]:
    """Every way in which the wall does not hold for this table. It is given a row on each side of it."""
    table, pk = model._meta.db_table, model._meta.pk.column
    ours, theirs = saved(row(model, two[0], OURS)), saved(row(model, two[1], THEIRS))
    another = row(model, two[1], THEIRS + 1, beside=theirs)
    keys = [ours.pk, theirs.pk]

    def seen(*partnerships: int) -> list[int]:
        with within(partnerships), the_site(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {pk} FROM {table} WHERE {pk} = ANY (%s)", [keys])
            found.extend(sorted(key for (key,) in cursor.fetchall()))
        return [found.pop() for _ in range(len(found))][::-1]

    def touched(statement: str) -> int:
        count = []
        with within([two[0].pk]), the_site(), connection.cursor() as cursor:
            cursor.execute(statement, [theirs.pk])
            count.append(cursor.rowcount)
        return count[0]

    def refused() -> bool:
        with within([two[0].pk]):
            try:
                with the_site():
                    saved(another)
            except DatabaseError as error:
                return "violates row-level security" in str(error)
        return False

    found: list[int] = []
    facts = {
        "our own row is there": seen(two[0].pk) == [ours.pk],
        "their row is there for them": seen(two[1].pk) == [theirs.pk],
        "both are there for somebody of both": seen(two[0].pk, two[1].pk) == sorted(keys),
        "where nothing is open, nothing is there": seen() == [],
        "a row of theirs is refused": refused(),
    }
    if table not in RIGHTS:
        facts["theirs cannot be changed"] = not touched(f"UPDATE {table} SET {pk} = {pk} WHERE {pk} = %s")
        facts["theirs cannot be deleted"] = not touched(f"DELETE FROM {table} WHERE {pk} = %s")
    return [what for what, holds in facts.items() if not holds]


@ON_POSTGRESQL
@EVERY_TABLE
def test_another_partnerships_rows_are_not_there(model, two):
    assert what_is_wrong(model, two) == []


@ON_POSTGRESQL
@EVERY_TABLE
@pytest.mark.parametrize(
    "breach",
    [
        f"DROP POLICY {POLICY} ON {{}}",
        f"ALTER POLICY {POLICY} ON {{}} USING (true)",
        "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
    ],
    ids=["dropped", "lets all through", "switched off"],
)
def test_the_test_above_would_see_a_breach(model, breach, two):
    with connection.cursor() as cursor:
        cursor.execute(breach.format(model._meta.db_table))
    assert what_is_wrong(model, two) != []


def test_whatever_leads_to_a_partnership_is_walled_or_named_with_a_reason():
    def leads(model: type[models.Model]) -> bool:
        near = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        return any(other._meta.label == TENANT or other in walled() for other in near)

    assert {model._meta.label for model in all_models() if leads(model)} - EXEMPT.keys() == {
        model._meta.label for model in WALLED
    }
    assert EXEMPT.keys() <= {model._meta.label for model in all_models() if leads(model)}
