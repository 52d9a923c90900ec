"""A paper for reading and the same words for a machine, in one ZIP archive."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cspr.documents.formats import Format
from cspr.documents.parcel import Pictures

# An archive holds no time of day: the same words give the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class BundlePaper:
    """``paper`` (a ``Paper``) is set as PDF, ``data`` is written beside it as JSON."""

    paper: Any
    data: dict[str, Any]
    format: Format = field(default=Format.ZIP, init=False)

    @property
    def title(self) -> str:
        return str(self.paper.title)

    @property
    def file_stem(self) -> str:
        return str(self.paper.file_stem)

    @property
    def pictures(self) -> Pictures:
        found: Pictures = self.paper.pictures
        return found

    def source(self) -> str:
        """Everything both files say."""
        return json.dumps([self.paper.source(), self.data], ensure_ascii=False)

    def zipped(self, source: str, typeset: Callable[[str], bytes]) -> bytes:
        """The archive of what ``source`` says."""
        html, data = json.loads(source)
        written = json.dumps(data, ensure_ascii=False, indent=2).encode()
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            for extension, content in ((Format.PDF.extension, typeset(html)), ("json", written)):
                file.writestr(zipfile.ZipInfo(f"{self.file_stem}.{extension}", NO_TIME), content)
        return archive.getvalue()
