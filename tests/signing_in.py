"""As whom the tests sign in to PostgreSQL: as the site's own role, and as the owner for what only the owner may.

The owner is who ``DATABASE_URL`` names. On SQLite there is only one, and nothing here does anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg2
from django.db import connection, models

from cspr.wall.building import build
from cspr.wall.policies import ORDINARY

ROLE, PASSWORD = "cspr_app_in_tests", "only-for-tests"
_owner: dict[str, str] = {}


def build_wall() -> None:
    """In the database of this process. One process at a time: roles belong to the server."""
    if connection.vendor == "postgresql":
        build(connection, ROLE, PASSWORD)


def hand_over(model: type[models.Model]) -> None:
    """Let the site work with the tables of a model that the owner has just made for a test."""
    if connection.vendor == "postgresql":
        tables = [model._meta.db_table, *(field.m2m_db_table() for field in model._meta.many_to_many)]
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT {ORDINARY} ON {', '.join(tables)} TO {ROLE}")


@contextlib.contextmanager
def as_the_site() -> Iterator[None]:
    """Every connection opened in the block, in whatever thread, is the site's."""
    with _as({"USER": ROLE, "PASSWORD": PASSWORD}):
        yield


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """The block runs with a connection of the owner's. Not inside a transaction: that belongs to the site."""
    with _as(_owner):
        yield


@contextlib.contextmanager
def nothing_recorded() -> Iterator[None]:
    """In the block the site may add nothing to the record. On PostgreSQL; it holds within a transaction, too."""
    place = connection.settings_dict
    where = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"]}
    with contextlib.closing(
        psycopg2.connect(**where, user=_owner["USER"], password=_owner["PASSWORD"])
    ) as link:
        link.autocommit = True
        link.cursor().execute(f"REVOKE INSERT ON audit_event FROM {ROLE}")
        try:
            yield
        finally:
            link.cursor().execute(f"GRANT INSERT ON audit_event TO {ROLE}")


@contextlib.contextmanager
def _as(who: dict[str, str]) -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    _owner.update({} if _owner else before)
    connection.close()
    connection.settings_dict.update(who)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
