"""The room of the report: what is still to do, what a section can start from, and that no name leaves unnoticed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.workflow import Refused, perform
from reviews import actions
from reviews.models import AcceptedName, RapidReview, SectionDraft
from reviews.prefill import sources, started
from reviews.questions import by_part
from reviews.states import RAPID_REVIEW_SECTIONS
from tests import factories as make
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return RapidReview.objects.get(notification=make.notified(a))


def room(review):
    return f"{review.get_absolute_url()}report/"


def at(review, section):
    return f"{review.get_absolute_url()}write_report/{section}/"


def fresh(review):
    return type(review).objects.get(pk=review.pk)


def answered(a, review, **account):
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    request = actions.send(request, by=a.staff, today=TODAY, due_on=working_days().add(TODAY, 5))
    return perform(request, "answer_request", by=a.author, today=TODAY, **by_part(account))


# --- the room ---------------------------------------------------------------------------------------------


def test_the_room_lists_every_section_with_what_is_done_and_leads_to_each(a, review):
    actions.write_section(review, by=a.colleague, today=TODAY, section="incident", text="A fall.", base=0)
    page = Browser(a.staff).get(room(review))
    assert [words for words in page.links if words in RAPID_REVIEW_SECTIONS.values()] == list(
        RAPID_REVIEW_SECTIONS.values()
    )
    assert "1 of 15 sections say something." in page.words
    assert f"Saved by {a.colleague.name}" in page.words


def test_whoever_only_reads_reads_the_text_and_is_offered_nothing_to_write(a):
    review = make.drafted(a)
    page = Browser(a.chair).get(room(review))
    assert page.words.count("What the agencies told us.") == len(RAPID_REVIEW_SECTIONS)
    assert not any("write_report" in url and "versions" not in url for url in page.links.values())


def test_the_room_says_who_is_at_a_section_now(a, review):
    Browser(a.colleague).post(f"{at(review, 'child')}keep/", {"text": "Trains", "base": 0}, status=200)
    assert f"{a.colleague.name} is here now." in Browser(a.staff).get(room(review)).words


def test_the_verb_write_the_report_leads_to_the_room(a, review):
    staff = Browser(a.staff)
    staff.get(f"{review.get_absolute_url()}write_report/", status=302)


# --- names ------------------------------------------------------------------------------------------------


def written_with(a, text):
    """A report that is whole, with ``text`` as one of its sections, after the meeting."""
    review = make.drafted(a)
    review = perform(review, "reopen_report", by=a.staff, today=TODAY, words="A line more")
    return perform(review, "write_report", by=a.staff, today=TODAY, sections={"incident": text})


def test_a_name_that_was_left_in_keeps_the_draft_from_being_complete(a):
    review = written_with(a, "It was Synthetic Child’s cot.")
    with pytest.raises(Refused, match="Names were left in: The incident and its context"):
        perform(review, "finish_draft", by=a.staff, today=TODAY)
    page = Browser(a.staff).get(room(review))
    assert "1 name was left in." in page.words
    assert f"Write {review.case.pseudonym} instead." in Browser(a.staff).get(at(review, "incident")).words


def test_a_name_is_left_in_for_a_reason_that_is_kept_and_the_name_stands_in_no_event(a):
    review = written_with(a, "It was Synthetic Child’s cot.")
    staff = Browser(a.staff)
    url = f"{review.get_absolute_url()}accept_name/"
    staff.fill(url, status=422, name="incident:synthetic child")
    staff.fill(url, name="incident:synthetic child", words="The family asked for it.")
    kept = AcceptedName.objects.get()
    assert (kept.section, kept.reason, kept.accepted_by) == ("incident", "The family asked for it.", a.staff)
    event = Event.objects.get(kind="rapidreview.accept_name")
    assert (event.facts, event.words) == ({"section": "incident"}, "The family asked for it.")
    assert perform(fresh(review), "finish_draft", by=a.staff, today=TODAY).state == "drafted"


def test_a_name_that_is_not_there_cannot_be_accepted_beforehand(a, review):
    with pytest.raises(Refused, match="The check finds no name in the report"):
        perform(
            review,
            "accept_name",
            by=a.staff,
            today=TODAY,
            section="incident",
            word="Synthetic",
            words="Just in case",
        )


def test_a_name_accepted_in_one_section_is_found_in_another(a):
    review = written_with(a, "It was Synthetic Child’s cot.")
    review = perform(
        review,
        "accept_name",
        by=a.staff,
        today=TODAY,
        section="incident",
        word="Synthetic Child",
        words="Asked for",
    )
    perform(
        review, "write_report", by=a.staff, today=TODAY, sections={"limits": "Synthetic Child was not asked."}
    )
    with pytest.raises(Refused, match="Names were left in: Gaps and limits"):
        perform(review, "finish_draft", by=a.staff, today=TODAY)


# --- where a section starts from --------------------------------------------------------------------------


def test_a_section_starts_from_what_the_agencies_said_behind_what_is_written_and_without_names(a, review):
    answered(a, review, summary="Synthetic Child was seen weekly.", name="Person Author", role="Head")
    staff = Browser(a.staff)
    page = staff.get(at(review, "involvement"))
    staff.post(at(review, "involvement"), {**page.sends, "text": "My own words.", "start": "yes"})
    text = staff.get(at(review, "involvement")).sends["text"]
    school = a.agencies["school"].name
    assert text == (
        f"My own words.\n\n[From the answer of {school}, Monday 23 November 2026]\n"
        f"{review.case.pseudonym} was seen weekly."
    )
    assert (SectionDraft.objects.get().typed, fresh(review).report) == (True, {})


def test_what_agencies_did_starts_from_the_key_events_of_the_chronology_and_from_no_other(a, review):
    make.entry(a, review.case, happened="Synthetic Child was seen at the gate.", key="yes")
    make.entry(a, review.case, happened="A letter was sent.")
    make.entry(
        a, review.case, agency="police", happened="Told in confidence.", key="yes",
        sensitivity="Part of an investigation or court case",
    )  # fmt: skip
    found = sources(review, "involvement", a.staff)
    school = a.agencies["school"].name
    assert [(source.title, source.text) for source in found] == [
        (
            "the key events of the chronology",
            f"- 3 April 2026, {school}: {review.case.pseudonym} was seen at the gate.",
        )
    ]
    assert "chronology" not in " ".join(source.title for source in sources(review, "learning", a.staff))


def test_starting_twice_adds_nothing_twice(a, review):
    answered(a, review, summary="Seen weekly.", name="N", role="R")
    found = sources(review, "involvement", a.staff)
    once = started("Mine.", found)
    assert (started(once, found), once.startswith("Mine.")) == (once, True)


def test_each_section_starts_from_what_bears_on_it(a, review):
    answered(
        a,
        review,
        summary="Seen weekly.",
        learning="Ask about fathers.",
        actions_taken="A new form.",
        name="N",
        role="R",
    )
    titles = {
        section: [source.title.split(" of ")[0] for source in sources(review, section, a.staff)]
        for section in ("incident", "learning", "actions", "processes", "national")
    }
    assert titles == {
        "incident": ["the referral"],
        "learning": ["the answer", "the referral"],
        "actions": ["the answer"],
        "processes": ["the case"],
        "national": [],
    }


# --- speed ------------------------------------------------------------------------------------------------


def statements(browser, page):
    with CaptureQueriesContext(connection) as captured:
        browser.get(page)
    return len(captured)


def test_room_and_editor_take_the_same_statements_however_much_is_written(a, review):
    staff = Browser(a.staff)
    answered(a, review, summary="Seen weekly.", name="N", role="R")
    actions.write_section(review, by=a.staff, today=TODAY, section="child", text="0", base=0)
    pages = [room(review), at(review, "involvement")]
    for page in pages:
        staff.get(page)
    few = [statements(staff, page) for page in pages]
    for code in RAPID_REVIEW_SECTIONS:
        perform(fresh(review), "write_report", by=a.colleague, today=TODAY, sections={code: f"New {code}."})
        Browser(a.colleague).post(f"{at(review, code)}keep/", {"text": "More", "base": 1}, status=200)
    assert [statements(staff, page) for page in pages] == few
    assert max(few) <= 40
