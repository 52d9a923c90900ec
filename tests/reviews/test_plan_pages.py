"""The fifteen days as a plan: laid out, done by itself, moved, ticked, dropped, and kept when the calendar changes."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.accounts.roles import Partner
from cspr.audit.models import Event
from cspr.clocks import bank_holidays
from cspr.clocks.models import working_days
from cspr.workflow import Refused, perform
from referrals.models import Deadline, Notification
from referrals.states import DecisionKind, Outcome
from reviews import actions
from reviews.actions.plan import keep_plan
from reviews.models import PlanStep, RapidReview
from tests import factories as make
from tests.referrals.browse import Browser
from tests.reviews.test_rapid_review_pages import asked, day, fresh, statements, url

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def on(number: int) -> dt.date:
    """Working day ``number`` of the plan."""
    return working_days().add(TODAY, number)


def at(moment: dt.date):
    """Nine in the morning of that day."""
    return time_machine.travel(dt.datetime.combine(moment, dt.time(9), ZoneInfo("Europe/London")), tick=False)


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return RapidReview.objects.get(notification=make.notified(a))


def step(review, title):
    return PlanStep.objects.get(case=review.case, title=title)


def standing(review, title):
    found = step(review, title)
    return found.state, found.done_on


def ticked_all_by_hand(review, by, moment=TODAY):
    for found in PlanStep.objects.filter(case=review.case, event=""):
        perform(found, "tick", by=by, today=moment)


# --- laid out ---------------------------------------------------------------------------------------------


def test_a_rapid_review_that_opens_has_its_fifteen_days_laid_out(review):
    steps = PlanStep.objects.filter(case=review.case)
    planned = {found.title: (found.due_on, found.owner) for found in steps}
    assert len(planned) == 15
    assert planned["Send the requests to the agencies"] == (on(1), "staff")
    assert planned["Check progress"] == (on(6), "staff")
    assert planned["Hold the rapid review meeting"] == (on(10), "staff")
    assert planned["Read the draft"] == (on(13), "chair")
    assert planned["Give the three partners’ views"] == (on(14), "partner")
    assert planned["Send it to the Panel"] == (on(15), "staff")
    assert Deadline.objects.get(case=review.case, code="RR_15WD").due_on == on(15)
    assert Event.objects.get(kind="rapidreview.lay_out_plan").facts == {"steps": 15}


# --- done by itself ---------------------------------------------------------------------------------------


def test_asking_the_agencies_and_their_answers_are_steps_done_by_themselves(a, review):
    with at(on(1)):
        request = asked(a, review)
    assert standing(review, "Send the requests to the agencies") == ("done", TODAY)
    assert standing(review, "Have the agencies’ summaries") == ("open", None)
    perform(request, "nil_return", by=a.author, today=on(2), name="N", role="Head")
    assert standing(review, "Have the agencies’ summaries") == ("done", on(2))


def test_another_agency_that_is_asked_opens_the_step_again(a, review):
    perform(asked(a, review), "nil_return", by=a.author, today=TODAY, name="N", role="Head")
    other = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["hospital"])
    actions.send(other, by=a.staff, today=TODAY, due_on=on(7))
    assert standing(review, "Have the agencies’ summaries") == ("open", None)
    perform(other, "refuse", by=a.staff, today=TODAY, words="Never met the family")
    assert standing(review, "Have the agencies’ summaries") == ("done", TODAY)


def test_the_way_to_the_panel_ticks_off_its_steps(a):
    review = make.drafted(a)
    assert [
        standing(review, title)
        for title in ("Hold the rapid review meeting", "Finish the draft", "Seek the partners’ sign-off")
    ] == [("done", TODAY)] * 3
    make.decided(a, review.case, DecisionKind.REVIEW, Outcome.RR_SUFFICIENT, evidence_hash=review.report_hash)
    assert standing(review, "Give the three partners’ views") == ("done", TODAY)
    assert standing(review, "Approve the decision") == ("done", TODAY)
    perform(review, "submit", by=a.staff, proof=make.shown(review), today=on(1))
    assert standing(review, "Send it to the Panel") == ("done", on(1))


def test_a_report_that_is_opened_again_opens_its_steps_again(a):
    review = make.drafted(a)
    perform(review, "reopen_report", by=a.chair, today=on(1), words="Two lines more")
    assert standing(review, "Seek the partners’ sign-off") == ("open", None)
    assert standing(review, "Finish the draft") == ("open", None)
    assert standing(review, "Hold the rapid review meeting") == ("done", TODAY)


def test_once_it_was_sent_the_plan_is_history(a):
    review = make.drafted(a)
    perform(review, "submit", by=a.staff, proof=make.shown(review), today=on(1), words="Agreed by telephone")
    with at(on(2)):
        bank_holidays.proclaim(on(3), "A day of thanks")
    later = step(review, "Read the draft")
    assert (later.state, later.due_on) == ("open", on(12))
    assert standing(review, "Finish the draft") == ("done", TODAY)


def test_what_the_system_records_is_not_ticked_by_hand(a, review):
    with pytest.raises(Refused, match="This is done by itself as soon as the system has it on record"):
        perform(step(review, "Send it to the Panel"), "tick", by=a.staff, today=TODAY)


# --- by hand ----------------------------------------------------------------------------------------------


def test_a_step_is_ticked_with_its_day_and_opened_again_with_a_reason(a, review):
    staff, found = Browser(a.staff), step(review, "Book the meeting and the sign-off")
    staff.fill(url(found, "tick"), words="All are booked.", **day("effective_on", TODAY))
    done = fresh(found)
    assert (done.state, done.done_on, done.done_by, done.how) == ("done", TODAY, a.staff, "All are booked.")
    assert staff.went_to == f"{url(review)}#plan"
    staff.fill(url(found, "untick"), status=422, words="")
    staff.fill(url(found, "untick"), words="The chair cannot come.")
    assert (fresh(found).state, fresh(found).done_on, fresh(found).how) == ("open", None, "")


def test_a_step_that_moves_to_a_saturday_says_which_day_it_becomes(a, review):
    staff, found = Browser(a.staff), step(review, "Check progress")
    saturday = dt.date(2026, 12, 5)
    staff.fill(url(found, "move"), words="Half-term.", **day("due_on", saturday))
    assert (fresh(found).due_on, fresh(found).set_by_hand) == (dt.date(2026, 12, 7), True)
    said = staff.get(url(review)).words
    assert (
        "The step is now on day 10, Monday 7 December 2026. Saturday 5 December 2026 is no working day."
        in said
    )


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        (TODAY, "Day 0 of the plan is Monday 23 November 2026. Give a later day."),
        (TODAY - dt.timedelta(days=9), "Day 0 of the plan is Monday 23 November 2026. Give a later day."),
        (dt.date(2026, 11, 24), "That day is over. Give today or a later day."),
    ],
)
def test_a_step_does_not_move_before_the_plan_or_into_the_past(a, review, to, sentence):
    found = step(review, "Check progress")
    with at(on(3)):
        page = Browser(a.staff).fill(url(found, "move"), status=422, words="Sooner.", **day("due_on", to))
    assert sentence in page.words
    assert "Sooner." in page.words
    assert fresh(found).due_on == on(6)


def test_a_step_moves_no_further_than_the_calendar_is_known(a, review):
    page = Browser(a.staff).fill(
        url(step(review, "Check progress"), "move"),
        status=422,
        words="Later.",
        **day("due_on", dt.date(2400, 1, 3)),
    )
    assert "bank holidays are known only from" in page.words


def test_a_step_that_is_not_needed_says_why_and_can_be_taken_up_again(a, review):
    staff, found = Browser(a.staff), step(review, "Chase the second time")
    staff.fill(url(found, "drop"), words="All have answered.")
    page = staff.get(url(review))
    assert "Steps that are not needed (1) Chase the second time All have answered." in page.words
    staff.fill(url(found, "take_up"))
    assert (fresh(found).state, fresh(found).how) == ("open", "")


def test_the_words_and_the_owner_of_a_step_can_be_changed(a, review):
    found = step(review, "Check progress")
    Browser(a.staff).fill(url(found, "amend"), title="Huddle", owner="chair")
    assert (fresh(found).title, fresh(found).owner) == ("Huddle", "chair")


def test_a_step_can_be_added_to_one_review_alone(a, review):
    staff = Browser(a.staff)
    staff.fill(url(review, "add_step"), day="11", title="Tell the coroner", what="", owner="chair", event="")
    assert step(review, "Tell the coroner").due_on == on(11)
    for number, sentence in (("0", "Give a day from 1"), ("400", "Give a day up to 60")):
        page = staff.fill(url(review, "add_step"), status=422, day=number, title="X", owner="staff")
        assert sentence in page.words
    with at(on(8)):
        page = Browser(a.staff).fill(url(review, "add_step"), status=422, day="2", title="X", owner="staff")
    assert "Day 2 is over. Give a day that is still to come." in page.words
    assert PlanStep.objects.filter(case=review.case).count() == 16


def test_the_chair_ticks_their_own_step_and_no_other_and_moves_none(a, review):
    own, other = step(review, "Read the draft"), step(review, "Check progress")
    assert perform(own, "tick", by=a.chair, today=TODAY).state == "done"
    Browser(a.chair).get(url(other, "tick"), status=403)
    Browser(a.chair).get(url(other, "move"), status=403)
    Browser(a.la).get(url(own, "untick"), status=403)
    Browser(a.referrer).get(url(own), status=404)


def test_two_people_at_one_step_are_told_of_each_other_and_keep_their_words(a, review):
    found = step(review, "Check progress")
    seen = found.version
    perform(found, "move", by=a.colleague, today=TODAY, due_on=on(8), words="Leave")
    page = Browser(a.staff).post(
        url(found, "move"),
        {"words": "My reason.", **day("due_on", on(7)), "version": seen, "nonce": "n"},
        status=409,
    )
    assert "somebody else changed this" in page.words
    assert "My reason." in page.words
    assert fresh(found).due_on == on(8)


def test_a_plan_is_not_changed_after_its_review_has_ended(a, review):
    make.decided(a, review.case, DecisionKind.RETRACT, Outcome.RETRACT)
    perform(
        Notification.objects.get(case=review.case),
        "retract",
        by=a.chair,
        today=TODAY,
        words="Not met",
        panel_told_on=TODAY,
    )
    with pytest.raises(Refused, match="The rapid review has ended"):
        perform(step(review, "Check progress"), "tick", by=a.staff, today=TODAY)


# --- the calendar -----------------------------------------------------------------------------------------


def test_a_bank_holiday_moves_every_open_day_that_nobody_set_by_hand(a, review):
    perform(step(review, "Check progress"), "move", by=a.staff, today=TODAY, due_on=on(9), words="Leave")
    perform(step(review, "Book the meeting and the sign-off"), "tick", by=a.staff, today=TODAY)
    before = {found.title: found.due_on for found in PlanStep.objects.filter(case=review.case)}
    followed = bank_holidays.proclaim(on(4), "A day of thanks").followed
    after = {found.title: found.due_on for found in PlanStep.objects.filter(case=review.case)}
    moved = {title for title in before if before[title] != after[title]}
    assert followed[-1] == f"{len(moved)} steps of plans moved."
    assert moved == {
        title for title, due in before.items() if due >= dt.date(2026, 11, 27) and title != "Check progress"
    }
    assert after["Send it to the Panel"] == dt.date(2026, 12, 15)
    assert Event.objects.filter(kind="planstep.retime").count() == len(moved)


def test_the_calendar_is_followed_once_and_the_statutory_date_not_by_the_plan(a, review):
    perform(
        step(review, "Send it to the Panel"), "move", by=a.staff, today=TODAY, due_on=on(18), words="Trial"
    )
    assert Deadline.objects.get(case=review.case, code="RR_15WD").due_on == on(15)
    assert keep_plan(review.case, today=TODAY) == 0


def test_another_trigger_moves_the_plan(a, review):
    Notification.objects.filter(case=review.case).update(submitted_on=on(1))
    assert keep_plan(review.case, today=on(1)) == 15
    assert step(review, "Send it to the Panel").due_on == on(16)


# --- the page ---------------------------------------------------------------------------------------------


def test_on_day_six_the_page_says_what_to_do_now(a, review):
    asked(a, review)
    for title in ("Book the meeting and the sign-off", "Hear from agencies without involvement"):
        perform(step(review, title), "tick", by=a.staff, today=on(3))
    with at(on(6)):
        browser = Browser(a.staff)
        page = browser.get(url(review))
    plan = browser.context["plan"]
    assert "Today is day 6 – what to do now" in page.words
    assert [(p.step.title, p.late, p.button.words) for p in plan.now] == [
        ("Chase the first time", True, "Mark as done"),
        ("Check progress", False, "Mark as done"),
        ("Have the agencies’ summaries", False, "See who has not answered"),
    ]
    assert (
        "At this pace it will be with the Panel on day 16 (Tuesday 15 December 2026), one working day late."
        in page.words
    )
    assert page.links["Record a delay and write to the Panel"] == url(review, "record_delay")


def test_a_plan_that_is_kept_says_that_it_is_on_time(a, review):
    page = Browser(a.staff).get(url(review))
    assert (
        "The plan is on time. It will be with the Panel on day 15 (Monday 14 December 2026), the day it is due."
        in page.words
    )


def test_without_a_step_that_sends_it_there_is_no_forecast(a, review):
    perform(step(review, "Send it to the Panel"), "drop", by=a.staff, today=TODAY, words="Sent by the board")
    assert "so there is no forecast" in Browser(a.staff).get(url(review)).words


def test_the_table_shows_the_days_that_do_not_count(a, review):
    browser = Browser(a.staff)
    page = browser.get(url(review))
    days = browser.context["plan"].days
    assert [d.number for d in days if d.number is not None] == list(range(16))
    assert "Not counted: Saturday, Sunday" in page.words
    bank_holidays.proclaim(dt.date(2026, 11, 27), "A day of thanks")
    assert "Not counted: A day of thanks, Saturday, Sunday" in Browser(a.staff).get(url(review)).words


def test_a_chair_sees_the_plan_and_is_offered_their_own_steps_alone(a, review):
    ticked_all_by_hand(review, a.staff)
    perform(step(review, "Read the draft"), "untick", by=a.chair, today=TODAY, words="Not yet")
    browser = Browser(a.chair)
    page = browser.get(url(review))
    offered = [p.step.title for p in browser.context["plan"].steps if p.button]
    assert offered == ["Have the agencies’ summaries", "Read the draft"]
    assert "Not needed" not in page.links


def test_after_the_sending_the_page_tells_how_the_plan_went(a):
    review = make.drafted(a)
    perform(review, "submit", by=a.staff, proof=make.shown(review), today=TODAY, words="By telephone")
    browser = Browser(a.staff)
    page = browser.get(url(review))
    assert "what to do now" not in page.words
    assert browser.context["plan"].forecast is None


def test_a_step_has_a_page_with_its_history(a, review):
    found = step(review, "Check progress")
    perform(found, "move", by=a.staff, today=TODAY, due_on=on(8), words="Leave")
    page = Browser(a.staff).get(url(found))
    assert "A step of the plan was moved from 1 December 2026 to 3 December 2026" in page.words
    assert "Leave" in page.words
    assert page.links["Mark as done"] == url(found, "tick")


def test_a_meeting_that_was_corrected_corrects_its_step(a, review):
    everyone = {"represented": list(Partner.values), "attendees": "All"}
    perform(review, "hold_meeting", by=a.staff, today=on(3), effective_on=on(2), **everyone)
    assert standing(review, "Hold the rapid review meeting") == ("done", on(2))
    perform(review, "hold_meeting", by=a.staff, today=on(3), effective_on=on(3), **everyone)
    assert standing(review, "Hold the rapid review meeting") == ("done", on(3))


def test_the_page_takes_the_same_statements_however_many_steps_there_are(a, review):
    staff = Browser(a.staff)
    staff.get(url(review))
    few = len(statements(staff, url(review)))
    for number in (2, 4, 11, 12):
        staff.fill(url(review, "add_step"), day=str(number), title=f"Step {number}", owner="staff")
    for title in ("Chase the first time", "Chase the second time"):
        perform(step(review, title), "tick", by=a.staff, today=TODAY)
    assert len(statements(staff, url(review))) == few
    with CaptureQueriesContext(connection) as captured:
        staff.get(url(step(review, "Check progress")))
    assert len(captured) <= 14
