"""``python -m cspr.documents.inspection docx|odt|pdf``: file on standard input, refusal on standard error."""

from __future__ import annotations

import sys

from cspr.documents.confined import confine
from cspr.documents.inspection.office import inspect_docx, inspect_odt
from cspr.documents.inspection.pdf import inspect_pdf
from cspr.documents.inspection.refused import EXIT_REFUSED, UploadRefused

SECONDS = 20
INSPECTIONS = {"docx": inspect_docx, "odt": inspect_odt, "pdf": inspect_pdf}


def main(kind: str) -> int:
    confine(SECONDS)
    try:
        INSPECTIONS[kind](sys.stdin.buffer.read())
    except UploadRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return EXIT_REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
