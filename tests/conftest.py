"""For every test: nothing that a process keeps in memory outlives the test that put it there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from cspr.clocks.govuk import bundled
from cspr.clocks.models import BankHoliday, forget
from cspr.wall.scope import everything
from tests.migrated import alone, migrated
from tests.remembered import nothing_happened
from tests.signing_in import as_owner, as_the_site, build_wall

HERE = Path(__file__).parent
SHARE = 5
DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--posts",
        default="0",
        help="how often every form is sent with odd words, by each who may (0: once, by one)",
    )
    parser.addoption("--brisk", action="store_true", help="a share only of what is marked thorough")


def pytest_itemcollected(item: pytest.Item) -> None:
    """What stands above the platform runs on one engine (``tests.run``): it never speaks to a database itself. What
    asks for no database at all is not run once more for another."""
    if item.path.relative_to(HERE).parts[0] in {"access", "referrals", "reviews"}:
        item.add_marker("domain")
    asks = any(map(item.get_closest_marker, ("django_db", "services", "browser")))
    if not asks and DATABASE.isdisjoint(getattr(item, "fixturenames", ())):
        item.add_marker("once")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest begin, so that at the end no process waits for another's."""
    if config.getoption("brisk"):
        left = set(left_out(items))
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=list(left))
    items.sort(key=lambda item: not item.get_closest_marker("long"))


def left_out(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Of what takes minutes, a brisk run does every fifth case, and nothing that is one long case by itself."""
    thorough: dict[tuple[Path, str], list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("thorough"):
            thorough.setdefault((item.path, getattr(item, "originalname", item.name)), []).append(item)
    for cases in thorough.values():
        kept = cases[::SHARE] if len(cases) >= SHARE else []
        yield from (case for case in cases if case not in kept)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[bool]:
    """Tells pytest-django to migrate the database that is there, if it needs it, instead of a new one."""
    database = migrated(connection)
    with django_db_blocker.unblock(), alone():
        database.lay_out()
    yield True
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What was just migrated is kept for the next process; then the tests sign in as the site does."""
    with django_db_blocker.unblock(), alone():
        build_wall()
        migrated(connection).keep()
    with django_db_blocker.unblock(), as_the_site():
        yield


@pytest.fixture(autouse=True, scope="session")
def every_partnership() -> Iterator[None]:
    """A test itself sees everything, like the worker; what a browser sees is for the middleware to say."""
    with everything():
        yield


@pytest.fixture(scope="module")
def owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tests of this file sign in as the owner of the database: whoever may do what the site may not."""
    with django_db_blocker.unblock(), as_owner():
        yield


@pytest.fixture(autouse=True, scope="session")
def emptied_by_the_owner() -> Iterator[None]:
    """The site's role may not empty a table, as Django does after a test that needs real transactions. The calendar
    that the migrations laid down goes with the rest and is put back: whatever test comes next counts on it."""
    tear_down = TransactionTestCase._fixture_teardown

    def by_the_owner(case: TransactionTestCase) -> None:
        with as_owner():
            tear_down(case)
            BankHoliday.objects.bulk_create(
                BankHoliday(on=on, title=title, source=BankHoliday.Source.GOVUK)
                for on, title in bundled().items()
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", by_the_owner)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """The calendar is kept in the process for a minute; a test's database is gone before that."""
    forget()
    nothing_happened()
    yield
    forget()


@pytest.fixture
def emptied(transactional_db: None) -> Iterator[None]:
    """The database as it is after migration, before the test and after it.

    Emptying the tables between tests meets the trigger that keeps the record append-only; it is put back.
    """
    cache.clear()
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%%'"
            )
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("DELETE FROM audit_words")
            cursor.execute("DELETE FROM audit_event")
            for _, statement in triggers:
                cursor.execute(statement)
