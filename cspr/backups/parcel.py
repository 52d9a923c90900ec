"""How a backup is closed: by a server that has the public half of a pair of keys, for whoever holds the private one.

The first line says, in the open, whose keys are needed. All the rest is encrypted in pieces (``cspr.sealed.files``):
what was changed, reordered or cut off does not open. Its key is worked out anew for each backup from three things: a
pair that is made for this one backup and thrown away, the pair of the deployer (X25519), and the first field key. The
last is what authenticates it: with the public half alone anybody could make a backup, but not one that opens beside
the field keys of this system. Without those nothing in it could be read anyway.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cspr.sealed.files import KEY_BYTES, Decrypted, Encrypting
from cspr.sealed.keys import Key, ring

FIRST_WORD = "cspr-backup-1"
LONGEST_FIRST_LINE = 1000
PRIVATE = re.compile(r"^cspr-backup-private:([0-9a-f]{64})$", re.MULTILINE)


class NotABackup(Exception):
    """The file is none of ours, or its first line was changed. ``str()`` says so."""


class WrongKey(Exception):
    """Another private key, or another field key, is needed. ``str()`` names the one that is."""


@dataclass(frozen=True)
class Label:
    """The first line: the ids of the keys that are needed, and the public half of the pair made for this backup."""

    pair: str
    field_key: str
    once: str
    made_at: str

    def line(self) -> bytes:
        return f"{FIRST_WORD} {json.dumps(asdict(self), sort_keys=True)}\n".encode()


def pair_id(public: str) -> str:
    """What a pair of keys is called: eight digits that follow from its public half."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:8]


def new_pair() -> tuple[str, str]:
    """The private half, as a file of it says it, and the public one."""
    private = X25519PrivateKey.generate()
    return (
        f"cspr-backup-private:{private.private_bytes_raw().hex()}",
        private.public_key().public_bytes_raw().hex(),
    )


def private_half(text: str) -> X25519PrivateKey:
    """The key that a file made by ``backup_keys`` says. Raises ``WrongKey`` when it says none."""
    found = PRIVATE.search(text)
    if found is None:
        raise WrongKey("That is not the private half of a pair: it begins with cspr-backup-private:.")
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(found[1]))


def closing(target: BinaryIO, public: str, made_at: str) -> Encrypting:
    """Where the contents of a new backup are to be written. The first line is already there."""
    once, field_key = X25519PrivateKey.generate(), ring().first
    label = Label(pair_id(public), field_key.id, once.public_key().public_bytes_raw().hex(), made_at)
    target.write(label.line())
    shared = once.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public)))
    return Encrypting(target, _key(shared, field_key, label, public))


def opening(source: BinaryIO, private: X25519PrivateKey) -> Decrypted:
    """The contents of a backup, to be read from the beginning to the end.

    Raises ``NotABackup``, ``WrongKey``, and while reading ``FileBroken``.
    """
    label, public = label_of(source), private.public_key().public_bytes_raw().hex()
    if label.pair != pair_id(public):
        raise WrongKey(f"This backup needs the private key {label.pair}; the one given is {pair_id(public)}.")
    known = {key.id: key for key in ring().keys}
    if label.field_key not in known:
        raise WrongKey(
            f"This backup was made with the field key {label.field_key}, which is not in CSPR_FIELD_KEYS. Without it "
            "no name, no answer and no file in it can be read."
        )
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(label.once)))
    except ValueError as wrong:
        raise NotABackup("The first line of this backup was changed.") from wrong
    return Decrypted(source, _key(shared, known[label.field_key], label, public))


def label_of(source: BinaryIO) -> Label:
    """The first line, read from the file's beginning. Raises ``NotABackup``."""
    word, _, said = source.readline(LONGEST_FIRST_LINE).decode(errors="replace").partition(" ")
    try:
        if word != FIRST_WORD:
            raise ValueError(word)
        label = Label(**json.loads(said))
        if not re.fullmatch(
            "[0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{64}", f"{label.pair} {label.field_key} {label.once}"
        ):
            raise ValueError(label)
        # It is told before anything is proven: nothing in it may write over what stands on the screen.
        dt.datetime.fromisoformat(label.made_at)
    except (ValueError, TypeError) as wrong:
        raise NotABackup(
            "This file is not a backup of this system, or its first line was changed."
        ) from wrong
    return label


def _key(shared: bytes, field_key: Key, label: Label, public: str) -> str:
    """The key of one backup. Everything the first line says goes into it, so no other line opens the same pieces."""
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=label.line() + bytes.fromhex(public))
    return derived.derive(shared + field_key.for_backups).hex()
