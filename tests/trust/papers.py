"""What the papers claim, read so that it can be checked: named tests, headings, settings, rows of tables."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

from tests.house.settings_reader import documented

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
TEST = re.compile(r"`(tests/[\w/]+\.py::\w+)`")
LINK = re.compile(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)")
NAME = re.compile(r"`([A-Z][A-Z_]{3,})`")


@functools.cache
def known_tests() -> frozenset[str]:
    """Every test there is, by path and name, as pytest is asked for it."""
    return frozenset(
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def named(text: str) -> list[str]:
    """The tests that ``text`` names."""
    return TEST.findall(text)


@functools.cache
def settings() -> frozenset[str]:
    """Every name the settings file gives a value, and every documented variable."""
    tree = ast.parse((ROOT / "cspr" / "settings.py").read_text())
    given = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id.isupper()}
    return frozenset(given | documented())


def anchors(page: Path) -> set[str]:
    """The fragments that lead to a heading of ``page``, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def dead_links(page: Path) -> list[str]:
    """The links of ``page`` to other papers, or into them, that lead nowhere."""
    dead = []
    for name, fragment in LINK.findall(page.read_text()):
        target = (page.parent / name).resolve()
        if not target.exists() or (fragment and fragment not in anchors(target)):
            dead.append(f"{name}#{fragment}")
    return dead


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the tables in ``text``, without the heads' rules."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|--")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def section(page: Path, heading: str) -> str:
    """The words under ``heading``, up to the next one of its rank."""
    return re.split(
        r"^## ", page.read_text().split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE
    )[0]
