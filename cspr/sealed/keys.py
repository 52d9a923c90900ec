"""The keys that seal, from the environment: the first one seals, all of them open.

A key's id is worked out from the key, so none can be given a wrong id, and what is sealed names the key it needs.
From each key four more are derived, one for each use: to seal, to index, to say its id, and to show that a backup was
made where the key was known.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

KEY_BYTES = 32
ID_LENGTH = 8


class CannotOpen(Exception):
    """Something sealed does not open. ``str()`` says why, and never anything of what is sealed."""


class KeyMissing(CannotOpen):
    """It was sealed with a key that is not among the keys of this system."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"This was sealed with the key {key_id}, which is not in CSPR_FIELD_KEYS. Put it back, after the others."
        )


@dataclass(frozen=True)
class Key:
    """One of the keys, as it was set: 32 bytes that never leave this process."""

    secret: bytes

    def __repr__(self) -> str:
        return f"<key {self.id}>"

    @cached_property
    def id(self) -> str:
        return self._derived(b"cspr id").hex()[:ID_LENGTH]

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self._derived(b"cspr seal"))

    @cached_property
    def _index(self) -> bytes:
        return self._derived(b"cspr index")

    @cached_property
    def for_backups(self) -> bytes:
        """Goes into the key of each backup (``cspr.backups.parcel``)."""
        return self._derived(b"cspr backup")

    def digest(self, words: str) -> bytes:
        """A keyed hash: equal for equal words, and without the key no guess can be tried."""
        return hmac.digest(self._index, words.encode(), sha256)

    def _derived(self, purpose: bytes) -> bytes:
        return HKDFExpand(SHA256(), KEY_BYTES, purpose).derive(self.secret)


@dataclass(frozen=True)
class Ring:
    """All keys, the one that seals first."""

    keys: tuple[Key, ...]

    @property
    def first(self) -> Key:
        return self.keys[0]

    def key(self, key_id: str) -> Key:
        """The key of that id. Raises ``KeyMissing``."""
        for key in self.keys:
            if key.id == key_id:
                return key
        raise KeyMissing(key_id)


def ring() -> Ring:
    """The keys of this system, as the settings have them."""
    return _made(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _made(given: tuple[str, ...]) -> Ring:
    return Ring(tuple(Key(bytes.fromhex(one)) for one in given))
