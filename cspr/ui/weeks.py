"""Months of work as bars, drawn by the server: what is planned, done, late and expected, against the date that binds.

A pure function of its arguments, like the road and the strip of days. The drawing says its meaning in its description
as well, and the page has every row in a table below it. Colours are classes in ``app.css`` over attributes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cspr.ui.days import DONE, GROUND, MARK_COLOURS, NOW, Mark
from cspr.ui.road import INK, LATE, PAPER, QUIET, RULE

WIDTH, NAMES, ROW, TOP = 1000, 330, 26, 62
PLOT = WIDTH - NAMES - 20
BAR = 14
NARROWEST = 6  # a milestone of one day is still seen
SIGN = 15  # room for a mark beside a bar
WORDS = 150  # as wide as "due 23 September 2027"
MOST_MONTHS, MOST_YEARS = 36, 12  # that have a rule each
LETTERS = 46  # of a name that fit beside its bar


@dataclass(frozen=True)
class Bar:
    """One row: the work from ``first`` to ``last``. ``expected``: when it is likely to be done, if that is later."""

    name: str
    first: dt.date
    last: dt.date
    mark: Mark
    expected: dt.date | None = None


@dataclass(frozen=True)
class Shade:
    """A stretch of days that stands out: a hold, through every row; or, in one row alone, what is barred there."""

    first: dt.date
    last: dt.date
    why: str
    row: int | None = None


@dataclass(frozen=True)
class Line:
    """A day that is drawn through every row. ``kind``: ``today``, ``due`` or ``expected``."""

    day: dt.date
    words: str
    kind: str


KINDS = {"today": NOW, "due": INK, "expected": LATE}


def weeks_chart(
    bars: Sequence[Bar], lines: Sequence[Line], shades: Sequence[Shade], title: str, said: str = ""
) -> SafeString:
    """The picture as one image; nothing without bars. ``title`` says in a sentence what it shows.

    ``said`` sums up the bars where they are not the milestones of a plan.
    """
    if not bars:
        return SafeString("")
    days = [day for bar in bars for day in (bar.first, bar.last, bar.expected) if day]
    days += [line.day for line in lines]
    name = "rows" if said else "weeks"
    scale = _Scale(min(days), max(max(days) - min(days), dt.timedelta(days=1)))
    bottom = TOP + ROW * len(bars)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="{}-title {}-words" font-size="13"><title id="{}-title">{}</title>'
        '<desc id="{}-words">{}</desc>{}{}{}{}{}</svg>',
        WIDTH,
        bottom + 8,
        name,
        name,
        name,
        title,
        name,
        described(bars, lines, shades, said),
        format_html_join("", "{}", ((_shade(s, scale, bottom),) for s in shades if s.row is None)),
        _months(scale, bottom),
        format_html_join("", "{}", ((_row(bar, place, scale),) for place, bar in enumerate(bars))),
        format_html_join("", "{}", ((_barred(s, s.row, scale),) for s in shades if s.row is not None)),
        format_html_join("", "{}", ((_line(line, scale, bottom, lines),) for line in lines)),
    )


def described(bars: Sequence[Bar], lines: Sequence[Line], shades: Sequence[Shade], said: str = "") -> str:
    """What the picture shows, in words."""
    counted = {mark: sum(1 for bar in bars if bar.mark == mark) for mark in MARK_COLOURS}
    steps = ", ".join(f"{count} {mark}" for mark, count in counted.items() if count)
    told = [said or f"{len(bars)} milestones: {steps}"]
    told += [f"{line.words}: {date_format(line.day, 'j F Y')}" for line in lines]
    told += [
        f"{shade.why} from {date_format(shade.first, 'j F Y')} to {date_format(shade.last, 'j F Y')}"
        for shade in shades
    ]
    return ". ".join(told) + "."


@dataclass(frozen=True)
class _Scale:
    first: dt.date
    length: dt.timedelta

    def x(self, day: dt.date) -> int:
        share = min(max((day - self.first) / self.length, 0), 1)
        return NAMES + round(PLOT * share)


def _months(scale: _Scale, bottom: int) -> SafeString:
    """A rule for each month; where there are too many to tell apart (a mistyped year), one for every so many years."""
    end = scale.first + scale.length
    first, last = (day.year * 12 + day.month - 1 for day in (scale.first, end))
    every = 1 if last - first <= MOST_MONTHS else 12 * ((last - first) // (12 * MOST_YEARS) + 1)
    months = []
    for number in range(first + -first % every, last + 1, every):
        day = dt.date(number // 12, number % 12 + 1, 1)
        if day >= scale.first:
            told = "Y" if every > 1 else "M Y" if day.month == 1 else "M"
            months.append((scale.x(day), date_format(day, told)))
    return format_html_join(
        "",
        '<path class="weeks-rule" d="M{0} {1}V{2}" stroke="{3}" stroke-dasharray="1 4"/>'
        '<text class="weeks-text weeks-quiet" x="{0}" y="{4}" text-anchor="middle" fill="{5}">{6}</text>',
        ((x, TOP - 8, bottom, RULE, 15, QUIET, words) for x, words in months),
    )


def _shade(shade: Shade, scale: _Scale, bottom: int) -> SafeString:
    x = scale.x(shade.first)
    return format_html(
        '<rect class="weeks-hold" x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>',
        x,
        TOP - 8,
        max(scale.x(shade.last) - x, NARROWEST),
        bottom - TOP + 8,
        GROUND,
        shade.why,
    )


def _barred(shade: Shade, place: int, scale: _Scale) -> SafeString:
    """Inside the bar of one row, darker than the bar, from the first barred day to the last."""
    x = scale.x(shade.first)
    return format_html(
        '<rect class="weeks-barred" x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>',
        x,
        TOP + ROW * place + (ROW - BAR) // 2 + 4,
        max(scale.x(shade.last) - x, NARROWEST),
        BAR - 8,
        INK,
        shade.why,
    )


def _row(bar: Bar, place: int, scale: _Scale) -> SafeString:
    y = TOP + ROW * place + (ROW - BAR) // 2
    start, end = scale.x(bar.first), scale.x(bar.last)
    start = min(start, end - NARROWEST)
    kind, colour = bar.mark.replace(" ", "-"), MARK_COLOURS[bar.mark]
    return format_html(
        '<text class="weeks-text{}" x="{}" y="{}" text-anchor="end" fill="{}">{}</text>{}'
        '<rect class="weeks-bar weeks-bar--{}" x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}" stroke="{}" '
        'stroke-width="2"/>{}',
        " weeks-late" if bar.mark == "late" else "",
        NAMES - 14,
        y + BAR - 3,
        LATE if bar.mark == "late" else INK,
        bar.name if len(bar.name) <= LETTERS else f"{bar.name[: LETTERS - 1].rstrip()}…",
        _expected(bar, end, y, scale),
        kind,
        start,
        y,
        end - start,
        BAR,
        PAPER if bar.mark == "to do" else colour,
        NOW if bar.mark == "to do" else colour,
        _sign(bar.mark, end, y),
    )


def _expected(bar: Bar, end: int, y: int, scale: _Scale) -> SafeString:
    """A dashed line from the planned end to the expected one, with a mark there."""
    if bar.expected is None or bar.expected <= bar.last or bar.mark == "done":
        return SafeString("")
    x, middle = scale.x(bar.expected), y + BAR // 2
    start = end + (SIGN if bar.mark == "late" else 0)
    if x <= start:
        return SafeString("")
    return format_html(
        '<path class="weeks-slip" d="M{} {}H{}m0-5v10" stroke="{}" stroke-width="2" stroke-dasharray="4 3" '
        'fill="none"/>',
        start,
        middle,
        x,
        LATE,
    )


def _sign(mark: Mark, end: int, y: int) -> SafeString:
    """Beside the bar a tick where it is done, an exclamation mark where it is late: never colour alone."""
    if mark == "to do":
        return SafeString("")
    path = f"M{end + 5} {y + 7}l3 4 6-8" if mark == "done" else f"M{end + 8} {y + 1}v7m0 3v2"
    return format_html(
        '<path class="weeks-sign weeks-sign--{}" d="{}" fill="none" stroke="{}" stroke-width="2.5"/>',
        mark,
        path,
        DONE if mark == "done" else LATE,
    )


def _near(line: Line, scale: _Scale, lines: Sequence[Line]) -> set[str]:
    """The kinds of the lines whose words could reach those of this one."""
    return {one.kind for one in lines if abs(scale.x(one.day) - scale.x(line.day)) < WORDS}


def _height(line: Line, near: set[str]) -> int:
    """Where the words of a line stand: today's step up where those of the due date would cover them."""
    above = line.kind == "expected" or (line.kind == "today" and "due" in near and "expected" not in near)
    return TOP - (30 if above else 14)


def _side(line: Line, x: int, near: set[str]) -> str:
    """At the right edge the words end at their line; so do today's where those of a later line come close."""
    aside = line.kind == "today" and {"due", "expected"} <= near
    return "end" if aside or x > NAMES + PLOT * 0.85 else "middle"


def _line(line: Line, scale: _Scale, bottom: int, lines: Sequence[Line]) -> SafeString:
    x, near = scale.x(line.day), _near(line, scale, lines)
    return format_html(
        '<path class="weeks-line weeks-line--{}" d="M{} {}V{}" stroke="{}" stroke-width="{}"{}/>'
        '<text class="weeks-text weeks-word--{}" x="{}" y="{}" text-anchor="{}" font-weight="700" fill="{}">{}</text>',
        line.kind,
        x,
        TOP - 8,
        bottom,
        KINDS[line.kind],
        3 if line.kind == "due" else 2,
        SafeString(' stroke-dasharray="6 4"') if line.kind == "expected" else "",
        line.kind,
        min(x, WIDTH - 2),
        _height(line, near),
        _side(line, x, near),
        KINDS[line.kind],
        line.words,
    )
