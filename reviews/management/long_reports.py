"""Made-up reports of any length, with everything a report can hold: for measuring, and for looking at the pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reviews.management.drawings import bars, grain
from reviews.models.figures import MOST

# One stretch of so many has a figure, as long as a report may have another.
A_FIGURE = 5
# What one stretch adds to a report, in characters; a page of the PDF holds about so much.
A_PAGE = 2150
SAID = (
    "The health visitor saw the family at home and wrote down what the mother said about the nights.",
    "Nobody asked who else lived in the flat, although two services had heard a man’s voice on the telephone.",
    "The plan named four agencies, and each of them understood that another would ring first.",
    "It made sense at the time: the clinic had lost two of its five staff, and the list had grown by a third.",
    "The school noticed that the child came late on Mondays and asked about it in the playground.",
    "What was written in one system could not be read in the other until the next working day.",
    "When the midwife rang, she was told that the case had been closed, and nobody told her why.",
    "The father was spoken of in nine of the eleven records and spoken with in none of them.",
)
QUOTED = "> “They all wrote something down. I never knew what became of it.”"
ROWS = (
    ("Health visiting", "The five visits took place; two were by telephone", "May to July"),
    ("Midwifery", "The booking was late because the address was not known to the clinic", "April"),
    ("Police", "Two calls to the address, no crime recorded", "June"),
    ("School of the older child", "Daily contact, three talks with the mother", "April to July"),
    ("Housing", "One inspection; damp was found and reported to the landlord", "May"),
)
WIDE = (
    "Month",
    "Police",
    "Health visiting",
    "Midwifery",
    "School",
    "Housing",
    "GP",
    "Hospital",
    "Social care",
    "Other",
)


def sections(codes: Iterable[str], pages: int) -> dict[str, str]:
    """The text of every section, together about so many pages."""
    order = list(codes)
    stretches: dict[str, list[str]] = {code: [] for code in order}
    written = 0
    number = 0
    while written < pages * A_PAGE:
        code = order[number * len(order) // max(pages, len(order)) % len(order)]
        text = "\n\n".join(_stretch(number))
        stretches[code].append(text)
        written += len(text)
        number += 1
    return {code: "\n\n".join(texts) or SAID[0] for code, texts in stretches.items()}


def picture(number: int) -> bytes:
    """The picture of a figure: a chart, and every second time one as heavy as a photograph."""
    if number % 2 == 0:
        return grain(number)
    return bars(
        f"Contacts in month {number}", [(who, (number * 7 + k * 5) % 19) for k, (who, *_) in enumerate(ROWS)]
    )


def _stretch(n: int) -> Iterator[str]:
    """About a page: a heading and paragraphs always, and in turn all the rest."""
    yield f"## What was seen in month {n + 1}" if n % 3 == 0 else f"### Week {n + 1}, as the records tell it"
    yield _paragraph(n, 5) + f"[^{n}]"
    yield f"[^{n}]: Minutes of the {n + 1}th meeting, page {n % 40 + 1}. " + SAID[n % 8]
    kinds = (_table, _items, _quotation, _numbers, _wide, _long_cell)
    yield from kinds[n % len(kinds)](n)
    if n % A_FIGURE == 2 and n // A_FIGURE < MOST:
        yield f"[Figure {n // A_FIGURE + 1}]"
    yield _paragraph(n + 3, 6)
    yield _paragraph(n + 5, 4)


def _paragraph(n: int, sentences: int) -> str:
    return " ".join(SAID[(n + k) % len(SAID)] for k in range(sentences))


def _table(n: int) -> Iterator[str]:
    rows = [ROWS[(n + k) % len(ROWS)] for k in range(5 + n % 9)]
    head = ["| Agency | What it did | When |", "|---|---|---|"]
    yield "\n".join([f"Table {n + 1}: Who was in touch with the family", *head, *(_row(row) for row in rows)])


def _wide(n: int) -> Iterator[str]:
    """More columns than a page upright can hold."""
    said = ROWS[n % len(ROWS)][1] if n % 4 else "contacts"  # short cells fit upright, sentences do not
    rows = [
        [str(month), *(f"{(n + month * k) % 7} {said}" for k in range(1, len(WIDE)))] for month in range(1, 9)
    ]
    head = [_row(WIDE), "|" + "---|" * len(WIDE)]
    yield "\n".join([f"Table {n + 1}: Contacts of every agency, by month", *head, *map(_row, rows)])


def _long_cell(n: int) -> Iterator[str]:
    """A table one of whose rows is longer than what is left of most pages."""
    rows = [
        ("What was agreed", _paragraph(n, 4)),
        ("What became of it", _paragraph(n + 1, 24)),
        ("Now", SAID[0]),
    ]
    yield "\n".join([f"Table {n + 1}: One decision", "| Step | Account |", "|---|---|", *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _items(n: int) -> Iterator[str]:
    yield "\n".join(
        f"- {SAID[(n + k) % 8]}" + (f"\n  - {SAID[(n + k + 1) % 8]}" if k % 4 == 0 else "") for k in range(12)
    )


def _numbers(n: int) -> Iterator[str]:
    yield "\n".join(f"{k + 1}. {SAID[(n + k) % 8]}" for k in range(10))


def _quotation(n: int) -> Iterator[str]:
    yield QUOTED
    yield f"See [the guidance](https://www.gov.uk/government/publications/measured-{n}) on **how** this is *recorded*."
