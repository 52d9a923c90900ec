"""The list of practice reviews, and the page of one: how its time stands, what next, what is on record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.clocks.calendar import in_full, in_short
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from cspr.ui.keyset import Page
from cspr.workflow import why_not
from referrals.models import Deadline, Decision
from referrals.states import DecisionKind, Outcome
from referrals.views.case import note_opening, refusals, signed_in
from referrals.views.clocks import case_bar, faces
from referrals.views.decision import questions
from referrals.views.lists import ListFilter, ListPage
from referrals.views.verbs import offers
from reviews.models import PracticeReview, Publication
from reviews.models.figures import FIGURE
from reviews.models.parts import Delay, Hold, Reviewer
from reviews.states import REPORT_SECTIONS, SUITABILITY, WRITING, PracticeReviewState
from reviews.views.figures import ON_FIGURES
from reviews.views.recommending import ON_ONE
from reviews.views.rooms import rooms
from reviews.views.yearly import reading

S = PracticeReviewState
SIX_MONTHS = "LCSPR_6M"
# The clocks that speak of the practice review itself.
CLOCKS = frozenset(
    {SIX_MONTHS, "RR_DECISION_NOTICE", "LCSPR_MONITOR", "PREPUB_7D", "PREPUB_7D_IMPROVEMENTS", "PREPUB_7WD",
     "PUBLIC_1Y"}
)  # fmt: skip


# --- the list ---------------------------------------------------------------------------------------------


class ReviewFilter(ListFilter):
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Every state"), *S.choices])
    late = forms.ChoiceField(
        label="Time", required=False, choices=[("", "In time or late"), ("yes", "Past the date it was due")]
    )


class PracticeReviews(ListPage[PracticeReview]):
    """The practice reviews a person may know of, the newest decision first; the longest late first when asked."""

    template_name = "practice_reviews/list.html"
    filter_class = ReviewFilter
    order = ("-decided_on", "-id")
    heading = "Practice reviews"

    def rows(self, user: User) -> QuerySet[PracticeReview]:
        six_months = Prefetch(
            "case__deadlines", Deadline.objects.beside().filter(code=SIX_MONTHS), to_attr="six_months"
        )
        appointed = Reviewer.objects.filter(removed_on=None).select_related("user")
        delays = Delay.objects.filter(clock=SIX_MONTHS)
        return (
            PracticeReview.objects.visible_to(user)
            .select_related("case")
            .defer("report")
            .prefetch_related(
                six_months,
                Prefetch("reviewers", appointed, to_attr="appointed"),
                Prefetch("case__delays", delays, to_attr="explained"),
            )
        )

    def narrowed(self, rows: QuerySet[PracticeReview], asked: dict[str, str]) -> QuerySet[PracticeReview]:
        if asked["state"]:
            rows = rows.filter(state=asked["state"])
        if asked["late"]:
            running = Deadline.objects.beside().filter(
                case=OuterRef("case"), code=SIX_MONTHS, met_on=None, stopped_on=None, due_on__lt=self.today
            )
            rows = rows.filter(Exists(running))
        return rows

    def ordered(self, asked: dict[str, str]) -> tuple[str, ...]:
        return ("decided_on", "id") if asked["late"] else self.order

    def context(self, page: Page[PracticeReview]) -> dict[str, Any]:
        staffed = [m.partnership for m in signed_in(self.request).standing if m.role == Role.STAFF]
        rows = {"rows": [self._row(review) for review in page.items], "planned": staffed}
        rows["yearly"] = reading(signed_in(self.request))
        if self.request.GET.keys() & set(self.filter_class.base_fields):
            return rows
        return {
            **rows,
            "empty": "There is no practice review yet.",
            "next": "One begins by itself when the three partners decide on it after a rapid review.",
        }

    def _row(self, review: Any) -> dict[str, Any]:
        clock = next(iter(review.case.six_months), None)
        return {
            "review": review,
            "reviewer": next((str(r) for r in review.appointed), ""),
            "time": time_of(clock, self.today, expected_on=_expected(review.case.explained)),
        }


# --- time -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Time:
    """How a review stands against the date that never moves."""

    sentence: str
    short: str = ""
    late: bool = False
    expected_on: dt.date | None = None


def time_of(clock: Deadline | None, today: dt.date, *, expected_on: dt.date | None) -> Time:
    """One sentence on the six months: met, stopped, running or late; an expected date stands beside, never instead."""
    if clock is None or clock.due_on is None:
        return Time("Its six months are not counted yet.", "not counted yet")
    due, short = in_full(clock.due_on), in_short(clock.due_on)
    if clock.met_on:
        gap = (clock.met_on - clock.due_on).days
        side = f"{gap} day{'' if gap == 1 else 's'} after" if gap > 0 else "in time for"
        return Time(
            f"Published on {in_full(clock.met_on)}, {side} {due}.", f"published {in_short(clock.met_on)}"
        )
    if clock.stopped_on:
        return Time(
            f"Its six months stopped on {in_full(clock.stopped_on)}. They would have ended on {due}.",
            f"stopped {in_short(clock.stopped_on)}",
        )
    if today > clock.due_on:
        ago = f"{how_long(clock.due_on, today)} ago"
        return Time(f"It was due on {due}: {ago}.", f"due {short}, {ago}", True, expected_on)
    left = f"{how_long(today, clock.due_on)} left" if today < clock.due_on else "today"
    return Time(f"To be published by {due}: {left}.", f"due {short}, {left}", False, expected_on)


def how_long(first: dt.date, last: dt.date) -> str:
    """The time between two days in the largest unit that says enough, never rounded up."""
    days = (last - first).days
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    number, unit = (months, "month") if months >= 2 else (days // 7, "week") if days >= 14 else (days, "day")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _expected(delays: list[Delay]) -> dt.date | None:
    """What the latest explained delay says; they come newest first."""
    return delays[0].expected_on if delays else None


# --- one review -------------------------------------------------------------------------------------------

# What moves a review on from where it is, the first being the main thing to do.
ONWARD: dict[str, tuple[str, ...]] = {
    S.DECIDED: ("plan", "appoint_reviewer", "tell_national"),
    S.COMMISSIONING: ("appoint_reviewer", "tell_national"),
    S.REVIEWER_APPOINTED: ("begin_work",),
    S.IN_PROGRESS: ("write_report", "receive_draft", "monitor"),
    S.ON_HOLD: ("resume", "extend_hold"),
    S.DRAFT_RECEIVED: ("start_quality", "ask_changes"),
    S.QUALITY_ASSURANCE: ("start_fact_check", "ask_changes"),
    S.FACT_CHECK: ("sign_off",),
    S.SIGNED_OFF: ("send", "tell_family"),
    S.SENT: ("withhold", "tell_family"),
    S.PUBLISHED: ("start_follow_up",),
    S.IMPROVEMENTS_PUBLISHED: ("start_follow_up",),
    S.NOT_PUBLISHED: ("start_follow_up",),
    S.ACTION_MONITORING: ("close",),
}
# What is done beside one recommendation or finding, beside the plan and its pages, beside the actions, at the gate.
AT_THE_GATE = frozenset({"propose_release", "publish", "publish_improvements"})
IN_A_ROOM = (
    ON_ONE | ON_FIGURES | {"add_step", "plan_action", "meet_practitioners", "note_marker"} | AT_THE_GATE
)
PUBLISHABLE = frozenset({S.FACT_CHECK, S.SIGNED_OFF, S.SENT, S.NOT_PUBLISHED, S.IMPROVEMENTS_PUBLISHED})


class PracticeReviewPage(View):
    """How its time stands, what next, and everything on record, in the order a chair asks for it."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        rows = list(case.deadlines.all())
        clocks = [clock for clock in faces(rows, today) if clock.row.code in CLOCKS]
        delays = [delay for delay in case.delays.all() if delay.clock == SIX_MONTHS]
        six_months = next((row for row in rows if row.code == SIX_MONTHS), None)
        appointed = list(review.reviewers.all())
        written = sum(1 for code in REPORT_SECTIONS if review.report.get(code, "").strip())
        context = {
            "review": review,
            "case": case,
            "subject": review,
            "today": today,
            "bar": case_bar(case, rows, today),
            "time": time_of(six_months, today, expected_on=_expected(delays)),
            "running": [clock for clock in clocks if clock.running],
            "over": [clock for clock in clocks if not clock.running],
            "reviewer": next((r for r in appointed if r.removed_on is None), None),
            "former": [r for r in appointed if r.removed_on is not None],
            "suitability": SUITABILITY,
            "holds": list(review.holds.all()),
            "delays": delays,
            "rooms": rooms(review, user, "practice-review"),
            "sections": REPORT_SECTIONS,
            "written": written,
            "publications": [taken_down(p, user, today) for p in review.publications.all()],
            "documents": [d for d in documents_of(review, user) if d.kind != FIGURE],
            # The letter once there is a delay to explain; the report's papers once a section says something.
            "paper_kinds": [
                k for k in paper_kinds(review._meta.label_lower) if (delays if "delay" in k.kind else written)
            ],
            "decision": review.publication_decision(),
            "gate": review.state in PUBLISHABLE,
            **_next(review, user),
        }
        # Once it is sent, nothing but the gate moves it on, unless nothing is to be published.
        context["gate_first"] = review.state == S.SENT and not context["onward"]
        return render(request, "practice_reviews/practice_review.html", context)


def whole_review(user: User, ref: str) -> PracticeReview:
    """The review with what hangs on it, in a fixed number of statements; 404 when it is not visible."""
    decisions = (
        Decision.objects.beside().select_related("proposed_by", "approved_by").prefetch_related("views")
    )
    reviews = (
        PracticeReview.objects.visible_to(user)
        .select_related("case__partnership", "case__notification", "case__rapid_review")
        .prefetch_related(
            "case__deadlines",
            "case__processes",
            "case__delays__recorded_by",
            Prefetch("case__decisions", decisions.order_by("-id")),
            Prefetch("reviewers", Reviewer.objects.select_related("user")),
            "monitoring__recorded_by",
            Prefetch("holds", Hold.objects.select_related("process")),
            "recommendations",
            "findings",
            "figures",
            "publications",
        )
    )
    return get_object_or_404(reviews, ref=ref)


def writes(review: PracticeReview, user: User) -> bool:
    """Whether this person may change the report now."""
    return review.state in WRITING and why_not(review, "write_report", user) is None


# --- what next --------------------------------------------------------------------------------------------


def _next(review: PracticeReview, user: User) -> dict[str, Any]:
    """The verbs that move it on, refused ones with their sentence; the others that are possible; and why not."""
    found = offers(review, user, without=IN_A_ROOM)
    wanted = _onward(review)
    onward = sorted((o for o in found if o.name in wanted), key=lambda o: wanted.index(o.name))
    rest = [o for o in found if o.name not in wanted]
    asked = [
        q
        for q in questions(review.case, user)
        if q.kind in {DecisionKind.PUBLICATION, DecisionKind.DISCONTINUE}
    ]
    open_now = [q for q in asked if q.reason is None]
    # What is asked too early, anew or rarely does not stand before what moves the review on.
    time_to_ask = review.state in PUBLISHABLE and not review.publication_decision()
    first = [q for q in open_now if q.kind == DecisionKind.PUBLICATION and time_to_ask]
    mine = any(offer.reason is None for offer in found)
    return {
        # Somebody who can do nothing here is told so in one line, not in a row of refusals.
        "onward": onward if mine else [],
        "also": [o for o in rest if o.reason is None] + [q for q in open_now if q not in first],
        "ask": first,
        "refused": refusals(rest if mine else [*onward, *rest], asked),
    }


def _onward(review: PracticeReview) -> tuple[str, ...]:
    """Of the ways to end, only the one that was decided."""
    names = ONWARD.get(review.state, ())
    decision = review.publication_decision()
    withheld = decision is not None and decision.outcome == Outcome.NOT_PUBLISH
    others = set() if withheld else {"withhold"}
    done = {"tell_family"} if review.family_told_on else set()
    return tuple(name for name in names if name not in others | done)


# --- publication ------------------------------------------------------------------------------------------


def taken_down(publication: Publication, user: User, today: dt.date) -> dict[str, Any]:
    """A publication, and whether this person may take it down today: the address, or the reason why not."""
    reason = why_not(publication, "withdraw", user) or publication.must_stay(today)
    return {
        "publication": publication,
        "withdraw": "" if reason else reverse("publication-withdraw", args=[publication.ref]),
        "reason": reason,
    }
