"""The year before the stories: referrals and rapid reviews that are long over, so that there are figures to look at."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.accounts.models import Membership
from cspr.accounts.roles import Partner
from cspr.clocks.models import working_days
from referrals import actions
from referrals.states import Criterion, DecisionKind, Outcome
from reviews import actions as review_actions
from reviews.management.rehearsal import not_met
from reviews.management.rehearsal.stage import Stage
from reviews.models import RapidReview
from reviews.states import RAPID_REVIEW_SECTIONS
from reviews.yearly.year import Year

# Day of the year, who refers for which agency, years and sex of the child, what was decided.
REFERRALS: tuple[tuple[int, str, str, int, str, Outcome], ...] = (
    (12, "nurse", "hospital", 0, "F", Outcome.SINGLE_AGENCY),
    (80, "nurse", "hospital", 2, "M", Outcome.SINGLE_AGENCY),
    (151, "nurse", "hospital", 9, "F", Outcome.SINGLE_AGENCY),
    (190, "nurse", "hospital", 0, "F", Outcome.SINGLE_AGENCY),
    (266, "nurse", "hospital", 0, "F", Outcome.SINGLE_AGENCY),
)
# Day of the year, working days from awareness to the notification and from there to the Panel, who was asked and
# after how many working days each answered.
NOTIFICATIONS: tuple[tuple[int, int, int, dict[str, int]], ...] = (
    (25, 2, 14, {"hospital": 4}),
    (70, 4, 15, {"hospital": 5}),
    (131, 3, 13, {"hospital": 4}),
    (175, 5, 15, {"hospital": 3}),
    (222, 1, 12, {"hospital": 5}),
)
NO_HARM: dict[str, Any] = {
    Criterion.SCSC_A: {"met": "no", "reason": "Nothing suggests abuse or neglect."},
    Criterion.SCSC_B1: {"met": "no", "reason": "The child is well."},
    Criterion.SCSC_B2: {"met": "no", "reason": "The harm was slight and has passed."},
}


def play(stage: Stage, year: Year) -> None:
    """Everything of that year, in the order of its days; the people have been in their roles since before it."""
    Membership.objects.update(starts_on=year.first - dt.timedelta(days=30))
    steps = [(row[0], _referral, row[1:]) for row in REFERRALS] + [
        (row[0], _notification, row[1:]) for row in NOTIFICATIONS
    ]
    for day, step, row in sorted(steps, key=lambda one: one[0]):
        stage.today = working_days().next_working(year.first + dt.timedelta(days=day))
        step(stage, *row)


def _referral(stage: Stage, by: str, agency: str, age: int, sex: str, outcome: Outcome) -> None:
    """One that was received and found not to meet the criteria."""
    answers = not_met.referral(stage.today)
    answers["safety"] = {"child_safe": "yes", "others_safe": "yes", "done": "The child was seen on the day."}
    child = answers["children"]["items"][0]
    child["born_on"], child["sex"] = (stage.today - dt.timedelta(days=365 * age + 90)).isoformat(), sex
    sent = stage.refer(by, agency, answers)
    accepted = stage.act(actions.accept, sent, by="staff")
    stage.decide(
        accepted.case,
        kind=DecisionKind.NOTIFY,
        outcome=outcome,
        reasons="The criteria are not met.",
        grounds=NO_HARM,
    )
    stage.do(sent, "give_feedback", "staff", words="Told by telephone.")
    stage.do(accepted.case, "close", "chair", words="Nothing is left to do.")


def _notification(stage: Stage, to_notify: int, to_panel: int, asked: dict[str, int]) -> None:
    """One that the authority notified, and its rapid review, which was enough."""
    aware = stage.today
    stage.wait(to_notify)
    notification = stage.act(
        actions.record_la_notification, by="staff", partnership=stage.partnership, agency=stage.agencies["council"],
        submitted_on=stage.today, panel_reference=f"SIN-DEMO-{aware:%m%d}", notifier="Head of safeguarding",
        type="abuse_neglect", la_aware_on=aware, incident_on=aware, area="Samplebury", partners_told_on=stage.today,
    )  # fmt: skip
    sent_on = stage.today
    review = RapidReview.objects.get(notification=notification)
    if asked:
        _answers(stage, review, asked)
    stage.until(working_days().add(sent_on, to_panel - 3))
    stage.do(
        review,
        "hold_meeting",
        "staff",
        represented=[partner.value for partner in Partner],
        attendees="The partners",
    )
    stage.do(
        review,
        "write_report",
        "staff",
        sections=dict.fromkeys(RAPID_REVIEW_SECTIONS, "As the agencies told us."),
    )
    stage.do(review, "finish_draft", "staff")
    review = stage.do(review, "seek_sign_off", "staff")
    stage.decide(
        review.case, kind=DecisionKind.REVIEW, outcome=Outcome.RR_SUFFICIENT, grounds={}, evidence_hash=review.report_hash,
        reasons="The learning is clear and has owners.",
    )  # fmt: skip
    stage.until(working_days().add(sent_on, to_panel))
    _to_the_panel(stage, review)


def _answers(stage: Stage, review: RapidReview, asked: dict[str, int]) -> None:
    """The agencies are asked on the day after, and given five working days."""
    stage.wait(1)
    begun, requests = stage.today, {}
    for code in asked:
        request = stage.act(review_actions.add_request, review, by="staff", agency=stage.agencies[code])
        requests[code] = stage.act(
            review_actions.send, request, by="staff", due_on=working_days().add(begun, 5)
        )
    stage.do(review, "request_info", "staff")
    for code, days in sorted(asked.items(), key=lambda pair: pair[1]):
        stage.until(working_days().add(begun, days))
        said: dict[str, Any] = {"name": "Service manager", "role": "Service manager"}
        stage.do(requests[code], "record_nil_return", "staff", **said)


def _to_the_panel(stage: Stage, review: RapidReview) -> None:
    proof = stage.letter(
        review, "sent-to-the-panel.txt", "To the Panel's mailbox: the report and the decision."
    )
    stage.do(review, "submit", "staff", proof=proof)
    stage.wait(10)
    letter = stage.letter(review, "panel-letter.txt", "The Panel agrees with the decision.")
    stage.do(review, "record_panel_response", "staff", outcome="agrees", letter=letter)
    stage.act(review_actions.tell_outcome, review, by="staff", words="Thank you for what you told us.")
    stage.do(review, "close", "staff")
    stage.do(review.case.referrals.get(), "give_feedback", "staff", words="Told by telephone.")
    stage.do(review.notification, "close", "staff")
    stage.do(review.case, "close", "chair", words="Nothing is left to do.")
