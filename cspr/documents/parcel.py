"""What a child gets on its standard input: the words of a paper, and the pictures that they name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import BinaryIO

# The name a picture has in the words, and how its bytes are read. The name is the hash of the bytes.
Pictures = Mapping[str, Callable[[], bytes]]
# Together; the child that sets a paper holds all of them.
MOST_BYTES = 40 * 1024 * 1024


def packed(words: bytes, pictures: Mapping[str, bytes]) -> bytes:
    """One line that says how long each part is, and the parts."""
    parts = {"": words, **pictures}
    sizes = json.dumps({name: len(data) for name, data in parts.items()})
    return b"".join((sizes.encode(), b"\n", *parts.values()))


def unpacked(stream: BinaryIO) -> tuple[bytes, dict[str, bytes]]:
    """The words, and the pictures by their names."""
    sizes = json.loads(stream.readline())
    parts = {name: stream.read(size) for name, size in sizes.items()}
    return parts.pop(""), parts
