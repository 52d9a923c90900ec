"""One agency and what it is asked: opened, written, sent, queried, and every answer kept."""

from __future__ import annotations

import datetime as dt

import pytest

from cspr.audit.models import Event
from cspr.workflow import Refused, perform
from reviews import actions
from reviews.models import InformationRequest, RapidReview
from reviews.states import ANSWERED, AWAITED, RequestState
from tests import factories as make
from tests.factories import TODAY
from tests.referrals.browse import Browser

pytestmark = pytest.mark.django_db
SEEN, NAMED = {"summary": "Seen often."}, {"name": "N"}
LATER = TODAY + dt.timedelta(days=7)


@pytest.fixture
def a():
    return make.area()


@pytest.fixture
def review(a):
    return RapidReview.objects.get(notification=make.notified(a))


@pytest.fixture
def request_(a, review):
    """The school is asked."""
    request = actions.add_request(review, by=a.staff, today=TODAY, agency=a.agencies["school"])
    return actions.send(request, by=a.staff, today=TODAY, due_on=LATER)


def fresh(request):
    return InformationRequest.objects.get(pk=request.pk)


def kinds(request):
    events = Event.objects.filter(subject_ref=request.ref).order_by("seq")
    return [event.kind.removeprefix("informationrequest.") for event in events]


# --- opened ---------------------------------------------------------------------------------------------------


def test_a_request_is_opened_when_somebody_of_the_agency_looks_at_it_and_only_the_first_time(a, request_):
    author = Browser(a.author)
    author.get(f"/requests/{request_.ref}/")
    author.get(f"/requests/{request_.ref}/")
    assert (fresh(request_).state, fresh(request_).opened_on) == ("opened", TODAY)
    assert kinds(request_) == ["begin", "send", "let_in", "open_request"]


def test_a_request_that_only_the_team_looks_at_is_not_opened(a, request_):
    Browser(a.staff).get(f"/requests/{request_.ref}/")
    assert (fresh(request_).state, fresh(request_).opened_on) == ("sent", None)


def test_a_request_that_was_withdrawn_and_is_sent_again_is_unopened_again(a, request_):
    perform(request_, "open_request", by=a.author, today=TODAY)
    actions.withdraw(request_, by=a.staff, today=TODAY, words="Not involved after all")
    again = actions.send(request_, by=a.staff, today=TODAY, due_on=LATER)
    assert (again.state, again.opened_on) == ("sent", None)


# --- written --------------------------------------------------------------------------------------------------


def test_writing_shows_as_in_progress_and_keeps_what_is_not_named(a, request_):
    perform(request_, "save_draft", by=a.author, today=TODAY, summary=SEEN)
    perform(request_, "save_draft", by=a.author, today=TODAY, learning={"learning": "Ask sooner."})
    assert fresh(request_).state == "in_progress"
    assert fresh(request_).draft == {"summary": SEEN, "learning": {"learning": "Ask sooner."}}


def test_what_was_saved_before_is_part_of_what_is_sent(a, request_):
    perform(request_, "save_draft", by=a.author, today=TODAY, summary=SEEN)
    sent = perform(request_, "answer_request", by=a.author, today=TODAY, who=NAMED)
    assert (sent.answer, sent.draft) == ({"summary": SEEN, "who": NAMED}, {})


def test_after_a_query_the_agency_goes_on_from_its_own_answer_and_stays_queried(a, request_):
    perform(request_, "answer_request", by=a.author, today=TODAY, summary=SEEN, who=NAMED)
    perform(request_, "query", by=a.staff, today=TODAY, words="By whom?")
    perform(request_, "save_draft", by=a.author, today=TODAY, summary={"summary": "Seen by the nurse."})
    assert fresh(request_).state == "queried"
    assert fresh(request_).writing == {"summary": {"summary": "Seen by the nurse."}, "who": NAMED}


# --- kept -----------------------------------------------------------------------------------------------------


def test_every_answer_is_kept_as_it_was_sent(a, request_):
    perform(request_, "nil_return", by=a.author, today=TODAY, name="N", role="Head")
    perform(request_, "query", by=a.staff, today=TODAY, words="Please look once more.")
    perform(
        request_, "answer_request", by=a.author, today=TODAY, summary={"summary": "A sibling was with us."}
    )
    versions = fresh(request_).versions.all()
    assert [(v.number, v.answer) for v in versions] == [
        (1, {"nil": True, "name": "N", "role": "Head"}),
        (2, {"summary": {"summary": "A sibling was with us."}}),
    ]
    assert len({v.hash for v in versions}) == 2


def test_a_question_may_be_about_single_parts(a, request_):
    perform(request_, "answer_request", by=a.author, today=TODAY, summary=SEEN)
    marks = [{"part": "summary", "comment": "By whom?"}]
    queried = perform(request_, "query", by=a.staff, today=TODAY, marks=marks, due_on=LATER)
    assert [(p.times, p.part, p.comment) for p in queried.queried_parts.all()] == [(1, "summary", "By whom?")]


def test_a_question_says_something(a, request_):
    perform(request_, "answer_request", by=a.author, today=TODAY, summary=SEEN)
    with pytest.raises(Refused, match="Say what is unclear"):
        perform(request_, "query", by=a.staff, today=TODAY, words=" ")


# --- escalated ------------------------------------------------------------------------------------------------


def test_the_first_escalation_counts_until_the_agency_is_asked_again(a, request_):
    perform(request_, "escalate", by=None, today=TODAY)
    perform(request_, "escalate", by=None, today=LATER)
    assert fresh(request_).escalated_on == TODAY
    perform(request_, "answer_request", by=a.author, today=LATER, summary=SEEN)
    queried = perform(request_, "query", by=a.staff, today=LATER, words="By whom?")
    assert queried.escalated_on is None


def test_every_state_is_one_of_waiting_for_the_agency_answered_or_at_rest():
    at_rest = {RequestState.NOT_SENT, RequestState.REFUSED, RequestState.WITHDRAWN}
    assert sorted([*AWAITED, *ANSWERED, *at_rest]) == sorted(RequestState.values)
