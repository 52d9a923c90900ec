"""Real servers for the tests marked ``services``: the addresses come from ``./dev test``."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator

import pytest
import redis

from tests.services.programs import new_database


@pytest.fixture
def database_url() -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        pytest.skip("needs DATABASE_URL; ./dev test finds or starts a server")
    with new_database(server) as url:
        yield url


@pytest.fixture
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis whose database is emptied first, and is nobody else's until the test is over.

    A lock, not a group of pytest-xdist: its groups (3.8) have no effect with pytest 9.2.
    """
    url = os.environ.get("REDIS_URL", "")
    if not url:
        pytest.skip("needs REDIS_URL; ./dev test finds or starts a server")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # each process has a folder of its own in it
    with (shared / "redis-in-use").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        redis.Redis.from_url(url).flushdb()
        yield url
