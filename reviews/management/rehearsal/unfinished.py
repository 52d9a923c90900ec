"""For the demonstration only: work that is under way, so that "Your work" has something to show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.clocks.models import working_days
from referrals import actions
from reviews import actions as review_actions
from reviews.actions import write_part
from reviews.management.rehearsal import baby, baby_words, facts, teenager
from reviews.management.rehearsal.accounts import account, send_account
from reviews.management.rehearsal.stage import Stage
from reviews.models import PlanStep, RapidReview


def rapid_review_on_day_six(stage: Stage) -> None:
    """Agencies were asked some days ago: one has answered, one is asked again, one writes, one has only looked.

    The meeting is planned, and the plan was kept until yesterday.
    """
    review = baby.to_rapid_review(stage, "SIN-DEMO-0003")
    stage.do(review.case, "rename", "staff", pseudonym="Linden")
    tenth = working_days().add(stage.today, 10)
    stage.wait(1)
    requests = baby.ask_agencies(stage, review, ("hospital", "community", "council", "police"))
    when = {"day": tenth, "starts_at": dt.time(14), "ends_at": dt.time(16, 30)}
    stage.act(review_actions.plan_meeting, review, by="staff", place="Video call", **when)
    done(stage, review, "Book the meeting and the sign-off")
    stage.wait(3)
    done(stage, review, "Hear from agencies without involvement")
    send_account(
        stage, requests["hospital"], "hospital_author", baby_words.RETURNS["hospital"], baby.SIGNED_BY
    )
    send_account(stage, requests["police"], "police_author", baby_words.RETURNS["police"], baby.SIGNED_BY)
    stage.do(
        requests["police"], "query", "staff", due_on=working_days().add(stage.today, 3),
        marks=[{"part": "summary", "comment": "Did anybody tell health visiting or social care of the second report?"}],
    )  # fmt: skip
    half = account(stage.person("community_author"), baby_words.RETURNS["community"])
    for part in ("who", "involvement", "summary", "events"):
        stage.act(write_part, requests["community"], by="community_author", part=part, answers=half[part])
    stage.do(requests["council"], "open_request", "council_author")


def practice_review_at_its_fact_check(stage: Stage) -> None:
    """Agencies check the facts of a draft: the points of one wait to be handled, another is still reading."""
    review = baby.to_rapid_review(stage, "SIN-DEMO-0004")
    stage.do(review.case, "rename", "staff", pseudonym="Spindle")
    drafted = baby.practice_review(stage, baby.rapid_review(stage, review, "Spindle"), "Spindle")
    police = facts.ask(stage, drafted, "police", "events")
    facts.ask(stage, drafted, "community", "reasons")
    stage.wait(4)
    facts.correct(stage, police)


def done(stage: Stage, review: RapidReview, title: str) -> None:
    """Staff mark the step of the plan that is called so as done, today."""
    step = PlanStep.objects.get(case=review.case, title=title)
    stage.do(step, "tick", "staff", effective_on=stage.today)


def decision_that_waits(stage: Stage) -> None:
    """A referral in triage with a proposal that two partners have not looked at yet, and one just arrived."""
    sent = stage.refer("teacher", "school", teenager.referral(stage.today))
    accepted = stage.act(actions.accept, sent, by="staff")
    stage.do(accepted.case, "rename", "staff", pseudonym="Tamarisk")
    decision = stage.act(
        actions.propose, accepted.case, by="staff", kind="notify", outcome="notify", grounds=teenager.LIMBS,
        reasons="A child has died and exploitation is suspected. The authority should notify.",
    )  # fmt: skip
    stage.do(decision, "give_view", "la", partner="la", view="agree", reason="")
    # It happened yesterday: the authority became aware today, and nobody knows of a day that is still to come.
    stage.refer("nurse", "hospital", baby.referral(stage.today - dt.timedelta(days=1)))


def half_written(incident: dt.date) -> dict[str, Any]:
    """What a teacher has written so far: some parts are done, one is half done, the others are not begun."""
    day = incident.isoformat()
    return {
        "safety": {
            "child_safe": "yes", "others_safe": "yes",
            "done": "He is on the children's ward. His little sister is with an aunt; social care visited her there today.",
        },
        "incident": {
            "outcome": "serious_harm", "incident_on": day, "incident_time": "About 16:30", "place": "The family home",
            "area": "Samplebury", "outside_england": "no", "agency_aware_on": day, "harm_types": ["other_injury", "neglect"],
            "abuse_types": ["NEG"],
            "narrative": "A boy of seven fell from a second-floor window. He was alone at home with his sister, aged two. A "
            "neighbour saw him fall and rang for an ambulance.\n\nHe had told a teaching assistant twice this term that he "
            "looks after his sister after school.",
        },
        "agencies": {"items": [
            {"agency_type": "acute_trust", "name": "Samplebury General Hospital", "worker": "Ward team", "still_involved": "yes"},
        ]},
    }  # fmt: skip


def referral_half_written(stage: Stage) -> None:
    """A draft of the school's, so that the form has something to show."""
    draft = stage.act(
        actions.start, by="teacher", partnership=stage.partnership, agency=stage.agencies["school"]
    )
    stage.answer(draft, "teacher", half_written(stage.today))
