"""What arrives from a browser, before any form reads it."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.http import HttpRequest, QueryDict

# No XML holds them: one in the title of a published review would make the whole feed unreadable.
NO_CHARACTERS = (0xFFFE, 0xFFFF)
# What a page itself puts into its form.
OURS = {"csrfmiddlewaretoken", "nonce", "version", "next"}


def _hidden_characters() -> dict[int, None]:
    """What nobody types: control characters but tab and line breaks, what turns text round, what is no character."""
    control = [
        code for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\t\n\r"
    ]
    turning = [0x061C, *range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    return dict.fromkeys([*control, *turning, *NO_CHARACTERS])


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


def words_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into a form, by the names of its fields, to be shown again where the form itself is not."""
    sent = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    return [
        (name.replace("_", " ").replace("-", " "), value)
        for name, value in sent
        if name not in OURS and "password" not in name and value.strip()
    ]
