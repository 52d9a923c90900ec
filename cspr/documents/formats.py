"""The forms in which a paper leaves: to be read as it is, to be worked on, to be counted, for machines too."""

from __future__ import annotations

import enum

_OFFICE = "application/vnd.openxmlformats-officedocument"


class Format(enum.Enum):
    """File extension, content type, and what people call it."""

    PDF = ("pdf", "application/pdf", "PDF")
    DOCX = ("docx", f"{_OFFICE}.wordprocessingml.document", "Word document")
    ZIP = ("zip", "application/zip", "ZIP archive")
    XLSX = ("xlsx", f"{_OFFICE}.spreadsheetml.sheet", "Excel workbook")

    def __init__(self, extension: str, content_type: str, label: str) -> None:
        self.extension = extension
        self.content_type = content_type
        self.label = label


def called(content_type: str) -> str:
    """What people call a file of such a type: ``PDF``, ``Word document``; otherwise ``file``."""
    return next((fmt.label for fmt in Format if fmt.content_type == content_type), "file")
