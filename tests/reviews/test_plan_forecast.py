"""The forecast of a plan: a simple rule, true for every plan."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspr.clocks.calendar import WorkingDays
from cspr.clocks.govuk import bundled
from reviews.plans import SHIPPED, expected_on, lateness, planned_on, to_working_day
from reviews.states import PlanKind, PlanUnit

pytestmark = pytest.mark.once
CALENDAR = WorkingDays(bundled(), dt.date(2026, 1, 1), dt.date(2028, 12, 31))
MONDAY = dt.date(2026, 11, 23)
days = st.dates(dt.date(2026, 6, 1), dt.date(2027, 6, 1))
plans = st.lists(days, min_size=1, max_size=20)


def forecast(open_steps: list[dt.date], today: dt.date) -> list[dt.date]:
    behind = lateness(open_steps, today, CALENDAR)
    return [expected_on(due, behind, CALENDAR) for due in sorted(open_steps)]


@given(plans, days)
def test_nothing_is_expected_before_today(open_steps, today):
    assert all(on >= today for on in forecast(open_steps, today))


@given(plans, days)
def test_a_plan_in_which_nothing_is_late_is_its_own_forecast(open_steps, today):
    to_come = [due for due in open_steps if due >= today]
    assert forecast(to_come, today) == sorted(to_come)


@given(plans, days, st.integers(0, 90))
def test_the_longer_nothing_is_done_the_later_it_gets(open_steps, today, more):
    later = today + dt.timedelta(days=more)
    pairs = zip(forecast(open_steps, today), forecast(open_steps, later), strict=True)
    assert all(before <= after for before, after in pairs)


@given(plans, days)
def test_doing_the_latest_step_never_makes_the_rest_later(open_steps, today):
    [_, *rest] = sorted(open_steps)
    assert all(
        after <= before
        for after, before in zip(forecast(rest, today), forecast(open_steps, today)[1:], strict=True)
    )


@given(plans, days)
def test_open_steps_keep_their_distance_in_working_days(open_steps, today):
    planned = sorted(to_working_day(due, CALENDAR) for due in open_steps)
    expected = forecast(planned, today)
    for first in range(len(planned) - 1):
        assert CALENDAR.number(planned[first], planned[first + 1]) == CALENDAR.number(
            expected[first], expected[first + 1]
        )


def test_two_days_late_on_day_three_is_two_days_late_on_day_fifteen():
    due = [CALENDAR.add(MONDAY, day) for day in (3, 10, 15)]
    today = CALENDAR.add(MONDAY, 5)
    assert forecast(due, today) == [CALENDAR.add(MONDAY, day) for day in (5, 12, 17)]


def test_a_step_that_was_due_on_friday_is_expected_on_monday_when_it_is_saturday():
    friday = dt.date(2026, 11, 27)
    assert forecast([friday], dt.date(2026, 11, 28)) == [dt.date(2026, 11, 30)]


def test_a_weeks_step_falls_on_a_working_day():
    christmas_eve = dt.date(2026, 12, 24)
    assert planned_on(dt.date(2026, 11, 27), 4, PlanUnit.WEEKS, CALENDAR) == dt.date(2026, 12, 29)
    assert planned_on(dt.date(2026, 11, 26), 4, PlanUnit.WEEKS, CALENDAR) == christmas_eve


def test_the_shipped_plan_begins_on_day_one_and_sends_on_day_fifteen_in_order():
    steps = SHIPPED[PlanKind.RAPID_REVIEW]
    assert [step.day for step in steps] == sorted(step.day for step in steps)
    assert (steps[0].day, steps[-1].day, steps[-1].event) == (1, 15, "sent_to_panel")
    assert len({step.title for step in steps}) == len(steps)
