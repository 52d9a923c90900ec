"""When things are due on a case. ``statutory.py`` holds the table; here a case's recorded events start its rows.

Every due date is derived afresh from recorded dates after each change; nothing counts up, nothing pauses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.audit.log import record
from cspr.clocks import CalendarChange
from cspr.clocks.calendar import OutsideCalendar
from cspr.clocks.models import working_days
from cspr.clocks.table import Clock, clock_for
from cspr.workflow import Change, Refused
from referrals.models import Case, Deadline, Notification
from referrals.states import (
    REFERRAL_ENDED,
    CaseState,
    NotificationState,
    NotificationType,
    ReferralState,
    Stage,
)


@dataclass(frozen=True)
class Run:
    """One clock that a case's recorded events have started: from when, why, and whether it was met or stopped."""

    code: str
    trigger_on: dt.date
    source: str
    met_on: dt.date | None = None
    stopped_on: dt.date | None = None
    key: str = ""
    length: int | None = None
    due_on: dt.date | None = None
    name: str = ""  # where one code runs several times: which one this is

    @property
    def clock(self) -> Clock:
        clock = clock_for(self.code, self.trigger_on)
        return clock.lasting(self.length) if self.length else clock


Runs = Callable[[Case], Iterable[Run]]
_sources: list[Runs] = []


def runs_from(source: Runs) -> Runs:
    """Register a function that reads a case and says which clocks run on it."""
    if source not in _sources:
        _sources.append(source)
    return source


# Which clock each type of notification runs under (domain §1.2 rows 2, 4, 5).
NOTIFY_BY = {
    NotificationType.ABUSE_NEGLECT: "SIN_5WD",
    NotificationType.LAC_DEATH: "LAC_DEATH_5WD",
    NotificationType.CARE_LEAVER_DEATH: "CARE_LEAVER_DEATH_5WD",
}

# The clock that says that a stage is over when it is stopped.
STAGE_CLOCKS = {
    Stage.NOTIFICATION: tuple(NOTIFY_BY.values()),
    Stage.RAPID_REVIEW: ("RR_15WD",),
    Stage.CSPR: ("LCSPR_6M",),
}


@runs_from
def notification_runs(case: Case) -> Iterable[Run]:
    """The five working days: to notify, and to tell the safeguarding partners."""
    trigger = case.notification_trigger
    notification = Notification.objects.filter(case=case).first()
    if trigger is None or notification is None:
        return
    stopped = _no_duty_since(case, notification)
    # A converted notification was met on the day it was first sent; the rapid review counts from the update.
    sent = notification.submitted_on
    source = f"{case.get_clock_basis_display()}: recorded on the case"
    yield Run(NOTIFY_BY[NotificationType(notification.type)], trigger, source, sent, stopped)
    if notification.type == NotificationType.ABUSE_NEGLECT:
        yield Run("SIN_TO_PARTNERS_5WD", trigger, source, notification.partners_told_on, stopped)


def _no_duty_since(case: Case, notification: Notification) -> dt.date | None:
    """The day it was decided that nothing has to be notified; None while the duty may stand."""
    if notification.state == NotificationState.DECIDED_NOT_NOTIFY:
        return notification.decided_on
    if notification.submitted_on:
        return notification.retracted_on
    if case.merged_into_id:
        return timezone.localdate(case.last_event_at)
    referrals = list(case.referrals.all())
    if referrals and all(r.state in REFERRAL_ENDED - {ReferralState.DECIDED_NOTIFY} for r in referrals):
        return max(
            r.decided_on or r.transfer_accepted_on or timezone.localdate(r.answered_at) for r in referrals
        )
    return None


def retime(change: Change) -> None:
    """After every change to a case: work out all its clocks again."""
    if change.subject.case is not None:
        retime_case(change.subject.case, today=change.today, by=change.by, why=change.event.words)


def retime_case(case: Case, *, today: dt.date, by: User | None = None, why: str = "") -> int:
    """Derive every clock of the case from what is recorded; return how many due dates moved.

    A moved due date leaves an event with the old and the new date (invariant 5). Raises ``Refused`` when a date
    lies beyond the bank-holiday table: an error, never a guess.
    """
    rows = {(row.code, row.key): row for row in case.deadlines.all()}
    runs = [run for source in _sources for run in source(case)]
    moved = sum(
        _apply(case.partnership, case, run, rows.get((run.code, run.key)), today, by, why) for run in runs
    )
    for gone in rows.keys() - {(run.code, run.key) for run in runs}:
        row = rows[gone]
        if row.running:
            row.stopped_on = today
            row.save(update_fields=["stopped_on"])
    _summarise(case)
    return moved


def _apply(
    partnership: Partnership,
    case: Case | None,
    run: Run,
    row: Deadline | None,
    today: dt.date,
    by: User | None,
    why: str,
) -> int:
    try:
        due = run.due_on or run.clock.due(run.trigger_on, working_days())
    except OutsideCalendar as unknown:
        raise Refused(str(unknown)) from unknown
    new = row is None
    row = row or Deadline(partnership=partnership, case=case, code=run.code, key=run.key, remind_on=today)
    row.ref = f"{case.ref if case else partnership.pk}:{run.code}:{run.key}".rstrip(":")
    before, trigger_before = row.due_on, row.trigger_on
    values = {
        "trigger_on": run.trigger_on,
        "trigger_source": run.source,
        "due_on": due,
        "name": run.name or run.clock.name,
        "force": run.clock.force.value,
        "rule_set": run.clock.rule_set,
        "met_on": run.met_on,
        "stopped_on": run.stopped_on,
        "counting": counting(run.clock),
    }
    if not new and all(getattr(row, name) == value for name, value in values.items()):
        return 0
    for name, value in values.items():
        setattr(row, name, value)
    moved = not new and before != due
    if moved:
        # Reminders are keyed by due date, so a moved clock reminds anew.
        row.remind_on = today
        _record_move(row, before, trigger_before, by, why)
    row.save()
    return int(moved)


def counting(clock: Clock) -> str:
    """How the clock counts, in words that are stored beside every due date (invariant 4)."""
    if clock.length is None:
        return clock.unit.value[0]
    direction = "before" if clock.backwards else "after"
    return f"{clock.unit.of(clock.length)} {direction} the trigger, which is day 0"


def _record_move(row: Deadline, due: dt.date | None, trigger: dt.date, by: User | None, why: str) -> None:
    record(
        partnership=row.partnership,
        kind="deadline.move",
        by=by,
        case_ref=row.case.ref if row.case else "",
        subject="referrals.deadline",
        words=why,
        facts={
            "code": row.code,
            "key": row.key,
            "due_before": due,
            "due_after": row.due_on,
            "trigger_before": trigger,
            "trigger_after": row.trigger_on,
        },
    )


def _summarise(case: Case) -> None:
    """Keep the list columns of the case: when something last happened, what is due next, and its stage."""
    rows = list(case.deadlines.all())
    due = [row.due_on for row in rows if row.running and row.due_on and row.code != "PUBLIC_1Y"]
    Case.objects.filter(pk=case.pk).update(
        last_event_at=timezone.now(), next_due_on=min(due, default=None), stage=_stage(case, rows)
    )


def furthest_stage(rows: Iterable[Deadline]) -> Stage:
    """The furthest stage whose clock was ever started."""
    codes = {row.code for row in rows}
    if "PUBLIC_1Y" in codes or any(row.code == "LCSPR_6M" and row.met_on for row in rows):
        return Stage.PUBLISHED
    if "LCSPR_6M" in codes:
        return Stage.CSPR
    if "RR_15WD" in codes:
        return Stage.RAPID_REVIEW
    return Stage.NOTIFICATION if codes.intersection(NOTIFY_BY.values()) else Stage.REFERRAL


def _stage(case: Case, rows: list[Deadline]) -> Stage:
    """Where the case stands: ended when it was closed, merged, or the clock of its furthest stage was stopped."""
    furthest = furthest_stage(rows)
    codes = STAGE_CLOCKS.get(furthest, ())
    stopped = [row.stopped_on for row in rows if row.code in codes]
    if case.state == CaseState.CLOSED or case.merged_into_id or (stopped and all(stopped)):
        return Stage.ENDED
    if furthest == Stage.NOTIFICATION and not case.referrals.exclude(accepted_on=None).exists():
        return Stage.REFERRAL
    return furthest


def retime_partnership(partnership: Partnership, *, today: dt.date) -> None:
    """The yearly report's clocks: s.16G(7), within twelve months; guidance, by 30 September of the next year."""
    last = partnership.last_yearly_report_on
    if last is None:
        return
    rows = {row.code: row for row in partnership.deadlines.filter(case=None)}
    source = "The last yearly report was published"
    # Each report covers April to March: the next year to end after the last report is the next to be reported on.
    year_end = (
        dt.date(last.year, 3, 31) if last < dt.date(last.year, 3, 31) else dt.date(last.year + 1, 3, 31)
    )
    for run in (
        Run("YEARLY_REPORT_12M", last, source),
        Run("YEARLY_REPORT_SEP", year_end, "The year to be reported on ends"),
    ):
        _apply(partnership, None, run, rows.get(run.code), today, None, "")


def recount(change: CalendarChange) -> str:
    """After the bank holidays changed: derive every open deadline again, and say how many dates moved."""
    today = timezone.localdate()
    days = ", ".join(day.isoformat() for day in sorted((*change.added, *change.removed)))
    why = f"The bank holidays changed: {days}."
    open_cases = Case.objects.filter(deadlines__met_on=None, deadlines__stopped_on=None).distinct()
    moved = sum(retime_case(case, today=today, why=why) for case in open_cases.iterator())
    for partnership in Partnership.objects.all():
        retime_partnership(partnership, today=today)
    return f"{moved} due dates moved."
