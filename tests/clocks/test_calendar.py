"""Counting days, against the worked examples and against a count done day by day."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr.clocks.calendar import Day, OutsideCalendar, WorkingDays, add_months
from cspr.clocks.govuk import bundled

D = dt.date
FIRST, LAST = D(2012, 1, 1), D(2028, 12, 31)
CALENDAR = WorkingDays(bundled(), FIRST, LAST)
A_DAY = dt.timedelta(days=1)
in_the_table = st.dates(D(2012, 6, 1), D(2028, 6, 1))


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (D(2026, 12, 18), 5, D(2026, 12, 29)),  # aware on a Friday; 25 and 28 December skipped
        (D(2026, 12, 19), 5, D(2026, 12, 29)),  # aware on the Saturday after: the same day
        (D(2026, 12, 29), 15, D(2027, 1, 20)),  # notification sent; rapid review due
        (D(2026, 12, 18), 15, D(2027, 1, 13)),
        (D(2026, 3, 27), 5, D(2026, 4, 7)),  # across Good Friday and Easter Monday
        (D(2020, 5, 1), 5, D(2020, 5, 11)),  # the early May holiday moved to Friday 8 May for VE Day
        (D(2022, 9, 16), 1, D(2022, 9, 20)),  # the State Funeral, proclaimed nine days ahead
    ],
)
def test_a_deadline_in_working_days_falls_on_the_day_worked_out_by_hand(start: D, n: int, due: D) -> None:
    assert CALENDAR.add(start, n) == due


def test_counting_back_from_publication_gives_the_last_days_to_send() -> None:
    publication = D(2027, 4, 6)
    assert publication - 7 * A_DAY == D(2027, 3, 30)  # the law
    assert CALENDAR.subtract(publication, 7) == D(2027, 3, 24)  # the guidance, over Easter


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (D(2026, 8, 31), 6, D(2027, 2, 28)),
        (D(2027, 8, 31), 6, D(2028, 2, 29)),
        (D(2026, 8, 28), 6, D(2027, 2, 28)),
        (D(2026, 12, 15), 12, D(2027, 12, 15)),
        (D(2028, 2, 29), 12, D(2029, 2, 28)),
        (D(2027, 5, 31), -3, D(2027, 2, 28)),
        (D(2027, 1, 31), -1, D(2026, 12, 31)),
    ],
)
def test_a_month_ends_on_the_corresponding_date_or_on_its_last_day(start: D, months: int, due: D) -> None:
    assert add_months(start, months) == due


@given(in_the_table, st.integers(1, 60))
def test_adding_equals_walking_forward_day_by_day(start: D, n: int) -> None:
    day, left = start, n
    while left:
        day += A_DAY
        left -= day.weekday() < 5 and day not in CALENDAR.holidays
    assert CALENDAR.add(start, n) == day


@given(in_the_table, st.integers(1, 60))
def test_subtracting_equals_walking_back_day_by_day(start: D, n: int) -> None:
    day, left = start, n
    while left:
        day -= A_DAY
        left -= day.weekday() < 5 and day not in CALENDAR.holidays
    assert CALENDAR.subtract(start, n) == day


@given(in_the_table, st.integers(1, 60))
def test_the_number_of_the_day_that_is_n_days_on_is_n(start: D, n: int) -> None:
    due = CALENDAR.add(start, n)
    assert CALENDAR.number(start, due) == n
    assert len(CALENDAR.between(start, due)) == n
    assert CALENDAR.number(due, start) == -n


@given(in_the_table, st.integers(1, 60))
def test_going_on_from_a_working_day_and_back_again_returns_to_it(start: D, n: int) -> None:
    start = CALENDAR.latest_working(start)
    assert CALENDAR.subtract(CALENDAR.add(start, n), n) == start


@given(in_the_table, in_the_table, st.integers(1, 60))
def test_a_later_trigger_is_never_due_earlier(one: D, other: D, n: int) -> None:
    early, late = sorted((one, other))
    assert CALENDAR.add(early, n) <= CALENDAR.add(late, n)


@given(in_the_table, st.integers(1, 30))
@settings(max_examples=50)
def test_the_walk_numbers_every_working_day_and_explains_every_other(start: D, n: int) -> None:
    for due in (CALENDAR.add(start, n), CALENDAR.subtract(start, n)):
        walk = CALENDAR.walk(start, due)
        assert [day.number for day in walk if day.number is not None] == list(range(n + 1))
        assert [day.why_skipped != "" for day in walk] == [day.number is None for day in walk]
        assert len(walk) == abs((due - start).days) + 1


def test_the_walk_over_christmas_names_what_it_skips() -> None:
    assert CALENDAR.walk(D(2026, 12, 24), D(2026, 12, 29)) == [
        Day(D(2026, 12, 24), 0),
        Day(D(2026, 12, 25), None, "Christmas Day"),
        Day(D(2026, 12, 26), None, "Saturday"),
        Day(D(2026, 12, 27), None, "Sunday"),
        Day(D(2026, 12, 28), None, "Boxing Day (substitute day)"),
        Day(D(2026, 12, 29), 1),
    ]


@pytest.mark.parametrize(
    ("start", "due", "words"),
    [
        (D(2026, 12, 18), D(2026, 12, 29), "25 and 28 December skipped"),
        (D(2026, 12, 18), D(2027, 1, 13), "25 and 28 December and 1 January skipped"),
        (D(2027, 4, 6), D(2027, 3, 24), "26 and 29 March skipped"),
        (D(2026, 12, 25), D(2026, 12, 29), "28 December skipped"),  # the trigger was not counted anyway
        (D(2027, 3, 29), D(2027, 3, 24), "26 March skipped"),  # nor is it when counting back
        (D(2027, 2, 1), D(2027, 2, 8), ""),
    ],
)
def test_a_count_says_which_bank_holidays_it_passed_over(start: D, due: D, words: str) -> None:
    assert CALENDAR.explain(start, due) == words


@pytest.mark.parametrize(
    "count",
    [
        lambda: CALENDAR.add(D(2028, 12, 29), 1),
        lambda: CALENDAR.add(D(2028, 12, 31), 1),
        lambda: CALENDAR.add(D(2029, 1, 1), 1),
        lambda: CALENDAR.add(D(2029, 1, 1), 0),
        lambda: CALENDAR.add(D(2011, 12, 31), 1),
        lambda: CALENDAR.add(D(2011, 1, 1), 400),
        lambda: CALENDAR.subtract(D(2012, 1, 3), 1),
        lambda: CALENDAR.subtract(D(2029, 1, 1), 1),
        lambda: CALENDAR.number(D(2028, 12, 1), D(2029, 1, 1)),
        lambda: CALENDAR.number(D(2011, 12, 1), D(2012, 1, 10)),
        lambda: CALENDAR.between(D(2028, 12, 1), D(2029, 1, 1)),
        lambda: CALENDAR.is_working(D(2029, 1, 2)),
        lambda: CALENDAR.next_working(D(2028, 12, 29)),
        lambda: CALENDAR.latest_working(D(2012, 1, 2)),
        lambda: CALENDAR.skipped(D(2028, 12, 1), D(2029, 1, 1)),
        lambda: CALENDAR.walk(D(2028, 12, 29), D(2029, 1, 2)),
    ],
)
def test_a_count_that_leaves_the_table_is_an_error_and_never_a_guess(count) -> None:
    with pytest.raises(OutsideCalendar, match="known only from 1 January 2012 to 31 December 2028"):
        count()


def test_the_first_and_the_last_working_day_of_the_table_can_be_reached() -> None:
    assert CALENDAR.add(D(2012, 1, 1), 1) == D(2012, 1, 3)
    assert CALENDAR.add(D(2028, 12, 28), 1) == D(2028, 12, 29)
    assert CALENDAR.subtract(D(2012, 1, 4), 1) == D(2012, 1, 3)


def test_nought_days_after_a_date_is_that_date_and_a_negative_count_is_refused() -> None:
    assert CALENDAR.add(D(2026, 12, 25), 0) == D(2026, 12, 25)
    assert CALENDAR.subtract(D(2026, 12, 25), 0) == D(2026, 12, 25)
    with pytest.raises(ValueError, match="positive number"):
        CALENDAR.add(D(2026, 12, 25), -1)


def test_the_next_and_the_latest_working_day_step_over_easter() -> None:
    assert CALENDAR.next_working(D(2027, 3, 25)) == D(2027, 3, 30)
    assert CALENDAR.latest_working(D(2027, 3, 29)) == D(2027, 3, 25)
    assert CALENDAR.latest_working(D(2027, 3, 25)) == D(2027, 3, 25)


def test_the_committed_list_covers_2012_to_2028_whole() -> None:
    days = list(bundled())
    assert (len(days), days[0], days[-1]) == (140, D(2012, 1, 2), D(2028, 12, 26))
