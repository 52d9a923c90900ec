"""The committed calendar, every statutory row registered, nothing remembered from one test to the next."""

import datetime as dt
from collections.abc import Iterator

import pytest

import referrals.statutory
import reviews.statutory
from cspr.clocks.calendar import WorkingDays
from cspr.clocks.govuk import bundled
from cspr.clocks.models import forget
from cspr.clocks.table import register

register(*referrals.statutory.CLOCKS, *reviews.statutory.CLOCKS)


@pytest.fixture(scope="session")
def calendar() -> WorkingDays:
    return WorkingDays(bundled(), dt.date(2012, 1, 1), dt.date(2028, 12, 31))


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    forget()
    yield
    forget()
