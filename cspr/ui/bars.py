"""How many of each, as bars drawn by the server, beside the table that says the same.

A pure function of its arguments, like the road. The drawing says its meaning in its description as well. A figure that
is not shown has a dashed mark instead of a bar, and the word. Colours: classes in ``yearly.css`` over attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cspr.ui.days import NOW
from cspr.ui.road import INK, QUIET

WIDTH, NAMES, ROW, BAR = 560, 265, 30, 16
PLOT = WIDTH - NAMES - 60
LETTERS = 38  # of a name that fit beside its bar
HIDDEN = 28


@dataclass(frozen=True)
class Count:
    """One bar. ``number`` is None where it is not shown."""

    label: str
    number: int | None

    @property
    def words(self) -> str:
        return f"{self.label}: {'not shown' if self.number is None else self.number}"


def bars(counts: Sequence[Count], title: str, key: str) -> SafeString:
    """The picture as one image; nothing where there is no bar to draw. ``key`` tells the pictures of a page apart."""
    if not any(count.number for count in counts):
        return SafeString("")
    most = max((count.number or 0 for count in counts), default=0)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" role="img" '
        'aria-labelledby="bars-{2} bars-{2}-words" font-size="13"><title id="bars-{2}">{3}</title>'
        '<desc id="bars-{2}-words">{4}.</desc>{5}</svg>',
        WIDTH,
        ROW * len(counts) + 4,
        key,
        title,
        "; ".join(count.words for count in counts),
        format_html_join("", "{}", ((_row(count, place, most),) for place, count in enumerate(counts))),
    )


def _row(count: Count, place: int, most: int) -> SafeString:
    y = ROW * place + (ROW - BAR) // 2
    label = count.label if len(count.label) <= LETTERS else f"{count.label[: LETTERS - 1].rstrip()}…"
    return format_html(
        '<text class="bars-text" x="{}" y="{}" text-anchor="end" fill="{}">{}</text>{}',
        NAMES - 12,
        y + BAR - 4,
        INK,
        label,
        _hidden(y) if count.number is None else _bar(count.number, most, y),
    )


def _bar(number: int, most: int, y: int) -> SafeString:
    width = round(PLOT * number / most) if number else 1
    return format_html(
        '<rect class="bars-bar" x="{}" y="{}" width="{}" height="{}" rx="2" fill="{}"/>'
        '<text class="bars-text" x="{}" y="{}" font-weight="700" fill="{}">{}</text>',
        NAMES,
        y,
        width,
        BAR,
        NOW,
        NAMES + width + 8,
        y + BAR - 3,
        INK,
        number,
    )


def _hidden(y: int) -> SafeString:
    return format_html(
        '<rect class="bars-hidden" x="{}" y="{}" width="{}" height="{}" rx="2" fill="none" stroke="{}" '
        'stroke-dasharray="3 3"/><text class="bars-text bars-quiet" x="{}" y="{}" fill="{}">hidden</text>',
        NAMES,
        y + 1,
        HIDDEN,
        BAR - 2,
        QUIET,
        NAMES + HIDDEN + 8,
        y + BAR - 3,
        QUIET,
    )
