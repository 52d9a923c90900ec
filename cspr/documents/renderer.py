"""``python -m cspr.documents.renderer``: HTML and its pictures on standard input, tagged PDF on standard output.

Runs as a confined child. WeasyPrint is imported here and nowhere in the web process, so a machine without
its libraries still runs everything else.
"""

from __future__ import annotations

import enum
import importlib
import sys

from cspr.documents.confined import confine
from cspr.documents.parcel import unpacked

# The person who waits hears within a minute what became of it. A report of 200 pages takes some 40 on a machine that
# does nothing else.
SECONDS = 55
LAID_OUT = "laid out"


class Exit(enum.IntEnum):
    """How the child says what became of it. Every other code is a crash."""

    DONE = 0
    PANGO_MISSING = 3
    TOO_LONG = 4
    FAILED = 5


def _note(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def main() -> Exit:
    confine(SECONDS)
    try:
        typesetting = importlib.import_module("cspr.documents.typesetting")
    except OSError:  # what cffi raises when a shared library is not there
        return Exit.PANGO_MISSING
    try:
        html, pictures = unpacked(sys.stdin.buffer)
        pdf = typesetting.typeset(html.decode(), pictures, on_laid_out=lambda: _note(LAID_OUT))
    except typesetting.TooManyPages:
        return Exit.TOO_LONG
    except Exception as error:  # its words may quote the document; its type may be told
        _note(type(error).__name__)
        return Exit.FAILED
    sys.stdout.buffer.write(pdf)
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
