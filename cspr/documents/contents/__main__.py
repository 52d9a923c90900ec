"""``python -m cspr.documents.contents pdf|docx``: a file on standard input, what it says as JSON on standard output."""

from __future__ import annotations

import json
import sys

from cspr.documents.confined import confine
from cspr.documents.contents import SECONDS
from cspr.documents.contents.readers import read


def main(kind: str) -> int:
    confine(SECONDS)
    try:
        found = read(sys.stdin.buffer.read(), kind)
    except Exception as error:  # its words may quote the file; its type may be told
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    sys.stdout.buffer.write(json.dumps(found).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
