"""Two people in the same moment: threads with connections of their own, and on PostgreSQL two real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from cspr.accounts.models import User
from cspr.accounts.roles import Partner, Role
from cspr.audit.chain import first_break
from cspr.audit.models import Event
from cspr.wall.scope import everything
from cspr.workflow import Refused, Stale, perform
from referrals import actions as case_actions
from referrals.models import Case, Decision
from referrals.states import DecisionKind, DecisionState, Outcome
from reviews import actions
from reviews.models import Meeting, RapidReview
from tests import factories as make
from tests.factories import TODAY

pytestmark = pytest.mark.usefixtures("emptied")
ROUNDS = 6
Deed = Callable[[], Any]


def at_once(*deeds: Deed) -> list[Any]:
    """Each deed in a thread of its own, begun in the same moment: what it came to, or the refusal."""
    start = threading.Barrier(len(deeds))

    def run(deed: Deed) -> Any:
        start.wait()
        try:
            with everything():
                return deed()
        except (Refused, Stale) as why:
            return why
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result() for future in [pool.submit(run, deed) for deed in deeds]]


def done(results: list[Any]) -> list[Any]:
    return [result for result in results if not isinstance(result, Exception)]


@pytest.fixture
def a() -> Iterator[make.Area]:
    cache.clear()
    a = make.area()
    a.people["deputy"] = make.person(a.partnership, Role.CHAIR)
    yield a
    assert first_break(a.partnership) is None


@pytest.fixture
def review(a: make.Area) -> RapidReview:
    """Every criterion answered; two chairs on the list."""
    review = make.weighed(a, make.drafted(a))
    case = Case.objects.beside().get(pk=review.case_id)
    perform(case, "grant_access", by=a.staff, today=TODAY, user=a.deputy, capacity=Role.CHAIR)
    return review


def proposed(a: make.Area, review: RapidReview) -> Decision:
    """The question of a practice review, with the three views."""
    kind, outcome = DecisionKind.REVIEW, Outcome.RR_SUFFICIENT
    decision = case_actions.propose(
        review.case, by=a.staff, today=TODAY, kind=kind, outcome=outcome, grounds={}, reasons="As it is."
    )
    for partner in Partner:
        given = {"partner": partner, "view": "agree", "reason": ""}
        decision = perform(decision, "give_view", by=a.people[partner], today=TODAY, **given)
    return decision


def fresh(subject: Any) -> Any:
    return type(subject)._base_manager.get(pk=subject.pk)


def approving(decision: Decision, by: User) -> Deed:
    return lambda: case_actions.approve(decision, by=by, today=TODAY, version=decision.version)


def weighing(a: make.Area, review: RapidReview, reason: str, criterion: str = "R11A") -> Deed:
    read = actions.seen(fresh(review), criterion)
    given = {"criterion": criterion, "met": "yes", "reason": reason, "cites": [], "read": read}
    return lambda: actions.weigh(review, by=a.staff, today=TODAY, **given)


def test_of_two_chairs_who_approve_at_once_one_does_and_the_other_is_told(
    a: make.Area, review: RapidReview
) -> None:
    for _ in range(ROUNDS):
        decision = proposed(a, review)
        results = at_once(approving(decision, a.chair), approving(decision, a.deputy))
        assert (len(done(results)), [type(r) for r in results if r not in done(results)]) == (1, [Stale])
        assert Event.objects.filter(kind="decision.approve", subject_ref=decision.ref).count() == 1
        weighing(a, review, f"Then {decision.ref}")()


def test_an_approval_and_a_change_of_what_it_rests_on_never_leave_it_standing_on_another_text(
    a: make.Area, review: RapidReview
) -> None:
    for number in range(ROUNDS):
        decision = proposed(a, review)
        results = at_once(approving(decision, a.chair), weighing(a, review, f"Reason {number}"))
        approved, weighed = (not isinstance(result, Exception) for result in results)
        now = fresh(decision)
        assert weighed
        assert now.state == (DecisionState.REOPENED if approved else DecisionState.PROPOSED)
        if not approved:
            perform(now, "withdraw", by=a.staff, today=TODAY)


def test_an_approval_and_a_new_proposal_at_once_never_approve_what_the_chair_did_not_read(
    a: make.Area, review: RapidReview
) -> None:
    for number in range(ROUNDS):
        decision = proposed(a, review)
        new = {"outcome": Outcome.RR_SUFFICIENT, "grounds": {}, "reasons": f"Otherwise {number}."}
        results = at_once(
            approving(decision, a.chair),
            lambda d=decision, new=new: perform(
                d, "revise", by=a.staff, today=TODAY, version=d.version, **new
            ),
        )
        assert len(done(results)) == 1
        now = fresh(decision)
        if now.state == DecisionState.APPROVED:
            assert now.reasons == "As it is."
            weighing(a, review, f"Then {number}")()
        else:
            assert (now.state, now.views.count(), now.approved_hash) == (DecisionState.PROPOSED, 0, "")
            perform(now, "withdraw", by=a.staff, today=TODAY)


def test_of_two_answers_to_one_criterion_at_once_one_is_kept_and_the_other_asked_again(
    a: make.Area, review: RapidReview
) -> None:
    for number in range(ROUNDS):
        deeds = [weighing(a, review, f"{who} {number}") for who in ("One", "Two")]
        results = at_once(*deeds)
        assert sorted(type(result).__name__ for result in results) == ["RapidReview", "Stale"]


def test_of_two_meetings_planned_at_once_one_is_planned(a: make.Area, review: RapidReview) -> None:
    held = Meeting.objects.beside().filter(case=review.case).count()
    results = at_once(lambda: make.planned(a, review), lambda: make.planned(a, review))
    assert (len(done(results)), Meeting.objects.beside().filter(case=review.case).count()) == (1, held + 1)


def test_a_meeting_that_is_moved_and_cancelled_at_once_is_one_of_both(
    a: make.Area, review: RapidReview
) -> None:
    for _ in range(ROUNDS):
        meeting = make.planned(a, review)
        results = at_once(
            lambda m=meeting: perform(m, "cancel", by=a.staff, today=TODAY, version=m.version, words="Not now."),
            lambda m=meeting: perform(
                m, "move", by=a.staff, today=TODAY, version=m.version,
                day=m.on, starts_at=m.starts_at, ends_at=m.ends_at, place="Room 2",
            ),
        )  # fmt: skip
        assert len(done(results)) == 1
        if fresh(meeting).state != "cancelled":
            perform(fresh(meeting), "cancel", by=a.staff, today=TODAY, words="Not now.")
