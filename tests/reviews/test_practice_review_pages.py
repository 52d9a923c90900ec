"""The pages of a practice review: what they show, whom they refuse, and why."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from cspr.workflow import follows, perform, transitions
from referrals.models import CaseMember, Deadline
from referrals.states import Outcome
from reviews import actions
from reviews.models import PracticeReview, Publication
from reviews.states import REPORT_SECTIONS, SUITABILITY
from reviews.views.practice_review import how_long, time_of
from reviews.views.rooms import PRACTICE_ROOMS, ROOMS
from tests import factories as make
from tests.referrals.browse import Browser

# Nobody publishes alone: what two people released does it.
RELEASED = {"publish", "publish_improvements"}
pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def at(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False)


def day(name, on):
    """A date as the three boxes send it."""
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def url(review, verb=""):
    return f"/practice-reviews/{review.ref}/{verb}/" if verb else f"/practice-reviews/{review.ref}/"


def fresh(review):
    return PracticeReview.objects.get(pk=review.pk)


@pytest.fixture
def a():
    return make.area()


# --- every verb has its page ------------------------------------------------------------------------------


def test_every_verb_that_a_person_does_has_a_page_and_no_other_has():
    named = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    by_hand = {
        verb
        for verb, steps in transitions(PracticeReview).items()
        if any(step.custom["rule"] is not follows for step in steps)
    }
    pages = {name.removeprefix("practice-review-") for name in named if name.startswith("practice-review-")}
    rooms = {name.removeprefix("practice-review-") for name in PRACTICE_ROOMS}
    assert {
        page for page in pages - rooms if not page.startswith(("section", "family"))
    } == by_hand - RELEASED
    assert "publication-withdraw" in named


# --- who sees it ------------------------------------------------------------------------------------------


def test_another_partnership_finds_nothing_at_all(a):
    review, stranger = make.practice_review(a), Browser(make.area("Elsewhere").staff)
    for verb in ("", "plan", "publication", "propose_release", "write_report", "write_report/child"):
        stranger.get(url(review, verb), status=404)
    stranger.post(url(review, "plan"), {}, status=404)
    assert "There is no practice review yet." in stranger.get("/practice-reviews/").words


def test_the_appointed_reviewer_reads_it_and_writes_and_is_told_why_not_more(a):
    review = make.practice_review(a)
    Browser(a.reviewer).get(url(review), status=404)
    appointed(a, review)
    reviewer = Browser(a.reviewer)
    page = reviewer.get(url(review))
    assert f"{a.reviewer.name} , appointed on Monday 23 November 2026" in page.words
    refused = reviewer.get(url(review, "remove_reviewer"), status=403)
    assert "Remove the reviewer: this is not possible" in refused.words


def appointed(a, review, begun=False):
    review = actions.appoint_reviewer(
        review, by=a.chair, today=TODAY, user=a.reviewer, suitability=dict.fromkeys(SUITABILITY, "Yes.")
    )
    return perform(review, "begin_work", by=a.staff, today=TODAY) if begun else review


LISTED = {"staff": "staff", "chair": "chair", "la": "partner", "panel_member": "panel_member"}


@pytest.mark.parametrize("who", [*LISTED, "reviewer"])
def test_every_room_that_is_offered_opens(a, who):
    """Of both reviews, for everybody who reads them: anonymity is offered to staff and to the chair alone."""
    review = make.fact_checked(a)
    if who in LISTED:
        grant = {"user": a.people[who], "capacity": LISTED[who]}
        perform(review.case, "grant_access", by=a.staff, today=TODAY, **grant)
    browser = Browser(a.people[who])
    for one, called in ((review, PRACTICE_ROOMS), (review.case.rapid_review, ROOMS)):
        browser.get(one.get_absolute_url())
        offered = [room.label for room in browser.context["rooms"]]
        theirs = who in {"staff", "chair"}
        assert offered == [name for name in called.values() if theirs or name != "Anonymity"]
        for room in browser.context["rooms"]:
            browser.get(room.url)
    browser.get(url(review, "anonymity"), 200 if theirs else 403)


# --- time -------------------------------------------------------------------------------------------------


def test_the_page_says_in_one_sentence_how_much_time_is_left(a):
    review = make.practice_review(a)
    page = Browser(a.staff).get(url(review))
    assert "To be published by Sunday 23 May 2027: 6 months left." in page.words


def test_a_delay_stands_beside_the_date_and_never_instead_of_it(a):
    review = make.practice_review(a)
    staff = Browser(a.staff)
    staff.fill(
        url(review, "record_delay"),
        reason_code="criminal",
        words="The trial begins in May.",
        **day("expected_on", dt.date(2027, 8, 1)),
    )
    page = staff.get(url(review))
    assert (
        "To be published by Sunday 23 May 2027: 6 months left. It is now expected by Sunday 1 August 2027; "
        "the date it is due has not moved." in page.words
    )
    assert "Delay: Criminal proceedings" in page.words
    assert Deadline.objects.get(case=review.case, code="LCSPR_6M").due_on == dt.date(2027, 5, 23)


def test_once_late_the_page_says_for_how_long(a):
    review = make.practice_review(a)
    with at(dt.date(2027, 6, 4)):
        page = Browser(a.staff).get(url(review))
    assert "It was due on Sunday 23 May 2027: 12 days ago. late" in page.words


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (dt.date(2026, 11, 24), "1 day"),
        (dt.date(2026, 12, 6), "13 days"),
        (dt.date(2026, 12, 7), "2 weeks"),
        (dt.date(2027, 1, 22), "8 weeks"),
        (dt.date(2027, 1, 23), "2 months"),
        (dt.date(2027, 5, 22), "5 months"),
    ],
)
def test_a_distance_is_never_rounded_up(last, words):
    assert how_long(TODAY, last) == words


def test_a_review_published_late_says_by_how_much():
    clock = Deadline(due_on=dt.date(2027, 5, 23), met_on=dt.date(2027, 5, 24), trigger_on=TODAY)
    said = time_of(clock, dt.date(2027, 6, 1), expected_on=None).sentence
    assert said == "Published on Monday 24 May 2027, 1 day after Sunday 23 May 2027."


# --- the verbs --------------------------------------------------------------------------------------------


def test_the_plan_is_kept_and_a_period_that_ends_before_it_begins_is_refused(a):
    review, staff = make.practice_review(a), Browser(a.staff)
    plan = {"scope": "What was known of the father", "methodology": "Workshops", "lead_partner": "icb"}
    wrong = staff.fill(
        url(review, "plan"),
        422,
        **plan,
        **day("period_from", dt.date(2026, 6, 1)),
        **day("period_to", dt.date(2026, 5, 1)),
    )
    assert wrong.messages == ["The last day lies before the first. Check both dates"]
    staff.fill(url(review, "plan"), **plan)
    review = fresh(review)
    assert (review.state, review.lead_partner) == ("commissioning", "icb")
    assert "What was known of the father" in staff.get(url(review)).words


def test_who_was_told_is_recorded_day_by_day(a):
    review, staff = make.practice_review(a), Browser(a.staff)
    early = staff.fill(url(review, "tell_national"), 422, **day("told_dfe_on", dt.date(2026, 11, 22)))
    assert early.messages == ["The Department for Education was told must be 23 November 2026 or later"]
    staff.fill(url(review, "tell_national"), **day("told_panel_on", TODAY))
    assert (fresh(review).told_panel_on, fresh(review).told_dfe_on) == (TODAY, None)


def test_the_chair_appoints_a_lead_reviewer_with_a_judgement_on_each_question(a):
    review, chair = make.practice_review(a), Browser(a.chair)
    assert Browser(a.staff).get(url(review, "appoint_reviewer"), status=403)
    judged = {f"suitability_{code}": f"Judged: {code}" for code in SUITABILITY}
    missing = chair.fill(
        url(review, "appoint_reviewer"), 422, user=a.reviewer.ref, **{**judged, "suitability_hindsight": ""}
    )
    assert missing.messages == ["Say how you know this: seeks to understand practice without hindsight bias"]
    chair.fill(url(review, "appoint_reviewer"), user=a.reviewer.ref, **judged)
    review = fresh(review)
    assert review.state == "reviewer_appointed"
    assert review.reviewer.suitability == {code: f"Judged: {code}" for code in SUITABILITY}
    assert CaseMember.objects.filter(case=review.case, user=a.reviewer, capacity="reviewer").exists()


def test_nobody_else_can_be_chosen_as_the_reviewer(a):
    review, chair = make.practice_review(a), Browser(a.chair)
    judged = {f"suitability_{code}": "Yes" for code in SUITABILITY}
    for person in (a.author, make.area("Elsewhere").reviewer):
        page = chair.fill(url(review, "appoint_reviewer"), 422, user=person.ref, **judged)
        assert page.messages == ["Select one of the options"]


def test_a_request_to_the_reviewer_has_to_be_in_writing(a):
    review, staff = appointed(a, make.practice_review(a)), Browser(a.staff)
    look = {"time_in_hand": "Yes", "quality": "Good", "words": "Please speak to the school."}
    page = staff.fill(url(review, "monitor"), 422, **look)
    assert page.messages == ["Make the request in writing first, then tick that this was done (reg 14)"]
    staff.fill(url(review, "monitor"), **look, in_writing="on")
    assert "Asked of the reviewer, in writing Please speak to the school." in staff.get(url(review)).words


def test_a_hold_is_looked_at_within_eight_weeks_and_leaves_the_date_alone(a):
    review, chair = appointed(a, make.practice_review(a), begun=True), Browser(a.chair)
    hold = {"reason_code": "trial", "agreed_by": "The three partners"}
    page = chair.fill(url(review, "hold"), 422, **hold, **day("review_on", dt.date(2027, 1, 19)))
    assert "within eight weeks" in page.words
    chair.fill(url(review, "hold"), **hold, **day("review_on", dt.date(2027, 1, 18)))
    page = chair.get(url(review))
    assert "To be published by Sunday 23 May 2027" in page.words
    assert "On hold since Monday 23 November 2026: Trial. The date it is due stays as it is." in page.words
    chair.fill(url(review, "resume"))
    assert fresh(review).state == "in_progress"


def test_nothing_counts_from_a_day_to_come(a):
    review, staff = appointed(a, make.practice_review(a)), Browser(a.staff)
    page = staff.fill(url(review, "begin_work"), 422, **day("effective_on", TODAY + dt.timedelta(days=1)))
    assert page.messages == ["The day the work began must be 23 November 2026 or earlier"]


# --- the report -------------------------------------------------------------------------------------------


def test_the_reviewer_writes_section_by_section_and_hands_in(a):
    review, reviewer = appointed(a, make.practice_review(a), begun=True), Browser(a.reviewer)
    page = reviewer.get(url(review, "write_report"))
    assert {REPORT_SECTIONS["reasons"], REPORT_SECTIONS["child"]} <= set(page.links)
    reviewer.fill(url(review, "write_report/reasons"), text="Nobody asked about the father.\n\nWhy?")
    reviewer.fill(url(review, "write_report/reasons"), text="Nobody asked about the father.\n\nBecause.")
    reviewer.fill(url(review, "write_report"), title="Rowan")
    reviewer.fill(url(review, "recommend"), text="Include fathers.", kind="partnership", owner="All partners")
    review = fresh(review)
    assert review.report == {"reasons": "Nobody asked about the father.\n\nBecause."}
    assert (review.title, review.recommendations.get().text) == ("Rowan", "Include fathers.")
    handing = reviewer.get(url(review, "receive_draft"))
    assert "The law requires these parts (reg 15): Improvements that should be made." in handing.words
    reviewer.fill(url(review, "receive_draft"))
    assert fresh(review).state == "draft_received"
    reviewer.get(url(review, "write_report/nowhere"), status=404)


def test_two_people_write_two_sections_but_not_one_over_the_other(a):
    review = appointed(a, make.practice_review(a), begun=True)
    reviewer, staff = Browser(a.reviewer), Browser(a.staff)
    child, family = url(review, "write_report/child"), url(review, "write_report/family")
    opened = staff.get(child)
    reviewer.fill(family, text="The mother took part.")
    reviewer.fill(child, text="By the reviewer.")
    clash = staff.post(child, {**opened.sends, "text": "By staff."}, status=409)
    assert "By the reviewer." in clash.words
    assert clash.sends["text"] == "By staff."
    assert fresh(review).report["child"] == "By the reviewer."
    staff.post(child, {**clash.sends, "text": "By both."})
    assert fresh(review).report == {"family": "The mother took part.", "child": "By both."}


def test_a_recommendation_is_changed_and_taken_out_by_its_number(a):
    review, reviewer = appointed(a, make.practice_review(a), begun=True), Browser(a.reviewer)
    reviewer.fill(url(review, "recommend"), text="One", kind="agency", owner="The hospital")
    reviewer.fill(url(review, "amend_recommendation/1"), text="One, changed")
    assert review.recommendations.get().text == "One, changed"
    reviewer.get(url(review, "amend_recommendation/2"), status=404)
    reviewer.fill(url(review, "drop_recommendation/1"), words="Said twice")
    assert not review.recommendations.exists()
    reviewer.get(url(review, "drop_recommendation/1"), status=404)


def test_a_stale_page_says_what_happened_and_keeps_what_was_typed(a):
    review, staff = make.practice_review(a), Browser(a.staff)
    opened = staff.get(url(review, "tell_family"))
    Browser(a.colleague).fill(url(review, "tell_national"), **day("told_panel_on", TODAY))
    page = staff.post(url(review, "tell_family"), {**opened.sends, "words": "At home"}, status=409)
    assert a.colleague.name in page.words
    assert page.sends["words"] == "At home"
    assert fresh(review).family_told_on is None


# --- publication ------------------------------------------------------------------------------------------


def test_withholding_asks_for_a_day_on_which_it_is_looked_at_again(a):
    review, colleague = make.sent_before_publication(a, outcome=Outcome.NOT_PUBLISH), Browser(a.colleague)
    why = {"reason_code": "court_order", "words": "The order of the court."}
    page = colleague.fill(url(review, "withhold"), 422, **why, **day("review_on", TODAY))
    assert page.messages == ["The day this is looked at again must be 24 November 2026 or later"]
    colleague.fill(url(review, "withhold"), **why, **day("review_on", dt.date(2027, 2, 1)))
    assert "Court order or reporting restriction. The order of the court." in colleague.get(url(review)).words


def test_a_report_stays_public_for_a_year_and_then_may_be_taken_down(a):
    review = make.sent_before_publication(a)
    actions.publish(review, by=a.colleague, today=TODAY + dt.timedelta(days=7))
    take_down = f"/publications/{Publication.objects.get().ref}/withdraw/"
    with at(dt.date(2027, 11, 30)):
        page = Browser(a.colleague).get(take_down, status=403)
        assert "The law keeps a report public for one year (reg 17)" in page.words
    with at(dt.date(2027, 12, 1)):
        browser = Browser(a.colleague)
        assert browser.get(url(review)).links["Take it down"] == take_down
        browser.fill(take_down, words="The year is over.")
        assert browser.went_to == url(review)
    assert Publication.objects.get().state == "withdrawn"


def test_a_review_that_goes_into_a_national_one_ends(a):
    review, chair = make.practice_review(a), Browser(a.chair)
    chair.fill(url(review, "subsume"), words="The Panel’s letter of today.")
    page = chair.get(url(review))
    assert "This review ended on Monday 23 November 2026 without a report" in page.words


# --- lists and speed --------------------------------------------------------------------------------------


def test_the_list_filters_by_state_and_by_time(a):
    review, staff = make.practice_review(a), Browser(a.staff)
    name = review.case.pseudonym
    assert name in staff.get("/practice-reviews/").links
    assert name in staff.get("/practice-reviews/?state=decided").links
    assert name not in staff.get("/practice-reviews/?state=closed").links
    assert name not in staff.get("/practice-reviews/?late=yes").links
    with at(dt.date(2027, 6, 1)):
        late = Browser(a.staff).get("/practice-reviews/?late=yes")
    assert "Due 23 May 2027, 9 days ago late" in late.words


def test_the_list_needs_the_same_few_statements_however_long_it_is(a):
    make.practice_review(a)
    browser = Browser(a.staff)
    one = statements(browser, "/practice-reviews/")
    for _ in range(3):
        make.practice_review(a)
    assert statements(browser, "/practice-reviews/") == one <= 10


def test_the_page_needs_the_same_statements_however_much_is_on_record(a):
    look = {"time_in_hand": "Yes", "quality": "Good"}
    review = perform(make.fact_checked(a), "monitor", by=a.staff, today=TODAY, **look)
    browser = Browser(a.staff)
    before = statements(browser, url(review))
    for number in range(3):
        review = perform(review, "monitor", by=a.staff, today=TODAY, **look)
        review = perform(
            review, "recommend", by=a.staff, today=TODAY, text=str(number), kind="agency", owner="All"
        )
    assert statements(browser, url(review)) == before


def statements(browser, address):
    browser.get(address)  # what is kept from page to page is not counted
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)
