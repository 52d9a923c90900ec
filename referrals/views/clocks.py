"""Clocks and the road of a case as pages show them: what the rows say, worked out for today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cspr.clocks.calendar import Day, OutsideCalendar, WorkingDays
from cspr.clocks.models import working_days
from cspr.clocks.table import Clock, Standing, Unit, clock_for
from cspr.ui.road import Force, Station
from cspr.ui.road import State as StationState
from referrals.clocks import NOTIFY_BY, furthest_stage
from referrals.models import Case, Deadline
from referrals.states import CaseState, NotificationType, Stage

# Longer workings than this are for the clock's own page.
LONGEST_WORKING = 31
STAGES = (Stage.REFERRAL, Stage.NOTIFICATION, Stage.RAPID_REVIEW, Stage.CSPR, Stage.PUBLISHED)


@dataclass(frozen=True)
class Face:
    """One clock of a case, as it stands today. ``day`` is None where days are not counted up."""

    row: Deadline
    clock: Clock
    today: dt.date
    calendar: WorkingDays

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def due_on(self) -> dt.date | None:
        return self.row.due_on

    @property
    def met_on(self) -> dt.date | None:
        return self.row.met_on

    @property
    def stopped_on(self) -> dt.date | None:
        return self.row.stopped_on

    @property
    def force(self) -> str:
        return self.row.force

    @property
    def running(self) -> bool:
        return self.row.running

    @property
    def standing(self) -> Standing:
        """In time, due soon or late, while it runs."""
        try:
            return self.clock.standing(self.row.due_on, self.today, self.calendar)
        except OutsideCalendar:
            return Standing.LATE if self.row.due_on and self.today > self.row.due_on else Standing.IN_TIME

    @property
    def late(self) -> bool:
        return self.running and self.standing is Standing.LATE

    @property
    def state(self) -> str:
        """The status tag: one of the five words."""
        if self.row.met_on:
            return "done"
        if self.row.stopped_on:
            return "stopped"
        return "late" if self.late else "to do"

    @property
    def day(self) -> int | None:
        """The n of "day n of N"."""
        if self.clock.backwards or self.clock.minimum or self.today < self.row.trigger_on:
            return None
        return self._count(self.row.trigger_on, self.today)

    @property
    def length(self) -> int | None:
        if self.row.due_on is None or self.clock.backwards:
            return None
        return self._count(self.row.trigger_on, self.row.due_on)

    @property
    def working_days(self) -> int | None:
        """To the due date, where the clock counts working days; the page counts calendar days otherwise."""
        if self.row.due_on is None or self.clock.unit is not Unit.WORKING_DAYS:
            return None
        return self._count(self.today, self.row.due_on)

    @property
    def where(self) -> str:
        """``day 9 of 15; 25 and 28 December skipped``."""
        return self.clock.explain(self.row.trigger_on, self.row.due_on, self.today, self.calendar)

    @property
    def sentence(self) -> str:
        return self.clock.sentence

    @property
    def source(self) -> str:
        return self.clock.source

    @property
    def walk(self) -> list[Day]:
        return self.clock.walk(self.row.trigger_on, self.row.due_on, self.calendar)

    @property
    def steps(self) -> list[tuple[dt.date, str]]:
        """The working, day by day; empty where it would be longer than a month or the days were set by hand."""
        if self.row.key or (self.length or 0) > LONGEST_WORKING:
            return []
        return [(day.date, in_words(day)) for day in self.walk]

    @property
    def url(self) -> str:
        assert self.row.case is not None
        return clock_url(self.row.case, self.row)

    def _count(self, start: dt.date, end: dt.date) -> int | None:
        if self.clock.unit is not Unit.WORKING_DAYS:
            return (end - start).days
        return self.calendar.number_if_known(start, end)


def in_words(day: Day) -> str:
    """A day of a working: its number, or why it does not count."""
    if day.number == 0:
        return "the trigger, day 0"
    return f"day {day.number}" if day.number is not None else f"not counted: {day.why_skipped}"


def clock_url(case: Case, row: Deadline) -> str:
    key = [row.key] if row.key else []
    return reverse("clock-of-one" if key else "clock", args=[case.ref, row.code, *key])


def face(row: Deadline, today: dt.date) -> Face:
    """The clock of one deadline row, as pages show it."""
    return Face(row, clock_for(row.code, row.trigger_on), today, working_days())


def faces(rows: Iterable[Deadline], today: dt.date) -> list[Face]:
    """Clocks in the order of their dates: those that run first, then those that were met or stopped."""
    return [face(row, today) for row in sorted(rows, key=_order)]


def _order(row: Deadline) -> tuple[bool, dt.date, str]:
    return not row.running, row.due_on or dt.date.max, row.ref


# --- the case bar -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CaseBar:
    """What every page of a case wears (``components/case_bar.html``)."""

    case: Case
    next_clock: Face | None
    reached: Stage

    @property
    def name(self) -> str:
        return self.case.pseudonym

    @property
    def url(self) -> str:
        return self.case.get_absolute_url()

    @property
    def reference(self) -> str:
        return self.case.ref

    @property
    def restricted(self) -> bool:
        return self.case.restricted

    @property
    def next_name(self) -> str:
        return self.next_clock.name if self.next_clock else ""

    @property
    def next_due(self) -> dt.date | None:
        return self.next_clock.due_on if self.next_clock else None

    @property
    def next_force(self) -> str:
        return self.next_clock.force if self.next_clock else ""

    @property
    def next_late(self) -> bool:
        return bool(self.next_clock and self.next_clock.late)

    @property
    def working_days(self) -> int | None:
        return self.next_clock.working_days if self.next_clock else None

    @property
    def stages(self) -> list[tuple[str, str]]:
        """The small road: every stage with "done", "now" or "to come"."""
        ended = self.case.state == CaseState.CLOSED
        here = STAGES.index(self.reached)
        states = ["done" if n < here or (ended and n == here) else "now" if n == here else "to come"
                  for n in range(len(STAGES))]  # fmt: skip
        return [(str(stage.label), state) for stage, state in zip(STAGES, states, strict=True)]


def case_bar(case: Case, rows: Iterable[Deadline], today: dt.date) -> CaseBar:
    """The case bar from the case and its deadline rows. Requests to single agencies are not the case's date."""
    rows = list(rows)
    next_row = min(
        (r for r in rows if r.running and r.due_on and not r.key and r.code != "PUBLIC_1Y"),
        key=lambda r: r.due_on or dt.date.max,
        default=None,
    )
    reached = case.stage if case.stage in STAGES else furthest_stage(rows)
    return CaseBar(case, face(next_row, today) if next_row else None, Stage(reached))


# --- the road ---------------------------------------------------------------------------------------------


def stations(
    case: Case, rows: Iterable[Deadline], received_on: dt.date | None, today: dt.date
) -> list[Station]:
    """The road from the referral to publication: when each stop was reached, and by when it must be.

    A notification without known or suspected abuse or neglect leads to no review, so its road is short.
    """
    by_code = {r.code: r for r in rows if not r.key or r.code == "PUBLIC_1Y"}
    notify = next((by_code[code] for code in NOTIFY_BY.values() if code in by_code), None)
    rapid, review = by_code.get("RR_15WD"), by_code.get("LCSPR_6M")
    public = by_code.get("PUBLIC_1Y")
    stops: list[_Stop] = [
        _Stop("Referral received", received_on or case.created_at.date()),
        _Stop("Panel notified", notify.met_on if notify else None, notify),
    ]
    notification: Any = getattr(case, "notification", None)
    if notification is None or notification.type == NotificationType.ABUSE_NEGLECT:
        stops += [
            _Stop("Rapid review sent", rapid.met_on if rapid else None, rapid),
            _Stop("Practice review decided", review.trigger_on if review else None),
            _Stop("Published", public.trigger_on if public else review.met_on if review else None, review),
        ]
    return _placed(stops, today, ended=case.state == CaseState.CLOSED)


@dataclass(frozen=True)
class _Stop:
    label: str
    on: dt.date | None
    row: Deadline | None = None

    @property
    def stopped(self) -> bool:
        return bool(self.row and self.row.stopped_on and not self.on)

    def station(self, state: StationState, today: dt.date) -> Station:
        due = self.row.due_on if self.row else None
        force: Force = "law" if self.row and self.row.force == "law" else "guidance"
        waits = bool(self.row and self.row.running)
        late = bool(due and ((self.on and self.on > due) or (waits and today > due)))
        return Station(self.label, state, on=self.on, due=due, force=force if due else "", late=late)


def _placed(stops: list[_Stop], today: dt.date, *, ended: bool) -> list[Station]:
    """Done up to the last stop reached, which is where the case is now; stopped where a clock was stopped."""
    last = max(n for n, stop in enumerate(stops) if stop.on)
    halted = ended or any(stop.stopped for stop in stops[last + 1 :])
    # A stop that was passed by without being reached (a review decided before the report was sent) is to come.
    states: list[StationState] = ["done" if stop.on else "to come" for stop in stops]
    if halted and last + 1 < len(stops):
        states[last + 1] = "stopped"
    elif last + 1 < len(stops):
        states[last] = "now"
    return [stop.station(state, today) for stop, state in zip(stops, states, strict=True)]
