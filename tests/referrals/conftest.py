"""Every test here happens on one Monday morning."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(9), ZoneInfo("Europe/London")), tick=False):
        yield


@pytest.fixture
def a(db: None) -> make.Area:
    return make.area()


@pytest.fixture
def mine(a: make.Area) -> Browser:
    """The referrer's browser."""
    return Browser(a.referrer)
