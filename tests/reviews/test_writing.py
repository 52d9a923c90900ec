"""Writing a report section by section: nothing typed is lost, nobody overwrites anybody, every text can come back."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.workflow import Refused, Stale, perform
from reviews import actions
from reviews.forms.writing import tidy
from reviews.models import PracticeReview, RapidReview, SectionDraft, SectionVersion
from reviews.views.differences import GONE, NEW, SAME, SET_DIFFERENTLY, Run, differences, in_words
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


def at(review, section="child", page=""):
    return f"{review.get_absolute_url()}write_report/{section}/{page}"


def report(review):
    return type(review).objects.get(pk=review.pk).report


def texts(review, section="child"):
    rows = SectionVersion.objects.of(review, section).order_by("number")
    return [(row.number, row.text, row.by.name if row.by else "", row.taken_from) for row in rows]


def keep(browser, review, text, base=0, section="child", **more):
    return browser.post(at(review, section, "keep/"), {"text": text, "base": base}, **{"status": 200, **more})


# --- versions ---------------------------------------------------------------------------------------------


def test_every_saved_text_is_a_version_and_a_text_that_did_not_change_is_none(a, review):
    staff = Browser(a.staff)
    for text in ("She liked trains.", "She liked trains.", "She liked trains and ships."):
        staff.fill(at(review), text=text)
    assert texts(review) == [
        (1, "She liked trains.", a.staff.name, None),
        (2, "She liked trains and ships.", a.staff.name, None),
    ]
    saved = Event.objects.filter(subject_ref=review.ref, kind="rapidreview.write_report")
    assert [event.facts["versions"] for event in saved.order_by("id")] == [{"child": 1}, {"child": 2}]


def test_the_history_says_who_saved_what_and_what_differed(a, review):
    actions.write_section(review, by=a.staff, today=TODAY, section="child", text="She was quiet.", base=0)
    actions.write_section(review, by=a.colleague, today=TODAY, section="child", text="She was loud.", base=1)
    reader = Browser(a.chair)
    page = reader.get(at(review, page="versions/"))
    assert [words for words in page.links if words.startswith("Version")] == ["Version 2", "Version 1"]
    assert a.colleague.name in page.words
    reader.get(at(review, page="versions/2/"))
    assert reader.context["runs"] == [
        Run(SAME, "She was "),
        Run(GONE, "quiet."),
        Run(NEW, "loud."),
    ]
    reader.get(at(review, page="versions/3/"), status=404)


def test_an_earlier_text_is_taken_back_with_one_click_as_a_new_version(a, review):
    staff = Browser(a.staff)
    staff.fill(at(review), text="First.")
    staff.fill(at(review), text="Second.")
    page = staff.get(at(review, page="versions/1/"))
    for _ in range(2):  # a double click counts once
        staff.post(at(review, page="versions/1/take_back/"), page.sends)
    assert report(review)["child"] == "First."
    assert texts(review) == [
        (1, "First.", a.staff.name, None),
        (2, "Second.", a.staff.name, None),
        (3, "First.", a.staff.name, 1),
    ]
    assert "taken back from version 1" in staff.get(at(review, page="versions/")).words


def test_whoever_only_reads_sees_the_versions_and_takes_none_back(a, review):
    for number, text in enumerate(("First.", "Second.")):
        actions.write_section(review, by=a.staff, today=TODAY, section="child", text=text, base=number)
    chair = Browser(a.chair)
    assert "Take this text back" not in chair.get(at(review, page="versions/1/")).words
    page = chair.post(at(review, page="versions/1/take_back/"), {}, status=403)
    assert "Of those who are on it, the partnership’s staff and the lead reviewer can." in page.words
    assert report(review)["child"] == "Second."
    with pytest.raises(Refused):
        actions.take_back(review, by=a.chair, today=TODAY, section="child", number=2)


def test_a_report_that_was_written_with_other_verbs_has_versions_as_well(a):
    review = make.drafted(a)
    assert texts(review, "limits") == [(1, "What the agencies told us.", a.staff.name, None)]


# --- what is typed is kept --------------------------------------------------------------------------------


def test_fifty_keepings_make_one_draft_one_event_and_no_version(a, review):
    staff = Browser(a.staff)
    before = Event.objects.count()
    for number in range(50):
        keep(staff, review, f"She liked trains. {number}")
    draft = SectionDraft.objects.get()
    assert (draft.text, draft.user, draft.typed) == ("She liked trains. 49", a.staff, True)
    assert [event.kind for event in Event.objects.order_by("id")[before:]] == ["rapidreview.begin_section"]
    assert (texts(review), report(review)) == ([], {})


def test_what_was_typed_comes_back_when_the_section_is_opened_again_and_goes_when_it_is_saved(a, review):
    keep(Browser(a.staff), review, "She liked trains")
    again = Browser(a.staff)  # the session was lost; this is the next one
    page = again.get(at(review))
    assert page.sends["text"] == "She liked trains"
    assert "This is what you typed on 23 November 2026" in page.words
    again.post(at(review), page.sends)
    assert (report(review)["child"], SectionDraft.objects.count()) == ("She liked trains", 0)


def test_looking_at_a_section_keeps_nothing_and_typing_nothing_is_no_draft(a, review):
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"child": "Written."})
    staff = Browser(a.staff)
    staff.get(at(review))
    before = Event.objects.count()
    staff.get(at(review))
    assert SectionDraft.objects.count() == 0
    keep(staff, review, "Written.", base=1)
    assert [(draft.typed, draft.text) for draft in SectionDraft.objects.all()] == [(False, "")]
    assert Event.objects.count() == before


def test_one_can_go_back_to_the_saved_text(a, review):
    perform(review, "write_report", by=a.staff, today=TODAY, sections={"child": "Saved."})
    staff = Browser(a.staff)
    keep(staff, review, "A wrong turn.", base=1)
    staff.post(at(review, page="drop/"), {})
    assert staff.get(at(review)).sends["text"] == "Saved."
    assert not SectionDraft.objects.exists()


def test_the_page_keeps_a_text_only_for_whoever_may_write_and_only_while_it_may_be_written(a):
    review = make.drafted(a)
    page = keep(Browser(a.staff), review, "Too late.", status=403)
    assert "This cannot be done now." in page.words
    keep(Browser(a.chair), review, "Not mine.", status=403)
    keep(Browser(make.area("Elsewhere").staff), review, "Not mine.", status=404)
    assert not SectionDraft.objects.exists()


# --- two people -------------------------------------------------------------------------------------------


def test_two_people_in_one_section_are_told_of_each_other_and_a_third_in_another_is_not(a, review):
    keep(Browser(a.colleague), review, "By the colleague")
    page = keep(Browser(a.staff), review, "By staff")
    assert f"{a.colleague.name} has this section open, too." in page.words
    assert "has this section open" not in keep(Browser(a.staff), review, "Other", section="incident").words


def test_what_somebody_left_unsaved_is_found_by_their_colleagues_once_they_are_gone(a, review):
    keep(Browser(a.colleague), review, "Half a thought")
    assert "Half a thought" not in Browser(a.staff).get(at(review)).words
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        page = Browser(a.staff).get(at(review))
    assert f"{a.colleague.name} typed something here" in page.words
    assert "Half a thought" in page.words


def test_a_newer_text_is_said_while_one_types_and_both_are_shown_when_one_saves(a, review):
    staff = Browser(a.staff)
    opened = staff.get(at(review))
    actions.write_section(review, by=a.colleague, today=TODAY, section="child", text="Hers.", base=0)
    page = keep(staff, review, "Mine.")
    assert f"{a.colleague.name} saved a newer text here while you were writing." in page.words
    clash = staff.post(at(review), {**opened.sends, "text": "Mine."}, status=409)
    assert ("Hers." in clash.words, clash.sends["text"]) == (True, "Mine.")
    staff.post(at(review), {**clash.sends, "text": "Hers. Mine."})
    assert [text for _, text, _, _ in texts(review)] == ["Hers.", "Hers. Mine."]


def test_a_kept_text_that_was_overtaken_is_shown_beside_the_newer_one(a, review):
    keep(Browser(a.staff), review, "Mine.")
    actions.write_section(review, by=a.colleague, today=TODAY, section="child", text="Hers.", base=0)
    page = Browser(a.staff).get(at(review))
    assert ("What this section says now Hers." in page.words, page.sends["text"]) == (True, "Mine.")


def test_a_form_that_does_not_say_what_it_began_from_overwrites_nothing(a, review):
    actions.write_section(review, by=a.colleague, today=TODAY, section="child", text="Hers.", base=0)
    Browser(a.staff).post(at(review), {"text": "Mine."}, status=422)
    with pytest.raises(Stale):
        actions.write_section(review, by=a.staff, today=TODAY, section="child", text="Mine.", base=0)
    assert report(review) == {"child": "Hers."}


# --- odd input --------------------------------------------------------------------------------------------


def test_a_text_that_is_far_too_long_is_refused_in_words_and_kept(a, review):
    long = "Trains. " * 25_000  # 200,000 characters
    staff = Browser(a.staff)
    page = staff.fill(at(review), text=long, status=422)
    assert len(page.sends["text"].strip()) == len(long.strip())
    assert [words for words in page.messages if "60000" in words or "60,000" in words] != []
    keep(staff, review, long)
    assert len(SectionDraft.objects.get().text) == len(long)
    assert report(review) == {}


@pytest.mark.parametrize(
    ("pasted", "stored"),
    [
        ("One\r\nTwo\vThree\rFour", "One\nTwo\nThree\nFour"),
        ("nu\x00ll and bell\x07", "null and bell"),
        ("\u202egnihtyna\u202c stays as stored", "gnihtyna stays as stored"),
        ("<p class=MsoNormal>Text</p>", "<p class=MsoNormal>Text</p>"),
        ("soft\u00adhyphen, “quotes” – and 🚂", "softhyphen, “quotes” – and 🚂"),
        ("می\u200cروم", "می\u200cروم"),
        ("half of a pair \ud83d", "half of a pair "),
    ],
)
def test_what_is_pasted_keeps_every_visible_character_and_no_other(pasted, stored):
    assert tidy(pasted) == stored


def test_markup_that_stands_in_a_text_is_shown_as_text(a, review):
    stored = "<script>alert(1)</script>"
    actions.write_section(review, by=a.staff, today=TODAY, section="child", text=stored, base=0)
    staff = Browser(a.staff)
    assert stored in staff.get(at(review, page="versions/1/")).words
    staff.fill(at(review), text="a\x00b", base="1")
    assert report(review)["child"] == "ab"


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "New."), ("Old.", ""), ("One two three\nfour", "One three\nfour five"), ("a " * 2000, "b " * 2000)],
)
def test_differences_give_back_both_texts(before, after):
    runs = differences(before, after)
    assert "".join(run.text for run in runs if run.kind in {SAME, GONE}) == before
    assert "".join(run.text for run in runs if run.kind in {SAME, NEW}) == after


# --- the practice review uses the same pages --------------------------------------------------------------


def test_a_practice_review_has_drafts_and_versions_of_its_own(a):
    review = PracticeReview.objects.get(pk=make.fact_checked(a).pk)
    reviewer = Browser(a.reviewer)
    keep(reviewer, review, "Trains", base=1, section="child")
    assert reviewer.get(at(review)).sends["text"] == "Trains"
    reviewer.fill(at(review), text="Trains.")
    assert [text for _, text, _, _ in texts(review)] == ["Text.", "Trains."]
    assert "Version 2" in reviewer.get(at(review, page="versions/")).words


# --- speed ------------------------------------------------------------------------------------------------


def statements(browser, page):
    working_days()
    with CaptureQueriesContext(connection) as captured:
        browser.get(page)
    return len(captured)


def test_the_pages_take_the_same_statements_however_many_versions_and_people_there_are(a, review):
    staff = Browser(a.staff)
    actions.write_section(review, by=a.staff, today=TODAY, section="child", text="0", base=0)
    staff.get(at(review))
    pages = [at(review), at(review, page="versions/"), at(review, page="versions/1/")]
    few = [statements(staff, page) for page in pages]
    for number in range(1, 60):
        actions.write_section(
            review, by=a.colleague, today=TODAY, section="child", text=str(number), base=number
        )
    keep(Browser(a.colleague), review, "More", base=60)
    assert [statements(staff, page) for page in pages] == few
    assert max(few) <= 23


def test_a_comparison_is_read_in_words_and_says_what_is_only_set_differently():
    runs = in_words(
        differences("## Before\nShe **asked** twice.", "## Before\nShe asked three times.\n## After")
    )
    assert runs[0] == Run(SAME, "Heading: Before\nShe ")
    assert Run(NEW, SET_DIFFERENTLY) in in_words(differences("She **asked**.", "She asked."))
    assert [sign for sign in ("#", "*") if sign in "".join(run.text for run in runs)] == []
