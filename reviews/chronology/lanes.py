"""The chronology as a picture: one lane for each agency, gaps shaded, key events marked, an axis of time."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviews.chronology.merging import Item, Silence

WIDTH, NAMES, LANE, TOP = 1000, 190, 34, 30
PLOT = WIDTH - NAMES - 12
# Marks nearer than this are one mark: what a path may hold, shared by the lanes, keeps the page light.
MOST_MARKS, MOST_IN_LANE = 1800, 260
MOST_TICKS = 14
# What fits into one line of a lane's name.
LETTERS = 27


@dataclass(frozen=True)
class Lane:
    """One agency: its place, its marks as two paths, its silences as (x, width)."""

    # The name in one line or two, each with its place.
    name: list[tuple[str, int]]
    y: int
    shade_y: int
    path: str
    key_path: str
    gaps: list[tuple[int, int]]
    count: int


@dataclass(frozen=True)
class Tick:
    x: int
    label: str


@dataclass(frozen=True)
class Picture:
    """Everything the template draws. ``said``: the picture in a sentence, for who does not see it."""

    width: int
    height: int
    plot_x: int
    plot_width: int
    bottom: int
    lanes: list[Lane]
    ticks: list[Tick]
    said: str


def draw(
    items: Sequence[Item],
    names: Mapping[int, str],
    key: frozenset[int],
    gaps: Sequence[Silence],
    *,
    days: bool = True,
) -> Picture | None:
    """The picture of ``items``; ``None`` when there is nothing to draw. ``key``: the entries that are key events.

    ``days``: whether the days of the first and last may be told; otherwise their months.
    """
    if not items:
        return None
    first = min(item.day for item in items)
    last = max(max(item.day, item.last or item.day) for item in items)
    scale = _Scale(first, max((last - first).days, 1))
    agencies = sorted({item.agency for item in items}, key=lambda pk: names[pk])
    step = max(PLOT // MOST_IN_LANE, PLOT * len(agencies) // MOST_MARKS, 3)
    lanes = [
        _lane(place, agency, names[agency], [i for i in items if i.agency == agency], key, gaps, scale, step)
        for place, agency in enumerate(agencies)
    ]
    bottom = TOP + LANE * len(lanes)
    silent = "silence is" if len(gaps) == 1 else "silences are"
    said = (
        f"{len(items)} entries of {len(lanes)} {'agency' if len(lanes) == 1 else 'agencies'} from "
        f"{_told(first, days=days)} to {_told(last, days=days)}; {len(gaps)} long {silent} shaded. "
        "A stroke is an entry, a diamond a key event. The list below says the same in words."
    )
    return Picture(WIDTH, bottom + 12, NAMES, PLOT, bottom, lanes, _ticks(scale, last), said)


def _told(day: dt.date, *, days: bool) -> str:
    return f"{day.day} {day:%B %Y}" if days else f"{day:%B %Y}"


@dataclass(frozen=True)
class _Scale:
    first: dt.date
    days: int

    def x(self, day: dt.date) -> int:
        return NAMES + round((day - self.first).days * PLOT / self.days)


def _lane(
    place: int,
    agency: int,
    name: str,
    own: list[Item],
    key: frozenset[int],
    gaps: Sequence[Silence],
    scale: _Scale,
    step: int,
) -> Lane:
    y = TOP + LANE * place + LANE // 2
    plain = sorted({scale.x(i.day) // step * step for i in own if i.pk not in key})
    marked = sorted({scale.x(i.day) // step * step for i in own if i.pk in key})
    return Lane(
        name=_in_lines(name, y + 5),
        y=y,
        shade_y=y - 11,
        path="".join(f"M{x} {y - 7}v14" for x in plain),
        key_path="".join(f"M{x} {y - 8}l6 8-6 8-6-8z" for x in marked),
        gaps=[
            (scale.x(gap.after), max(scale.x(gap.before) - scale.x(gap.after), 1))
            for gap in gaps[:200]
            if gap.agency == agency
        ][:40],
        count=len(own),
    )


def _in_lines(name: str, y: int) -> list[tuple[str, int]]:
    """A long name in two lines round the lane; a very long one ends in dots."""
    lines = textwrap.wrap(name, LETTERS, max_lines=2, placeholder="…") or [""]
    return [(lines[0], y)] if len(lines) == 1 else [(lines[0], y - 7), (lines[1], y + 7)]


def _ticks(scale: _Scale, last: dt.date) -> list[Tick]:
    """Years, or where the time is short months; never more than fit side by side."""
    months = (last.year - scale.first.year) * 12 + last.month - scale.first.month + 1
    every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 240, 2400) if months <= n * MOST_TICKS)
    start = scale.first.year * 12 + scale.first.month - 1
    ticks = []
    for index in range(start - start % every, start + months + 1):
        if index % every:
            continue
        day = dt.date(index // 12, index % 12 + 1, 1)
        if scale.first <= day <= last:
            label = str(day.year) if every >= 12 or day.month == 1 else f"{day:%b}"
            ticks.append(Tick(scale.x(day), label))
    return ticks or [Tick(scale.x(scale.first), f"{scale.first:%b %Y}")]
