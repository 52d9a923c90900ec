"""What lies in a backup, in this order: what it is of; files; anchors and the like; the database; the list of it all.

It is a tar archive. The list comes last: it holds the SHA-256 of every other member, so a backup without it is not
whole, and one in which something is missing, doubled or too much is refused.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, cast

ABOUT, LIST = "about.json", "list.json"
FILES, DATABASE = "files/", "database/"
# Whoever wrote the archive knew our keys; all the same, nothing in it may say where it is to be written.
NAMES = re.compile(
    r"about\.json|list\.json|files/[0-9a-f]{2}/[0-9a-f]{32}(_\w{1,10})?|database/\d{8}|[a-z]{1,20}/[\w-]{1,60}\.jsonl?"
)
AT_ONCE = 4 * 1024 * 1024
BLOCK = 1024 * 1024


class NotWhole(Exception):
    """What is in it is not what it should hold. ``str()`` says what, without anything of the content."""


@dataclass
class About:
    """What a backup is of: for whom must load it, before anything else is read."""

    made_at: str
    vendor: str
    database: str
    version: str
    migrations: list[str]


@dataclass
class Listed:
    """The list at the end. ``members``: SHA-256 by name; ``rows``: by table; ``chains``: length and newest hash, by the
    reference of the partnership; ``missing``: files that rows named and that were not there."""

    members: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    chains: dict[str, tuple[int, str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


class Packing:
    """Members are added one after the other; ``finish`` adds the list."""

    def __init__(self, target: BinaryIO, about: About) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", bufsize=BLOCK)  # noqa: SIM115  (closed by finish)
        self.listed = Listed()
        self.add(ABOUT, _json(asdict(about)))

    def add(self, name: str, data: bytes) -> None:
        if not NAMES.fullmatch(name):
            raise NotWhole(f"{name} is no name that could be restored.")
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        self.listed.members[name] = hashlib.sha256(data).hexdigest()
        self._tar.addfile(info, io.BytesIO(data))

    def finish(self) -> None:
        data = _json(asdict(self.listed))
        info = tarfile.TarInfo(LIST)
        info.size, info.mode = len(data), 0o600
        self._tar.addfile(info, io.BytesIO(data))
        self._tar.close()


def members(opened: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Every member with its name, in order, to the very end of the file. Raises ``NotWhole``."""
    try:
        with tarfile.open(fileobj=opened, mode="r|", bufsize=BLOCK) as tar:
            for info in tar:
                if not info.isreg() or not NAMES.fullmatch(info.name):
                    raise NotWhole("It holds something that no backup holds.")
                yield info.name, cast(BinaryIO, tar.extractfile(info)).read()
    except tarfile.TarError as wrong:
        raise NotWhole("What is inside is not an archive.") from wrong
    while opened.read(BLOCK):  # the last piece shows that nothing was cut off
        pass


def checked(opened: BinaryIO, look: Callable[[About], None], say: Callable[[int], None]) -> Listed:
    """Read all of it and compare it with its list. ``look`` is shown what it is of before the rest is read and may
    raise; ``say`` is told how many bytes were read so far. Raises ``NotWhole``."""
    found, listed, read = dict[str, str](), None, 0
    for name, data in members(opened):
        if name in found or listed is not None:
            raise NotWhole("Something is in it twice, or after its end.")
        if not found:
            if name != ABOUT:
                raise NotWhole("It does not begin with what it is of.")
            look(_about(data))
        if name == LIST:
            listed = _listed(data)
        else:
            found[name] = hashlib.sha256(data).hexdigest()
        read += len(data)
        say(read)
    if listed is None:
        raise NotWhole("The list at its end is missing.")
    if found != listed.members:
        raise NotWhole("What is in it is not what its list says.")
    return listed


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _about(data: bytes) -> About:
    try:
        return About(**json.loads(data))
    except (ValueError, TypeError) as wrong:
        raise NotWhole("It was made by another version, which this one does not know.") from wrong


def _listed(data: bytes) -> Listed:
    try:
        listed = Listed(**json.loads(data))
        listed.chains = {ref: (seq, head) for ref, (seq, head) in listed.chains.items()}
    except (ValueError, TypeError) as wrong:
        raise NotWhole("Its list is of another version, which this one does not know.") from wrong
    return listed
