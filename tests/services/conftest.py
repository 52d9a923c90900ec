"""Real servers for the tests marked ``services``: the addresses come from ``./dev test``."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import redis

from tests.services.programs import new_database


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process runs them all: there is one Redis, and each begins by emptying it."""
    for item in items:
        if item.get_closest_marker("services"):
            item.add_marker(pytest.mark.xdist_group("services"))


@pytest.fixture
def database_url() -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        pytest.skip("needs DATABASE_URL; ./dev test finds or starts a server")
    with new_database(server) as url:
        yield url


@pytest.fixture
def redis_url() -> str:
    """A Redis whose database is emptied first."""
    url = os.environ.get("REDIS_URL", "")
    if not url:
        pytest.skip("needs REDIS_URL; ./dev test finds or starts a server")
    redis.Redis.from_url(url).flushdb()
    return url
