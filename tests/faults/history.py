"""What was done and what was promised: one JSON object a line, written before anybody looks at the database."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class History:
    """Kept in memory as well, for the checker; safe to write from many threads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: list[Line] = []
        self._lock = threading.Lock()

    def note(self, what: str, **facts: Any) -> None:
        line = {"at": round(time.time(), 3), "what": what, **facts}
        with self._lock, self.file.open("a") as file:
            file.write(json.dumps(line) + "\n")
            self.lines.append(line)

    def of(self, what: str) -> list[Line]:
        return [line for line in list(self.lines) if line["what"] == what]

    def acknowledged(self) -> list[Line]:
        """The forms that were answered with a redirect: the person was told that it was done."""
        return [line for line in self.of("post") if line["acknowledged"]]
