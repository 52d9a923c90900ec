"""What a clock says about itself, and which row of the table counts."""

import datetime as dt
from dataclasses import replace

import pytest

from cspr.clocks.calendar import WorkingDays
from cspr.clocks.table import (
    _TABLE,
    Clock,
    Every,
    Force,
    Standing,
    Unit,
    UnknownClock,
    clock_for,
    register,
    registered,
)

D = dt.date
A_CLOCK = Clock(
    code="A_CLOCK",
    name="A clock for tests",
    sentence="Something is done.",
    starts="Something happened",
    length=5,
    unit=Unit.WORKING_DAYS,
    force=Force.GUIDANCE,
    owed_by="Somebody",
    owed_to="Somebody else",
    source="These tests",
    rule_set="FIRST",
    effective_from=D(2020, 1, 1),
    reminders=(),
    when_late=Every.NEVER,
    remind=(),
    warn_days=2,
)


@pytest.fixture
def empty_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cspr.clocks.table._TABLE", {})


@pytest.mark.parametrize(
    ("code", "trigger", "today", "words"),
    [
        (
            "RR_15WD",
            D(2026, 12, 29),
            D(2026, 12, 28),
            "not started: counts from 29 December 2026",
        ),
        ("RR_15WD", D(2026, 12, 29), D(2026, 12, 29), "day 0 of 15; 1 January skipped"),
        ("RR_15WD", D(2026, 12, 18), D(2027, 1, 5), "day 9 of 15; 25 and 28 December and 1 January skipped"),
        (
            "RR_15WD",
            D(2027, 2, 1),
            D(2027, 2, 13),
            "day 9 of 15",
        ),  # a Saturday: still the day before's number
        ("RR_15WD", D(2027, 2, 1), D(2027, 2, 22), "day 15 of 15, today"),
        (
            "RR_15WD",
            D(2027, 2, 1),
            D(2027, 2, 25),
            "late: day 15 of 15 was Monday 22 February 2027, 3 working days ago",
        ),
        ("SIN_5WD", D(2027, 2, 5), D(2027, 2, 13), "late: day 5 of 5 was Friday 12 February 2027"),
        ("LCSPR_6M", D(2026, 8, 31), D(2026, 12, 1), "day 92 of 181"),
        (
            "LCSPR_6M",
            D(2026, 8, 31),
            D(2027, 3, 1),
            "late: day 181 of 181 was Sunday 28 February 2027, 1 day ago",
        ),
        (
            "PREPUB_7WD",
            D(2027, 4, 6),
            D(2027, 3, 10),
            "7 working days before 6 April 2027 is Wednesday 24 March 2027, in 10 working days; "
            "26 and 29 March skipped",
        ),
        (
            "PREPUB_7D",
            D(2027, 4, 6),
            D(2027, 3, 29),
            "7 days before 6 April 2027 is Tuesday 30 March 2027, in 1 day",
        ),
        ("PREPUB_7D", D(2027, 4, 6), D(2027, 3, 30), "7 days before 6 April 2027, today"),
        (
            "PREPUB_7D",
            D(2027, 4, 6),
            D(2027, 4, 1),
            "late: 7 days before 6 April 2027 was Tuesday 30 March 2027, 2 days ago",
        ),
        ("PUBLIC_1Y", D(2026, 5, 4), D(2026, 5, 14), "day 10 of 365"),
        ("PUBLIC_1Y", D(2026, 5, 4), D(2027, 5, 5), "ended on Tuesday 4 May 2027"),
        ("RR_DECISION_NOTICE", D(2026, 5, 4), D(2026, 5, 7), "as soon as possible; day 3 since 4 May 2026"),
        ("YEARLY_REPORT_SEP", D(2026, 3, 31), D(2026, 4, 30), "day 30 of 183"),
        # Overdue beyond the end of the bank-holiday table: the page still opens, only the count is missing.
        ("SIN_5WD", D(2028, 12, 1), D(2029, 6, 1), "late: day 5 of 5 was Friday 8 December 2028"),
    ],
)
def test_a_clock_says_in_words_where_it_stands(
    code: str, trigger: D, today: D, words: str, calendar: WorkingDays
) -> None:
    clock = clock_for(code, trigger)
    assert clock.explain(trigger, clock.due(trigger, calendar), today, calendar) == words


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (D(2027, 2, 1), Standing.IN_TIME),
        (D(2027, 2, 3), Standing.IN_TIME),
        (D(2027, 2, 4), Standing.SOON),
        (D(2027, 2, 8), Standing.SOON),
        (D(2027, 2, 9), Standing.LATE),
        (D(2029, 2, 9), Standing.LATE),
    ],
)
def test_a_clock_is_due_soon_two_working_days_ahead_and_late_the_day_after(
    today: D, standing: Standing, calendar: WorkingDays
) -> None:
    assert A_CLOCK.standing(D(2027, 2, 8), today, calendar) is standing


def test_a_floor_and_a_duty_without_a_number_are_never_late(calendar: WorkingDays) -> None:
    assert clock_for("PUBLIC_1Y", D(2026, 5, 4)).standing(D(2027, 5, 4), D(2028, 1, 1), calendar) == "in time"
    assert clock_for("RR_DECISION_NOTICE", D(2026, 5, 4)).standing(None, D(2028, 1, 1), calendar) == "in time"


def test_the_walk_of_calendar_days_counts_every_day_backwards_too(calendar: WorkingDays) -> None:
    clock = clock_for("PREPUB_7D", D(2027, 4, 6))
    walk = clock.walk(D(2027, 4, 6), D(2027, 3, 30), calendar)
    assert [(day.date.day, day.number) for day in walk] == [
        (6, 0), (5, 1), (4, 2), (3, 3), (2, 4), (1, 5), (31, 6), (30, 7),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["LCSPR_6M", "PREPUB_7D", "LCSPR_MONITOR", "YEARLY_REPORT_SEP"])
def test_a_clock_that_counts_every_day_skips_none(code: str, calendar: WorkingDays) -> None:
    clock = clock_for(code, D(2026, 12, 18))
    assert clock.skipped(D(2026, 12, 18), clock.due(D(2026, 12, 18), calendar), calendar) == []


def test_an_information_request_takes_the_time_it_was_given(calendar: WorkingDays) -> None:
    clock = clock_for("INFO_REQUEST", D(2027, 2, 1)).lasting(8)
    assert clock.due(D(2027, 2, 1), calendar) == D(2027, 2, 11)


def test_a_length_that_is_laid_down_nationally_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="laid down"):
        clock_for("RR_15WD", D(2027, 2, 1)).lasting(20)


def test_a_trigger_is_counted_by_the_row_in_force_on_its_date(empty_table: None) -> None:
    second = replace(A_CLOCK, length=7, rule_set="SECOND", effective_from=D(2026, 4, 1))
    register(second, A_CLOCK)
    on = [D(2019, 1, 1), D(2020, 1, 1), D(2026, 3, 31), D(2026, 4, 1), D(2027, 1, 1)]
    assert [clock_for("A_CLOCK", day).rule_set for day in on] == [
        "FIRST",
        "FIRST",
        "FIRST",
        "SECOND",
        "SECOND",
    ]
    assert registered() == {"A_CLOCK": [A_CLOCK, second]}


def test_registering_the_same_row_twice_changes_nothing(empty_table: None) -> None:
    register(A_CLOCK)
    register(replace(A_CLOCK))
    assert registered() == {"A_CLOCK": [A_CLOCK]}


def test_two_different_rows_for_one_day_are_refused(empty_table: None) -> None:
    register(A_CLOCK)
    with pytest.raises(ValueError, match="Two different rows"):
        register(replace(A_CLOCK, length=6))


def test_an_unknown_code_is_answered_with_the_codes_there_are(empty_table: None) -> None:
    register(A_CLOCK)
    with pytest.raises(UnknownClock, match=r"There is no clock 'B'. The clocks are: A_CLOCK."):
        clock_for("B", D(2027, 1, 1))


def test_the_table_that_is_handed_out_is_a_copy() -> None:
    registered()["SIN_5WD"].clear()
    assert _TABLE["SIN_5WD"]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"length": None},
        {"length": 0},
        {"unit": Unit.AS_SOON_AS},
        {"unit": Unit.FIXED_DATE, "length": None},
        {"fixed": (30, 9)},
        {"unit": Unit.AS_SOON_AS, "length": None, "backwards": True},
    ],
)
def test_a_row_that_contradicts_itself_is_refused(nonsense: dict) -> None:
    with pytest.raises(ValueError, match="A_CLOCK: "):
        replace(A_CLOCK, **nonsense)
