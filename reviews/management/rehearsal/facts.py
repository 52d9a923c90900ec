"""Agencies check the facts of the draft: one corrects two things, the other nothing; the mother reads it, too."""

from __future__ import annotations

from cspr.clocks.models import working_days
from reviews import actions
from reviews.management.rehearsal.stage import Stage
from reviews.models import FactCheck, PracticeReview

TEN = 10
POINTS = (
    {
        "quote": "The report was passed on.", "wrong": "It was passed on to social care, and not to health visiting.",
        "suggested": "The report was passed on to social care, and not to health visiting.",
        "evidence": "The log of the control room.",
    },
    {
        "quote": "Officers came to the home.", "wrong": "It was one officer.", "suggested": "An officer came to the home.",
        "evidence": "The same log.",
    },
)  # fmt: skip


def ask(stage: Stage, review: PracticeReview, agency: str, section: str) -> FactCheck:
    review = stage.fresh(review)
    asked: FactCheck = stage.act(
        actions.ask_fact_check, review, by="staff", agency=stage.agencies[agency],
        texts={section: review.report[section]}, due_on=working_days().add(stage.today, TEN),
    )  # fmt: skip
    return asked


def correct(stage: Stage, police: FactCheck) -> None:
    """The police correct two things."""
    for number, given in enumerate(POINTS, 1):
        stage.do(police, "write_point", "police_author", number=number, given=given)
    stage.do(
        police, "send_points", "police_author", name="Demo Detective Inspector", role="Public protection"
    )


def checked(stage: Stage, review: PracticeReview) -> None:
    """The ten working days of the fact check."""
    police = ask(stage, review, "police", "events")
    community = ask(stage, review, "community", "reasons")
    stage.wait(4)
    stage.do(
        community,
        "nothing_to_correct",
        "community_author",
        name="Demo Health Visiting Manager",
        role="Manager",
    )
    stage.wait(3)
    correct(stage, police)
    stage.wait(2)
    stage.do(police, "handle_point", "staff", number=1, verdict="taken_up", reason="")
    stage.do(
        police, "handle_point", "reviewer", number=2, verdict="not_taken_up",
        reason="The mother and the neighbour both speak of two officers. The report now says so, and that your log says one.",
    )  # fmt: skip
    stage.wait(1)
