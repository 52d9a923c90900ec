"""The reporting year: April to March (guidance), and the day as of which its figures are told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cspr.clocks.calendar import in_short


@dataclass(frozen=True, order=True)
class Year:
    """1 April of ``begins`` to 31 March of the next year."""

    begins: int

    @classmethod
    def of(cls, day: dt.date) -> Year:
        """The year that a day belongs to."""
        return cls(day.year if (day.month, day.day) >= (4, 1) else day.year - 1)

    @property
    def first(self) -> dt.date:
        return dt.date(self.begins, 4, 1)

    @property
    def last(self) -> dt.date:
        return dt.date(self.begins + 1, 3, 31)

    @property
    def due(self) -> dt.date:
        """Guidance: published and sent to the Panel by 30 September."""
        return dt.date(self.begins + 1, 9, 30)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        return self.first, self.last

    def __str__(self) -> str:
        return f"{self.begins}–{(self.begins + 1) % 100:02}"

    @property
    def words(self) -> str:
        return f"{in_short(self.first)} to {in_short(self.last)}"


def last_ended(today: dt.date) -> Year:
    """The year to report on: the last one that is over."""
    return Year(Year.of(today).begins - 1)
