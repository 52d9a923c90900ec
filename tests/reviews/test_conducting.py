"""How a practice review is carried out: lines of enquiry, practitioners, and the eighteen quality markers."""

from __future__ import annotations

import pytest

from cspr.workflow import Refused, perform
from reviews import actions
from reviews.questions.quality import BY_NUMBER, MARKERS
from reviews.states import SUITABILITY
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
QUERIES = 20  # of either page, whatever is recorded
LEARNED = "Visits were at nine in the morning, when the father was at work."


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    fit = dict.fromkeys(SUITABILITY, "Yes.")
    return actions.appoint_reviewer(
        make.practice_review(a), by=a.chair, today=TODAY, user=a.reviewer, suitability=fit
    )


def at(review, page):
    return f"/practice-reviews/{review.ref}/{page}/"


def test_the_questions_of_the_review_are_read_one_by_one(a):
    review = make.practice_review(a)
    asked = "How was the father known?\n\n  What did the school hear?  "
    Browser(a.staff).fill(
        at(review, "plan"), scope="The first year", key_lines=asked, methodology="Talking", lead_partner="la"
    )
    page = Browser(a.chair).get(f"/practice-reviews/{review.ref}/").words
    assert "Asks How was the father known? What did the school hear? " in page


def test_the_reviewer_records_how_practitioners_took_part_and_the_case_reads_it(a, review):
    day = {"effective_on_day": TODAY.day, "effective_on_month": TODAY.month, "effective_on_year": TODAY.year}
    given = {"how": "learning_event", "agencies": "Health visiting, school", "attended": 14, "words": LEARNED}
    Browser(a.reviewer).fill(at(review, "meet_practitioners"), **day, **given)
    page = Browser(a.chair).get(at(review, "practitioners")).words
    for said in ("Learning event", "14 people", "Health visiting, school", LEARNED):
        assert said in page
    assert "Record how practitioners took part" not in page


def test_before_anything_is_recorded_the_page_says_when_to_begin(a, review):
    page = Browser(a.staff).get(at(review, "practitioners")).words
    assert "Nothing is recorded yet." in page
    assert "Record how practitioners took part" in page


def test_there_are_eighteen_markers_in_three_groups():
    assert [len(rows) for rows in MARKERS.values()] == [5, 8, 5]
    assert list(BY_NUMBER) == list(range(1, 19))


def test_a_marker_leads_only_where_its_reader_may_go(a, review):
    to_family, to_plan = "See the family: Informing the family", "See the plan: Management"
    assert to_family in Browser(a.reviewer).get(at(review, "markers")).links
    links = Browser(a.chair).get(at(review, "markers")).links
    assert to_plan in links
    assert to_family not in links


def test_the_newest_note_of_a_marker_counts_and_the_earlier_one_is_kept(a, review):
    Browser(a.staff).fill(at(review, "note_marker/8"), standing="not_yet", words="No plan yet")
    Browser(a.reviewer).fill(at(review, "note_marker/8"), standing="in_place", words="Laid out in week two")
    page = Browser(a.chair).get(at(review, "markers")).words
    assert "You looked at 1 of 18." in page
    assert ("Laid out in week two" in page, "No plan yet" in page) == (True, False)
    assert "No plan yet" in Browser(a.staff).get(at(review, "note_marker/8")).words


def test_a_marker_that_does_not_exist_is_not_found_and_not_noted(a, review):
    Browser(a.staff).get(at(review, "note_marker/19"), 404)
    with pytest.raises(Refused, match="eighteen quality markers"):
        perform(review, "note_marker", by=a.staff, today=TODAY, number=19, standing="in_place")


@pytest.mark.parametrize("page", ["practitioners", "markers"])
def test_the_two_pages_ask_the_same_whatever_is_recorded(a, review, page, django_assert_num_queries):
    browser = Browser(a.staff)
    browser.get(at(review, page))
    with django_assert_num_queries(QUERIES):
        browser.get(at(review, page))
    for number in range(1, 8):
        review = perform(review, "note_marker", by=a.staff, today=TODAY, number=number, standing="in_place")
        review = perform(review, "meet_practitioners", by=a.staff, today=TODAY, how="group")
    with django_assert_num_queries(QUERIES):
        browser.get(at(review, page))
