"""An agency writes its account: parts, saved as typed, several authors at once, signed off, sent, asked again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from cspr.accounts.roles import Role
from cspr.audit.models import Event
from cspr.workflow import Refused, Stale, perform
from referrals.models import CaseMember
from referrals.questions import missing
from reviews import actions
from reviews.models import InformationRequest, RapidReview
from reviews.questions import PARTS, by_part, named_agencies, risk_now
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
SIGNED = {"signed_by": "Person Ten", "signed_role": "Deputy head"}


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def request_(a):
    return make.asked(a, RapidReview.objects.get(notification=make.notified(a)))


def fresh(request):
    return InformationRequest.objects.get(pk=request.pk)


def page(request, name, *which):
    return reverse(f"request-{name}", args=[request.ref, *which])


def colleague_of(a, request):
    """A second author of the agency, on the case for its answer."""
    colleague = make.person(a.partnership, Role.AUTHOR, request.agency, name="Second Author")
    CaseMember.objects.create(case=request.case, user=colleague, capacity=Role.AUTHOR, starts_on=TODAY)
    return colleague


def autosave(browser, address, answers):
    """What the script sends, and what it is told."""
    return browser.post(f"{address}?autosave=1", answers, status=200)


# --- the table ------------------------------------------------------------------------------------------------


def test_the_account_has_thirteen_parts_and_no_question_stands_in_two():
    codes = [q.code for part in PARTS if not part.repeats for q in part.questions]
    assert len(PARTS) == 13
    assert sorted(codes) == sorted(set(codes))


def test_answers_by_question_find_their_part():
    assert by_part({"name": "N", "health_unknown": "Not held", "others": {"none": "None"}}) == {
        "who": {"name": "N"},
        "background": {"health_unknown": "Not held"},
        "others": {"none": "None"},
    }


def test_a_complete_account_misses_nothing_and_each_open_question_is_named():
    assert missing(make.account(), PARTS) == []
    gaps = missing(make.account(learning={"at_risk": "unknown"}), PARTS)
    assert [gap.label for gap in gaps] == ["Who is at risk, and what has been done"]


@pytest.mark.parametrize(("said", "risk"), [("yes", "yes"), ("unknown", "unknown"), ("no", ""), ("", "")])
def test_somebody_may_be_at_risk_unless_the_agency_says_no(said, risk):
    assert risk_now({"learning": {"at_risk": said}}) == risk


def test_the_agencies_an_account_names():
    assert named_agencies(make.account()) == [("gp", "Example Surgery")]
    assert named_agencies({"nil": True}) == []


# --- writing --------------------------------------------------------------------------------------------------


def test_the_list_of_parts_says_what_is_still_missing(a, request_):
    author = Browser(a.author)
    words = author.get(page(request_, "account")).words
    assert "2 of 13 parts need nothing more." in words
    author.fill(page(request_, "section", "summary"), summary="Seen in class.")
    assert "3 of 13 parts need nothing more." in author.get(page(request_, "account")).words
    assert fresh(request_).state == "in_progress"


def test_who_writes_is_offered_from_the_account_on_the_first_visit(a, request_):
    assert Browser(a.author).get(page(request_, "section", "who")).sends["name"] == a.author.name


def test_what_is_typed_is_saved_even_when_something_is_missing(a, request_):
    author = Browser(a.author)
    shown = author.fill(page(request_, "section", "learning"), status=422, at_risk="yes", risk="")
    assert "What you typed is saved." in shown.words
    assert fresh(request_).draft["learning"] == {"at_risk": "yes"}


def test_not_known_yet_because_is_an_answer(a, request_):
    why = {
        "legal_status_unknown": "Asked today",
        "siblings": "None",
        "education": "None",
        "identity_agrees": "yes",
    }
    Browser(a.author).fill(page(request_, "section", "child"), **why)
    assert missing({"child": fresh(request_).draft["child"]}, [p for p in PARTS if p.code == "child"]) == []


def test_two_authors_write_two_parts_at_once_and_nothing_is_undone(a, request_):
    first, second = Browser(a.author), Browser(colleague_of(a, request_))
    mine = first.get(page(request_, "section", "summary")).sends
    theirs = second.get(page(request_, "section", "practice")).sends
    first.post(page(request_, "section", "summary"), {**mine, "summary": "Seen in class."})
    second.post(page(request_, "section", "practice"), {**theirs, "good_practice": "Somebody asked."})
    assert fresh(request_).draft == {
        "summary": {"summary": "Seen in class."},
        "practice": {"good_practice": "Somebody asked."},
    }


def test_two_authors_in_one_part_see_both_texts_and_whose_the_other_is(a, request_):
    first, second = Browser(a.author), Browser(colleague_of(a, request_))
    address = page(request_, "section", "summary")
    mine, theirs = first.get(address).sends, second.get(address).sends
    second.post(address, {**theirs, "summary": "The second text."})
    shown = first.post(address, {**mine, "summary": "The first text."}, status=409)
    assert "This part was changed by Second Author while you had it open here." in shown.words
    assert "The second text." in shown.words
    assert shown.sends["summary"] == "The first text."
    assert fresh(request_).draft["summary"] == {"summary": "The second text."}
    first.post(address, shown.sends)
    assert fresh(request_).draft["summary"] == {"summary": "The first text."}


def test_the_action_itself_refuses_to_undo_a_colleague(a, request_):
    actions.write_part(request_, by=a.author, today=TODAY, part="summary", answers={"summary": "One"})
    with pytest.raises(Stale):
        actions.write_part(
            request_, by=a.author, today=TODAY, part="summary", answers={"summary": "Two"}, before={}
        )


def test_events_are_added_one_by_one_and_taken_out_again(a, request_):
    author = Browser(a.author)
    author.fill(page(request_, "item", "events", 1), what="Seen in class", on_unknown="The week is known")
    author.fill(page(request_, "item", "events", 2), what="Rang home", on_unknown="The week is known")
    assert [item["what"] for item in fresh(request_).draft["events"]["items"]] == [
        "Seen in class",
        "Rang home",
    ]
    author.fill(page(request_, "item-remove", "events", 1))
    assert [item["what"] for item in fresh(request_).draft["events"]["items"]] == ["Rang home"]
    author.get(page(request_, "item", "events", 9), status=404)
    author.get(page(request_, "section", "nothing"), status=404)


def test_writing_for_a_while_is_one_line_of_the_history(a, request_):
    for text in ("S", "Se", "See", "Seen"):
        actions.write_part(request_, by=a.author, today=TODAY, part="summary", answers={"summary": text})
    saved = Event.objects.filter(subject_ref=request_.ref, kind="informationrequest.save_draft")
    assert [event.facts for event in saved] == [{"parts": ["summary"]}]
    assert fresh(request_).draft == {"summary": {"summary": "Seen"}}


# --- saved while it is typed ----------------------------------------------------------------------------------


def test_the_script_saves_and_says_when(a, request_):
    author, address = Browser(a.author), page(request_, "section", "summary")
    sends = author.get(address).sends
    told = autosave(author, address, {**sends, "summary": "Seen"})
    assert told.words == "Saved at 09:00"
    again = autosave(author, address, {**sends, **told.sends, "summary": "Seen often"})
    assert again.words == "Saved at 09:00"
    assert fresh(request_).draft["summary"] == {"summary": "Seen often"}


def test_the_script_saves_nothing_that_nobody_typed(a, request_):
    author = Browser(a.author)
    for address in (page(request_, "section", "who"), page(request_, "item", "events", 1)):
        autosave(author, address, author.get(address).sends)
    assert fresh(request_).draft == {}


def test_the_script_is_told_of_a_colleague_and_saves_nothing_over_their_text(a, request_):
    author, address = Browser(a.author), page(request_, "section", "summary")
    sends = author.get(address).sends
    colleague = colleague_of(a, request_)
    actions.write_part(request_, by=colleague, today=TODAY, part="summary", answers={"summary": "Theirs"})
    told = autosave(author, address, {**sends, "summary": "Mine"})
    assert told.words == "Not saved: a colleague changed this part meanwhile. Press “Save” to see both texts."
    assert told.sends == {}
    assert fresh(request_).draft["summary"] == {"summary": "Theirs"}


def test_the_script_is_told_when_the_account_was_sent_meanwhile(a, request_):
    author, address = Browser(a.author), page(request_, "section", "summary")
    sends = author.get(address).sends
    perform(request_, "nil_return", by=a.author, today=TODAY, name="N", role="R")
    told = autosave(author, address, {**sends, "summary": "Mine"})
    assert told.words.startswith("Not saved: this is not open to you any more.")


# --- bad input ------------------------------------------------------------------------------------------------


def test_what_is_typed_for_a_request_that_was_withdrawn_is_shown_to_copy(a, request_):
    author, address = Browser(a.author), page(request_, "section", "summary")
    sends = author.get(address).sends
    actions.withdraw(request_, by=a.staff, today=TODAY, words="Not involved")
    shown = author.post(address, {**sends, "summary": "Two hours of work."}, status=404)
    assert "Two hours of work." in shown.words
    assert "Nothing you typed is lost" in shown.words
    never = author.post(
        reverse("request-section", args=["33333-33333", "summary"]), {**sends, "summary": "Two hours of work."},
        status=404,
    )  # fmt: skip
    assert never.words == shown.words


def test_what_is_typed_after_a_colleague_has_sent_the_account_is_shown_to_copy(a, request_):
    author, address = Browser(a.author), page(request_, "section", "summary")
    sends = author.get(address).sends
    perform(request_, "nil_return", by=a.author, today=TODAY, name="N", role="R")
    shown = author.post(address, {**sends, "summary": "Two hours of work."}, status=403)
    assert "Two hours of work." in shown.words


def test_two_hundred_thousand_characters_are_kept_and_said_to_be_too_many(a, request_):
    author, long = Browser(a.author), "A" * 200_000
    shown = author.fill(page(request_, "section", "summary"), status=422, summary=long)
    assert shown.messages == ["Summary of involvement must be 20,000 characters or less; it has 200,000"]
    assert author.get(page(request_, "section", "summary")).sends["summary"] == long


def test_null_bytes_are_left_out_and_the_rest_is_kept(a, request_):
    Browser(a.author).fill(page(request_, "section", "summary"), summary="Seen\0 in class")
    assert fresh(request_).draft["summary"] == {"summary": "Seen in class"}


def test_saved_parts_outlive_the_session(a, request_):
    Browser(a.author).fill(page(request_, "section", "summary"), summary="Seen in class")
    assert Browser(a.author).get(page(request_, "section", "summary")).sends["summary"] == "Seen in class"


# --- sending --------------------------------------------------------------------------------------------------


def test_an_account_with_something_missing_cannot_be_sent_and_says_what(a, request_):
    make.written(a, request_, learning={"at_risk": "yes"})
    shown = Browser(a.author).get(page(request_, "answer_request"))
    assert "1 answer still missing" in shown.words
    assert "Who is at risk, and what has been done" in shown.links
    with pytest.raises(Refused, match="1 answers are still missing"):
        actions.answer_request(request_, by=a.author, today=TODAY, **SIGNED)


def test_an_account_is_sent_with_the_manager_who_agreed(a, request_):
    make.written(a, request_)
    Browser(a.author).fill(page(request_, "answer_request"), **SIGNED)
    sent = fresh(request_)
    assert sent.state == "submitted"
    assert sent.answer["signed"] == {"name": "Person Ten", "role": "Deputy head"}
    assert [(v.number, v.answer) for v in sent.versions.all()] == [(1, sent.answer)]
    shown = Browser(a.staff).get(request_.get_absolute_url())
    assert "Signed off by Person Ten, Deputy head." in shown.words


def test_the_writer_does_not_agree_to_their_own_account(a, request_):
    make.written(a, request_)
    shown = Browser(a.author).fill(
        page(request_, "answer_request"), status=422, signed_by="person  nine", signed_role="Head of year"
    )
    assert shown.messages == ["Somebody other than the person who wrote it agrees to the account"]


def test_a_text_that_changed_after_it_was_checked_is_not_sent(a, request_):
    make.written(a, request_)
    author, address = Browser(a.author), page(request_, "answer_request")
    sends = author.get(address).sends
    colleague = colleague_of(a, request_)
    actions.write_part(request_, by=colleague, today=TODAY, part="summary", answers={"summary": "Another"})
    author.post(address, {**sends, **SIGNED}, status=409)
    assert fresh(request_).state == "in_progress"


def test_somebody_at_risk_is_told_to_staff_at_once(a, request_):
    make.written(a, request_, learning={"at_risk": "unknown", "risk": "A sister was not seen"})
    actions.answer_request(request_, by=a.author, today=TODAY, **SIGNED)
    assert Event.objects.filter(subject_ref=request_.ref, kind="informationrequest.alert").count() == 1


# --- asked again ----------------------------------------------------------------------------------------------


def test_staff_ask_about_single_parts_and_the_agency_sees_exactly_those(a, request_):
    make.written(a, request_)
    actions.answer_request(request_, by=a.author, today=TODAY, **SIGNED)
    when = dt.date(2026, 11, 30)
    Browser(a.staff).fill(
        page(request_, "query"), parts=["summary"], about_summary="By whom?", about_view="Not ticked",
        due_on_day="30", due_on_month="11", due_on_year=str(when.year),
    )  # fmt: skip
    author = Browser(a.author)
    shown = author.get(page(request_, "account")).words
    assert "By whom?" in shown
    assert "Not ticked" not in shown
    assert "By whom?" in author.get(page(request_, "section", "summary")).words
    assert "By whom?" not in author.get(page(request_, "section", "view")).words
    assert fresh(request_).due_on == when
    # Who reads along is not led to pages that only the agency can open.
    part = page(request_, "section", "summary")
    assert part in author.get(request_.get_absolute_url()).links.values()
    assert part not in Browser(a.chair).get(request_.get_absolute_url()).links.values()


def test_the_difference_between_two_answers_is_shown_to_staff_and_to_the_agency(a, request_):
    make.written(a, request_)
    actions.answer_request(request_, by=a.author, today=TODAY, **SIGNED)
    marks = [{"part": "summary", "comment": "By whom?"}]
    perform(request_, "query", by=a.staff, today=TODAY, marks=marks)
    actions.write_part(
        request_, by=a.author, today=TODAY, part="summary", answers={"summary": "By the nurse."}
    )
    assert "You have changed this part since." in Browser(a.author).get(page(request_, "account")).words
    actions.answer_request(request_, by=a.author, today=TODAY, **SIGNED)
    for person in (a.staff, a.author):
        shown = Browser(person).get(page(request_, "changes")).words
        assert "Summary of involvement Seen in class every day. By the nurse." in shown


def test_a_question_about_nothing_is_not_sent(a, request_):
    perform(request_, "nil_return", by=a.author, today=TODAY, name="N", role="R")
    shown = Browser(a.staff).fill(page(request_, "query"), status=422)
    assert "Choose a part, or ask about the whole" in shown.messages
    shown = Browser(a.staff).fill(page(request_, "query"), status=422, parts=["summary"], about_summary="")
    assert "Say what is unclear or missing in “What your agency did”" in shown.messages


# --- what the pages cost --------------------------------------------------------------------------------------


@pytest.mark.parametrize("much", [1, 40])
def test_a_page_of_the_account_costs_the_same_however_much_is_written(
    a, request_, much, django_assert_num_queries
):
    items = [{"what": f"Event {n}", "on_unknown": "The week is known"} for n in range(much)]
    actions.write_part(request_, by=a.author, today=TODAY, part="events", answers={"items": items})
    author = Browser(a.author)
    # The part about events looks whether the agency's chronology says them already.
    for name, queries in (("account", 6), ("section", 6)):
        address = page(request_, name, *(["events"] if name == "section" else []))
        author.get(address)
        with django_assert_num_queries(queries):
            author.get(address)


# --- the agency's chronology ----------------------------------------------------------------------------------


def test_events_that_stand_in_the_agencys_chronology_are_not_typed_again(a, request_):
    author = Browser(a.author)
    there = page(request_, "section", "events")
    first = author.get(there)
    assert "start with your agency’s chronology" in first.words
    assert first.links["your agency’s chronology"] == reverse("agency-chronology", args=[request_.ref])
    make.entry(a, request_.case, by=a.author, key="yes")
    make.entry(a, request_.case, agency="police", happened="The neighbours’ call.")
    again = author.get(there)
    assert "your agency’s chronology holds 1 entry" in again.words
    assert fresh(request_).writing.get("events") is None
    author.post(there, again.sends)
    assert fresh(request_).writing["events"] == {"none": "They are in our agency’s chronology."}
