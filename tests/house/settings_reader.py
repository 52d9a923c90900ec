"""Which environment variables the settings read, and which docs/settings.md explains."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = re.compile(r"^(CSPR_[A-Z_]+|DATABASE_URL|REDIS_URL)$")


def read_by_settings() -> set[str]:
    """Every variable name written out in ``cspr/settings.py``."""
    tree = ast.parse((ROOT / "cspr" / "settings.py").read_text())
    words = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {word for word in words if NAME.match(word)}


def documented() -> set[str]:
    """Every variable with a row in a table, but for those that only tests use."""
    page = (ROOT / "docs" / "settings.md").read_text().split("## Only for the tests")[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))


def needed_in_production() -> set[str]:
    """Every documented variable that the page says production cannot do without."""
    page = (ROOT / "docs" / "settings.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)` \| yes \|", page, re.MULTILINE))
