"""The chronology as a picture: one lane for each agency, gaps shaded, key events marked, an axis of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviews.chronology.merging import Item, Silence

WIDTH, NAMES, LANE, TOP = 1000, 190, 34, 30
PLOT = WIDTH - NAMES - 12
# Marks nearer than this are one mark: what a path may hold, shared by the lanes, keeps the page light.
MOST_MARKS, MOST_IN_LANE = 1800, 260
MOST_TICKS = 14


@dataclass(frozen=True)
class Lane:
    """One agency: its place, its marks as two paths, its silences as (x, width)."""

    name: str
    y: int
    label_y: int
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
    items: Sequence[Item], names: Mapping[int, str], key: frozenset[int], gaps: Sequence[Silence]
) -> Picture | None:
    """The picture of ``items``; ``None`` when there is nothing to draw. ``key``: the entries that are key events."""
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
        f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}; {len(gaps)} long {silent} shaded. "
        "The list below says the same in words."
    )
    return Picture(WIDTH, bottom + 12, NAMES, PLOT, bottom, lanes, _ticks(scale, last), said)


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
        name=name if len(name) <= 26 else f"{name[:25]}…",
        y=y,
        label_y=y + 5,
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
