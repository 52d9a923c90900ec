"""What is counted in a year, as the reading of the record hands it on; and the codes that stand in no other list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

# Years of age on the day a referral was accepted: how the bands of national statistics begin.
AGES: tuple[tuple[str, str, int, int], ...] = (
    ("unborn", "Not born yet", -1, -1),
    ("under_1", "Under 1", 0, 0),
    ("1_4", "1 to 4", 1, 4),
    ("5_9", "5 to 9", 5, 9),
    ("10_15", "10 to 15", 10, 15),
    ("16_17", "16 and 17", 16, 17),
    ("18_over", "18 and over", 18, 200),
)


@dataclass
class Counted:
    """``figures``: how many, by name; what is not there is nought. ``took``: how long each took, by name."""

    figures: Counter[str] = field(default_factory=Counter)
    took: dict[str, list[int]] = field(default_factory=dict)

    def add(self, *names: str) -> None:
        self.figures.update(names)

    def timed(self, name: str, length: int) -> None:
        self.took.setdefault(name, []).append(length)


def age_band(years: int | None) -> str:
    """The code of the band; ``unknown`` when the date of birth is."""
    if years is None:
        return "unknown"
    return next((code for code, _, low, high in AGES if low <= years <= high), "unborn")
