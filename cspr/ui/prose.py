"""What people write in a text box, as paragraphs, lists and headings. Everything else they type stays text.

A blank line ends a paragraph; lines that begin with ``- `` are a list; a line that begins with ``## `` is a
heading. There is nothing more to know, and no way to write a link, a picture or markup.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ITEM, HEADING = "- ", "## "


def prose(text: object, level: int = 3) -> SafeString:
    """``text`` as HTML: escaped, with headings of ``level``. Nothing for nothing."""
    lines = str(text or "").replace("\x00", "").splitlines()
    blocks = [_block(kind, list(run), level) for kind, run in groupby(lines, _kind)]
    return format_html_join("\n", "{}", ((block,) for block in blocks if block))


def _kind(line: str) -> str:
    if line.startswith((ITEM, HEADING)):
        return line[:2]
    return "text" if line.strip() else ""


def _block(kind: str, lines: list[str], level: int) -> SafeString:
    blocks: dict[str, Callable[[list[str]], SafeString]] = {
        "": lambda _: SafeString(""),
        "text": _paragraph,
        ITEM: _list,
        "##": lambda headings: _headings(headings, level),
    }
    return blocks[kind](lines)


def _paragraph(lines: list[str]) -> SafeString:
    return format_html(
        '<p class="govuk-body">{}</p>', format_html_join(SafeString("<br>"), "{}", ((s,) for s in lines))
    )


def _list(lines: list[str]) -> SafeString:
    items = format_html_join("", "<li>{}</li>", ((line.removeprefix(ITEM),) for line in lines))
    return format_html('<ul class="govuk-list govuk-list--bullet">{}</ul>', items)


def _headings(lines: list[str], level: int) -> SafeString:
    size = "m" if level < 4 else "s"
    rows = ((level, size, line.removeprefix(HEADING).strip(), level) for line in lines)
    return format_html_join("\n", '<h{} class="govuk-heading-{}">{}</h{}>', rows)
