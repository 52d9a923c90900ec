"""``manage.py due``: when something is due, and the working."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandParser

from cspr.clocks.calendar import Day, OutsideCalendar, WorkingDays, in_full, skipped_in_words
from cspr.clocks.management.plain import PlainCommand
from cspr.clocks.models import working_days
from cspr.clocks.table import Clock, Unit, UnknownClock, clock_for

LONGEST_WALK = 62  # days; a clock of months is told in one line, not in two hundred


@dataclass(frozen=True, slots=True)
class Answer:
    """One trigger date, counted."""

    clock: Clock
    trigger: dt.date
    due: dt.date | None
    skipped: list[dt.date]
    walk: list[Day]

    def as_json(self) -> str:
        """One object on one line."""
        return json.dumps(
            {
                "code": self.clock.code,
                "trigger": self.trigger.isoformat(),
                "due_on": self.due.isoformat() if self.due else None,
                "skipped": [day.isoformat() for day in self.skipped],
                "rule_set": self.clock.rule_set,
            }
        )

    def as_text(self) -> str:
        """The clock, the working day by day, and the due date."""
        clock = self.clock
        lines = [f"{clock.code}: {clock.name} ({self._length()}; {clock.force}; {clock.rule_set})"]
        lines.append(f"  {in_full(self.trigger)}: day 0. {clock.starts}.")
        if len(self.walk) <= LONGEST_WALK:
            lines += [f"  {in_full(day.date)}: {self._day(day)}" for day in self.walk[1:]]
        if self.due is None:
            return "\n".join([*lines, "Due as soon as possible; no number of days is laid down."])
        skipped = skipped_in_words(self.skipped)
        return "\n".join([*lines, f"Due {in_full(self.due)}{'; ' * bool(skipped)}{skipped}"])

    def _length(self) -> str:
        if self.clock.length is None:
            return self.clock.unit.value[0]
        return f"{self.clock.unit.of(self.clock.length)}{' before' * self.clock.backwards}"

    def _day(self, day: Day) -> str:
        return f"skipped, {day.why_skipped}" if day.number is None else f"day {day.number}"


class Command(PlainCommand):
    """Prints each trigger date's due date with the working; refuses before printing anything."""

    help = (
        "manage.py due CODE DATE [DATE ...] [--json]: when something is due, and the working. "
        "For a clock that counts backwards, DATE is the planned day of publication. "
        "Example: manage.py due RR_15WD 2026-12-29"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="the clock, for example SIN_5WD")
        parser.add_argument("dates", metavar="DATE", nargs="+", help="trigger dates, YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            calendar = working_days()
            triggers = [self.date(written) for written in options["dates"]]
            answers = [_answer(options["code"], trigger, calendar) for trigger in triggers]
        except (UnknownClock, OutsideCalendar) as refusal:
            self.refuse(str(refusal))
        written = [answer.as_json() if options["json"] else answer.as_text() for answer in answers]
        self.stdout.write(("\n" if options["json"] else "\n\n").join(written))


def _answer(code: str, trigger: dt.date, calendar: WorkingDays) -> Answer:
    clock = clock_for(code, trigger)
    # Months could be counted past the table; but a date typed here that lies outside it is rather a slip.
    calendar.is_working(trigger)
    due = clock.due(trigger, calendar)
    shown_day_by_day = clock.unit in {Unit.WORKING_DAYS, Unit.CALENDAR_DAYS}
    walk = clock.walk(trigger, due, calendar) if shown_day_by_day else []
    return Answer(clock, trigger, due, clock.skipped(trigger, due, calendar), walk)
