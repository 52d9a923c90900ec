"""The pack: the tables of a year with what may be shown of each figure, and five sentences that say it in short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from reviews.themes import THEME_NAMES
from reviews.yearly.counted import Counted
from reviews.yearly.divisions import ALIKE, CHAPTERS, DIVISIONS, PUBLIC, RAPID_REVIEWS, Division, by_kind
from reviews.yearly.protect import SMALL, Sum, hidden
from reviews.yearly.year import Year

HIDDEN = "hidden"
DAYS_IN_A_MONTH = 30.4375
BY_AGENCY = "requests-agency"


@dataclass(frozen=True)
class Figure:
    """One figure as a reader gets it: ``number`` is None where it is hidden. ``took``: how long it took, if told."""

    label: str
    number: int | None
    took: str = ""

    @property
    def shown(self) -> str:
        return HIDDEN if self.number is None else str(self.number)


@dataclass(frozen=True)
class Table:
    """``total`` is None where the rows are no parts of a whole. ``took``: the head of a third column, if any."""

    code: str
    chapter: str
    title: str
    rows: tuple[Figure, ...]
    total: Figure | None
    note: str = ""
    took: str = ""

    @property
    def hides(self) -> bool:
        return any(figure.number is None for figure in (*self.rows, *filter(None, [self.total])))

    @property
    def empty(self) -> bool:
        """Nothing of the kind happened."""
        return all(figure.number == 0 for figure in (*self.rows, *filter(None, [self.total])))

    @property
    def too_few(self) -> bool:
        """Every row is hidden: the whole is too small to be divided."""
        return bool(self.rows) and all(figure.number is None for figure in self.rows)

    @property
    def says_nothing(self) -> bool:
        """Nothing of it can be shown, not even the whole."""
        return self.too_few and (self.total is None or self.total.number is None)

    @property
    def told(self) -> list[Figure]:
        """The rows that say something: a number, or that there is one."""
        return [figure for figure in self.rows if figure.number != 0]

    @property
    def noughts(self) -> list[str]:
        """What did not happen."""
        return [figure.label for figure in self.rows if figure.number == 0]


@dataclass(frozen=True)
class Chapter:
    """The tables of one subject; the titles of those with nothing to tell, and of those with too ``few`` to be told."""

    title: str
    tables: list[Table]
    none: list[str]
    few: list[str]


@dataclass(frozen=True)
class Pack:
    """Everything that is said of one year, as it was known at the end of one day."""

    year: Year
    as_at: dt.date
    whole: bool
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]

    @property
    def chapters(self) -> list[Chapter]:
        found = []
        for title in CHAPTERS:
            tables = [table for table in self.tables if table.chapter == title]
            none = [table.title for table in tables if table.empty]
            few = [table.title for table in tables if table.says_nothing]
            told = [table for table in tables if not table.empty and not table.says_nothing]
            found.append(Chapter(title, told, none, few))
        return found

    @property
    def hides(self) -> bool:
        return any(table.hides for table in self.tables)

    @property
    def empty(self) -> bool:
        return all(table.empty for table in self.tables)


def pack_of(counted: Counted, year: Year, as_at: dt.date, *, whole: bool = False) -> Pack:
    """What was counted, as it may be read. ``whole``: nothing is hidden."""
    divisions = (*DIVISIONS, *by_kind(_kinds(counted)))
    figures = _complete(counted, divisions)
    sums = [Sum(division.total, tuple(division.parts)) for division in divisions]
    away = frozenset[str]() if whole else hidden(figures, sums, known=PUBLIC, alike=ALIKE)
    reading = _Reading(figures, away, counted.took, whole=whole)
    tables = [reading.table(division) for division in divisions] + [reading.themes()]
    tables.sort(key=lambda table: CHAPTERS.index(table.chapter))
    return Pack(year, as_at, whole, tuple(reading.sentences()), tuple(tables))


def _kinds(counted: Counted) -> list[str]:
    """The kinds of agency that occur."""
    return [
        name.rpartition(".")[2]
        for name in counted.figures
        if name.startswith(("referral.by.", "request.by."))
    ]


def _complete(counted: Counted, divisions: Iterable[Division]) -> dict[str, int]:
    """Every figure of the tables, with the noughts."""
    names = {name for division in divisions for name in (division.total, *division.parts)}
    if unknown := counted.figures.keys() - names - {"report"} - {f"theme.{code}" for code in THEME_NAMES}:
        raise KeyError(f"No table has {', '.join(sorted(unknown))}.")
    return {name: counted.figures[name] for name in names | {"report"}} | {
        f"theme.{code}": counted.figures[f"theme.{code}"] for code in THEME_NAMES
    }


@dataclass(frozen=True)
class _Reading:
    """The figures with what is hidden of them."""

    figures: Mapping[str, int]
    hidden: frozenset[str]
    took: Mapping[str, list[int]]
    whole: bool

    def figure(self, name: str, label: str, took: str = "") -> Figure:
        return Figure(label, None if name in self.hidden else self.figures[name], took)

    def table(self, division: Division) -> Table:
        timed = division.code == BY_AGENCY
        rows = tuple(
            self.figure(name, label, self._by_agency(name) if timed else "")
            for name, label in division.parts.items()
        )
        total = self.figure(division.total, division.whole, self.half("request", *ANSWERED) if timed else "")
        took = "Median working days" if timed else ""
        return Table(division.code, division.chapter, division.title, rows, total, division.note, took)

    def _by_agency(self, name: str) -> str:
        return self.half(f"request.{name.rpartition('.')[2]}", name, *ANSWERED)

    def themes(self) -> Table:
        """Reports published in the year and what they are about: anybody finds the same in the library."""
        named = [(code, label) for code, label in THEME_NAMES.items() if self.figures[f"theme.{code}"]]
        named.sort(key=lambda pair: -self.figures[f"theme.{pair[0]}"])
        rows = tuple(self.figure(f"theme.{code}", label) for code, label in named)
        total = self.figure("report", "Reports published in the year")
        note = "A report has several themes. All this is public: the library shows the same."
        return Table("themes", CHAPTERS[-1], "What published reports are about", rows, total, note)

    def half(self, name: str, *based_on: str) -> str:
        """The median, where it tells nothing about a few: of five or more, all figures it is based on shown."""
        lengths = self.took.get(name, [])
        if not lengths or (not self.whole and (len(lengths) < SMALL or self.hidden.intersection(based_on))):
            return "" if not lengths else HIDDEN
        middle = median(lengths)
        if name == "pr":
            return f"{middle / DAYS_IN_A_MONTH:.1f}"
        return f"{middle:g}"

    def said(self, name: str) -> str:
        """A figure in a sentence."""
        return HIDDEN if name in self.hidden else str(self.figures[name])

    def share(self, part: str, whole: str) -> str:
        """``9 of 12 (75%)``, as far as it may be said."""
        if whole in self.hidden:
            return f"{self.said(part)} (of how many is hidden)" if part not in self.hidden else HIDDEN
        if part in self.hidden or not self.figures[whole]:
            return f"{self.said(part)} of {self.said(whole)}"
        return (
            f"{self.figures[part]} of {self.figures[whole]} ({self.figures[part] / self.figures[whole]:.0%})"
        )

    def sentences(self) -> Iterable[str]:
        """Five, one about each thing that a reader wants to know first."""
        yield (
            f"Referrals received: {self.said('referral')}. "
            f"Decided to notify the Panel: {self.said('referral.notify')}; "
            f"decided not to: {self.said('referral.not_met')}."
        )
        yield f"Notifications made within five working days: {self.share('sin.in_time', 'sin')}."
        yield (
            f"Rapid reviews with the Panel within fifteen working days: {self.share('rr.in_time', RAPID_REVIEWS)}."
            + self._half_took("rr", "working days")
        )
        yield (
            f"Practice reviews decided on: {self.said('pr')}. Published so far: {self.said('pr.public')}; "
            f"within six months: {self.said('pr.in_time')}." + self._half_took("pr", "months")
        )
        yield (
            f"Actions planned: {self.said('action')}. Agreed to have made things better for children: "
            f"{self.said('grade.4')}; overdue: {self.said('action.overdue')}."
        )

    def _half_took(self, name: str, unit: str) -> str:
        middle = self.half(name, f"{name}.in_time", f"{name}.late")
        return f" Half of them took {middle} {unit} or less." if middle not in {"", HIDDEN} else ""


ANSWERED = ("request.in_time", "request.late")
