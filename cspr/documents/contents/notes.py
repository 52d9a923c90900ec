"""What the readers of files write down while they go through one."""

from __future__ import annotations

import re
from typing import Any

from cspr.documents.inspection.images import JPEG_START, PNG_START, told_by

# A file that says more than this is not a report (some 1,500 pages).
MOST = 6_000_000
GPS = (b"\x88\x25\x00\x04", b"\x25\x88\x04\x00")  # the EXIF entry that leads to a place on earth
LETTERS = re.compile(rb"[\x20-\x7e\xa0-\xff]{4,}")


class Notes:
    """``said`` and ``carried`` as plain data; every sentence once for each place."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.carried: list[dict[str, str]] = []
        self._seen: set[tuple[str, str]] = set()
        self._size = 0

    def say(self, where: str, text: str, *, machine: bool = False) -> None:
        if not text.strip() or (where, text) in self._seen:
            return
        self._size += len(text)
        if self._size > MOST:
            raise ValueError("It says too much.")
        self._seen.add((where, text))
        self.said.append({"where": where, "text": text, "machine": machine})

    def carry(self, where: str, what: str) -> None:
        row = {"where": where, "what": what}
        if row not in self.carried:
            self.carried.append(row)

    def picture(self, where: str, data: bytes) -> None:
        """What a picture says beside itself, and that it says where it was taken."""
        if not data.startswith((PNG_START, JPEG_START)):
            return
        for body in told_by(data):
            if any(mark in body for mark in GPS):
                self.carry(where, "The picture says where on earth it was taken.")
            else:
                self.carry(where, "The picture carries notes about itself, such as who took it and when.")
            for text in texts_in(body):
                self.say(f"{where}: notes inside the picture", text, machine=True)


def texts_in(data: bytes) -> list[str]:
    """Readable stretches of bytes, in the ways text is mostly written."""
    plain = " ".join(match.group().decode("utf-8", "replace") for match in LETTERS.finditer(data))
    wide = [data[start:].decode(code, "ignore") for code in ("utf-16-le", "utf-16-be") for start in (0, 1)]
    return [plain, *(" ".join(re.findall(r"[\x20-\x7e\xa0-\u024f]{4,}", text)) for text in wide)]
