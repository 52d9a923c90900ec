"""The plan of a review: laid out from the partnership's template, and kept in line with what is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Partner
from cspr.audit.models import Event
from cspr.clocks import CalendarChange
from cspr.clocks.calendar import OutsideCalendar
from cspr.workflow import Change, Refused, begin, in_turn, perform
from referrals.models import Case, Decision
from referrals.permissions import STAFF_ONLY
from referrals.states import DecisionKind, DecisionState
from reviews.actions.milestones import milestones
from reviews.models import PlanStep, PlanTemplate, PracticeReview, RapidReview
from reviews.permissions import plan_keeper
from reviews.plans import SHIPPED, Step
from reviews.states import (
    ANSWERED,
    DRAFT_COMPLETE,
    SIGN_OFF_ASKED,
    STOPPED,
    PlanEvent,
    PlanKind,
    PlanStepState,
    RapidReviewState,
    RequestState,
)

E, S = PlanEvent, PlanStepState
# Requests that ended without an answer: nobody waits for them any more.
SETTLED = frozenset({RequestState.REFUSED, RequestState.WITHDRAWN})


# --- the template -----------------------------------------------------------------------------------------


def own_template(
    partnership: Partnership, *, by: User, today: dt.date, kind: str = PlanKind.RAPID_REVIEW, nonce: str = ""
) -> PlanTemplate:
    """Make the shipped plan the partnership's own, to be changed. Refused for everybody but its staff.

    Asked again, it answers with the one that there is.
    """
    template = PlanTemplate(partnership=partnership, kind=kind)
    if plan_keeper(template, by):
        raise Refused(STAFF_ONLY)
    with in_turn(partnership):
        existing = PlanTemplate.objects.filter(partnership=partnership, kind=kind).first()
        if existing is not None:
            return existing
        begin(template, by=by, today=today, nonce=nonce, facts={"kind": kind})
        template.fill(SHIPPED[kind])
        return template


def steps_of(partnership: Partnership, kind: str = PlanKind.RAPID_REVIEW) -> list[tuple[int, Step]]:
    """The numbered steps that a review of the partnership is laid out from: its own, or those we ship."""
    template = PlanTemplate.objects.filter(partnership=partnership, kind=kind).first()
    if template is None:
        return list(enumerate(SHIPPED[kind], start=1))
    return [(step.number, step.as_step()) for step in template.steps.all()]


# --- what follows -----------------------------------------------------------------------------------------


def lay_out(change: Change) -> None:
    """A review that opens has its fifteen days, or its six months, laid out; one that has a plan keeps it."""
    review: RapidReview | PracticeReview = change.subject
    if review.case.plan_steps.filter(plan=review.plan_kind).exists():
        return
    steps = steps_of(review.partnership, review.plan_kind)
    perform(review, "lay_out_plan", by=None, today=change.today, effective_on=change.on, steps=steps)


def kept(change: Change) -> None:
    """After a change that a plan may depend on."""
    keep_plan(change.subject.case, today=change.today)


def milestones_kept(change: Change) -> None:
    """After a change of a practice review, which the fifteen days before it do not depend on."""
    _keep_six_months(change.subject.case, change.today)


def recount(change: CalendarChange) -> str:
    """After the bank holidays changed: plan open steps anew, but for those that somebody set by hand."""
    today = timezone.localdate()
    open_plans = Case.objects.filter(plan_steps__state=S.OPEN).distinct()
    moved = sum(keep_plan(case, today=today) for case in open_plans.iterator())
    return f"{moved} steps of plans moved." if moved else ""


def keep_plan(case: Case, *, today: dt.date) -> int:
    """Bring the plans of a case in line with what is recorded; return how many dates moved.

    A step whose event is on record is done, with its day; it is open again when the record no longer stands.
    An open step that nobody set by hand follows the trigger and the calendar. Once a rapid review has been sent, or
    a practice review published, its plan is history: steps may still be done, but none is opened or moved. Doing it
    again changes nothing.
    """
    moved = 0
    review = RapidReview.objects.filter(case=case).select_related("case__partnership", "notification").first()
    if review is not None and review.state != RapidReviewState.CANCELLED:
        moved += _keep(review, happened, today, over=review.first_submitted_on is not None)
    return moved + _keep_six_months(case, today)


def _keep_six_months(case: Case, today: dt.date) -> int:
    review = PracticeReview.objects.filter(case=case).select_related("case__partnership").first()
    if review is None or review.state in STOPPED:
        return 0
    return _keep(review, milestones, today, over=review.plan_over() is not None)


def _keep(
    review: Any, recorded_of: Callable[[Any], dict[str, dt.date]], today: dt.date, *, over: bool
) -> int:
    found = review.case.plan_steps.filter(plan=review.plan_kind).exclude(state=S.DROPPED)
    steps = list(found.select_related("case__notification", "case__rapid_review", "case__practice_review"))
    waiting = [step for step in steps if step.event]
    recorded = recorded_of(review) if waiting else {}
    steps = [
        _done_or_open(step, recorded.get(step.event), today, over=over) if step.event else step
        for step in steps
    ]
    if over:
        return 0
    open_steps = [step for step in steps if step.state == S.OPEN and not step.set_by_hand]
    return sum(_planned_anew(step, today) for step in open_steps)


def _done_or_open(step: PlanStep, on: dt.date | None, today: dt.date, *, over: bool) -> PlanStep:
    """The step as it stands afterwards."""
    if on and (step.state == S.OPEN or step.done_on != on):
        return perform(step, "complete", by=None, today=today, effective_on=min(on, today))
    if on is None and step.state == S.DONE and not over:
        return perform(step, "lapse", by=None, today=today)
    return step


def _planned_anew(step: PlanStep, today: dt.date) -> bool:
    try:
        if step.planned() == step.due_on:
            return False
    except OutsideCalendar as unknown:
        raise Refused(str(unknown)) from unknown
    perform(step, "retime", by=None, today=today)
    return True


# --- what is recorded -------------------------------------------------------------------------------------


def happened(review: RapidReview) -> dict[str, dt.date]:
    """What has happened of the events that a step can wait for, and on which day."""
    found = {
        **_of_requests(review),
        E.MEETING_HELD: review.meeting_on,
        **_of_report(review),
        **_of_decision(review.case),
        E.SENT_TO_PANEL: review.first_submitted_on,
    }
    return {event: on for event, on in found.items() if on is not None}


def _of_requests(review: RapidReview) -> dict[str, dt.date | None]:
    asked = [request for request in review.requests.all() if request.sent_on]
    wanted = [request for request in asked if request.state not in SETTLED]
    answers = [request.answered_on for request in wanted if request.state in ANSWERED and request.answered_on]
    return {
        E.REQUESTS_SENT: min((request.sent_on for request in asked if request.sent_on), default=None),
        E.ANSWERS_IN: max(answers) if answers and len(answers) == len(wanted) else None,
    }


def _of_report(review: RapidReview) -> dict[str, dt.date | None]:
    """The days the draft was completed and the sign-off asked for: the history knows them."""
    kinds = {"rapidreview.finish_draft": E.DRAFT_FINISHED, "rapidreview.seek_sign_off": E.SIGN_OFF_SOUGHT}
    events = Event.objects.filter(subject_ref=review.ref, kind__in=kinds).order_by("id")
    days = {kinds[kind]: on for kind, on in events.values_list("kind", "effective_on")}
    stands = {E.DRAFT_FINISHED: DRAFT_COMPLETE, E.SIGN_OFF_SOUGHT: SIGN_OFF_ASKED}
    return {event: days.get(event) for event, states in stands.items() if review.state in states}


def _of_decision(case: Case) -> dict[str, dt.date | None]:
    """The newest question about a practice review that is open or approved: its views, and its approval."""
    asked = case.decisions.filter(
        kind=DecisionKind.REVIEW, state__in=[DecisionState.PROPOSED, DecisionState.APPROVED]
    )
    decision: Decision | None = asked.prefetch_related("views").order_by("-id").first()
    if decision is None:
        return {}
    views = [view.given_on for view in decision.views.all()]
    return {
        E.VIEWS_GIVEN: max(views) if len(views) == len(Partner) else None,
        E.DECISION_APPROVED: decision.approved_on if decision.state == DecisionState.APPROVED else None,
    }
