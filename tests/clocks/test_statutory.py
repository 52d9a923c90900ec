"""Every statutory clock against an independent count, 10,000 random dates each.

The other side shares nothing. The ``holidays`` package computes its bank holidays, its counting is a
loop, and its lengths are written down here again from the guidance and the regulations.
"""

import datetime as dt
import random

import holidays
import pytest

import referrals.statutory
import reviews.statutory
from cspr.accounts.roles import Role
from cspr.clocks.calendar import WorkingDays
from cspr.clocks.table import Force, clock_for

D = dt.date
A_DAY = dt.timedelta(days=1)
BANK_HOLIDAYS = set(holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2029)))
FREE = {
    day for n in range(17 * 366) if (day := D(2012, 1, 1) + n * A_DAY).weekday() > 4 or day in BANK_HOLIDAYS
}

LENGTHS = {
    "SIN_5WD": ("working", 5),
    "SIN_TO_PARTNERS_5WD": ("working", 5),
    "LAC_DEATH_5WD": ("working", 5),
    "CARE_LEAVER_DEATH_5WD": ("working", 5),
    "RR_15WD": ("working", 15),
    "RR_DECISION_NOTICE": ("none", 0),
    "PANEL_RESPONSE": ("working", 20),
    "LCSPR_6M": ("months", 6),
    "LCSPR_MONITOR": ("days", 28),
    "PREPUB_7D": ("days", -7),
    "PREPUB_7WD": ("working", -7),
    "PREPUB_7D_IMPROVEMENTS": ("days", -7),
    "PUBLIC_1Y": ("months", 12),
    "YEARLY_REPORT_12M": ("months", 12),
    "YEARLY_REPORT_SEP": ("september", 0),
    "INFO_REQUEST": ("working", 5),
    "ACCESS_1M": ("rolled", 1),
    "ACCESS_3M": ("rolled", 3),
}
ROWS = {row.code: row for row in (*referrals.statutory.CLOCKS, *reviews.statutory.CLOCKS)}


def working(trigger: D, n: int) -> D:
    step = A_DAY if n > 0 else -A_DAY
    day = trigger
    for _ in range(abs(n)):
        day += step
        while day in FREE:
            day += step
    return day


def months(trigger: D, n: int) -> D:
    first = trigger.replace(day=1)
    for _ in range(n):
        first = (first + 31 * A_DAY).replace(day=1)
    day = first + (trigger.day - 1) * A_DAY
    return day if day.month == first.month else (first + 31 * A_DAY).replace(day=1) - A_DAY


def rolled(trigger: D, n: int) -> D:
    day = months(trigger, n)
    while day in FREE:
        day += A_DAY
    return day


def september(trigger: D, _: int) -> D:
    day = trigger + A_DAY
    while (day.month, day.day) != (9, 30):
        day += A_DAY
    return day


COUNT = {
    "working": working,
    "days": lambda trigger, n: trigger + n * A_DAY,
    "months": months,
    "rolled": rolled,
    "september": september,
    "none": lambda trigger, n: None,
}


def test_the_table_has_these_clocks_and_no_others() -> None:
    assert set(ROWS) == set(LENGTHS)


@pytest.mark.parametrize("code", LENGTHS)
def test_ten_thousand_random_triggers_are_due_when_an_independent_count_says(
    code: str, calendar: WorkingDays
) -> None:
    kind, n = LENGTHS[code]
    chance = random.Random(code)
    # Three months on, the day still has to be in the table.
    known_to = D(2028, 9, 29) if kind == "rolled" else D(2028, 11, 25)
    first, last = D(2012, 2, 1).toordinal(), known_to.toordinal()
    triggers = [D.fromordinal(chance.randint(first, last)) for _ in range(10_000)]
    ours = [clock_for(code, trigger).due(trigger, calendar) for trigger in triggers]
    theirs = [COUNT[kind](trigger, n) for trigger in triggers]
    assert ours == theirs


@pytest.mark.parametrize("code", [code for code, (kind, _) in LENGTHS.items() if kind == "working"])
def test_the_skipped_days_are_the_weekday_bank_holidays_strictly_on_the_way(
    code: str, calendar: WorkingDays
) -> None:
    _, n = LENGTHS[code]
    chance = random.Random(code)
    weekday_holidays = sorted(day for day in BANK_HOLIDAYS if day.weekday() < 5)
    for _ in range(500):
        trigger = D.fromordinal(chance.randint(D(2012, 2, 1).toordinal(), D(2028, 11, 25).toordinal()))
        due = working(trigger, n)
        low, high = sorted((trigger, due))
        expected = [day for day in weekday_holidays if low < day < high]
        assert ROWS[code].skipped(trigger, due, calendar) == expected


def test_only_what_the_act_or_the_regulations_say_is_called_law() -> None:
    assert {code for code, row in ROWS.items() if row.force is Force.LAW} == {
        "LCSPR_MONITOR",
        "PREPUB_7D",
        "PREPUB_7D_IMPROVEMENTS",
        "PUBLIC_1Y",
        "YEARLY_REPORT_12M",
        "INFO_REQUEST",
        "ACCESS_1M",
        "ACCESS_3M",
    }


def test_every_number_that_no_national_rule_gives_is_marked_as_local() -> None:
    assert {code for code, row in ROWS.items() if row.local_length} == {
        "PANEL_RESPONSE",
        "LCSPR_MONITOR",
        "INFO_REQUEST",
    }


@pytest.mark.parametrize("code", LENGTHS)
def test_every_row_says_who_owes_what_to_whom_and_reminds_known_roles(code: str) -> None:
    row = ROWS[code]
    assert all([row.name, row.sentence, row.starts, row.owed_by, row.owed_to, row.source, row.rule_set])
    assert row.reminders or code == "INFO_REQUEST"  # its ladder: reviews.ladder
    assert {*row.remind, *row.escalate} <= set(Role)


def test_seven_working_days_always_satisfy_the_seven_days_of_the_law(calendar: WorkingDays) -> None:
    for n in range(D(2012, 2, 1).toordinal(), D(2029, 1, 1).toordinal()):
        publication = D.fromordinal(n)
        guidance = ROWS["PREPUB_7WD"].due(publication, calendar)
        assert guidance <= ROWS["PREPUB_7D"].due(publication, calendar)
