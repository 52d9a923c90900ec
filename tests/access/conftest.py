"""One Monday, one town, one transaction: every scene is played in it and taken back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from tests.access import (
    access_scenes,
    anonymity_scenes,
    change,
    comment_scenes,
    emergency_scenes,
    fact_check_scenes,
    family_scenes,
    figure_scenes,
    keeping_scenes,
    process_scenes,
    release_scenes,
    yearly_scenes,
)
from tests.access.cast import Town
from tests.access.cast import town as build_town
from tests.access.headers import COMPARED, PRODUCTION
from tests.access.scenes import Scene, set_up
from tests.factories import TODAY

# Every module that plays scenes is read, whichever of the tests is run.
PLAYED_IN = (
    access_scenes,
    anonymity_scenes,
    change,
    comment_scenes,
    emergency_scenes,
    fact_check_scenes,
    family_scenes,
    figure_scenes,
    keeping_scenes,
    process_scenes,
    release_scenes,
    yearly_scenes,
)
# How many points were tried: a point is one person at one address or one verb.
POINTS: Counter[str] = Counter()


@pytest.fixture(scope="package")
def monday() -> Iterator[None]:
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9), ZoneInfo("Europe/London")), tick=False):
        yield


@pytest.fixture(scope="module")
def town(monday: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """The town, in a transaction that is never kept. Each test has a savepoint of its own in it (``django_db``)."""
    with (
        override_settings(MFA_REQUIRED=False, **PRODUCTION),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield build_town()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest, town: Town) -> Iterator[Scene]:
    """One scene, named by the test's parameter; tests of the same scene run one after the other."""
    with transaction.atomic():
        yield set_up(request.param, town)
        transaction.set_rollback(True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if POINTS:
        tried = ", ".join(f"{count} {what}" for what, count in sorted(POINTS.items()))
        terminalreporter.write_line(f"access: {POINTS.total()} points tried ({tried})")
    if COMPARED:
        by_status = ", ".join(f"{count} × {status}" for status, count in sorted(COMPARED.items()))
        terminalreporter.write_line(f"headers: {COMPARED.total()} answers compared ({by_status})")
