"""The plan of a practice review as a room: will it be published in time, what now, and the six months as a picture."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.clocks.calendar import in_short
from cspr.documents.access import documents_of
from cspr.documents.pdf import paper_kinds
from cspr.ui.weeks import Bar, Line, Shade
from referrals.models import Deadline
from referrals.states import DecisionKind
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar, faces
from referrals.views.decision import OPEN, questions
from referrals.views.processes import proceedings
from referrals.views.verbs import Offer, offers
from reviews.forms.plan import MilestoneForm
from reviews.models import FamilyPromise, PlanStep, PracticeReview
from reviews.models.forecasting import Forecast, expected, forecast
from reviews.permissions import keep_family
from reviews.plans import planned_on
from reviews.states import PlanEvent, PlanStepState
from reviews.views.planned import Link, Shown
from reviews.views.practice_review import SIX_MONTHS, whole_review
from reviews.views.practice_verbs import PracticeVerb
from reviews.views.rooms import rooms

E, S = PlanEvent, PlanStepState
ROOM = "practice-review-milestones"
# Which verbs of the review bring an event about, the first that is possible being the one to offer.
BROUGHT_ABOUT_BY: dict[str, tuple[str, ...]] = {
    E.NATIONAL_TOLD: ("tell_national",),
    E.REVIEWER_APPOINTED: ("appoint_reviewer",),
    E.REVIEW_PLANNED: ("plan",),
    E.WORK_BEGUN: ("begin_work",),
    E.DRAFT_HANDED_IN: ("receive_draft", "resume"),
    E.FACT_CHECK_STARTED: ("start_fact_check", "start_quality"),
    E.SIGNED_OFF: ("sign_off",),
    E.REPORT_SENT: ("send",),
    E.FAMILY_TOLD: ("tell_family",),
    E.PUBLISHED: ("propose_release",),
}
# Offered beside the plan, in this order.
BESIDE = ("hold", "extend_hold", "resume", "record_delay", "monitor")


class SixMonths(Shown[PracticeReview]):
    """The plan of one practice review for one person on one day."""

    def __init__(
        self,
        review: PracticeReview,
        user: User,
        today: dt.date,
        due_on: dt.date | None,
        found: Iterable[Offer],
    ) -> None:
        super().__init__(review, user, today, found)
        self.due_on = due_on

    @property
    def going(self) -> bool:
        return self.review.plan_over() is None

    @cached_property
    def forecast(self) -> Forecast | None:
        return forecast(self.review, self.rows, self.due_on, self.today, self.calendar)

    @cached_property
    def _expected(self) -> Mapping[int, dt.date]:
        return expected(self.review, self.rows, self.today, self.calendar) if self.going else {}

    @property
    def week(self) -> int:
        return (self.today - self.review.plan_begins).days // 7

    # --- one milestone ---

    def number(self, step: PlanStep) -> int:
        return (step.due_on - self.review.plan_begins).days // 7

    def expected(self, step: PlanStep) -> dt.date | None:
        return self._expected.get(step.number)

    def button(self, step: PlanStep) -> Link | None:
        """How this person reaches the milestone; None when it is for somebody else, or something comes before it."""
        if not step.event:
            return self.by_hand(step)
        if step.event == E.PUBLICATION_DECIDED:
            return self._decision()
        return self.first_of(BROUGHT_ABOUT_BY[step.event])

    def _decision(self) -> Link | None:
        case = self.review.case
        kind = DecisionKind.PUBLICATION
        found = next((d for d in case.decisions.all() if d.kind == kind and d.state in OPEN), None)
        if found:
            return Link("Open the decision", found.get_absolute_url())
        asked = next((q for q in questions(case, self.user) if q.kind == kind and q.reason is None), None)
        return Link(asked.label, asked.url) if asked else None

    # --- the picture ---

    @property
    def bars(self) -> list[Bar]:
        return [
            Bar(
                step.step.title,
                self._begins(step.step),
                step.step.done_on or step.step.due_on,
                step.mark,
                step.expected,
            )
            for step in self.steps
        ]

    def _begins(self, step: PlanStep) -> dt.date:
        end = step.done_on or step.due_on
        if step.begins is None:
            return end
        return min(planned_on(self.review.plan_begins, step.begins, step.unit, self.calendar), end)

    @property
    def lines(self) -> list[Line]:
        found = []
        if self.going:
            found.append(Line(self.today, "today", "today"))
        if self.due_on:
            found.append(Line(self.due_on, f"due {in_short(self.due_on)}", "due"))
        if self.forecast and self.forecast.late:
            found.append(Line(self.forecast.on, f"expected {in_short(self.forecast.on)}", "expected"))
        return found

    @property
    def shades(self) -> list[Shade]:
        """Every hold, the running one until it is looked at again."""
        return [
            Shade(hold.started_on, hold.ended_on or hold.review_on, f"On hold: {hold}")
            for hold in self.review.holds.all()
        ]


def plan_of(
    review: PracticeReview, user: User, today: dt.date, rows: Iterable[Deadline], found: Iterable[Offer]
) -> SixMonths:
    """The plan, with one statement for its steps. ``review``: from ``whole_review``; ``rows``: its clocks."""
    steps = PlanStep.objects.beside().filter(plan=review.plan_kind).select_related("done_by")
    prefetch_related_objects([review.case], Prefetch("plan_steps", steps))
    due_on = next((row.due_on for row in rows if row.code == SIX_MONTHS), None)
    return SixMonths(review, user, today, due_on, found)


class PracticePlanPage(View):
    """Will we publish in time? The forecast in one sentence, the next milestones, the picture, holds and delays."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        rows = list(case.deadlines.all())
        found = offers(review, user)
        delays = [delay for delay in case.delays.all() if delay.clock == SIX_MONTHS]
        letters = [k for k in paper_kinds(review._meta.label_lower) if "delay" in k.kind]
        context = {
            "review": review,
            "case": case,
            "subject": review,
            "today": today,
            "rooms": rooms(review, user, ROOM),
            "bar": case_bar(case, rows, today),
            "plan": plan_of(review, user, today, rows, found),
            "monitoring": next(
                (c for c in faces(rows, today) if c.row.code == "LCSPR_MONITOR" and c.running), None
            ),
            "beside": sorted(
                (o for o in found if o.name in BESIDE and o.reason is None),
                key=lambda o: BESIDE.index(o.name),
            ),
            "holds": list(review.holds.all()),
            "delays": delays,
            "family": promised(review, user, today),
            "proceedings": proceedings(case, rows, today),
            "delay_url": next((o.url for o in found if o.name == "record_delay" and o.reason is None), ""),
            "documents": [d for d in documents_of(review, user) if "delay" in d.kind],
            "paper_kinds": letters if delays else [],
        }
        return render(request, "practice_reviews/plan.html", context)


def promised(review: PracticeReview, user: User, today: dt.date) -> dict[str, Any] | None:
    """What the family is promised and when, for those who read of the family; ``None`` for everybody else."""
    if keep_family(review, user):
        return None
    found = FamilyPromise.objects.beside().filter(case=review.case, state="open").select_related("contact")
    silent = [promise for promise in found if promise.contact.silent]
    rows = [(p, p.due_on < today and not p.contact.not_yet(today)) for p in found if not p.contact.silent]
    return {
        "url": reverse("practice-review-family", args=[review.ref]),
        "rows": rows,
        "silent": {promise.contact for promise in silent},
    }


class AddStep(PracticeVerb):
    """A milestone for this review alone."""

    verb = "add_step"
    button = "Add the milestone"
    done = "The milestone is in the plan."

    def form(self, subject: PracticeReview, data: Any = None, files: Any = None) -> forms.Form:
        return MilestoneForm(data, others=subject.case.plan_steps.filter(plan=subject.plan_kind))

    def data(self, form: forms.Form) -> dict[str, Any]:
        assert isinstance(form, MilestoneForm)
        return {"step": form.step()}

    def next(self, subject: PracticeReview) -> str:
        return reverse(ROOM, args=[subject.ref])
