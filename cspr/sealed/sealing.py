"""Sealing words: AES-GCM, with the id of the key in front and the place where they stand bound to them.

``s1.<key id>.<base64 of nonce, ciphertext and tag>``. The place is the table and the column: what was sealed for one
does not open in another. It is not the row: a row has no number before it is saved, and many are saved at once.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag

from cspr.sealed.keys import ID_LENGTH, CannotOpen, Key, ring

MARK = "s1."
NONCE = 12
TOKEN = 16


class Unreadable(CannotOpen):
    """What stands there was not sealed for this place, or was changed since."""

    def __init__(self, place: str) -> None:
        super().__init__(f"A sealed value of {place} does not open: it was changed, or belongs elsewhere.")


def mark_of(key: Key) -> str:
    """What everything sealed with that key begins with."""
    return f"{MARK}{key.id}."


def seal(words: str, place: str) -> str:
    """``words`` sealed for ``place`` with the first key. Twice the same words are never sealed alike."""
    key, nonce = ring().first, os.urandom(NONCE)
    closed = nonce + key.cipher.encrypt(nonce, words.encode(), place.encode())
    return mark_of(key) + base64.b64encode(closed).decode()


def unseal(sealed: str, place: str) -> str:
    """The words that were sealed for ``place``. Raises ``KeyMissing``, or ``Unreadable``."""
    if not sealed.startswith(MARK):
        raise Unreadable(place)
    key_id, closed = sealed[len(MARK) :][:ID_LENGTH], sealed[len(MARK) + ID_LENGTH + 1 :]
    key = ring().key(key_id)
    try:
        raw = base64.b64decode(closed, validate=True)
        return key.cipher.decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error) as wrong:
        raise Unreadable(place) from wrong


def token(words: str, place: str) -> str:
    """What an index holds instead of ``words``, made with the first key; "" for no words."""
    return _token(ring().first, words, place) if words else ""


def tokens(words: Iterable[str], place: str) -> list[str]:
    """What rows with any of these words may hold: a token for each of the keys, until all rows have the newest."""
    return [_token(key, one, place) for one in words if one for key in ring().keys]


def _token(key: Key, words: str, place: str) -> str:
    digest = key.digest(f"{place}\0{words}")[:TOKEN]
    return f"{key.id}.{base64.b64encode(digest).decode().rstrip('=')}"
