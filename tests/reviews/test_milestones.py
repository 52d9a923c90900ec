"""The six months of a practice review as a plan: laid out with the decision, kept by what is recorded, and honest."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspr.clocks.calendar import WorkingDays
from cspr.clocks.govuk import bundled
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals import reminders as sweeping
from referrals.models import Deadline
from reviews import actions
from reviews.emails import milestone_kind
from reviews.models import PlanStep
from reviews.plans import EVENTS_OF, SHIPPED, Milestone, Step, expected_dates
from reviews.states import SUITABILITY, PlanKind
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
D = dt.date
STEPS = SHIPPED[PlanKind.PRACTICE_REVIEW]
KIND = PlanKind.PRACTICE_REVIEW
APPOINT, FAMILY, PUBLISH = (
    "Appoint the lead reviewer",
    "Tell the family that there will be a review",
    "Publish",
)


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    """Decided on Monday 23 November 2026: the six months end on Sunday 23 May 2027."""
    return make.practice_review(a)


def step(review, title):
    return PlanStep.objects.get(case=review.case, plan=KIND, title=title)


def states(review):
    return dict(PlanStep.objects.filter(case=review.case, plan=KIND).values_list("title", "state"))


def at(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False)


def room(review):
    return f"/practice-reviews/{review.ref}/milestones/"


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def appointed(a, review, on=TODAY):
    judgements = dict.fromkeys(SUITABILITY, "Yes.")
    return actions.appoint_reviewer(review, by=a.chair, today=on, user=a.reviewer, suitability=judgements)


# --- laid out -------------------------------------------------------------------------------------------------


def test_the_decision_lays_the_six_months_out_and_they_end_before_their_date(review):
    found = list(PlanStep.objects.filter(case=review.case, plan=KIND).order_by("number"))
    assert [(s.number, s.title, tuple(s.after)) for s in found] == [
        (number, s.title, s.after) for number, s in enumerate(STEPS, start=1)
    ]
    assert (found[0].due_on, found[-1].title, found[-1].due_on) == (
        D(2026, 11, 30), PUBLISH, D(2027, 5, 17),
    )  # fmt: skip
    due = Deadline.objects.get(case=review.case, code="LCSPR_6M").due_on
    assert max(s.due_on for s in found) < due == D(2027, 5, 23)


def test_a_milestone_falls_on_a_working_day(review):
    assert step(review, "Have the agencies’ reports and chronologies").due_on == D(2027, 1, 18)
    assert step(review, "Start the review: first panel meeting").due_on == D(2026, 12, 21)
    assert all(s.due_on.weekday() < 5 for s in PlanStep.objects.filter(case=review.case))


def test_a_partnerships_own_milestones_are_laid_out_with_their_own_numbers(a):
    template = actions.own_template(a.partnership, by=a.staff, today=TODAY, kind=KIND)
    perform(template, "remove_step", by=a.staff, today=TODAY, number=1)
    perform(template, "remove_step", by=a.staff, today=TODAY, number=4)
    review = make.practice_review(a)
    meeting = step(review, "Start the review: first panel meeting")
    assert (meeting.number, meeting.after, "Plan the review" in states(review)) == (5, [3], False)


def test_the_shipped_milestones_wait_only_for_what_the_system_records_and_for_what_stands_before_them():
    assert {s.event for s in STEPS if s.event} == set(EVENTS_OF[KIND])
    for number, s in enumerate(STEPS, start=1):
        assert all(before < number and STEPS[before - 1].day <= s.day for before in s.after)
        assert s.begins is None or s.begins <= s.day


def test_nobody_else_finds_the_milestones(a, review):
    elsewhere = Browser(make.area("Elsewhere").staff)
    elsewhere.get(room(review), status=404)
    elsewhere.get(step(review, FAMILY).get_absolute_url(), status=404)


# --- kept by what is recorded ---------------------------------------------------------------------------------


def test_what_is_recorded_is_done_by_itself_all_the_way_to_publication(a):
    review = make.sent_before_publication(a)
    done = {title for title, state in states(review).items() if state == "done"}
    assert {APPOINT, "Start the review: first panel meeting", "Hand in the draft", "Start the fact check",
            "Decide on publication", "Sign off the report", "Tell the family before publication"} <= done  # fmt: skip
    assert step(review, PUBLISH).state == "open"
    late = TODAY + dt.timedelta(days=14)
    with at(late):
        actions.publish(review, by=a.colleague, today=late)
    published = step(review, PUBLISH)
    assert (published.state, published.done_on) == ("done", late)


def test_a_draft_that_has_to_change_opens_its_milestone_again(a):
    review = make.fact_checked(a)
    assert states(review)["Hand in the draft"] == "done"
    perform(review, "ask_changes", by=a.staff, today=TODAY, words="The daily life of the child")
    assert {states(review)[title] for title in ("Hand in the draft", "Start the fact check")} == {"open"}


def test_removing_the_reviewer_opens_the_milestone_again(a, review):
    review = appointed(a, review)
    assert step(review, APPOINT).done_on == TODAY
    actions.remove_reviewer(review, by=a.chair, today=TODAY, words="Ill")
    assert states(review)[APPOINT] == "open"


def test_what_only_people_know_is_ticked_by_hand_and_what_the_system_records_is_not(a, review):
    told = perform(step(review, FAMILY), "tick", by=a.staff, today=TODAY, words="The named officer rang")
    assert (told.state, told.done_on) == ("done", TODAY)
    with pytest.raises(Refused, match="done by itself"):
        perform(step(review, APPOINT), "tick", by=a.chair, today=TODAY)


def test_a_milestone_is_not_changed_once_the_review_has_ended(a, review):
    perform(review, "merge", by=a.chair, today=TODAY, words="With the adults’ review")
    with pytest.raises(Refused, match="has ended or is published"):
        perform(step(review, FAMILY), "tick", by=a.staff, today=TODAY)


def test_a_milestone_moves_with_a_reason_and_the_six_months_do_not(a, review):
    moved = perform(
        step(review, FAMILY), "move", by=a.staff, today=TODAY, due_on=D(2026, 12, 12), words="The police ask"
    )
    assert (moved.due_on, moved.set_by_hand) == (D(2026, 12, 14), True)
    assert Deadline.objects.get(case=review.case, code="LCSPR_6M").due_on == D(2027, 5, 23)


# --- the page -------------------------------------------------------------------------------------------------


def test_a_plan_that_is_kept_says_when_it_is_published(a, review):
    page = Browser(a.staff).get(room(review))
    assert (
        "It is on the way to be published on Monday 17 May 2027, 6 days before the date its six months end, "
        "Sunday 23 May 2027." in page.words
    )
    assert "Week 0: what comes next" in page.words


def test_what_is_late_is_said_first_with_the_letter_that_explains_it(a, review):
    with at(D(2026, 12, 28)):
        page = Browser(a.staff).get(room(review))
    assert (
        "At this pace it is published on Tuesday 15 June 2027, 23 days after the date its six months end, "
        "Sunday 23 May 2027." in page.words
    )
    assert "Record a delay and write to the Panel and the Secretary of State" in page.links
    assert "5 milestones late: what to do now" in page.words


def test_a_hold_pushes_what_is_open_to_the_day_it_is_looked_at_again(a, review):
    review = perform(appointed(a, review), "begin_work", by=a.staff, today=TODAY)
    until = TODAY + dt.timedelta(weeks=8)
    review = perform(
        review, "hold", by=a.chair, today=TODAY, reason_code="trial", review_on=until, agreed_by="All"
    )
    page = Browser(a.staff).get(room(review))
    assert "On hold: Trial" in page.words
    assert "Expected on 18 January 2027" in page.words


def test_the_publication_that_is_planned_later_is_the_forecast(a, review):
    perform(review, "plan_publication", by=a.staff, today=TODAY, planned_publication_on=D(2027, 6, 1))
    page = Browser(a.staff).get(room(review))
    assert "At this pace it is published on Tuesday 1 June 2027, 9 days after" in page.words


def test_a_milestone_is_added_to_one_review_alone(a, review):
    Browser(a.staff).fill(
        f"/practice-reviews/{review.ref}/add_step/",
        day="10",
        begins="9",
        title="See the home",
        what="",
        owner="reviewer",
        after=["5"],
        event="",
    )
    added = step(review, "See the home")
    assert (added.day, added.begins, added.after, added.due_on) == (10, 9, [5], D(2027, 2, 1))


def test_the_chair_reads_the_plan_and_is_not_offered_to_change_it(a, review):
    page = Browser(a.chair).get(room(review))
    assert (PUBLISH in page.words, "Add a milestone" in page.links) == (True, False)
    assert any("Appoint the reviewer" in words for words in page.links)


def test_a_milestone_has_its_page_with_what_comes_before_it(a, review):
    page = Browser(a.staff).get(step(review, "Second panel meeting").get_absolute_url())
    assert "Comes after Have the agencies’ reports and chronologies" in page.words
    assert "Week 9, Monday 25 January 2027" in page.words


def test_once_published_the_page_tells_how_the_plan_went(a):
    review, late = make.sent_before_publication(a), TODAY + dt.timedelta(days=14)
    with at(late):
        actions.publish(review, by=a.colleague, today=late)
        page = Browser(a.staff).get(room(review))
    assert "The report is published. This is how its plan went." in page.words


def test_the_page_asks_as_many_statements_for_a_long_plan_as_for_a_short_one(
    a, review, django_assert_max_num_queries
):
    browser = Browser(a.staff)
    browser.get(room(review))

    def count():
        with django_assert_max_num_queries(40) as asked:
            browser.get(room(review))
        return len(asked.captured_queries)

    short = count()
    for week in range(2, 30):
        perform(review, "add_step", by=a.staff, today=TODAY, step=Step(week, f"Milestone {week}", ""))
    assert count() == short


# --- the template ---------------------------------------------------------------------------------------------


def test_staff_make_the_milestones_their_own_and_change_one(a):
    staff = Browser(a.staff)
    shipped = f"/plan-templates/of/{a.partnership.ref}/six-months/"
    assert "The plan of a practice review" in staff.get(shipped).words
    staff.post(f"{shipped}own/", {})
    page = staff.get(staff.client.get(shipped).url)
    assert [t.title for t in STEPS if t.title not in page.words] == []
    template = a.partnership.plan_templates.get(kind=KIND)
    staff.fill(f"{template.get_absolute_url()}change_step/7/", day="10", begins="9")
    changed = template.steps.get(number=7)
    assert (changed.day, changed.begins, changed.after, changed.unit) == (10, 9, [6], "weeks")


@pytest.mark.parametrize(
    ("number", "change", "sentence"),
    [
        (7, {"day": 13}, "“Practitioner learning events” comes after this and stands in week 12."),
        (7, {"day": 7, "begins": None}, "“Have the agencies’ reports and chronologies” stands in week 8"),
        (7, {"day": 9, "begins": 10}, "begins in its own week or before it"),
        (7, {"day": 53}, "Give a week from 0 to 52"),
    ],
)
def test_a_plan_has_no_circles_and_no_weeks_that_cannot_be(a, number, change, sentence):
    template = actions.own_template(a.partnership, by=a.staff, today=TODAY, kind=KIND)
    given = {**vars(template.steps.get(number=number).as_step()), **change}
    with pytest.raises(Refused, match=sentence):
        perform(template, "change_step", by=a.staff, today=TODAY, number=number, step=Step(**given))


# --- the forecast ---------------------------------------------------------------------------------------------

CALENDAR = WorkingDays(bundled(), D(2024, 1, 1), D(2029, 12, 31))
WORKING = [D(2027, 1, 4) + dt.timedelta(days=n) for n in range(180)]
WORKING = [one for one in WORKING if CALENDAR.is_working(one)]
DAYS = st.integers(0, len(WORKING) - 1).map(WORKING.__getitem__)
SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@st.composite
def nets(draw):
    """Milestones in order, each waiting for some of those before it; some done, some moved, some dropped."""
    found = []
    for number in range(1, draw(st.integers(1, 9)) + 1):
        planned = draw(DAYS)
        chosen = draw(st.booleans())
        found.append(
            Milestone(
                number,
                planned,
                draw(DAYS) if chosen else planned,
                tuple(draw(st.sets(st.integers(1, 9), max_size=3))),
                chosen,
                draw(st.none() | DAYS),
                draw(st.booleans()),
            )
        )
    return found


@SLOW
@given(net=nets(), today=DAYS)
def test_nothing_open_is_expected_before_today_or_before_its_day(net, today):
    found = expected_dates(net, today, CALENDAR)
    open_ = [m for m in net if not m.done_on and not m.dropped]
    assert set(found) == {m.number for m in net if not m.dropped}
    assert [m for m in open_ if found[m.number] < max(today, m.due)] == []
    assert all(CALENDAR.is_working(found[m.number]) for m in open_)


@SLOW
@given(net=nets(), today=DAYS, days=st.integers(0, 60))
def test_the_longer_nothing_is_done_the_later_it_gets(net, today, days):
    now, then = (expected_dates(net, today + dt.timedelta(days=n), CALENDAR) for n in (0, days))
    assert [n for n in now if then[n] < now[n]] == []


def test_what_is_late_pushes_what_depends_on_it_and_nothing_else():
    first, second, apart = D(2027, 3, 1), D(2027, 3, 8), D(2027, 3, 8)
    net = [Milestone(1, first, first), Milestone(2, second, second, (1,)), Milestone(3, apart, apart)]
    found = expected_dates(net, D(2027, 3, 3), CALENDAR)
    assert found == {1: D(2027, 3, 3), 2: D(2027, 3, 10), 3: apart}


def test_what_waits_for_a_step_that_is_not_needed_waits_for_what_that_waited_for():
    days = [D(2027, 3, 1), D(2027, 3, 8), D(2027, 3, 15)]
    net = [
        Milestone(1, days[0], days[0]),
        Milestone(2, days[1], days[1], (1,), dropped=True),
        Milestone(3, days[2], days[2], (2,)),
    ]
    assert expected_dates(net, D(2027, 3, 3), CALENDAR)[3] == D(2027, 3, 17)


def test_a_day_that_somebody_chose_holds_until_what_comes_before_it_passes_it():
    net = [
        Milestone(1, D(2027, 3, 1), D(2027, 3, 1), done_on=D(2027, 3, 10)),
        Milestone(2, D(2027, 3, 8), D(2027, 3, 12), (1,), chosen=True),
    ]
    assert expected_dates(net, D(2027, 3, 10), CALENDAR)[2] == D(2027, 3, 12)


# --- reminders ------------------------------------------------------------------------------------------------


def swept(first, last):
    day_ = first
    while day_ <= last:
        with at(day_):
            sweeping.sweep(timezone.now())
            sweeping.sweep(timezone.now())
        day_ += dt.timedelta(days=1)


def told(prefix="milestone:"):
    found = OutgoingEmail.objects.filter(dedupe_key__startswith=prefix).order_by("dedupe_key")
    return [(mail.kind, mail.to_id) for mail in found]


def test_at_a_milestone_the_team_hears_once_where_the_plan_leads_in_words_alone(a, review):
    perform(step(review, FAMILY), "drop", by=a.staff, today=TODAY, words="Known already")
    swept(D(2026, 11, 29), D(2026, 12, 3))
    people = sorted({a.staff.pk, a.colleague.pk, a.chair.pk})
    assert sorted(told()) == [("milestone_in_time", person) for person in people]
    mail = OutgoingEmail.objects.filter(dedupe_key__startswith="milestone:").first()
    assert mail.sentence == (
        "A milestone of a practice review has come. At this pace the review is published in time."
    )
    assert (mail.due_on, mail.subject_ref) == (D(2027, 5, 23), review.ref)


def test_the_later_the_plan_the_plainer_the_words():
    kinds = [milestone_kind(days) for days in (None, -3, 0, 1, 14, 15, 42, 43, 400)]
    assert kinds == [
        "milestone_no_forecast", "milestone_in_time", "milestone_in_time", "milestone_days_late", "milestone_days_late",
        "milestone_weeks_late", "milestone_weeks_late", "milestone_months_late", "milestone_months_late",
    ]  # fmt: skip


def test_a_late_milestone_reminds_its_owner_every_week_and_nobody_once_the_review_has_ended(a, review):
    swept(D(2026, 12, 14), D(2026, 12, 23))
    own = f"plan:{step(review, APPOINT).ref}:"
    assert told(own) == [("plan_step_due", a.chair.pk), ("plan_step_late", a.chair.pk)]
    with at(D(2026, 12, 24)):
        perform(review, "merge", by=a.chair, today=D(2026, 12, 24), words="With another review")
    swept(D(2026, 12, 25), D(2027, 1, 8))
    assert len(told(own)) == 2


def test_monitoring_is_asked_for_four_weeks_after_the_last_look(a, review):
    review = appointed(a, review)
    due = Deadline.objects.get(case=review.case, code="LCSPR_MONITOR")
    assert due.due_on == TODAY + dt.timedelta(weeks=4)
    looked = TODAY + dt.timedelta(weeks=3)
    perform(review, "monitor", by=a.staff, today=looked, time_in_hand="Enough", quality="Good")
    again = Deadline.objects.get(case=review.case, code="LCSPR_MONITOR")
    assert again.due_on == looked + dt.timedelta(weeks=4)
    assert (
        "The next look at time and quality is due on Monday 11 January 2027"
        in Browser(a.staff).get(room(review)).words
    )


def test_the_page_of_the_rapid_review_keeps_to_its_own_plan_and_the_plan_room_to_the_six_months(a, review):
    staff = Browser(a.staff).client
    rapid = staff.get(review.case.rapid_review.get_absolute_url())
    plan = staff.get(f"/practice-reviews/{review.ref}/milestones/")
    assert (rapid.status_code, plan.status_code) == (200, 200)
    assert (APPOINT in rapid.content.decode(), APPOINT in plan.content.decode()) == (False, True)


def test_what_is_decided_on_the_day_a_stopped_review_is_decided_anew_is_done_and_the_rest_is_planned_from_there(
    a,
):
    review = make.fact_checked(a)
    make.decided(a, review.case, "discontinue", "discontinue", today=TODAY)
    later = TODAY + dt.timedelta(days=9)
    with time_machine.travel(dt.datetime.combine(later, dt.time(9), ZoneInfo("Europe/London")), tick=False):
        make.decided(a, review.case, "publication", "publish", today=later, evidence_hash=review.report_hash)
        assert step(review, "Decide on publication").state == "open"  # a plan that has stopped is not kept
        make.decided(a, review.case, "review", "lcspr", today=later, evidence_hash=review.report_hash)
    assert step(review, "Decide on publication").state == "done"
    open_steps = list(PlanStep.objects.filter(case=review.case, plan=KIND, state="open"))
    assert open_steps
    assert [one.title for one in open_steps if one.planned() != one.due_on] == []
