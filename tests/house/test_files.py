"""The house stays readable: files fit a few screens, and every address has a name."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 400
# A test file is a list of sentences, read one at a time, so it may be half as long again.
LONGEST_TEST = 600
WRITTEN_BY_HAND = {".py", ".html", ".css", ".js", ".svg", ".txt", ".toml", ".yml", ""}
NOT_OURS_TO_SHORTEN = ("static/vendor/", "LICENSE", ".gitignore")


def our_files() -> list[Path]:
    """What is, or is about to be, in the repository, but for vendored files and migrations."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    kept = [
        name for name in listed if "/migrations/" not in name and not name.startswith(NOT_OURS_TO_SHORTEN)
    ]
    return [ROOT / name for name in kept if Path(name).suffix in WRITTEN_BY_HAND and (ROOT / name).is_file()]


@pytest.mark.once
def test_no_file_is_longer_than_a_reader_bears() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in our_files()}
    longest = {name: LONGEST_TEST if name.startswith("tests/") else LONGEST for name in lengths}
    assert {name: lines for name, lines in lengths.items() if lines > longest[name]} == {}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        where = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, where)
        else:
            yield where, pattern


@pytest.mark.once
def test_every_address_has_a_name() -> None:
    assert [where for where, pattern in addresses(get_resolver().url_patterns) if not pattern.name] == []


@pytest.mark.once
def test_no_two_addresses_share_a_name() -> None:
    names = [pattern.name or "" for _, pattern in addresses(get_resolver().url_patterns)]
    assert sorted({name for name in names if names.count(name) > 1}) == []
