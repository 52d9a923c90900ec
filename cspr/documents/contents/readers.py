"""Which reader takes which kind of file apart. Strangers' files are read in the child; see ``contents_of``."""

from __future__ import annotations

import importlib
from typing import Any

READERS = {"pdf": "cspr.documents.contents.pdf", "docx": "cspr.documents.contents.word"}


def read(data: bytes, kind: str) -> dict[str, list[dict[str, Any]]]:
    """What the file says and carries, as plain data. Raises whatever a broken file makes its reader raise."""
    notes = importlib.import_module(READERS[kind]).read(data)
    return {"said": notes.said, "carried": notes.carried}
