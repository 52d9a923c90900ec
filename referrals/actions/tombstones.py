"""Tombstones outside the database: what was disposed of stays so when an older copy of the database comes back.

One line for each disposal, in one file that is only ever added to. Each line carries a keyed hash (HMAC-SHA-256) over
itself and the line before it, made with the keys that seal fields: a line that was changed, added, left out or moved is
found. What was cut off at the end is not; the record of what happened knows of those.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from cspr.sealed.keys import CannotOpen, ring

BEGINNING = ""


class TombstonesBroken(Exception):
    """The file is not as it was written; the message names the line, and nothing that stands in it."""


def tombstone_file() -> Path:
    return Path(settings.TOMBSTONE_DIR) / "tombstones.jsonl"


def keep_outside(certificate: dict[str, Any]) -> bool:
    """Add the tombstone of a disposal, on disk before this returns. ``False``, and nothing is added, if it is there.

    Raises ``TombstonesBroken`` rather than add to a file that was changed.
    """
    file = tombstone_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        text = kept.read()
        told = list(_lines(text))
        if certificate["certificate"] in {one["certificate"] for one, _ in told}:
            return False
        previous = told[-1][1] if told else BEGINNING
        kept.truncate(len(text[: text.rfind("\n") + 1].encode()))  # half a line, if the machine stopped in it
        key = ring().first
        mac = f"{key.id}:{key.digest(_covered(previous, certificate)).hex()}"
        kept.write(json.dumps({"tombstone": certificate, "mac": mac}) + "\n")
        kept.flush()
        os.fsync(kept.fileno())
    return True


def tombstones() -> list[dict[str, Any]]:
    """The certificate of everything that was ever disposed of, oldest first. Raises ``TombstonesBroken``."""
    file = tombstone_file()
    text = file.read_text("utf-8", errors="replace") if file.exists() else ""
    return [certificate for certificate, _ in _lines(text)]


def _lines(text: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each certificate with the hash of its line, while every line is as it was written.

    A last line without its end was being written when the machine stopped: that disposal is told again.
    """
    previous = BEGINNING
    whole, _, _ = text.rpartition("\n")
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            told = json.loads(line)
            certificate, mac = told["tombstone"], told["mac"]
            key_id, _, given = mac.partition(":")
            right = ring().key(key_id).digest(_covered(previous, certificate)).hex()
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise TombstonesBroken(f"Line {number} is not a tombstone.") from error
        except CannotOpen as error:
            raise TombstonesBroken(f"Line {number} was written with another key. {error}") from error
        if not hmac.compare_digest(right, given):
            raise TombstonesBroken(
                f"Line {number} is not as it was written, or does not follow the one before."
            )
        yield certificate, mac
        previous = mac


def _covered(previous: str, certificate: dict[str, Any]) -> str:
    content = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"tombstone\n{previous}\n{content}"
