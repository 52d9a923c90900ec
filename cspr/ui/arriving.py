"""What arrives from a browser, before any form reads it."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.http import QueryDict


def _hidden_characters() -> dict[int, None]:
    """Characters nobody types: control characters but for tab and line breaks, and those that turn text round."""
    control = [
        code for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\t\n\r"
    ]
    return dict.fromkeys(
        [*control, 0x061C, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    )


HIDDEN = _hidden_characters()


def tidied(data: QueryDict) -> QueryDict:
    """What was posted, in composed characters and without those that hide something or that no store can hold."""
    clean = data.copy()
    for name, values in data.lists():
        clean.setlist(name, [tidied_text(str(value)) for value in values])
    return clean


def tidied_text(text: str) -> str:
    """One text in composed characters and without hidden ones."""
    return unicodedata.normalize("NFC", text.translate(HIDDEN))


def tidied_too(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a form, with what was posted in them tidied. Not for a form that asks for a password."""
    return kwargs | {"data": tidied(kwargs["data"])} if "data" in kwargs else kwargs
