"""What follows from what: verbs of reviews that follow from a verb of another noun, in one table."""

from __future__ import annotations

from typing import Any

from django_fsm import can_proceed

from cspr.workflow import Change, begin, perform
from referrals.actions import Consequence
from referrals.models import Decision, Notification
from referrals.states import STARTS_CSPR, DecisionKind, NotificationType, Outcome
from reviews.actions.fact_check import points_handled
from reviews.actions.family import next_update
from reviews.actions.links import end_links
from reviews.actions.plan import kept, lay_out, milestones_kept
from reviews.models import Meeting, PracticeReview, RapidReview
from reviews.states import STOPPED, Attendance, Capacity, MeetingPurpose


def _notified(change: Change) -> None:
    """Invariant 1: a submitted abuse-or-neglect notification has exactly one rapid review; no other
    notification leads to one (Panel FAQ; domain §2.2)."""
    notification: Notification = change.subject
    if notification.type != NotificationType.ABUSE_NEGLECT:
        return
    if RapidReview.objects.filter(case=notification.case).exists():
        return
    review = RapidReview(case=notification.case, notification=notification, opened_on=change.on)
    begin(review, by=change.by, today=change.today)


def _retracted(change: Change) -> None:
    """Invariant 2: with the notification retracted, its rapid review is cancelled."""
    review = RapidReview.objects.filter(notification=change.subject).first()
    if review is not None:
        perform(
            review, "cancel", by=None, today=change.today, effective_on=change.on, words=change.event.words
        )


def _decision_approved(change: Change) -> None:
    """A decision for a review opens it on that day, or a stopped one anew; a decision to discontinue ends it."""
    decision: Decision = change.subject
    existing = PracticeReview.objects.filter(case=decision.case).first()
    if decision.kind == DecisionKind.REVIEW and decision.outcome in STARTS_CSPR:
        if existing is None:
            review = PracticeReview(case=decision.case, decision=decision, decided_on=change.on)
            begin(review, by=change.by, today=change.today, facts={"decided_on": change.on})
        elif existing.state in STOPPED:
            perform(existing, "restart", by=None, today=change.today, effective_on=change.on)
    ends = decision.kind == DecisionKind.DISCONTINUE and decision.outcome == Outcome.DISCONTINUE
    if ends and existing is not None and existing.state not in STOPPED:
        perform(existing, "discontinue", by=None, today=change.today, effective_on=change.on)


def _nothing_to_answer(change: Change) -> None:
    """Answered, this way or another, or not asked any more: the links to the request are used up."""
    end_links(change.subject, today=change.today)


def _meeting_held(change: Change) -> None:
    """The meeting of a rapid review moves it on, with what the minutes say of the people."""
    meeting: Meeting = change.subject
    review = RapidReview.objects.filter(case=meeting.case).first()
    if (
        review is None
        or meeting.purpose != MeetingPurpose.RAPID_REVIEW
        or not can_proceed(review.hold_meeting)
    ):
        return
    said: dict[str, Any] = in_words(meeting)
    perform(
        review, "hold_meeting", by=None, today=change.today, effective_on=change.on,
        represented=meeting.represented(), **said,
    )  # fmt: skip


def in_words(meeting: Meeting) -> dict[str, str]:
    """Who took part, who sent apologies and which conflicts were declared, as the report says it."""
    out = meeting.conflicted()
    lines: dict[str, list[str]] = {"attendees": [], "apologies": [], "conflicts_declared": []}
    for person in meeting.participants.all():
        words = f"{person.name}, {person.role}" if person.role else person.name
        if person.deputy_for:
            words += f", for {person.deputy_for}"
        if person.pk in out:
            lines["conflicts_declared"].append(f"{words}: left the meeting and the case")
        elif person.attendance == Attendance.PRESENT:
            only = " (giving information only)" if person.capacity == Capacity.INFORMATION else ""
            lines["attendees"].append(f"{words}{only}")
        elif person.attendance == Attendance.APOLOGIES:
            lines["apologies"].append(words)
    return {name: "\n".join(said) or "None" for name, said in lines.items()}


# What a plan of a review may depend on: its steps are done, opened again or planned anew by it.
MOVES_A_PLAN = (
    "notification.update",
    "rapidreview.hold_meeting",
    "rapidreview.finish_draft",
    "rapidreview.seek_sign_off",
    "rapidreview.reopen_report",
    "rapidreview.submit",
    "informationrequest.send",
    "informationrequest.query",
    "decision.give_view",
    "decision.revise",
    "decision.send_back",
    "decision.withdraw",
    "decision.supersede",
    "decision.reopen",
    "planstep.untick",
    "planstep.take_up",
)
MOVES_MILESTONES = (
    "practicereview.tell_national",
    "practicereview.appoint_reviewer",
    "practicereview.remove_reviewer",
    "practicereview.begin_work",
    "practicereview.receive_draft",
    "practicereview.ask_changes",
    "practicereview.start_fact_check",
    "practicereview.sign_off",
    "practicereview.reopen_report",
    "practicereview.send",
    "practicereview.tell_family",
    "practicereview.restart",
    "publication.begin",
)
ENDS_A_REQUEST = (
    "informationrequest.answer_request",
    "informationrequest.nil_return",
    "informationrequest.record_answer",
    "informationrequest.record_nil_return",
    "informationrequest.refuse",
    "informationrequest.withdraw",
)
FOLLOWS: dict[str, tuple[Consequence, ...]] = {
    "meeting.hold": (_meeting_held,),
    "notification.submit": (_notified,),
    "notification.convert": (_notified, kept),
    "notification.retract": (_retracted,),
    "decision.approve": (_decision_approved, kept),
    "rapidreview.begin": (lay_out,),
    "practicereview.begin": (lay_out,),
    "familypromise.keep": (next_update,),
    "factcheck.handle_point": (points_handled,),
    "factcheck.begin": (milestones_kept,),
    "factcheck.withdraw": (milestones_kept,),
    "practicereview.plan": (lay_out, milestones_kept),
    **dict.fromkeys(MOVES_MILESTONES, (milestones_kept,)),
    **dict.fromkeys(MOVES_A_PLAN, (kept,)),
    **dict.fromkeys(ENDS_A_REQUEST, (_nothing_to_answer, kept)),
}
