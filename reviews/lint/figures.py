"""Whether the figures of a report and the places where its sections name them fit together. It advises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from cspr.ui.richtext import FIGURE, Figure, read

NO_SUCH = "There is no such figure. Add it under Figures, or take this out."
AMONG_WORDS = (
    "Among other words it is not shown. Give it a line of its own, with a blank line before and after."
)
TWICE = "It has another place in the report, so it is shown twice."


def misplaced(
    section: str, report: Mapping[str, str], *, order: Sequence[str], figures: Collection[int]
) -> Iterator[tuple[str, str]]:
    """What there is to say about the figures that one section names, and those that none shows: ``(words, quote)``.

    ``figures``: the numbers of those that the report has.
    """
    text = report.get(section, "")
    placed = Counter(_places(text))
    named = Counter(int(number) for number in FIGURE.findall(text))
    before = {n for code in order[: order.index(section)] for n in _places(report.get(code, ""))}
    for number in named:
        quote = f"[Figure {number}]"
        if number not in figures:
            yield NO_SUCH, quote
        elif named[number] > placed[number]:
            yield AMONG_WORDS, quote
        elif number in before or placed[number] > 1:
            yield TWICE, quote
    missing = sorted(set(figures) - {n for words in report.values() for n in _places(words)})
    if missing:
        yield f"{_listed(missing)} not shown anywhere in the report yet.", ""


def _places(text: str) -> list[int]:
    if "[figure" not in text.lower():
        return []
    return [block.number for block in read(text).blocks if isinstance(block, Figure)]


def _listed(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Figure {numbers[0]} is"
    *most, last = map(str, numbers)
    return f"Figures {', '.join(most)} and {last} are"
