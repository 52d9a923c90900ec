"""Clocks as data. A clock is one row, for a reader who does not program; nothing else knows its length.

Each domain app declares its rows (``CLOCKS``) and registers them when it starts. A new edition of the
guidance is a new row with a later ``effective_from``: cases keep the rule set that applied when their clock
started.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto

from cspr.clocks.calendar import (
    ONE_DAY,
    Day,
    OutsideCalendar,
    WorkingDays,
    add_months,
    in_full,
    in_short,
    skipped_in_words,
)


class Unit(Enum):
    """How a clock's length is counted. The value says it for one and for several."""

    WORKING_DAYS = ("working day", "working days")
    CALENDAR_DAYS = ("day", "days")
    MONTHS = ("month", "months")
    FIXED_DATE = ("fixed date", "fixed dates")  # the next 30 September, whatever the distance
    AS_SOON_AS = (
        "as soon as",
        "as soon as",
    )  # a duty without a number of days

    def of(self, count: int) -> str:
        """``1 working day``, ``5 working days``."""
        return f"{count} {self.value[count != 1]}"


class Force(StrEnum):
    """What stands behind a clock. Every page that shows a due date says which."""

    LAW = "law"
    GUIDANCE = "guidance"


class Every(Enum):
    """How often a reminder is repeated once the due date has passed."""

    WORKING_DAY = auto()
    WEEK = auto()
    NEVER = auto()


class Standing(StrEnum):
    """How a running clock stands today, in the words the pages use beside the colour."""

    IN_TIME = "in time"
    SOON = "due soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One rung of a reminder ladder: so many units after the trigger, or before the due date.

    ``offset`` names the rung and is part of the key under which a reminder is sent once, so it is never
    reworded.
    """

    offset: str
    count: int
    unit: Unit
    before_due: bool


THE_DAY = Reminder("the day", 0, Unit.CALENDAR_DAYS, before_due=True)


def day(n: int) -> Reminder:
    """On working day ``n`` after the trigger."""
    return Reminder(f"day {n}", n, Unit.WORKING_DAYS, before_due=False)


def working_days_before(n: int) -> Reminder:
    """So many working days before the due date."""
    return Reminder(f"{Unit.WORKING_DAYS.of(n)} before", n, Unit.WORKING_DAYS, before_due=True)


def weeks_before(n: int) -> Reminder:
    """So many weeks before the due date."""
    return Reminder(f"{n} week{'s'[: n != 1]} before", n * 7, Unit.CALENDAR_DAYS, before_due=True)


def months_before(n: int) -> Reminder:
    """So many months before the due date."""
    return Reminder(f"{Unit.MONTHS.of(n)} before", n, Unit.MONTHS, before_due=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One row of the table of clocks."""

    code: str
    name: str
    sentence: str  # what must be done, in one sentence
    starts: str  # the trigger in words; its date is day 0 (for a backwards clock: the day counted back from)
    length: int | None
    unit: Unit
    backwards: bool = False  # the due date is the last day before the trigger
    fixed: tuple[int, int] | None = None  # FIXED_DATE only: (day, month)
    next_working: bool = False  # a due date on no working day is the next working day instead
    minimum: bool = False  # a floor: the thing must last until then; passing the date is not lateness
    local_length: bool = False  # no national rule gives the number: a local choice, and may be set per case
    force: Force
    owed_by: str
    owed_to: str
    source: str
    rule_set: str
    effective_from: dt.date
    reminders: tuple[Reminder, ...]
    when_late: Every
    remind: tuple[str, ...]  # roles (cspr.accounts.roles.Role)
    escalate: tuple[str, ...] = ()  # roles told as well once it is late
    warn_days: int  # amber from so many days before the due date, in the clock's own days

    def __post_init__(self) -> None:
        numberless = self.unit in {Unit.AS_SOON_AS, Unit.FIXED_DATE}
        if numberless != (self.length is None) or (self.length is not None and self.length < 1):
            raise ValueError(f"{self.code}: a length of {self.length} does not go with {self.unit.name}.")
        if (self.unit is Unit.FIXED_DATE) != (self.fixed is not None):
            raise ValueError(f"{self.code}: a day and month belong to a fixed date, and to nothing else.")
        if self.backwards and numberless:
            raise ValueError(f"{self.code}: only a number of days or months can be counted backwards.")

    def lasting(self, length: int) -> Clock:
        """The same clock with the length set for one case, as the sender of an information request does.

        Refuses (``ValueError``) a clock whose length is laid down nationally.
        """
        if not self.local_length:
            raise ValueError(f"The length of {self.code} is laid down; it cannot be set locally.")
        return replace(self, length=length)

    def due(self, trigger: dt.date, calendar: WorkingDays) -> dt.date | None:
        """The last day in time; for a backwards clock the last day to act before ``trigger``.

        ``None`` for "as soon as". Raises ``OutsideCalendar`` when working days leave the table.
        """
        length = self.length or 0
        signed = -length if self.backwards else length
        match self.unit:
            case Unit.WORKING_DAYS:
                return calendar.subtract(trigger, length) if self.backwards else calendar.add(trigger, length)
            case Unit.CALENDAR_DAYS:
                return trigger + signed * ONE_DAY
            case Unit.MONTHS:
                due = add_months(trigger, signed)
                rolls = self.next_working and not calendar.is_working(due)
                return calendar.next_working(due) if rolls else due
            case Unit.FIXED_DATE:
                return self._next_fixed(trigger)
            case Unit.AS_SOON_AS:
                return None

    def skipped(self, trigger: dt.date, due: dt.date | None, calendar: WorkingDays) -> list[dt.date]:
        """The bank holidays on weekdays that the count passed over; none unless it counts working days."""
        if due is None or self.unit is not Unit.WORKING_DAYS:
            return []
        return calendar.skipped(trigger, due)

    def walk(self, trigger: dt.date, due: dt.date | None, calendar: WorkingDays) -> list[Day]:
        """The working-out from the trigger (number 0) to the due date, day by day; empty for "as soon as"."""
        if due is None:
            return []
        if self.unit is Unit.WORKING_DAYS:
            return calendar.walk(trigger, due)
        step = -ONE_DAY if due < trigger else ONE_DAY
        return [Day(trigger + n * step, n) for n in range(abs((due - trigger).days) + 1)]

    def standing(self, due: dt.date | None, today: dt.date, calendar: WorkingDays) -> Standing:
        """In time, due soon (``warn_days`` or fewer left) or late, on ``today``."""
        if due is None or self.minimum:
            return Standing.IN_TIME
        if today > due:
            return Standing.LATE
        return Standing.SOON if self._count(today, due, calendar) <= self.warn_days else Standing.IN_TIME

    def explain(self, trigger: dt.date, due: dt.date | None, today: dt.date, calendar: WorkingDays) -> str:
        """Where the clock stands, in words: ``day 9 of 15; 25 and 28 December skipped``.

        Never fails because ``today`` has run past the bank-holiday table: how late it is is then left out.
        """
        if today < trigger and not self.backwards:
            return f"not started: counts from {in_short(trigger)}"
        if due is None:
            return f"as soon as possible; day {(today - trigger).days} since {in_short(trigger)}"
        where = self._where(trigger, due, today, calendar)
        skipped = skipped_in_words(self.skipped(trigger, due, calendar))
        return f"{where}; {skipped}" if skipped else where

    def _where(self, trigger: dt.date, due: dt.date, today: dt.date, calendar: WorkingDays) -> str:
        if self.minimum and today > due:
            return f"ended on {in_full(due)}"
        if self.backwards:
            last = f"{self.unit.of(self.length or 0)} before {in_short(trigger)}"
        else:
            total = self._count(trigger, due, calendar)
            last = f"day {total} of {total}"
        if today > due:
            return f"late: {last} was {in_full(due)}{self._ago(due, today, calendar)}"
        if today == due:
            return f"{last}, today"
        if self.backwards:
            return f"{last} is {in_full(due)}, in {self._days.of(self._count(today, due, calendar))}"
        return f"day {self._count(trigger, today, calendar)} of {total}"

    @property
    def _days(self) -> Unit:
        return Unit.WORKING_DAYS if self.unit is Unit.WORKING_DAYS else Unit.CALENDAR_DAYS

    def _count(self, start: dt.date, end: dt.date, calendar: WorkingDays) -> int:
        return calendar.number(start, end) if self._days is Unit.WORKING_DAYS else (end - start).days

    def _ago(self, due: dt.date, today: dt.date, calendar: WorkingDays) -> str:
        try:
            days = self._count(due, today, calendar)
        except OutsideCalendar:
            return ""
        return f", {self._days.of(days)} ago" if days else ""

    def _next_fixed(self, trigger: dt.date) -> dt.date:
        day_of_month, month = self.fixed or (1, 1)
        this_year = dt.date(trigger.year, month, day_of_month)
        return this_year if this_year > trigger else dt.date(trigger.year + 1, month, day_of_month)


class UnknownClock(LookupError):
    """No clock is registered under that code. ``str()`` is the sentence to show."""


_TABLE: dict[str, list[Clock]] = {}


def register(*clocks: Clock) -> None:
    """Take rows into the table. The same row twice is no harm; another for the same day is refused."""
    for clock in clocks:
        editions = _TABLE.setdefault(clock.code, [])
        if clock in editions:
            continue
        if any(clock.effective_from == other.effective_from for other in editions):
            raise ValueError(f"Two different rows for {clock.code} from {clock.effective_from}.")
        editions.append(clock)
        editions.sort(key=lambda edition: edition.effective_from)


def registered() -> dict[str, list[Clock]]:
    """Every code with its rows, oldest first."""
    return {code: list(editions) for code, editions in sorted(_TABLE.items())}


def clock_for(code: str, on: dt.date) -> Clock:
    """The row in force on the trigger date.

    A trigger older than the oldest row is counted by the oldest row: the case is handled now, by the rules
    that can be followed now. Raises ``UnknownClock`` for a code without a row.
    """
    if code not in _TABLE:
        raise UnknownClock(
            f"There is no clock {code!r}. The clocks are: {', '.join(sorted(_TABLE)) or 'none'}."
        )
    oldest, *newer = _TABLE[code]
    return next((row for row in reversed(newer) if row.effective_from <= on), oldest)
