"""Encrypted files: each with a key of its own, in pieces, so that no more than one piece is ever held.

A file begins with ``MARK``; then come pieces of ``PIECE`` bytes, each with its tag. The number of the piece, and
whether it is the last, are its nonce: pieces that change places, are left out or cut off do not open.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cspr.sealed.keys import CannotOpen

MARK = b"cspr1\n"
PIECE = 64 * 1024
TAG = 16
KEY_BYTES = 32


class FileBroken(CannotOpen):
    """A stored file was changed, is cut short, or belongs to another key."""

    def __init__(self) -> None:
        super().__init__("A stored file does not open with its key: it was changed, or is not whole.")


def new_key() -> str:
    """A key for one file, as its row keeps it (sealed)."""
    return os.urandom(KEY_BYTES).hex()


def encrypted(data: bytes, key: str) -> bytes:
    """``data`` as it is stored. The key is used for these bytes alone: the nonces count from 0."""
    cipher = AESGCM(bytes.fromhex(key))
    pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)] or [b""]
    closed = (
        cipher.encrypt(_nonce(number, last=number == len(pieces) - 1), piece, MARK)
        for number, piece in enumerate(pieces)
    )
    return MARK + b"".join(closed)


class Encrypting(io.RawIOBase):
    """Takes bytes as they come and writes them encrypted, a piece at a time, as ``encrypted`` would all at once.

    Only ``finish`` writes the last piece: what was closed before it, after a failure say, never opens as a whole.
    """

    def __init__(self, target: BinaryIO, key: str) -> None:
        super().__init__()
        self._target, self._cipher = target, AESGCM(bytes.fromhex(key))
        self._rest, self._number = bytearray(), 0
        target.write(MARK)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # any bytes will do
        self._rest += data
        while len(self._rest) > PIECE:  # what is left may be the last
            self._piece(bytes(self._rest[:PIECE]), last=False)
            del self._rest[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._piece(bytes(self._rest), last=True)
        self._rest.clear()

    def _piece(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, MARK))
        self._number += 1


class Decrypted(io.RawIOBase):
    """A stored file as it was, read from the beginning to the end. Raises ``FileBroken``, for its start at once."""

    def __init__(self, stored: BinaryIO, key: str) -> None:
        super().__init__()
        self._stored, self._cipher = stored, AESGCM(bytes.fromhex(key))
        self._pieces, self._rest = self._opened(), b""
        try:
            if stored.read(len(MARK)) != MARK:
                raise FileBroken
            self._rest = next(self._pieces)
        except FileBroken:
            self.close()
            raise

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer will do
        if not self._rest:
            self._rest = next(self._pieces, b"")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._stored.close()
        super().close()

    def _opened(self) -> Iterator[bytes]:
        piece, number = self._stored.read(PIECE + TAG), 0
        while True:
            following = self._stored.read(PIECE + TAG)
            try:
                yield self._cipher.decrypt(_nonce(number, last=not following), piece, MARK)
            except InvalidTag:
                raise FileBroken from None
            if not following:
                return
            piece, number = following, number + 1


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes([last]) + number.to_bytes(11, "big")
