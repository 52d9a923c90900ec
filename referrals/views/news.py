"""What became of a referral after it was decided on: other apps add what its agency may read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from referrals.models import Referral


@dataclass(frozen=True)
class News:
    """One thing the referrer was told: when, in fixed sentences, and in the partnership's own words."""

    told_on: dt.date
    sentences: list[str]
    words: str


Source = Callable[[Referral], Iterable[News]]
_sources: list[Source] = []


def news_from(source: Source) -> Source:
    """Register ``referral -> news``. The page has fetched the referral as visible to its agency."""
    if source not in _sources:
        _sources.append(source)
    return source


def news_of(referral: Referral) -> list[News]:
    """Everything its agency was told since, the newest first."""
    found = (item for source in _sources for item in source(referral))
    return sorted(found, key=lambda item: item.told_on, reverse=True)
