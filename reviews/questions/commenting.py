"""The words about comments on a report."""

import re

from django.db.models import TextChoices


class CommentState(TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"


# The name of a section's heading in a working copy: which section, which version of it, and of which report.
ANCHOR = re.compile(r"_cspr_([a-z_]+)_(\d{1,6})_(\w{5})(\w{5})$")


def anchor_of(ref: str, section: str, number: int) -> str:
    """A name for a bookmark in Word; it holds no name of anybody, and Word does not show it."""
    return f"_cspr_{section}_{number}_{ref.replace('-', '')}"


def read_anchor(name: str) -> tuple[str, int, str] | None:
    """``(section, version, reference of the report)``; ``None`` for any other bookmark."""
    found = ANCHOR.match(name)
    return (found[1], int(found[2]), f"{found[3]}-{found[4]}") if found else None
