"""Photographs and screenshots: checked segment by segment, and rid of what they tell about where and by whom.

Nothing is decoded, so no picture can exhaust us, and the picture itself stays bit for bit what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from cspr.documents.inspection.refused import UploadRefused

# Larger pictures exhaust the viewers of those who open them; the largest telephone cameras stay below.
MAX_PIXELS = 120_000_000
# Each scan of a progressive JPEG goes over the whole picture once more. Programs write about ten.
MOST_SCANS = 30
BROKEN = "the picture is damaged or breaks off. Open it, save it again and upload the new copy."

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_TELLS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})

JPEG_START = b"\xff\xd8"
JPEG_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
JPEG_SIZE = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
JFIF, ADOBE, EXIF, COMMENT = 0xE0, 0xEE, 0xE1, 0xFE
ORIENTATION = 0x0112


def clean_png(data: bytes) -> bytes:
    """Return the PNG without text, time and EXIF chunks, and without anything after its end."""
    kept, at = [PNG_START], len(PNG_START)
    names: list[bytes] = []
    while names[-1:] != [b"IEND"]:
        length, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        end = at + 12 + length
        if len(name) < 4 or end > len(data):
            raise UploadRefused(BROKEN)
        if name == b"IHDR":
            _refuse_huge(int.from_bytes(data[at + 8 : at + 12]), int.from_bytes(data[at + 12 : at + 16]))
        if name not in PNG_TELLS:
            kept.append(data[at:end])
        names.append(name)
        at = end
    if names[0] != b"IHDR" or b"IDAT" not in names:
        raise UploadRefused(BROKEN)
    return b"".join(kept)


def clean_jpeg(data: bytes) -> bytes:
    """Return the JPEG without EXIF, XMP, IPTC, thumbnails and comments; which way up it belongs is kept."""
    kept, turned, sized, scans = [], 1, False, 0
    for marker, body, scan in jpeg_segments(data):
        if marker == EXIF and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:])
        if marker in JPEG_SIZE:
            _refuse_huge(int.from_bytes(body[1:3]), int.from_bytes(body[3:5]))
            sized = True
        scans += marker == 0xDA
        if scans > MOST_SCANS:
            raise UploadRefused(
                f"the picture is built up in more than {MOST_SCANS} layers. Open it, save it again as a plain JPEG "
                "and upload the new copy."
            )
        if not tells(marker, body):
            length = b"" if marker in JPEG_STANDALONE else (len(body) + 2).to_bytes(2)
            kept.append(bytes([0xFF, marker]) + length + body + scan)
    if not (sized and scans):
        raise UploadRefused(BROKEN)
    return JPEG_START + _upright(turned) + b"".join(kept) + b"\xff\xd9"


def told_by(data: bytes) -> list[bytes]:
    """What a picture says beside itself: the bodies that ``clean_png`` or ``clean_jpeg`` would take out."""
    try:
        if data.startswith(PNG_START):
            return [body for name, body in png_chunks(data) if name in PNG_TELLS]
        if data.startswith(JPEG_START):
            return [body for marker, body, _ in jpeg_segments(data) if tells(marker, body)]
    except UploadRefused:
        return []
    return []


def dots(data: bytes) -> tuple[int, int]:
    """How many dots wide and high a picture is that ``clean_png`` or ``clean_jpeg`` took. ``UploadRefused`` if not."""
    if data.startswith(PNG_START):
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    frames = (body for marker, body, _ in jpeg_segments(data) if marker in JPEG_SIZE)
    frame = next(frames, b"")
    if len(frame) < 5:
        raise UploadRefused(BROKEN)
    return int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk up to the end of the picture: its name and its body."""
    at = len(PNG_START)
    while at + 12 <= len(data):
        length, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        yield name, data[at + 8 : at + 8 + length]
        at += 12 + length


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each segment up to the end of the picture: its marker, its body, and the scan that follows it."""
    at = len(JPEG_START)
    while True:
        fill = re.compile(rb"\xff+").match(data, at)
        if fill is None or fill.end() >= len(data):
            raise UploadRefused(BROKEN)
        marker, at = data[fill.end()], fill.end() + 1
        if marker == 0xD9:
            return
        if marker in JPEG_STANDALONE:
            yield marker, b"", b""
            continue
        end = at + int.from_bytes(data[at : at + 2])
        following = NEXT_MARKER.search(data, end) if marker == 0xDA else None
        if end < at + 2 or end > len(data) or (marker == 0xDA and following is None):
            raise UploadRefused(BROKEN)
        after = following.start() if following else end
        yield marker, data[at + 2 : end], data[end:after]
        at = after


def tells(marker: int, body: bytes) -> bool:
    """Whether a segment says something about the picture rather than being needed to show it."""
    if marker == JFIF:
        return not (body.startswith(b"JFIF\0") and len(body) == 14)  # a longer one carries a thumbnail
    if marker == ADOBE:
        return not body.startswith(b"Adobe")  # says how the colours are coded
    if marker == 0xE2:
        return not body.startswith(b"ICC_PROFILE\0")
    return marker == COMMENT or 0xE1 <= marker <= 0xEF


def _orientation(tiff: bytes) -> int:
    """Which way up the camera was held (1 to 8), from the first directory of the EXIF block."""
    if tiff[:2] not in (b"II", b"MM"):
        return 1
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    start = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[start : start + 2], order)
    for entry in range(start + 2, start + 2 + 12 * min(count, 200), 12):
        if int.from_bytes(tiff[entry : entry + 2], order) == ORIENTATION:
            value = int.from_bytes(tiff[entry + 8 : entry + 10], order)
            return value if 1 <= value <= 8 else 1
    return 1


def _upright(orientation: int) -> bytes:
    """An EXIF segment that holds the orientation and nothing else; nothing for a picture that is upright."""
    if orientation == 1:
        return b""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00" + bytes([orientation]) + b"\x00\x00"
    body = b"Exif\0\0" + b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body


def _refuse_huge(width: int, height: int) -> None:
    if width * height == 0:
        raise UploadRefused(BROKEN)
    if width * height > MAX_PIXELS:
        raise UploadRefused(
            "the picture has more than 120 million pixels. Make it smaller and upload it again."
        )
