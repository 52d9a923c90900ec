"""The days of a plan as a strip, drawn by the server: which day it is, what is done, what is late, what is skipped.

A pure function of its arguments, like the road. The drawing says its meaning in its description as well, and the
page has every day and step in a table beside it. Colours are classes in ``app.css`` over presentation attributes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cspr.ui.road import INK, LATE, PAPER, QUIET, RULE

Mark = Literal["done", "late", "to do"]

WIDE, NARROW = 48, 14  # of a working day, and of one that is skipped
BOX_Y, BOX_HEIGHT = 22, 40
MARKS_Y, MARK_STEP, RADIUS = 118, 22, 8
GAP = 2
DONE, NOW, GROUND = "#0f5c3f", "#17405a", "#f2f5f7"
MARK_COLOURS = {"done": DONE, "late": LATE, "to do": RULE}


@dataclass(frozen=True)
class StripDay:
    """One day of the calendar. ``number``: which day of the plan it is; None if it is skipped, with ``why``.

    ``flags``: short words over the day ("today", "due"). ``marks``: how its steps stand.
    """

    date: dt.date
    number: int | None
    why: str = ""
    flags: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def today(self) -> bool:
        return "today" in self.flags

    @property
    def width(self) -> int:
        return NARROW if self.number is None else WIDE


def day_strip(days: Sequence[StripDay], title: str) -> SafeString:
    """The strip as one image. ``title`` says in a sentence what it shows."""
    most = max((len(day.marks) for day in days), default=0)
    places = [sum(day.width for day in days[:n]) for n in range(len(days))]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="strip-title strip-words"><title id="strip-title">{}</title>'
        '<desc id="strip-words">{}</desc>{}</svg>',
        sum(day.width for day in days),
        MARKS_Y + MARK_STEP * most,
        title,
        described(days),
        format_html_join("", "{}", ((_day(day, x),) for day, x in zip(days, places, strict=True))),
    )


def described(days: Sequence[StripDay]) -> str:
    """What the picture shows, in words."""
    sentences = []
    for day in days:
        if day.number is None:
            continue
        counted = {mark: day.marks.count(mark) for mark in MARK_COLOURS}
        told = [f"{count} {mark}" for mark, count in counted.items() if count]
        if told or day.flags:
            sentences.append(f"Day {day.number}: {', '.join([*day.flags, *told])}")
    return f"{'. '.join(sentences)}." if sentences else ""


def _day(day: StripDay, x: int) -> SafeString:
    return _skipped(day, x) if day.number is None else _counted(day, x)


def _skipped(day: StripDay, x: int) -> SafeString:
    return format_html(
        '<rect class="days-skipped" x="{}" y="{}" width="{}" height="{}" fill="{}">'
        "<title>{}: not counted, {}</title></rect>"
        '<path class="days-stroke" d="M{} {}l{} {}" stroke="{}" stroke-width="1"/>{}',
        x + GAP,
        BOX_Y,
        day.width - 2 * GAP,
        BOX_HEIGHT,
        GROUND,
        date_format(day.date, "l j F Y"),
        day.why,
        x + GAP,
        BOX_Y + BOX_HEIGHT,
        day.width - 2 * GAP,
        -BOX_HEIGHT,
        RULE,
        _flags(day, x + day.width // 2),
    )


def _counted(day: StripDay, x: int) -> SafeString:
    middle = x + day.width // 2
    return format_html(
        '{}<rect class="days-box{}" x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" '
        'stroke-width="{}"/>{}{}{}{}',
        _flags(day, middle),
        " days-box--today" if day.today else "",
        x + GAP,
        BOX_Y,
        day.width - 2 * GAP,
        BOX_HEIGHT,
        NOW if day.today else PAPER,
        NOW if day.today else RULE,
        3 if "due" in day.flags and not day.today else 1,
        _text(
            middle,
            BOX_Y + 26,
            str(day.number),
            19,
            "days-number--today" if day.today else "",
            PAPER if day.today else INK,
            bold=True,
        ),
        _text(middle, 80, date_format(day.date, "D"), 13, "days-quiet", QUIET),
        _text(middle, 97, date_format(day.date, "j M"), 13, "days-quiet", QUIET),
        format_html_join("", "{}", ((_mark(mark, middle, n),) for n, mark in enumerate(day.marks))),
    )


def _flags(day: StripDay, middle: int) -> SafeString:
    """Where the plan is expected to end is named only when that is not where it should."""
    kind, colour = ("days-late", LATE) if "expected" in day.flags else ("", INK)
    return _text(middle, 15, " ".join(day.flags), 13, kind, colour, bold=True)


def _text(x: int, y: int, words: str, size: int, kind: str, colour: str, *, bold: bool = False) -> SafeString:
    return format_html(
        '<text class="days-text {}" x="{}" y="{}" font-size="{}" text-anchor="middle" fill="{}"{}>{}</text>',
        kind,
        x,
        y,
        size,
        colour,
        SafeString(' font-weight="700"') if bold else "",
        words,
    )


def _mark(mark: Mark, x: int, place: int) -> SafeString:
    """A tick for what is done, an exclamation mark for what is late, an empty ring for what is to do."""
    y = MARKS_Y + MARK_STEP * place
    kind, colour = mark.replace(" ", "-"), MARK_COLOURS[mark]
    inside = {
        "done": f"M{x - 4} {y}l3 3 5-6",
        "late": f"M{x} {y - 4.5}v5.5m0 2v2",
        "to do": "",
    }[mark]
    sign = (
        format_html(
            '<path class="days-sign" d="{}" fill="none" stroke="{}" stroke-width="2"/>', inside, PAPER
        )
        if inside
        else ""
    )
    return format_html(
        '<circle class="days-mark days-mark--{}" cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="2"/>{}',
        kind,
        x,
        y,
        RADIUS,
        PAPER if mark == "to do" else colour,
        colour,
        sign,
    )
