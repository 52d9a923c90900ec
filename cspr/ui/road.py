"""The road of a case, drawn by the server: from the referral to publication, with the dates that bind.

A pure function of its arguments. The drawing carries its meaning in words as well (title, description, and
the list that ``components/road.html`` puts beside it), never by colour alone, and no style attribute, which
the content security policy would refuse: colours are classes in ``app.css`` over presentation attributes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

State = Literal["done", "now", "to come", "stopped"]
Force = Literal["", "law", "guidance"]

STEP = 150  # width of one station
LINE_Y = 64
RADIUS = 13
HEIGHT = 150
LETTERS = 18  # of a label that fit one line of a station
INK, QUIET, RULE, PAPER = "#0b0c0c", "#484949", "#8a949b", "#ffffff"
COLOURS = {"done": "#0f5c3f", "now": "#17405a", "to come": RULE, "stopped": QUIET}
LATE = "#a3271e"


@dataclass(frozen=True)
class Station:
    """One stop of a case.

    ``on``: the day it was reached. ``due``: the day it must be reached by, with the ``force`` of that date.
    ``late``: it was reached, or is still awaited, after that day.
    """

    label: str
    state: State
    on: dt.date | None = None
    due: dt.date | None = None
    force: Force = ""
    late: bool = False

    @property
    def mark(self) -> str:
        """The station's state as part of a class name."""
        return self.state.replace(" ", "-")

    @property
    def sentence(self) -> str:
        """The station in words, as the list and the description say it."""
        parts = [{"done": "done", "now": "here", "to come": "to come", "stopped": "stopped here"}[self.state]]
        if self.on:
            parts[0] += f" {'since' if self.state == 'now' else 'on'} {_in_full(self.on)}"
        elif self.state == "now":
            parts[0] += " now"
        if self.due:
            force = f" ({self.force})" if self.force else ""
            parts.append(f"{'it was due by' if self.on else 'due'} {_in_full(self.due)}{force}")
        if self.late:
            parts.append("late")
        return ", ".join(parts)


def _in_full(day: dt.date) -> str:
    return date_format(day, "l j F Y")


def _short(day: dt.date) -> str:
    return date_format(day, "j M Y")


def road(stations: Sequence[Station], today: dt.date) -> SafeString:
    """The drawing as an SVG element; "" without stations. One to a page: its ids are fixed.

    ``today`` places a dot on the stretch that the case is travelling, between the day it left the last
    station and the day it is due at the next.
    """
    if not stations:
        return SafeString("")
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="road-title road-words" font-size="14">'
        '<title id="road-title">The road of this case</title><desc id="road-words">{}</desc>{}{}{}</svg>',
        STEP * len(stations),
        HEIGHT,
        ". ".join(f"{s.label}: {s.sentence}" for s in stations) + ".",
        format_html_join("", "{}", ((_stretch(stations, n),) for n in range(len(stations) - 1))),
        _today_dot(stations, today),
        format_html_join("", "{}", ((_station(s, n),) for n, s in enumerate(stations))),
    )


def _x(number: int) -> int:
    return STEP * number + STEP // 2


def _stretch(stations: Sequence[Station], number: int) -> SafeString:
    """The line from a station to the next: whole where it was travelled, dashed where it is to come."""
    travelled = stations[number + 1].state in ("done", "now", "stopped")
    return format_html(
        '<line class="road-line{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="5"{}/>',
        " road-line--done" if travelled else "",
        _x(number),
        LINE_Y,
        _x(number + 1),
        LINE_Y,
        COLOURS["done"] if travelled else RULE,
        "" if travelled else SafeString(' stroke-dasharray="2 8" stroke-linecap="round"'),
    )


def _today_dot(stations: Sequence[Station], today: dt.date) -> SafeString:
    number = next((n for n, s in enumerate(stations[:-1]) if s.state == "now"), None)
    if number is None:
        return SafeString("")
    here, following = stations[number], stations[number + 1]
    if following.state != "to come" or not here.on or not following.due or following.due <= here.on:
        return SafeString("")
    share = min(max((today - here.on) / (following.due - here.on), 0), 1)
    reach = STEP - 2 * (RADIUS + 8)
    late = today > following.due
    x = round(_x(number) + RADIUS + 8 + reach * share)
    return format_html(
        '<circle class="road-dot{}" cx="{}" cy="{}" r="6" fill="{}"/>'
        '<text class="road-text" x="{}" y="{}" font-size="12" text-anchor="middle" fill="{}">today</text>',
        " road-dot--late" if late else "",
        x,
        LINE_Y,
        LATE if late else COLOURS["now"],
        x,
        LINE_Y + 21,
        INK,
    )


def _station(station: Station, number: int) -> SafeString:
    x = _x(number)
    colour = LATE if station.late else COLOURS[station.state]
    names = f"road-stop road-stop--{station.mark}" + (" road-stop--late" if station.late else "")
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}"/>{}{}{}',
        names,
        x,
        LINE_Y,
        RADIUS,
        colour if station.state == "done" else PAPER,
        colour,
        7 if station.state == "now" else 4,
        _mark(station, x),
        _label(station, x),
        _dates(station, x),
    )


def _mark(station: Station, x: int) -> SafeString:
    """A tick in a station that is done, a cross in one where the case stopped."""
    if station.state == "done":
        path, kind, colour = f"M{x - 6} {LINE_Y}l4 5 8-9", "", PAPER
    elif station.state == "stopped":
        path, kind, colour = f"M{x - 5} {LINE_Y - 5}l10 10m0-10l-10 10", " road-mark--stopped", QUIET
    else:
        return SafeString("")
    return format_html(
        '<path class="road-mark{}" d="{}" fill="none" stroke="{}" stroke-width="3"/>', kind, path, colour
    )


def _label(station: Station, x: int) -> SafeString:
    lines = _wrapped(station.label)
    weight = SafeString(' font-weight="700"') if station.state == "now" else ""
    return format_html_join(
        "",
        '<text class="road-text" x="{}" y="{}" text-anchor="middle" fill="{}"{}>{}</text>',
        ((x, 38 - 18 * (len(lines) - 1 - n), INK, weight, line) for n, line in enumerate(lines)),
    )


def _wrapped(label: str) -> list[str]:
    """The label on one line, or on two broken at the space nearest its middle."""
    if len(label) <= LETTERS or " " not in label:
        return [label]
    spaces = [place for place, letter in enumerate(label) if letter == " "]
    middle = min(spaces, key=lambda place: abs(place - len(label) / 2))
    return [label[:middle], label[middle + 1 :]]


def _dates(station: Station, x: int) -> SafeString:
    lines: list[tuple[str, str, str]] = []
    if station.on:
        lines.append(("", INK, f"{'since ' if station.state == 'now' else ''}{_short(station.on)}"))
    elif station.state == "now":
        lines.append(("", INK, "now"))
    if station.due:
        kind, colour = (" road-text--late", LATE) if station.late else (" road-text--quiet", QUIET)
        late, was = "late: " if station.late else "", "was " if station.on else ""
        lines.append((kind, colour, f"{late}{was}due {_short(station.due)}"))
        if station.force:
            lines.append((" road-text--quiet", QUIET, f"by {station.force}"))
    return format_html_join(
        "",
        '<text class="road-text{}" x="{}" y="{}" text-anchor="middle" fill="{}">{}</text>',
        ((kind, x, 102 + 18 * n, colour, words) for n, (kind, colour, words) in enumerate(lines)),
    )
