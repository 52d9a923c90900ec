"""The list of rapid reviews, and the page of one: which of the fifteen days it is, what next, who has answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from cspr.ui.keyset import Page
from cspr.workflow import why_not
from referrals.models import Deadline, Decision
from referrals.states import DecisionKind, DecisionState
from referrals.views.case import note_opening, refusals, signed_in
from referrals.views.clocks import case_bar, faces
from referrals.views.decision import questions
from referrals.views.lists import RUNNING, ListFilter, ListPage, clocks_of
from referrals.views.verbs import Offer, offers
from reviews.models import InformationRequest, PlanStep, RapidReview
from reviews.states import (
    RAPID_REVIEW_SECTIONS,
    RAPID_REVIEW_WORKING,
    PlanKind,
    RapidReviewState,
    RequestState,
)
from reviews.views.plan import Plan
from reviews.views.pressing import pressing
from reviews.views.rooms import rooms

S = RapidReviewState
CLOCK = "RR_15WD"


class RapidFilter(ListFilter):
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Every state"), *S.choices])
    late = forms.ChoiceField(
        label="Time",
        required=False,
        choices=[("", "In time or late"), ("yes", "Past the fifteen working days")],
    )


class RapidReviews(ListPage[RapidReview]):
    """The rapid reviews a person may know of, the newest first."""

    template_name = "rapid_reviews/list.html"
    filter_class = RapidFilter
    order = ("-opened_on", "-id")
    heading = "Rapid reviews"

    def rows(self, user: User) -> QuerySet[RapidReview]:
        clocks = Prefetch("case__deadlines", RUNNING.queryset, to_attr=RUNNING.to_attr)
        return (
            RapidReview.objects.visible_to(user)
            .select_related("case")
            .defer("report")
            .prefetch_related(clocks)
        )

    def narrowed(self, rows: QuerySet[RapidReview], asked: dict[str, str]) -> QuerySet[RapidReview]:
        if asked["state"]:
            rows = rows.filter(state=asked["state"])
        if asked["late"]:
            late = Deadline.objects.beside().filter(
                case=OuterRef("case"), code=CLOCK, met_on=None, stopped_on=None, due_on__lt=self.today
            )
            rows = rows.filter(Exists(late))
        return rows

    def context(self, page: Page[RapidReview]) -> dict[str, Any]:
        own = {CLOCK, "PANEL_RESPONSE"}
        return {
            "rows": [
                (review, [face for face in clocks_of(review.case, self.today) if face.row.code in own])
                for review in page.items
            ],
            "planned": [m.partnership for m in signed_in(self.request).standing if m.role == Role.STAFF],
        }


# What moves it on from where it is, the first being the main thing to do.
ONWARD: dict[str, tuple[str, ...]] = {
    S.OPEN: ("add_requests", "request_info", "hold_meeting"),
    S.INFO_REQUESTED: ("hold_meeting", "write_report"),
    S.MEETING_HELD: ("write_report", "finish_draft"),
    S.DRAFTED: ("seek_sign_off", "write_report"),
    S.PARTNER_SIGN_OFF: ("submit",),
    S.SUBMITTED: ("record_panel_response", "tell_outcome", "close"),
    S.PANEL_RESPONSE: ("tell_outcome", "reconsider", "reply_to_panel", "close"),
    S.RECONSIDERATION: ("reply_to_panel",),
    S.REOPENED: ("request_info", "hold_meeting", "write_report", "close"),
    S.CLOSED: (),
}


# What is done in a room of its own.
IN_A_ROOM = frozenset({"weigh", "not_ask"})
# Offered beside the plan, not among what moves the review on.
OF_THE_PLAN = frozenset({"add_step"})


class RapidReviewPage(View):
    """What now, on day n of 15; the plan; and a block for each part that has no room of its own yet."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        steps = PlanStep.objects.beside().filter(plan=PlanKind.RAPID_REVIEW).select_related("done_by")
        prefetch_related_objects([case], Prefetch("plan_steps", steps))
        rows = list(case.deadlines.all())
        clocks = faces(rows, today)
        own = [face for face in clocks if face.row.code in {CLOCK, "PANEL_RESPONSE"}]
        fifteen = next((face for face in own if face.row.code == CLOCK), None)
        delays = [delay for delay in case.delays.all() if delay.clock == CLOCK]
        found = offers(review, user, without=IN_A_ROOM)
        context = {
            "review": review,
            "rooms": rooms(review, user, "rapid-review"),
            "case": case,
            "subject": review,
            "today": today,
            "bar": case_bar(case, rows, today),
            "fifteen": fifteen,
            "plan": Plan(review, user, today, fifteen, found),
            "running": [face for face in own if face.running],
            "over": [face for face in own if not face.running],
            "delays": delays,
            "agencies": in_a_sentence(review.requests.all()),
            "pressing": pressing(next((face for face in own if face.row.code == CLOCK), None), delays),
            "risks": [item for item in review.requests.all() if item.at_risk],
            "written": written(review),
            "writes": _writes(review, user),
            "decision": review.decision(),
            "reopened": reopened(review),
            "documents": documents_of(review, user),
            "paper_kinds": [
                k for k in paper_kinds(review._meta.label_lower) if delays or "delay" not in k.kind
            ],
            "can_add": why_add(review, user) is None,
            **_next(review, user, [offer for offer in found if offer.name not in OF_THE_PLAN]),
        }
        return render(request, "rapid_reviews/rapid_review.html", context)


def whole_review(user: User, ref: str) -> RapidReview:
    """The review with what hangs on it, in a fixed number of statements; 404 when it is not visible."""
    decisions = (
        Decision.objects.beside().select_related("proposed_by", "approved_by").prefetch_related("views")
    )
    reviews = (
        RapidReview.objects.visible_to(user)
        .select_related("case__partnership", "notification", "panel_letter", "proof", "answered_decision")
        .prefetch_related(
            "case__deadlines",
            "case__delays",
            Prefetch("case__decisions", decisions.order_by("-id")),
            Prefetch(
                "requests",
                InformationRequest.objects.beside().select_related("agency").order_by("agency__name"),
            ),
        )
    )
    return get_object_or_404(reviews, ref=ref)


def reopened(review: RapidReview) -> Decision | None:
    """The decision that no longer stands because what it rests on has changed, until another replaces it."""
    held = (d for d in review.case.decisions.all() if d.kind == DecisionKind.REVIEW)
    return next((d for d in held if d.state == DecisionState.REOPENED), None)


def in_a_sentence(requests: Iterable[InformationRequest]) -> str:
    """Who has answered, in words."""
    sent = [r for r in requests if r.state not in {RequestState.NOT_SENT, RequestState.WITHDRAWN}]
    missing = [r for r in sent if r.awaited]
    if not sent:
        return "No agency has been asked yet."
    if missing:
        return f"{len(missing)} of {len(sent)} {'has' if len(missing) == 1 else 'have'} not answered yet."
    refused = sum(1 for r in sent if r.state == RequestState.REFUSED)
    if refused:
        return f"Nobody is waited for any more. {refused} of {len(sent)} refused to answer."
    nil = sum(1 for r in sent if r.answer.get("nil"))
    none = f" {nil} of them had no involvement." if nil else ""
    return f"All answered: {len(sent)} of {len(sent)}.{none}"


def why_add(review: RapidReview, user: User) -> str | None:
    """Agencies are added to the board under the rule by which they are asked."""
    if review.state not in RAPID_REVIEW_WORKING:
        return "Agencies are asked while the rapid review is being worked on."
    return why_not(review, "record_delay", user)


def _writes(review: RapidReview, user: User) -> bool:
    return review.state in RAPID_REVIEW_WORKING and why_not(review, "write_report", user) is None


def written(review: RapidReview) -> str:
    """How far the report has come, in words."""
    number = sum(1 for code in RAPID_REVIEW_SECTIONS if review.report.get(code, "").strip())
    whole = len(RAPID_REVIEW_SECTIONS)
    return f"{number} of {whole} sections say something." if number else "Nothing has been written yet."


def _next(review: RapidReview, user: User, found: list[Offer]) -> dict[str, Any]:
    """The verbs that move it on, refused ones with their sentence; the others that are possible; and why not."""
    wanted = ONWARD.get(review.state, ())
    onward = sorted((o for o in found if o.name in wanted), key=lambda o: wanted.index(o.name))
    rest = [o for o in found if o.name not in wanted]
    asked = [q for q in questions(review.case, user) if q.kind == DecisionKind.REVIEW]
    mine = any(offer.reason is None for offer in onward)
    return {
        "onward": onward if mine else [],
        "also": [o for o in rest if o.reason is None],
        "ask": [q for q in asked if q.reason is None],
        "refused": refusals(rest if mine else [*onward, *rest], asked),
    }
