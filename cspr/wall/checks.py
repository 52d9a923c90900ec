"""``manage.py check --deploy --database default``: would the database hold the site back?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from cspr.wall.building import why_no_wall


def the_wall_stands(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """An error for each named database whose wall does not hold. Opens no connection when none is named."""
    reasons = (why_no_wall(connections[name]) for name in databases or ())
    return [Error(reason, id="wall.E001") for reason in reasons if reason]
