"""A small staircase, drawn by the server: how far something has come, and how far somebody else has agreed.

A pure function. Filled steps are agreed, pale ones are shown and not agreed, dashed ones are to come; the drawing
says the same in words (its label), and each step bears its name. Colours are classes in ``app.css`` over attributes.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

STEP, RISE, LOW, HEIGHT, LINE = 100, 13, 26, 114, 17
FILLED, EDGE, EMPTY, INK = "#0f5c3f", "#0f5c3f", "#8a949b", "#0b0c0c"


def steps(names: Sequence[str], *, agreed: int, shown: int) -> SafeString:
    """The drawing of ``names`` as steps. ``agreed`` and ``shown``: how many, from the left, are reached so."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" class="app-steps" role="img" aria-label="{}" '
        'font-size="15">{}</svg>',
        STEP * len(names),
        HEIGHT,
        in_words(names, agreed=agreed, shown=shown),
        format_html_join("", "{}", ((_step(name, n, agreed, shown),) for n, name in enumerate(names))),
    )


def in_words(names: Sequence[str], *, agreed: int, shown: int) -> str:
    """``Practised: agreed. Better for children: shown, not yet agreed.``"""
    reached = f"{names[agreed - 1]}: agreed." if agreed else "Nothing is agreed yet."
    more = f" {names[shown - 1]}: shown, not yet agreed." if shown > agreed else ""
    rest = (
        f" To come: {', '.join(names[max(agreed, shown) :]).lower()}."
        if max(agreed, shown) < len(names)
        else ""
    )
    return reached + more + rest


def _step(name: str, number: int, agreed: int, shown: int) -> SafeString:
    tall = LOW + RISE * number
    x, y = STEP * number + 3, HEIGHT - 40 - tall
    if number < agreed:
        kind, fill, edge, dash = "agreed", FILLED, EDGE, ""
    elif number < shown:
        kind, fill, edge, dash = "shown", "#dcebe4", EDGE, ""
    else:
        kind, fill, edge, dash = "to-come", "none", EMPTY, SafeString(' stroke-dasharray="4 4"')
    return format_html(
        '<rect class="app-steps__step app-steps__step--{}" x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}" '
        'stroke-width="2"{}/>{}{}',
        kind, x, y, STEP - 6, tall, fill, edge, dash, _mark(kind, x, y, tall), _name(name, x),
    )  # fmt: skip


def _name(name: str, x: int) -> SafeString:
    """Below the step, on one line or on two."""
    words = name.split()
    lines = [name] if len(words) < 3 else [" ".join(words[:-1]), words[-1]]
    return format_html_join(
        "",
        '<text class="app-steps__name" x="{}" y="{}" text-anchor="middle" fill="{}">{}</text>',
        ((x + (STEP - 6) // 2, HEIGHT - 23 + LINE * n, INK, line) for n, line in enumerate(lines)),
    )


def _mark(kind: str, x: int, y: int, tall: int) -> SafeString:
    """A tick on what is agreed: never by colour alone."""
    if kind != "agreed":
        return SafeString("")
    middle = y + tall // 2
    return format_html(
        '<path class="app-steps__tick" d="M{} {}l7 7 14-14" fill="none" stroke="#ffffff" stroke-width="4"/>',
        x + (STEP - 6) // 2 - 10,
        middle,
    )
