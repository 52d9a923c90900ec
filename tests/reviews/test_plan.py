"""The plan of a rapid review: laid out when it opens, kept by what is recorded, and honest about where it leads."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from cspr.audit.models import Event
from cspr.clocks.bank_holidays import proclaim
from cspr.clocks.calendar import WorkingDays
from cspr.clocks.govuk import bundled
from cspr.workflow import Refused, Stale, perform
from referrals.models import Deadline
from reviews import actions
from reviews.models import PlanStep, RapidReview
from reviews.plans import SHIPPED, Step, expected_on, lateness
from reviews.states import PlanEvent, PlanKind
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
D = dt.date
SHIPPED_STEPS = SHIPPED[PlanKind.RAPID_REVIEW]


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    """Opened on Monday 23 November 2026: day 15 is Monday 14 December."""
    return RapidReview.objects.get(notification=make.notified(a))


def steps(review):
    return list(PlanStep.objects.filter(case=review.case).order_by("number"))


def step(review, title):
    return PlanStep.objects.get(case=review.case, title=title)


def on(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(10), dt.UTC), tick=False)


# --- laid out -------------------------------------------------------------------------------------------------


def test_a_review_that_opens_has_its_fifteen_days_laid_out_by_itself(review):
    laid = [(s.day, s.title, s.due_on) for s in steps(review)]
    assert [(day, title) for day, title, _ in laid] == [(s.day, s.title) for s in SHIPPED_STEPS]
    assert {day: due for day, _, due in laid} == {
        1: D(2026, 11, 24), 3: D(2026, 11, 26), 5: D(2026, 11, 30), 6: D(2026, 12, 1), 7: D(2026, 12, 2),
        8: D(2026, 12, 3), 9: D(2026, 12, 4), 10: D(2026, 12, 7), 12: D(2026, 12, 9), 13: D(2026, 12, 10),
        14: D(2026, 12, 11), 15: D(2026, 12, 14),
    }  # fmt: skip
    assert Event.objects.filter(kind="rapidreview.lay_out_plan").get().facts == {"steps": len(SHIPPED_STEPS)}


def test_a_partnerships_own_plan_is_laid_out_instead(a):
    template = actions.own_template(a.partnership, by=a.staff, today=TODAY)
    for own in list(template.steps.all())[1:]:
        perform(template, "remove_step", by=a.staff, today=TODAY, number=own.number)
    review = RapidReview.objects.get(notification=make.notified(a))
    assert [s.title for s in steps(review)] == [SHIPPED_STEPS[0].title]


def test_a_template_is_never_emptied(a):
    template = actions.own_template(a.partnership, by=a.staff, today=TODAY)
    numbers = [own.number for own in template.steps.all()]
    for number in numbers[1:]:
        perform(template, "remove_step", by=a.staff, today=TODAY, number=number)
    with pytest.raises(Refused, match="A plan needs at least one step"):
        perform(template, "remove_step", by=a.staff, today=TODAY, number=numbers[0])


@pytest.mark.parametrize("day", [0, 61, 400])
def test_a_day_that_no_plan_has_is_refused(a, day):
    template = actions.own_template(a.partnership, by=a.staff, today=TODAY)
    with pytest.raises(Refused, match="Give a day from 1 to 60"):
        perform(template, "add_step", by=a.staff, today=TODAY, step=Step(day, "Too far", ""))


# --- kept by what is recorded ---------------------------------------------------------------------------------


def test_a_step_is_done_by_itself_when_its_event_is_on_record(a, review):
    request = make.asked(a, review)
    sent = step(review, "Send the requests to the agencies")
    assert (sent.state, sent.done_on, sent.done_by) == ("done", request.sent_on, None)
    kinds = Event.objects.filter(subject_ref=sent.ref).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["planstep.complete"]


def test_an_answer_that_is_queried_opens_the_step_again(a, review):
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    request = actions.send(request, by=a.staff, today=TODAY, due_on=D(2026, 12, 1))
    request = perform(request, "nil_return", by=a.author, today=TODAY, name="N", role="Head")
    assert step(review, "Have the agencies’ summaries").state == "done"
    perform(request, "query", by=a.staff, today=TODAY, words="Are you sure?", due_on=D(2026, 12, 2))
    assert step(review, "Have the agencies’ summaries").state == "open"


def test_a_step_that_is_done_by_itself_is_not_ticked_by_hand(a, review):
    with pytest.raises(Refused, match="done by itself"):
        perform(step(review, "Hold the rapid review meeting"), "tick", by=a.staff, today=TODAY)


def test_a_step_is_ticked_and_opened_again_with_a_reason(a, review):
    booked = perform(
        step(review, "Book the meeting and the sign-off"),
        "tick",
        by=a.staff,
        today=TODAY,
        words="By telephone",
    )
    assert (booked.state, booked.done_on, booked.done_by, booked.how) == (
        "done",
        TODAY,
        a.staff,
        "By telephone",
    )
    again = perform(booked, "untick", by=a.staff, today=TODAY, words="The room fell through")
    assert (again.state, again.done_on, again.done_by) == ("open", None, None)


def test_the_chair_ticks_the_chairs_step_and_no_other(a, review):
    assert perform(step(review, "Read the draft"), "tick", by=a.chair, today=TODAY).state == "done"
    with pytest.raises(Refused):
        perform(step(review, "Book the meeting and the sign-off"), "tick", by=a.chair, today=TODAY)


def test_a_step_moved_onto_a_weekend_falls_on_the_next_working_day(a, review):
    moved = perform(
        step(review, "Check progress"), "move", by=a.staff, today=TODAY, due_on=D(2026, 12, 5), words="Ill"
    )
    assert (moved.due_on, moved.set_by_hand) == (D(2026, 12, 7), True)


@pytest.mark.parametrize(("day", "why"), [(TODAY, "Give a later day"), (D(2026, 11, 20), "Give a later day")])
def test_a_step_is_not_moved_before_the_plan_begins(a, review, day, why):
    with pytest.raises(Refused, match=why):
        perform(step(review, "Check progress"), "move", by=a.staff, today=TODAY, due_on=day, words="Sooner")


def test_two_people_at_one_step_the_second_is_told(a, review):
    found = step(review, "Check progress")
    perform(found, "move", by=a.staff, today=TODAY, due_on=D(2026, 12, 3), words="Ill", version=found.version)
    with pytest.raises(Stale):
        perform(found, "drop", by=a.staff, today=TODAY, words="Not needed", version=found.version)


def test_a_bank_holiday_moves_the_planned_days_but_not_what_somebody_set_by_hand(a, review):
    perform(
        step(review, "Check progress"), "move", by=a.staff, today=TODAY, due_on=D(2026, 12, 8), words="Later"
    )
    with on(TODAY):
        proclaim(D(2026, 12, 4), "A made-up day")
    assert step(review, "Put the chronology and a first draft together").due_on == D(2026, 12, 7)
    assert step(review, "Send it to the Panel").due_on == D(2026, 12, 15)
    assert step(review, "Check progress").due_on == D(2026, 12, 8)
    assert step(review, "Chase the second time").due_on == D(2026, 12, 3)


def test_nothing_done_to_the_plan_moves_the_date_the_panel_should_have_it(a, review):
    due = Deadline.objects.get(case=review.case, code="RR_15WD").due_on
    perform(
        step(review, "Send it to the Panel"),
        "move",
        by=a.staff,
        today=TODAY,
        due_on=D(2026, 12, 21),
        words="Late",
    )
    perform(step(review, "Check progress"), "drop", by=a.staff, today=TODAY, words="Done at the meeting")
    assert Deadline.objects.get(case=review.case, code="RR_15WD").due_on == due == D(2026, 12, 14)


# --- the page -------------------------------------------------------------------------------------------------


def test_the_page_says_which_day_it_is_what_to_do_now_and_where_the_plan_leads(a, review):
    with on(TODAY + dt.timedelta(days=1)):
        page = Browser(a.staff).get(review.get_absolute_url())
    assert "Today is day 1 – what to do now" in page.words
    assert "Send the requests to the agencies" in page.words
    assert (
        "The plan is on time. It will be with the Panel on day 15 (Monday 14 December 2026), the day it is due."
        in page.words
    )


def test_what_is_late_pushes_what_is_open_and_the_page_says_by_how_much(a, review):
    with on(D(2026, 11, 27)):
        page = Browser(a.staff).get(review.get_absolute_url())
    assert (
        "At this pace it will be with the Panel on day 18 (Thursday 17 December 2026), three working days late."
        in page.words
    )
    assert "Record a delay and write to the Panel" in page.links


def test_the_page_asks_as_many_statements_for_a_long_plan_as_for_a_short_one(
    a, review, django_assert_max_num_queries
):
    browser = Browser(a.staff)
    browser.get(review.get_absolute_url())

    def count():
        with django_assert_max_num_queries(100) as asked:
            browser.get(review.get_absolute_url())
        return len(asked.captured_queries)

    short = count()
    for day in range(2, 30):
        perform(review, "add_step", by=a.staff, today=TODAY, step=Step(day, f"Step {day}", ""))
    assert count() == short


def test_every_event_a_plan_waits_for_is_one_the_system_records():
    assert {s.event for s in SHIPPED_STEPS if s.event} <= set(PlanEvent.values)


# --- the forecast ---------------------------------------------------------------------------------------------

CALENDAR = WorkingDays(bundled(), D(2024, 1, 1), D(2028, 12, 31))
# So that even a plan a year and more behind stays inside the table, past which nothing is counted.
DAYS = st.dates(D(2026, 1, 1), D(2027, 3, 31))


@given(today=DAYS, open_steps=st.lists(DAYS, max_size=15))
def test_nothing_open_is_forecast_before_today(today, open_steps):
    behind = lateness(open_steps, today, CALENDAR)
    assert [day for day in open_steps if expected_on(day, behind, CALENDAR) < today] == []


@given(today=DAYS, ahead=st.lists(st.integers(0, 60), max_size=15))
def test_a_plan_that_is_not_late_is_its_own_forecast(today, ahead):
    open_steps = [today + dt.timedelta(days=n) for n in ahead]
    assert lateness(open_steps, today, CALENDAR) == 0
    assert [expected_on(day, 0, CALENDAR) for day in open_steps] == open_steps


@given(today=DAYS, later=st.integers(0, 40), due=DAYS, open_steps=st.lists(DAYS, min_size=1, max_size=15))
def test_the_later_it_gets_the_later_it_will_be(today, later, due, open_steps):
    now, then = (lateness(open_steps, day, CALENDAR) for day in (today, today + dt.timedelta(days=later)))
    assert expected_on(due, now, CALENDAR) <= expected_on(due, then, CALENDAR)
