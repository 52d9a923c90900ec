"""Invented charts as pictures: for the demonstration and for measuring, where no person brings one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

INK, QUIET, RULE, BAR = "#0b0c0c", "#505a5f", "#b1b4b6", "#1d5c8f"
WIDTH, MARGIN, ROW, HEAD = 1600, 60, 110, 120


def bars(title: str, rows: Sequence[tuple[str, int]]) -> bytes:
    """A chart of lying bars as PNG: each with its label and its number, so that nothing is said by colour alone."""
    words, small = ImageFont.load_default(42), ImageFont.load_default(36)
    named = max(int(small.getlength(label)) for label, _ in rows) + MARGIN + 30
    room = WIDTH - named - MARGIN - 120
    most = max(number for _, number in rows) or 1
    image = Image.new("RGB", (WIDTH, HEAD + ROW * len(rows) + MARGIN), "white")
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, 40), title, INK, words)
    for place, (label, number) in enumerate(rows):
        top = HEAD + ROW * place + 20
        middle = top + (ROW - 30) // 2
        draw.text((named - 30, middle), label, INK, small, anchor="rm")
        end = named + room * number // most
        draw.rectangle((named, top, max(end, named + 3), top + ROW - 30), BAR)
        draw.text((end + 20, middle), str(number), INK, small, anchor="lm")
    draw.line((named, HEAD, named, HEAD + ROW * len(rows)), RULE, 3)
    return _saved(image, "PNG")


def grain(number: int) -> bytes:
    """A picture as heavy as a photograph, as JPEG: a sweep of grey with grain in it, another for each number."""
    sweep = Image.linear_gradient("L").resize((2000, 1500)).rotate(90 * number)
    noise = Image.effect_noise((2000, 1500), 40)
    return _saved(Image.blend(sweep, noise, 0.3), "JPEG")


def _saved(image: Image.Image, kind: str) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, quality=88)
    return made.getvalue()
