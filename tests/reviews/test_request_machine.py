"""The request as a whole, driven at random: never stuck, no answer lost, no involvement never taken for silence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cspr.accounts.models import User
from cspr.audit.models import Event
from cspr.workflow import Refused, perform, transitions, why_not
from reviews import actions
from reviews.models import InformationRequest, RapidReview
from reviews.states import ANSWERED, AWAITED, RequestState
from tests import factories as make

PEOPLE = ("staff", "colleague", "author", "chair", "referrer")
VERBS = sorted(transitions(InformationRequest))
ACTIONS: dict[str, Any] = {"send": actions.send, "withdraw": actions.withdraw}
# The two likely ways on from each state.
WAY: dict[str, tuple[str, str]] = {
    RequestState.NOT_SENT: ("send", "send"),
    RequestState.SENT: ("open_request", "nil_return"),
    RequestState.OPENED: ("save_draft", "nil_return"),
    RequestState.IN_PROGRESS: ("answer_request", "refuse"),
    RequestState.SUBMITTED: ("accept", "query"),
    RequestState.NIL_RETURN: ("accept", "query"),
    RequestState.QUERIED: ("answer_request", "nil_return"),
    RequestState.ACCEPTED: ("query", "query"),
    RequestState.REFUSED: ("send", "record_answer"),
    RequestState.WITHDRAWN: ("send", "send"),
}
ENDED = {RequestState.ACCEPTED, RequestState.REFUSED, RequestState.WITHDRAWN}


def data_for(verb: str, today: dt.date, text: str) -> dict[str, Any]:
    later, who = today + dt.timedelta(days=5), {"name": "N", "role": "R"}
    known: dict[str, dict[str, Any]] = {
        "send": {"due_on": later},
        "extend": {"due_on": later, "words": "Ill."},
        "nil_return": who,
        "record_nil_return": who,
        "save_draft": {"summary": {"summary": text}},
        "answer_request": {"practice": {"good_practice": text}},
        "record_answer": {"summary": {"summary": text}},
        "query": {"words": "By whom?", "due_on": later},
        "refuse": {"words": "They will not."},
        "withdraw": {"words": "Not involved."},
        "pause_reminders": {"until": later, "words": "Ill."},
    }
    return known.get(verb, {})


class RequestMachine(RuleBasedStateMachine):
    """One request, its people and a calendar; anybody tries anything."""

    area: make.Area
    request_id: int
    tally: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.today = make.TODAY
        self.travel = time_machine.travel(self._morning(), tick=False)
        self.traveller = self.travel.start()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.sent: list[dict[str, Any]] = []

    @initialize()
    def nothing_is_sent(self) -> None:
        assert self.request.state == RequestState.NOT_SENT

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.travel.stop()

    def _morning(self) -> dt.datetime:
        return dt.datetime.combine(self.today, dt.time(9), ZoneInfo("Europe/London"))

    @property
    def request(self) -> InformationRequest:
        return InformationRequest.objects.get(pk=self.request_id)

    def _person(self, name: str) -> User:
        """Read afresh, as a new request would be."""
        return User.objects.get(pk=self.area.people[name].pk)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.today += dt.timedelta(days=days)
        self.traveller.move_to(self._morning(), tick=False)

    @rule(verb=st.sampled_from(VERBS), person=st.sampled_from(PEOPLE), text=st.sampled_from("ABC"))
    def anybody_tries_anything(self, verb: str, person: str, text: str) -> None:
        self._attempt(verb, self._person(person), text)

    @rule(steps=st.lists(st.integers(0, 1), min_size=1, max_size=6), text=st.sampled_from("ABC"))
    def the_next_steps_are_taken(self, steps: list[int], text: str) -> None:
        for choice in steps:
            self.whoever_may_does_it(WAY[self.request.state][choice], text)

    @rule(verb=st.sampled_from(VERBS), text=st.sampled_from("ABC"))
    def whoever_may_does_it(self, verb: str, text: str) -> None:
        able = (p for p in map(self._person, PEOPLE) if why_not(self.request, verb, p) is None)
        person = next(able, None)
        if person is not None:
            self._attempt(verb, person, text)

    def _attempt(self, verb: str, by: User, text: str) -> None:
        """Do it; if it is refused, everything is as before."""
        before, events = self.request, Event.objects.count()
        act = ACTIONS.get(verb)
        given: dict[str, Any] = {"by": by, "today": self.today, **data_for(verb, self.today, text)}
        try:
            after = act(before, **given) if act else perform(before, verb, **given)
        except Refused:
            now = self.request
            assert (now.state, now.version, now.draft, now.answer) == (
                before.state, before.version, before.draft, before.answer,
            )  # fmt: skip
            assert Event.objects.count() == events
            return
        self.tally[verb] += 1
        if after.state in {RequestState.SUBMITTED, RequestState.NIL_RETURN}:
            self.sent.append(after.answer)

    @invariant()
    def the_state_is_what_the_last_event_says(self) -> None:
        last = Event.objects.filter(subject_ref=self.request.ref).first()
        assert last is not None
        assert last.state_after == self.request.state

    @invariant()
    def nothing_that_was_answered_is_lost(self) -> None:
        assert [version.answer for version in self.request.versions.all()] == self.sent

    @invariant()
    def no_involvement_is_said_and_never_silence(self) -> None:
        request = self.request
        assert (request.state == RequestState.NIL_RETURN) <= bool(request.answer.get("nil"))
        if request.state in ANSWERED:
            assert request.answer == self.sent[-1]
            assert request.answered_on is not None
        if request.state in AWAITED:
            assert request.answered_on is None
            assert request.sent_on is not None

    @invariant()
    def somebody_can_always_go_on_unless_it_has_ended(self) -> None:
        request = self.request
        people = [self._person(name) for name in PEOPLE]
        onward = {
            step.target
            for verb, steps in transitions(request).items()
            for step in steps
            if step.source == request.state and step.target not in {None, request.state}
            and any(why_not(request, verb, person) is None for person in people)
        }  # fmt: skip
        assert onward or request.state in ENDED

    @invariant()
    def the_agency_is_on_the_case_while_it_is_asked(self) -> None:
        if self.request.state in AWAITED:
            assert InformationRequest.objects.visible_to(self._person("author")).count() == 1
        if self.request.state in {RequestState.NOT_SENT, RequestState.WITHDRAWN}:
            assert InformationRequest.objects.visible_to(self._person("author")).count() == 0


@pytest.mark.thorough
@pytest.mark.django_db
def test_whatever_is_tried_a_request_is_never_stuck_and_nothing_is_lost():
    area = make.area()
    review = RapidReview.objects.get(notification=make.notified(area))
    request = actions.add_request(review, by=area.staff, today=make.TODAY, agency=area.agencies["school"])
    RequestMachine.area, RequestMachine.request_id = area, request.pk
    run_state_machine_as_test(
        RequestMachine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert RequestMachine.tally["nil_return"] > 0, "a machine in which nobody ever answers proves nothing"
    assert RequestMachine.tally["answer_request"] > 0
