"""Every address of the site, from the resolver itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

from tests.access.registry import NOUNS, PAGES, Page, of
from tests.access.verbs import VERBS


def _walk(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}"


def names() -> list[str]:
    """The name of every address, with its namespace; the pattern where one has no name."""
    return list(_walk(get_resolver().url_patterns))


def verb_pages() -> list[Page]:
    """The pages of verbs that exist, each in the row and the scene of its verb."""
    mounted = set(names()) - {page.name for page in PAGES}
    noun_of = {kind: noun for noun, kind in NOUNS.items()}
    return [
        Page(row, f"{noun_of[kind]}-{verb}", scene, of(kind), kind, verb=verb)
        for kind, row, scene, verbs in VERBS
        for verb in verbs.split()
        if f"{noun_of[kind]}-{verb}" in mounted
    ]
