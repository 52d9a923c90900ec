"""The finder over everything a finished file says, with the page or the place of each find."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cspr.documents.contents import Contents
from reviews.anonymity.finder import Find, Place, find
from reviews.anonymity.key import Key

# So much of the end of a page and of the beginning of the next is read together.
TAIL, HEAD = 400, 120


def find_in_file(contents: Contents, key: Key) -> list[Find]:
    """Everything found in a file; also what begins on one page and ends on the next. Raises ``TooMuch``."""
    places = [Place(f"said-{n}", said.where, said.text, said.machine) for n, said in enumerate(contents.said)]
    across = dict(_across(places))
    found = find(places, key)
    for joint, middle in across.items():
        found += [one for one in find([joint], key) if one.start < middle <= one.end - 1]
    return found


def _across(places: list[Place]) -> Iterator[tuple[Place, int]]:
    """Where one page meets the next, and where in that text the page ends."""
    pages = [place for place in places if place.title.startswith("Page ")]
    for one, two in pairwise(pages):
        tail = one.text.rstrip()[-TAIL:]
        title = f"{one.title}, to the next page"
        yield Place(f"{one.code}-on", title, f"{tail}\n{two.text.lstrip()[:HEAD]}"), len(tail)
