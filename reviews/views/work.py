"""What reviews put on "Your work": answers that agencies owe, and what the team and the reviewer have before them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.clocks.models import working_days
from cspr.clocks.table import clock_for
from referrals.models import Deadline
from referrals.views.work import MOST, SOON, Item, work_from
from reviews import permissions
from reviews.models import Delay, InformationRequest, PlanStep, RapidReview
from reviews.plans import OWNERS
from reviews.states import (
    AWAITED,
    PANEL_WAITS,
    RAPID_REVIEW_ENDED,
    RapidReviewState,
    RequestState,
)
from reviews.views.pressing import PRESSES_BEFORE

RR = RapidReviewState
TO_JUDGE = (RequestState.SUBMITTED, RequestState.NIL_RETURN)
RAPID_TASKS: dict[str, str] = {
    RR.OPEN: "Ask the agencies",
    RR.REOPENED: "Go on with the reopened rapid review",
    RR.MEETING_HELD: "Write the rapid review report",
    RR.DRAFTED: "Ask the partners to sign off",
    RR.PARTNER_SIGN_OFF: "Get the decision and send the rapid review",
    RR.RECONSIDERATION: "Decide again and reply to the Panel",
}


def asked_of_agencies(user: User, today: dt.date) -> Iterable[Item]:
    """For an agency's authors: what they are asked. For staff: answers to accept or query."""
    agencies = Q(pk__in=[])
    for m in user.standing:
        if m.role == Role.AUTHOR:
            agencies |= Q(agency_id=m.agency_id, rapid_review__case__partnership_id=m.partnership_id)
    wanted = agencies & Q(state__in=AWAITED)
    staffed = user.partnerships(Role.STAFF)
    if staffed:
        running = Q(rapid_review__case__partnership_id__in=staffed) & ~Q(
            rapid_review__state__in=RAPID_REVIEW_ENDED
        )
        wanted |= running & Q(state__in=TO_JUDGE) & ~Q(answered_by=user)
    elif not agencies.children[1:]:
        return
    found = (
        InformationRequest.objects.visible_to(user)
        .filter(wanted)
        .select_related("agency", "rapid_review__case")
    )
    for request in found.order_by("due_on", "id")[:MOST]:
        if request.state in TO_JUDGE:
            words, since = f"Read the answer of {request.agency.name}", request.answered_on
        else:
            words, since = "Answer a request for information", request.sent_on
        due = None if request.state in TO_JUDGE else request.due_on
        yield Item(
            words,
            request.get_absolute_url(),
            request.case.pseudonym,
            due_on=due,
            since=since,
            working_days=working_days().number_if_known(today, due) if due else None,
        )


def rapid_reviews(user: User, today: dt.date) -> Iterable[Item]:
    """For staff on the case: what a rapid review waits for; its last days; the feedback promised. One statement."""
    if not user.partnerships(Role.STAFF):
        return
    running = Deadline.objects.beside().filter(
        case=OuterRef("case"), code="RR_15WD", met_on=None, stopped_on=None,
        due_on__lte=working_days().add(today, PRESSES_BEFORE),
    )  # fmt: skip
    delayed = Delay.objects.filter(case=OuterRef("case"), clock="RR_15WD")
    found = (
        RapidReview.objects.visible_to(user)
        .filter(permissions.of_listed_cases(user, Role.STAFF))
        .annotate(due_on=Subquery(running.values("due_on")[:1]), delayed=Exists(delayed))
        .filter(STAGE_WAITS | OUTCOME_WAITS | Q(due_on__isnull=False, delayed=False))
    )
    for review in found.select_related("case").defer("report").order_by("opened_on", "id")[:MOST]:
        yield from _of_stage(review)
        yield from _last_days(review, today)
        yield from _outcome_to_tell(review)


STAGE_WAITS = Q(state__in=RAPID_TASKS) | Q(
    state=RR.PANEL_RESPONSE, panel_outcome__in=PANEL_WAITS, replied_on=None
)
OUTCOME_WAITS = Q(outcome_told_on=None) & (
    Q(state=RR.PANEL_RESPONSE) & ~Q(panel_outcome__in=PANEL_WAITS)
    | Q(state__in=[RR.PANEL_RESPONSE, RR.SUBMITTED], replied_on__isnull=False)
)


def _of_stage(review: RapidReview) -> Iterable[Item]:
    owes = review.panel_outcome in PANEL_WAITS and review.replied_on is None
    words = RAPID_TASKS.get(
        review.state, "Answer the Panel" if review.state == RR.PANEL_RESPONSE and owes else ""
    )
    if words:
        yield Item(words, review.get_absolute_url(), review.case.pseudonym, since=review.opened_on)


def _last_days(review: Any, today: dt.date) -> Iterable[Item]:
    """It has to go, or the Panel has to be told before its day. ``review``: annotated with its date."""
    due: dt.date | None = review.due_on
    if due is None or review.delayed:
        return
    late = due < today
    yield Item(
        "Tell the Panel that the rapid review is late, and why"
        if late
        else "Send the rapid review, or tell the Panel before this day that it will be late",
        reverse("rapid-review-record_delay", args=[review.ref]),
        review.case.pseudonym,
        due_on=due,
        working_days=None if late else working_days().number_if_known(today, due),
    )


def _outcome_to_tell(review: RapidReview) -> Iterable[Item]:
    """The feedback that was promised, once the Panel's answer is final."""
    answered = review.state == RR.PANEL_RESPONSE and review.panel_outcome not in PANEL_WAITS
    replied = review.state in {RR.PANEL_RESPONSE, RR.SUBMITTED} and review.replied_on is not None
    if review.outcome_told_on is None and (answered or replied):
        yield Item(
            "Tell the referrer and the agencies the outcome",
            reverse("rapid-review-tell_outcome", args=[review.ref]),
            review.case.pseudonym,
            since=review.panel_replied_on,
        )


def plan_steps(user: User, today: dt.date) -> Iterable[Item]:
    """For whoever owns them: open steps of plans on their way that are late or due soon. One statement."""
    roles = {m.role for m in user.standing} & set(OWNERS)
    if not roles:
        return
    mine = Q(pk__in=[])
    for role in sorted(roles):
        mine |= Q(owner=role) & permissions.of_listed_cases(user, role)
    calendar = working_days()
    found = (
        PlanStep.objects.visible_to(user)
        .filter(mine)
        .going()
        .not_done_by(user)
        .filter(due_on__lte=calendar.add(today, SOON))
    )
    beside = ("case__notification", "case__rapid_review")
    for step in found.select_related(*beside).defer("case__rapid_review__report")[:MOST]:
        # Of a rapid review it is day n of fifteen; six months are told by their dates alone.
        of_fifteen: dict[str, Any] = {}
        if not step.of_practice:
            length = clock_for("RR_15WD", step.day_zero).length
            of_fifteen = {"day": calendar.number(step.day_zero, step.due_on), "length": length}
        yield Item(
            step.title,
            step.get_absolute_url(),
            step.case.pseudonym,
            due_on=step.due_on,
            working_days=calendar.number(today, step.due_on),
            **of_fifteen,
        )


def register() -> None:
    """Put these on the page; called once, when the app is ready."""
    for source in (asked_of_agencies, rapid_reviews, plan_steps):
        work_from(source)
