"""``python -m cspr.documents.manuscript``: a Word file on standard input, what it says as JSON on standard output."""

from __future__ import annotations

import json
import sys

from cspr.documents.confined import confine
from cspr.documents.inspection.office import DAMAGED, inspect_docx
from cspr.documents.inspection.refused import EXIT_REFUSED, UploadRefused
from cspr.documents.manuscript import SECONDS
from cspr.documents.manuscript.reading import read


def main() -> int:
    confine(SECONDS)
    data = sys.stdin.buffer.read()
    try:
        inspect_docx(data)
        found = read(data)
    except UploadRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return EXIT_REFUSED
    except Exception:  # whatever a broken file does to a reader, it is a broken file
        sys.stderr.write(f"{DAMAGED}\n")
        return EXIT_REFUSED
    sys.stdout.buffer.write(json.dumps(found).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
