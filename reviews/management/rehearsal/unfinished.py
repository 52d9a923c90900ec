"""For the demonstration only: work that is under way, so that "Your work" has something to show."""

from __future__ import annotations

from referrals import actions
from reviews.management.rehearsal import baby, baby_words, teenager
from reviews.management.rehearsal.stage import Stage


def rapid_review_on_day_six(stage: Stage) -> None:
    """A rapid review whose agencies were asked some days ago; one has answered."""
    review = baby.to_rapid_review(stage)
    stage.do(review.case, "rename", "staff", pseudonym="Linden")
    stage.wait(1)
    requests = baby.ask_agencies(stage, review, ("hospital", "community", "council", "police"))
    stage.wait(3)
    account = baby_words.RETURNS["hospital"]
    stage.do(requests["hospital"], "answer_request", "hospital_author", **account)


def decision_that_waits(stage: Stage) -> None:
    """A referral in triage with a proposal that two partners have not looked at yet, and one just arrived."""
    sent = stage.refer("teacher", "school", teenager.referral(stage.today))
    accepted = stage.act(actions.accept, sent, by="staff")
    stage.do(accepted.case, "rename", "staff", pseudonym="Hornbeam")
    decision = stage.act(
        actions.propose, accepted.case, by="staff", kind="notify", outcome="notify", grounds=teenager.LIMBS,
        reasons="A child has died and exploitation is suspected. The authority should notify.",
    )  # fmt: skip
    stage.do(decision, "give_view", "la", partner="la", view="agree", reason="")
    stage.refer("nurse", "hospital", baby.referral(stage.today))
