"""How much of people leaves with a copy: full names, roles and the name the case goes by, or ages and months only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class Level(TextChoices):
    NAMED = "named", "Full names"
    ROLES = "roles", "Roles instead of names"
    ANONYMOUS = "anonymous", "Anonymised: ages and months only"


@dataclass(frozen=True)
class Person:
    """Somebody of the case: the stable key, what they are called without a name, and the name."""

    key: str
    label: str
    name: str


def without_names(text: str, names: Mapping[str, str]) -> str:
    """``text`` with each name, whole or in part, replaced by the label it has in ``names``; longer names first."""
    parts = {name.strip(): label for name, label in names.items() if name.strip()}
    for name, label in list(parts.items()):
        for word in name.split():
            if len(word) > 2:
                parts.setdefault(word, label)
    if not parts:
        return text
    by_lower = {name.lower(): label for name, label in parts.items()}
    pattern = "|".join(re.escape(name) for name in sorted(by_lower, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda m: by_lower[m[0].lower()], text, flags=re.IGNORECASE)
