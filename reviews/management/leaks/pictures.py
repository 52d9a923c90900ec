"""A picture that tells more than it shows."""

from __future__ import annotations

import struct
import zlib

# The smallest JPEG there is: one grey point.
_POINT = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300"
    + "01" * 64
    + "ffc0000b080001000101011100ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbd0ffd9"
)


def jpeg_that_tells(words: str, *, where: bool = False) -> bytes:
    """A JPEG whose EXIF names somebody as its maker; with ``where``, also a place on earth."""
    said = words.encode() + b"\0"
    entries = [(0x013B, 2, len(said), 8 + 2 + 12 * (2 if where else 1) + 4)]
    if where:
        entries.append((0x8825, 4, 1, 0))
    body = b"MM\0\x2a\0\0\0\x08" + struct.pack(">H", len(entries))
    body += b"".join(struct.pack(">HHII", *entry) for entry in entries) + b"\0\0\0\0" + said
    exif = b"Exif\0\0" + body
    return _POINT[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + _POINT[2:]


def png_point() -> bytes:
    """A PNG that says nothing: one grey point."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\x80")),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
