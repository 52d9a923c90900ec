"""The clock jumps, summer time begins and ends, the year ends, holidays lie in the way."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from cspr.accounts.models import User
from cspr.clocks.calendar import add_months
from cspr.clocks.models import forget, working_days
from cspr.mail.models import OutgoingEmail
from referrals.models import Case, Deadline
from referrals.reminders import sweep
from tests import factories as make
from tests.faults import oracle
from tests.faults.checker import check
from tests.faults.people import LATE
from tests.faults.rig import Rig
from tests.faults.shape import Result, Size

LONDON = ZoneInfo("Europe/London")
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Time:
    """A stretch of days that is swept every hour. ``trigger``: when the clock of a case began to run in it."""

    name: str
    first: dt.date
    days: int
    trigger: dt.date


TIMES = (
    Time("summer time ends", dt.date(2026, 10, 22), 7, dt.date(2026, 10, 20)),
    Time("summer time begins, Easter", dt.date(2026, 3, 26), 16, dt.date(2026, 3, 25)),
    Time("Christmas, a substitute day, New Year", dt.date(2026, 12, 18), 20, dt.date(2026, 12, 17)),
    Time("the early May holiday", dt.date(2026, 4, 29), 9, dt.date(2026, 4, 28)),
)
# Each is put before a sweep by the hour: an hour back and on, half an hour back, and the same moment twice.
JITTER = (dt.timedelta(0), -HOUR, HOUR, -HOUR / 2, dt.timedelta(0))


def run(rig: Rig, size: Size, seed: int) -> Result:
    """A count of dates against the oracle; then sweeps by the hour, with a clock that does not keep still."""
    forget()
    counted, differing = against_oracle(size.of(1, 10))
    sweeps = reminders = 0
    result = Result(
        f"{counted} due dates against a count of their own; sweeps every hour over {size.of(1, 4)} stretches"
    )
    result.wrong += differing[:5]
    for time in TIMES[: size.of(1, 4)]:
        done, sent, wrong = swept(rig, time)
        sweeps, reminders = sweeps + done, reminders + sent
        result.wrong += wrong
    ahead, wrong = a_day_ahead()
    result.wrong += wrong
    result.figures = {
        "dates counted": counted,
        "dates that differ": len(differing),
        "sweeps": sweeps + ahead,
        "reminders of them": reminders,
    }
    result.wrong += check(rig, mail_is_out=False)
    return result


def against_oracle(years: int) -> tuple[int, list[str]]:
    """5 and 15 working days, 7 back, and 6 months, from every day of so many years to the middle of 2027."""
    calendar, wrong, counted = working_days(), [], 0
    day, last = dt.date(2027 - years, 7, 1), dt.date(2027, 6, 30)
    while day <= last:
        pairs = (
            ("5 working days", calendar.add(day, 5), oracle.after(day, 5)),
            ("15 working days", calendar.add(day, 15), oracle.after(day, 15)),
            ("7 working days back", calendar.subtract(day, 7), oracle.after(day, -7)),
            ("6 months", add_months(day, 6), oracle.months_after(day, 6)),
        )
        counted += len(pairs)
        wrong += [
            f"{rule} from {day}: {ours}, not {theirs}" for rule, ours, theirs in pairs if ours != theirs
        ]
        day += oracle.DAY
    return counted, wrong


def swept(rig: Rig, time: Time) -> tuple[int, int, list[str]]:
    """How many sweeps, how many reminders of them, and what is wrong with those."""
    case, told = clock_of(time.trigger)
    before = due_dates(case)
    done = 0
    for moment in moments(time):
        with time_machine.travel(moment, tick=False):
            sweep(timezone.now())
        done += 1
    wanted = Counter(expected(time))
    found = reminded(case, told)
    wrong = [] if found == wanted else [f"{time.name}: {sorted((found - wanted).items())} too many,"
                                        f" {sorted((wanted - found).items())} missing"]  # fmt: skip
    if due_dates(case) != before:
        wrong.append(f"{time.name}: a due date moved")
    return done, sum(found.values()), wrong


def moments(time: Time) -> Iterator[dt.datetime]:
    """Every hour of the stretch by the sun, so that the hour that is there twice is swept twice; with jitter."""
    start = dt.datetime.combine(time.first, dt.time(0, 5), LONDON).astimezone(dt.UTC)
    for hour in range(24 * time.days):
        for jump in JITTER if hour % 6 == 1 else JITTER[:1]:
            # Never back into a day before the first, whose reminders are not looked at.
            yield max(start, start + hour * HOUR + jump)


def expected(time: Time) -> Iterator[dt.date]:
    """Days 3, 4 and 5 after the trigger, then every working day that it is late."""
    due = oracle.after(time.trigger, 5)
    for number in range(time.days):
        day = time.first + number * oracle.DAY
        if day in {oracle.after(time.trigger, 3), oracle.after(time.trigger, 4), due} or (
            day > due and oracle.works(day)
        ):
            yield day


def clock_of(trigger: dt.date) -> tuple[Case, User]:
    """A case whose clock began then, and one of its people; every other clock stands still for the while."""
    a = make.area()
    case = make.accepted(a).case
    Deadline.objects.update(remind_on=None)
    Deadline.objects.filter(case=case, code=LATE, key="").update(
        trigger_on=trigger, due_on=oracle.after(trigger, 5), remind_on=trigger
    )
    return case, a.staff


def due_dates(case: Case) -> list[tuple[str, dt.date]]:
    return list(Deadline.objects.filter(case=case).order_by("pk").values_list("code", "due_on"))


def reminded(case: Case, user: User) -> Counter[dt.date]:
    """The local days on which the person was reminded, as the clock had it."""
    rows = OutgoingEmail.objects.filter(to=user, kind__startswith="deadline", subject_ref=case.ref)
    rows = rows.filter(dedupe_key__contains=LATE)
    return Counter(timezone.localdate(at, LONDON) for at in rows.values_list("created_at", flat=True))


def a_day_ahead() -> tuple[int, list[str]]:
    """The clock is a day ahead for three sweeps, then right again: what was sent early is not sent twice, or lost."""
    trigger = dt.date(2026, 6, 15)  # a Monday; reminders on Thursday and Friday, due on the Monday after
    case, told = clock_of(trigger)
    noon = dt.datetime(2026, 6, 17, 11, tzinfo=dt.UTC)
    hours = [*range(-48, 1), 24, 25, 26, *range(1, 72)]
    for hour in hours:
        with time_machine.travel(noon + hour * HOUR, tick=False):
            sweep(timezone.now())
    found = reminded(case, told)
    wanted = {dt.date(2026, 6, 18): 1, dt.date(2026, 6, 19): 1}
    return len(hours), [] if found == wanted else [f"a day ahead and back: {dict(found)}"]
