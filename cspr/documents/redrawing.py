"""``python -m cspr.documents.redrawing PNG|JPEG``: a picture on standard input, drawn anew on standard output.

Runs as a confined child. What comes out holds what can be seen and nothing else: no place, no camera, no earlier
version, nothing beneath what is transparent; upright, and no larger than a page needs.
"""

from __future__ import annotations

import io
import sys

from PIL import Image, ImageOps

from cspr.documents.confined import confine
from cspr.documents.inspection.refused import EXIT_REFUSED, UploadRefused

SECONDS = 20
# A page is 160 mm wide: this is more than 300 dots to the inch.
LONGEST_SIDE, SHORTEST_SIDE = 2000, 50
MOST_PIXELS = 60_000_000
QUALITY = 88

MOVES = "it is a moving picture, and a report stands still. Save one picture of it and upload that."
TOO_LARGE = "it has more than 60 million pixels. Make it smaller: 2,000 pixels on the longer side are enough."
TOO_THIN = "it is so long and thin that next to nothing of it would be left on a page. Cut out the part that matters."
TOO_SMALL = "it is less than 50 pixels wide or high, too small for anybody to see something in it."


def redrawn(data: bytes, kind: str) -> bytes:
    """The picture anew, in the same format. Raises ``UploadRefused``, or whatever a broken file makes it raise."""
    image = Image.open(io.BytesIO(data), formats=[kind])
    if getattr(image, "n_frames", 1) > 1:
        raise UploadRefused(MOVES)
    if image.width * image.height > MOST_PIXELS:
        raise UploadRefused(TOO_LARGE)
    if min(image.size) < SHORTEST_SIDE:
        raise UploadRefused(TOO_SMALL)
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is read at a fraction of its size
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if min(upright.size) < SHORTEST_SIDE:
        raise UploadRefused(TOO_THIN)
    result = io.BytesIO()
    _flat(upright).save(result, kind, quality=QUALITY, optimize=True)
    return result.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """In grey or in colour, eight bits each, on white."""
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if image.has_transparency_data:
        above = image.convert("RGBA")
        white = Image.new("RGBA", above.size, "white")
        image = Image.alpha_composite(white, above)
    flat = image.convert("L" if image.mode in {"1", "L"} else "RGB")
    clean = Image.new(flat.mode, flat.size)  # without what the file said beside its dots
    clean.paste(flat)
    return clean


def main(kind: str) -> int:
    confine(SECONDS)
    try:
        drawn = redrawn(sys.stdin.buffer.read(), kind)
    except UploadRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return EXIT_REFUSED
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
