"""The fact check: each agency reads its own extract, says what is not accurate, and reads what became of that."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.mail.models import OutgoingEmail
from cspr.workflow import Refused, perform
from referrals.reminders import sweep
from referrals.states import DecisionKind, Outcome
from reviews import actions
from reviews.models import FactCheck, FamilyPromise, PracticeReview
from tests import fact_checking
from tests import factories as make
from tests.fact_checking import EXTRACT, POINT, SIGNED
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
ELSEWHERE = "What stands in another section, about the hospital."


@pytest.fixture(autouse=True)
def without_a_second_factor(settings):
    settings.MFA_REQUIRED = False


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    written = {"events": EXTRACT, "child": ELSEWHERE}
    return perform(make.fact_checked(a), "write_report", by=a.staff, today=TODAY, sections=written)


def at(day):
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")), tick=False)


def room(review):
    return f"/practice-reviews/{review.ref}/fact-check/"


def mailed(kind):
    return sorted(OutgoingEmail.objects.filter(kind=kind).values_list("to__email", flat=True))


def handled(a, check, verdict="taken_up", reason=""):
    return perform(check, "handle_point", by=a.staff, today=TODAY, number=1, verdict=verdict, reason=reason)


def test_sections_that_speak_of_the_agency_are_ticked_and_the_extract_is_frozen(a, review):
    staff, school = Browser(a.staff), a.agencies["school"]
    page = staff.get(f"{room(review)}ask/{school.pk}/")
    assert ("take_events" in page.sends, "take_child" in page.sends) == (True, False)
    due = working_days().add(TODAY, 10)
    assert [page.sends[f"due_on_{part}"] for part in ("day", "month", "year")] == [
        str(due.day), str(due.month), str(due.year)
    ]  # fmt: skip
    shorter = "The school told the police."
    staff.post(f"{room(review)}ask/{school.pk}/", {**page.sends, "text_events": shorter})
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"events": "Rewritten since."})
    check = FactCheck.objects.get()
    assert [part["text"] for part in check.extracts] == [shorter]
    assert mailed("fact_check_asked") == [a.author.email]
    assert f"Ask {school.name}" not in staff.get(room(review)).words


def test_the_agency_is_told_what_the_place_of_a_picture_in_its_extract_means(a, review):
    staff, school = Browser(a.staff), a.agencies["school"]
    sends = staff.get(f"{room(review)}ask/{school.pk}/").sends
    staff.post(f"{room(review)}ask/{school.pk}/", {**sends, "text_events": "Visits fell.\n\n[Figure 1]"})
    told = "stands where the report shows a picture"
    assert told in Browser(a.author).get(FactCheck.objects.get().get_absolute_url()).words


def test_a_form_without_a_section_is_answered_with_what_was_typed(a, review):
    staff = Browser(a.staff)
    address = f"{room(review)}ask/{a.agencies['school'].pk}/"
    sends = {name: value for name, value in staff.get(address).sends.items() if not name.startswith("take_")}
    again = staff.post(address, {**sends, "text_events": "Typed and kept"}, 422)
    assert "Tick at least one section" in again.words
    assert again.sends["text_events"] == "Typed and kept"


def test_the_agency_reads_its_extract_and_nothing_else_of_the_report_or_the_case(a, review):
    check = fact_checking.asked(a, review)
    hospital = fact_checking.asked(a, review, "hospital")
    author = Browser(a.author)
    page = author.get(check.get_absolute_url())
    assert EXTRACT in page.words
    assert "shows a picture" not in page.words
    for hidden in (ELSEWHERE, review.case.pseudonym, review.case.ref, review.ref):
        assert hidden not in page.words + str(page.links)
    for verb in ("write_point/1/", "nothing_to_correct/"):
        assert review.case.pseudonym not in author.get(f"{check.get_absolute_url()}{verb}").words
    for closed in (hospital.get_absolute_url(), room(review), review.get_absolute_url()):
        author.get(closed, status=404)
    work = author.get("/work/").words
    assert "Check what a report says of your agency" in work
    assert "Nothing waits for you" not in work
    assert review.case.pseudonym not in work


def test_points_are_kept_sent_and_handled_one_by_one_and_the_agency_reads_how(a, review):
    check = fact_checking.asked(a, review)
    author, staff = Browser(a.author), Browser(a.staff)
    author.fill(f"{check.get_absolute_url()}write_point/1/", **POINT)
    assert POINT["wrong"] not in staff.get(check.get_absolute_url()).words
    author.fill(f"{check.get_absolute_url()}send_points/", **SIGNED)
    assert mailed("fact_check_answered") == sorted([a.staff.email, a.colleague.email])
    assert "Handle what an agency corrects in the draft" in staff.get("/work/").words
    handle = f"{check.get_absolute_url()}handle_point/1/"
    assert "Say why" in staff.fill(handle, 422, verdict="partly", reason="").words
    staff.fill(handle, verdict="partly", reason="The day is changed, the place is not.")
    assert FactCheck.objects.get().state == "handled"
    read = author.get(check.get_absolute_url()).words
    assert "Taken up in part The day is changed, the place is not." in read
    assert "1 of 1" in staff.get(room(review)).words
    assert mailed("fact_check_handled") == [a.author.email]


def test_nothing_to_correct_is_an_answer_but_never_throws_away_what_was_typed(a, review):
    check = fact_checking.written(a, review)
    with pytest.raises(Refused, match="You have written points"):
        perform(check, "nothing_to_correct", by=a.author, today=TODAY, **SIGNED)
    check = perform(check, "drop_point", by=a.author, today=TODAY, number=1)
    Browser(a.author).fill(f"{check.get_absolute_url()}nothing_to_correct/", **SIGNED)
    assert "Nothing to correct" in Browser(a.staff).get(room(review)).words


def test_what_is_typed_is_shown_again_when_the_agency_is_not_asked_any_more(a, review):
    check = fact_checking.asked(a, review)
    author = Browser(a.author)
    write = f"{check.get_absolute_url()}write_point/1/"
    sends = author.get(write).sends
    perform(check, "withdraw", by=a.staff, today=TODAY, why="By letter")
    refused = author.post(write, {**sends, **POINT}, 409)
    assert POINT["wrong"] in refused.words
    assert EXTRACT not in refused.words
    assert EXTRACT not in author.get(check.get_absolute_url()).words


def test_the_report_is_not_signed_off_while_an_agency_checks_or_a_point_waits(a, review):
    review = PracticeReview.objects.get(pk=review.pk)
    make.decided(a, review.case, DecisionKind.PUBLICATION, Outcome.PUBLISH, evidence_hash=review.report_hash)
    assert (
        "No agency was asked to check facts"
        in Browser(a.chair).get(f"{review.get_absolute_url()}sign_off/").words
    )
    check = fact_checking.written(a, review)

    def sign_off():
        return perform(PracticeReview.objects.get(pk=review.pk), "sign_off", by=a.chair, today=TODAY)

    with pytest.raises(Refused, match="1 agency has not answered"):
        sign_off()
    check = perform(check, "send_points", by=a.author, today=TODAY, **SIGNED)
    with pytest.raises(Refused, match="1 answer is not handled"):
        sign_off()
    handled(a, check)
    assert sign_off().state == "signed_off"


def test_an_agency_is_reminded_three_working_days_before_and_on_the_day_and_then_no_more(a, review):
    check = fact_checking.asked(a, review)
    days = working_days()
    for day in (
        days.subtract(check.due_on, 4),
        days.subtract(check.due_on, 3),
        days.subtract(check.due_on, 2),
        check.due_on,
    ):
        with at(day):
            sweep(dt.datetime.combine(day, dt.time(9), ZoneInfo("Europe/London")))
    assert (mailed("fact_check_near"), mailed("fact_check_day")) == ([a.author.email], [a.author.email])
    with at(days.add(check.due_on, 1)):
        assert "An agency’s fact check is late" in Browser(a.staff).get("/work/").words


def test_a_new_round_begins_when_the_one_before_is_over(a, review):
    check = fact_checking.asked(a, review)
    with pytest.raises(Refused, match="asked already"):
        fact_checking.asked(a, review)
    perform(check, "nothing_to_correct", by=a.author, today=TODAY, **SIGNED)
    assert fact_checking.asked(a, review).round == 2


def test_the_family_stands_in_the_same_table_for_those_who_read_of_it_and_nothing_is_sent_to_them(a, review):
    actions.add_to_family(review, by=a.staff, today=TODAY, name="Synthetic Aunt", relationship="aunt")
    promise = FamilyPromise.objects.get(kind="read_draft")
    perform(promise, "keep", by=a.staff, today=TODAY, how="She asks for one word to change.")
    assert "The family: aunt" in Browser(a.staff).get(room(review)).words
    assert "She asks for one word to change." in Browser(a.staff).get(room(review)).words
    assert "aunt" not in Browser(a.chair).get(room(review)).words


def test_no_words_of_an_agency_are_in_an_event_or_an_email(a, review):
    handled(a, fact_checking.answered(a, review), "not_taken_up", "Secret reason")
    said = " ".join(f"{e.words} {e.facts}" for e in Event.objects.filter(case_ref=review.case.ref))
    assert [s for s in (EXTRACT, *POINT.values(), *SIGNED.values(), "Secret reason") if s in said] == []


def test_the_room_asks_as_many_statements_for_many_agencies_as_for_one(
    a, review, django_assert_max_num_queries
):
    staff = Browser(a.staff)
    fact_checking.asked(a, review)
    staff.get(room(review))

    def count():
        with django_assert_max_num_queries(20) as asked:
            staff.get(room(review))
        return len(asked.captured_queries)

    one = count()
    for agency in ("hospital", "la", "police"):
        fact_checking.asked(a, review, agency)
    assert count() == one
