"""The figures of a year, read from the record and counted: what the yearly page and its papers say."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from cspr.accounts.models import Partnership
from cspr.clocks.models import working_days
from referrals.models import Case
from reviews.annual.counting import count
from reviews.annual.reading import read
from reviews.yearly.pack import Pack, pack_of
from reviews.yearly.year import Year

__all__ = ["figures", "true_figures"]


def figures(partnership: Partnership, year: Year, as_at: dt.date) -> Pack:
    """What may leave the house: small numbers are hidden."""
    return pack_of(count(read(partnership, year, as_at), working_days()), year, as_at)


def true_figures(partnership: Partnership, year: Year, as_at: dt.date, only: QuerySet[Case]) -> Pack:
    """Nothing hidden, and nothing counted but these cases: for somebody who may see them, and not to be passed on."""
    return pack_of(count(read(partnership, year, as_at, only=only), working_days()), year, as_at, whole=True)
