"""What is done in the rooms of a review, for every story alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cspr.clocks.models import working_days
from reviews import actions as review_actions
from reviews.management.rehearsal.stage import Stage
from reviews.models import Meeting, PracticeReview, RapidReview
from reviews.states import RAPID_REVIEW_SECTIONS, PlanStepState


def meet(
    stage: Stage,
    review: RapidReview,
    *,
    named: tuple[dict[str, str], ...],
    decisions: str,
    actions: tuple[tuple[str, str, int], ...],
    deputies: Mapping[str, str] = MappingProxyType({}),
    conflicted: str = "",
) -> Meeting:
    """Today's meeting: everybody on the list came, the people who are ``named`` besides, and what was agreed.

    ``deputies``: who came for whom; ``conflicted``: who says at the beginning that they have a conflict of interest.
    """
    when = {"day": stage.today, "starts_at": dt.time(14), "ends_at": dt.time(16, 30)}
    meeting = stage.act(review_actions.plan_meeting, review, by="staff", place="Video call", **when)
    meeting = stage.do(meeting, "invite", "staff", people=named)
    rows = {
        p.pk: {"attendance": "apologies" if p.name == "Demo Review Officer" else "present"}
        for p in meeting.participants.all()
    }
    for name, absent in deputies.items():
        rows[meeting.participants.get(name=name).pk]["deputy_for"] = absent
    stage.do(meeting, "record_attendance", "staff", rows=rows)
    if conflicted:
        person = meeting.participants.get(name=conflicted)
        stage.act(
            review_actions.note_conflict,
            meeting,
            by="chair",
            participant=person.pk,
            words="Knows the family.",
        )
    for what, owner, days in actions:
        due_on = working_days().add(stage.today, days)
        stage.do(meeting, "add_action", "staff", what=what, owner=owner, due_on=due_on)
    held: Meeting = stage.do(meeting, "hold", "staff", decisions=decisions)
    return held


def weigh(
    stage: Stage,
    review: RapidReview,
    criteria: Mapping[str, Any],
    cites: Mapping[str, tuple[str, ...]] | None = None,
) -> RapidReview:
    """Answer each criterion; ``cites`` says which sections of the report a reason rests on."""
    for code, answer in criteria.items():
        pieces = [
            {"code": f"report.{section}", "words": f"Rapid review report: {RAPID_REVIEW_SECTIONS[section]}"}
            for section in (cites or {}).get(code, ())
        ]
        review = stage.do(review, "weigh", "staff", criterion=str(code), cites=pieces, **answer)
    return review


def tick_milestones(stage: Stage, review: PracticeReview) -> None:
    """The milestones that no verb records were reached on their day."""
    due = review.case.plan_steps.filter(plan=review.plan_kind, event="", due_on__lte=stage.today)
    for step in due.filter(state=PlanStepState.OPEN):
        stage.do(step, "tick", "staff", effective_on=step.due_on)
