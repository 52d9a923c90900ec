"""A day and a time of day in London, as one moment; what does not exist, or exists twice, is said in words."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from cspr.clocks.calendar import in_full

LONDON = ZoneInfo("Europe/London")


class NoSuchMoment(Exception):
    """The clocks are changed at that time. ``str()`` is the sentence to show: it says which times can be chosen."""


def in_london(day: dt.date, time: dt.time) -> dt.datetime:
    """The moment at which it is ``time`` on ``day`` in London. Raises ``NoSuchMoment`` in the hour of a change."""
    early = dt.datetime.combine(day, time, LONDON)
    late = early.replace(fold=1)
    before, after = early.utcoffset(), late.utcoffset()
    assert before is not None
    assert after is not None
    if before == after:
        return early
    said = f"{time:%H:%M}"
    if after > before:
        raise NoSuchMoment(
            f"The clocks go forward on {in_full(day)}: there is no {said} on that day. "
            "Choose a time before 01:00, or 02:00 or later."
        )
    raise NoSuchMoment(
        f"The clocks go back on {in_full(day)}: {said} comes twice on that day. "
        "Choose a time before 01:00, or 02:00 or later."
    )


def at_a_time(moment: dt.datetime) -> str:
    """``Monday 30 November 2026 at 09:00``, in London."""
    local = moment.astimezone(LONDON)
    return f"{in_full(local.date())} at {local:%H:%M}"
