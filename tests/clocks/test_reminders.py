"""Who is reminded when, and that a missed night is made up for once."""

import datetime as dt

import pytest

from cspr.accounts.roles import Role
from cspr.clocks.calendar import WorkingDays
from cspr.clocks.reminders import Moment, latest_moment, moments
from cspr.clocks.table import clock_for, registered

D = dt.date
A_DAY = dt.timedelta(days=1)


def ladder(code: str, trigger: D, calendar: WorkingDays) -> list[tuple[D, str]]:
    clock = clock_for(code, trigger)
    return [(m.on, m.offset) for m in moments(clock, trigger, clock.due(trigger, calendar), calendar)]


def nightly(code: str, trigger: D, nights: list[D], calendar: WorkingDays) -> list[Moment]:
    """What a sweep run on these nights sends, given that a moment once sent is not sent again."""
    clock = clock_for(code, trigger)
    due = clock.due(trigger, calendar)
    sent: list[Moment] = []
    for night in nights:
        moment = latest_moment(clock, trigger, due, calendar, night)
        if moment and moment not in sent:
            sent.append(moment)
    return sent


def test_publication_is_announced_from_three_months_to_the_day(calendar: WorkingDays) -> None:
    assert ladder("LCSPR_6M", D(2026, 8, 31), calendar) == [
        (D(2026, 11, 28), "3 months before"),
        (D(2027, 1, 17), "6 weeks before"),
        (D(2027, 1, 31), "4 weeks before"),
        (D(2027, 2, 14), "2 weeks before"),
        (D(2027, 2, 21), "1 week before"),
        (D(2027, 2, 28), "the day"),
    ]


def test_a_rapid_review_is_announced_on_days_5_10_13_and_15(calendar: WorkingDays) -> None:
    assert ladder("RR_15WD", D(2026, 12, 29), calendar) == [
        (D(2027, 1, 6), "day 5"),
        (D(2027, 1, 13), "day 10"),
        (D(2027, 1, 18), "day 13"),
        (D(2027, 1, 20), "day 15"),
    ]


def test_a_notification_is_announced_on_days_3_4_and_5(calendar: WorkingDays) -> None:
    assert ladder("SIN_5WD", D(2026, 12, 18), calendar) == [
        (D(2026, 12, 23), "day 3"),
        (D(2026, 12, 24), "day 4"),
        (D(2026, 12, 29), "day 5"),
    ]


def test_the_last_day_to_send_is_announced_ten_five_two_and_one_working_days_ahead(
    calendar: WorkingDays,
) -> None:
    assert ladder("PREPUB_7WD", D(2027, 4, 6), calendar) == [
        (D(2027, 3, 10), "10 working days before"),
        (D(2027, 3, 17), "5 working days before"),
        (D(2027, 3, 22), "2 working days before"),
        (D(2027, 3, 23), "1 working day before"),
        (D(2027, 3, 24), "the day"),
    ]


def test_a_duty_without_a_number_is_still_asked_after(calendar: WorkingDays) -> None:
    assert [offset for _, offset in ladder("RR_DECISION_NOTICE", D(2027, 2, 1), calendar)] == [
        "day 1", "day 3", "day 5", "day 10", "day 15", "day 20",
    ]  # fmt: skip


def test_a_late_publication_is_raised_every_week_with_the_partners(calendar: WorkingDays) -> None:
    nights = [D(2027, 2, 28) + n * A_DAY for n in range(23)]
    sent = nightly("LCSPR_6M", D(2026, 8, 31), nights, calendar)
    usual = (Role.STAFF, Role.REVIEWER, Role.CHAIR)
    assert sent == [
        Moment(D(2027, 2, 28), "the day", False, usual),
        Moment(D(2027, 3, 7), "late 2027-03-07", True, (*usual, Role.PARTNER)),
        Moment(D(2027, 3, 14), "late 2027-03-14", True, (*usual, Role.PARTNER)),
        Moment(D(2027, 3, 21), "late 2027-03-21", True, (*usual, Role.PARTNER)),
    ]


def test_a_late_rapid_review_is_raised_on_every_working_day_and_on_no_other(calendar: WorkingDays) -> None:
    nights = [D(2027, 3, 24) + n * A_DAY for n in range(8)]  # over Easter
    sent = nightly("RR_15WD", calendar.subtract(D(2027, 3, 24), 15), nights, calendar)
    assert [(moment.on, moment.late) for moment in sent] == [
        (D(2027, 3, 24), False),
        (D(2027, 3, 25), True),
        (D(2027, 3, 30), True),
        (D(2027, 3, 31), True),
    ]


@pytest.mark.parametrize("code", registered())
def test_a_week_of_missed_nights_is_made_up_for_by_one_reminder(code: str, calendar: WorkingDays) -> None:
    trigger = D(2026, 12, 18)
    nights = [trigger + n * A_DAY for n in range(400)]
    every_night = nightly(code, trigger, nights, calendar)
    after_a_gap = nightly(code, trigger, nights[:3] + nights[60:61], calendar)
    assert len(after_a_gap) <= len(nightly(code, trigger, nights[:3], calendar)) + 1
    assert after_a_gap[-1:] == nightly(code, trigger, nights[:61], calendar)[-1:]
    assert [moment.on for moment in every_night] == sorted({moment.on for moment in every_night})


@pytest.mark.parametrize("code", registered())
def test_every_night_swept_sends_every_rung_on_its_own_day(code: str, calendar: WorkingDays) -> None:
    trigger = D(2026, 12, 18)
    clock = clock_for(code, trigger)
    rungs = moments(clock, trigger, clock.due(trigger, calendar), calendar)
    nights = [trigger - 60 * A_DAY + n * A_DAY for n in range(460)]
    assert [m for m in nightly(code, trigger, nights, calendar) if not m.late] == rungs
    assert bool(rungs) == bool(clock.reminders)


def test_nothing_is_sent_before_the_first_rung(calendar: WorkingDays) -> None:
    assert nightly("RR_15WD", D(2026, 12, 29), [D(2026, 12, 29), D(2027, 1, 5)], calendar) == []


def test_a_floor_is_never_raised_as_late(calendar: WorkingDays) -> None:
    sent = nightly("PUBLIC_1Y", D(2026, 5, 4), [D(2027, 5, 4), D(2027, 5, 12), D(2028, 5, 4)], calendar)
    assert [(moment.on, moment.late) for moment in sent] == [(D(2027, 5, 4), False)]


def test_a_clock_set_shorter_than_its_first_rung_is_announced_on_the_day_alone(calendar: WorkingDays) -> None:
    clock = clock_for("LCSPR_MONITOR", D(2027, 2, 1)).lasting(5)
    rungs = moments(clock, D(2027, 2, 1), D(2027, 2, 6), calendar)
    assert [(moment.on, moment.offset) for moment in rungs] == [(D(2027, 2, 6), "the day")]


def test_an_information_request_has_a_ladder_of_its_own_and_none_of_the_clock(calendar: WorkingDays) -> None:
    clock = clock_for("INFO_REQUEST", D(2027, 2, 1))
    assert moments(clock, D(2027, 2, 1), D(2027, 2, 8), calendar) == []
    assert latest_moment(clock, D(2027, 2, 1), D(2027, 2, 8), calendar, D(2027, 3, 1)) is None


def test_past_the_bank_holiday_table_a_late_matter_is_still_raised_on_weekdays(calendar: WorkingDays) -> None:
    nights = [D(2029, 6, 7) + n * A_DAY for n in range(5)]  # Thursday to Monday
    sent = nightly("SIN_5WD", D(2028, 12, 1), nights, calendar)
    assert [moment.on for moment in sent] == [D(2029, 6, 7), D(2029, 6, 8), D(2029, 6, 11)]


def test_at_the_end_of_the_table_the_rungs_that_can_be_placed_still_stand(calendar: WorkingDays) -> None:
    assert ladder("RR_DECISION_NOTICE", D(2028, 12, 20), calendar) == [
        (D(2028, 12, 21), "day 1"),
        (D(2028, 12, 27), "day 3"),
        (D(2028, 12, 29), "day 5"),
    ]
