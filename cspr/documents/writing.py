"""``python -m cspr.documents.writing docx|xlsx``: a paper as JSON on standard input, the file on standard output.

With the paper come the pictures it names. Runs as a confined child, as the setting of PDFs does.
"""

from __future__ import annotations

import importlib
import json
import sys

from cspr.documents.confined import confine
from cspr.documents.parcel import unpacked

SECONDS = 60
WRITERS = {"docx": "cspr.documents.word", "xlsx": "cspr.documents.excel"}


def main(extension: str) -> int:
    confine(SECONDS)
    writer = importlib.import_module(WRITERS[extension])
    try:
        said, pictures = unpacked(sys.stdin.buffer)
        data: bytes = writer.write({**json.loads(said), "pictures": pictures})
    except Exception as error:  # its words may quote the document; its type may be told
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    sys.stdout.buffer.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
