"""For every test: nothing that a process keeps in memory outlives the test that put it there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cspr.clocks.models import forget


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """The calendar is kept in the process for a minute; a test's database is gone before that."""
    forget()
    yield
    forget()
