"""The tables of the pack: what each divides into what, in words. Data, for a reader who does not program.

No figure is a part of two tables (``protect`` says why). Where a total stands in several tables, it is the same figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cspr.accounts.roles import AgencyType
from referrals.states import NOT_MET, LateReason, NotificationType, Outcome, Sex
from reviews.change import Grade
from reviews.states import DelayReason, WithholdReason
from reviews.themes import THEME_NAMES
from reviews.yearly.counted import AGES


@dataclass(frozen=True)
class Division:
    """One table: a total, and the parts it is divided into, each with its words."""

    code: str
    chapter: str
    title: str
    total: str
    whole: str  # the words of the total
    parts: Mapping[str, str]
    note: str = ""


def coded(prefix: str, choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {f"{prefix}.{code}": label for code, label in choices}


def _instead(outcome: Outcome) -> str:
    """What is done where the criteria are not met, as a row of its own."""
    words = outcome.label.removeprefix("Criteria not met: ")
    return words[:1].upper() + words[1:]


REFERRED, NOTIFIED, RAPID, PRACTICE, AGENCIES, CHANGE = (
    "Referrals",
    "Notifications to the Panel",
    "Rapid reviews",
    "Practice reviews",
    "Agencies asked for their account",
    "Recommendations and actions",
)
CHAPTERS = (REFERRED, NOTIFIED, RAPID, PRACTICE, AGENCIES, CHANGE)
UNSAID = "Not recorded"
# Notifications that open a rapid review, and so the rapid reviews: one figure.
RAPID_REVIEWS = "sin.type.abuse_neglect"
_not_met = sorted(NOT_MET, key=list(Outcome).index)
_COUNTED_BY_DAY = "Counted in the year in which the partnership received it."

DIVISIONS: tuple[Division, ...] = (
    Division(
        "referrals-outcome", REFERRED, "Referrals by outcome", "referral", "Referrals received",
        {
            "referral.notify": "Decided: notify the Panel",
            "referral.not_met": "Decided: criteria not met",
            "referral.considered": "Not decided yet",
            "referral.transferred": "Transferred to another area",
            "referral.withdrawn": "Withdrawn",
            "referral.linked": "Joined to another referral about the same incident",
        },
        _COUNTED_BY_DAY,
    ),
    Division(
        "referrals-instead", REFERRED, "Not notified: what was decided instead", "referral.not_met",
        "Decided: criteria not met",
        coded("not_met", [(o.value, _instead(o)) for o in _not_met]),
    ),
    Division(
        "referrals-limb", REFERRED, "Not notified: which part of the legal test was not met", "referral.not_met",
        "Decided: criteria not met",
        {
            "limb.abuse": "Abuse or neglect was not known or suspected",
            "limb.harm": "The child had not died or been seriously harmed",
            "limb.both": "Neither part was met",
            "limb.unsaid": UNSAID,
        },
        "Children Act 2004 s.16C(1): both parts have to be met.",
    ),
    Division(
        "children-age", REFERRED, "Children by age", "child", "Children in referrals that were accepted",
        {f"child.age.{code}": label for code, label, *_ in AGES} | {"child.age.unknown": "Not known"},
        "Age on the day the referral was accepted.",
    ),
    Division(
        "children-sex", REFERRED, "Children by sex", "child", "Children in referrals that were accepted",
        coded("child.sex", Sex.choices),
    ),
    Division(
        "notifications-time", NOTIFIED, "Notified within five working days", "sin", "Notifications made",
        {
            "sin.in_time": "Within five working days",
            "sin.late": "Later",
            "sin.uncounted": "Cannot be counted: it is not recorded when the authority became aware",
        },
        "The duty is law (Children Act 2004 s.16C); five working days is guidance.",
    ),
    Division(
        "notifications-late", NOTIFIED, "Why notifications were late", "sin.late", "Later than five working days",
        coded("late", LateReason.choices) | {"late.unsaid": UNSAID},
    ),
    Division(
        "notifications-type", NOTIFIED, "Notifications by type", "sin", "Notifications made",
        coded("sin.type", NotificationType.choices),
    ),
    Division(
        "rapid-time", RAPID, "With the Panel within fifteen working days", RAPID_REVIEWS, "Rapid reviews",
        {
            "rr.in_time": "Sent within fifteen working days",
            "rr.late": "Sent later",
            "rr.waiting": "Not sent yet, and not due yet",
            "rr.overdue": "Not sent yet, and overdue",
            "rr.cancelled": "Cancelled: the notification was retracted",
        },
        "Each notification of death or serious harm with abuse or neglect has one. Fifteen days is Panel guidance.",
    ),
    Division(
        "rapid-panel", RAPID, "What the Panel answered", RAPID_REVIEWS, "Rapid reviews",
        {
            "panel.agrees": "Agreed with the decision",
            "panel.disagrees": "Suggested another decision",
            "panel.other": "Answered otherwise: comments, questions, a national review",
            "panel.none": "No answer recorded yet",
        },
        "The last answer counts.",
    ),
    Division(
        "decided", RAPID, "What was decided after the rapid review", RAPID_REVIEWS, "Rapid reviews",
        {
            "pr": "A practice review",
            "decided.rr_sufficient": "No review: the rapid review is enough",
            "decided.other_learning": "No practice review: another kind of learning review",
            "decided.national": "No local review: a national review is proposed",
            "decided.not_yet": "Not decided yet, or cancelled",
        },
        "The last decision counts. Joint reviews are practice reviews.",
    ),
    Division(
        "practice-stands", PRACTICE, "How the practice reviews stand", "pr", "Practice reviews",
        {
            "pr.public": "Published",
            "pr.nothing": "Finished, and nothing published",
            "pr.stopped": "Ended early, or taken into another review",
            "pr.open": "Still open",
        },
        "Those that followed from the year’s notifications, whenever they were decided.",
    ),
    Division(
        "practice-time", PRACTICE, "Published within six months", "pr.public", "Published",
        {"pr.in_time": "Within six months of the decision", "pr.late": "Later"},
        "Six months from the decision is guidance.",
    ),
    Division(
        "practice-open", PRACTICE, "Still open", "pr.open", "Still open",
        {"pr.open_in_time": "Within the six months", "pr.open_late": "Past the six months"},
    ),
    Division(
        "practice-extent", PRACTICE, "What was published", "pr.public", "Published",
        {"pr.full": "The whole report", "pr.improvements": "Only the improvements that should be made"},
    ),
    Division(
        "practice-nothing", PRACTICE, "Why nothing was published", "pr.nothing", "Finished, and nothing published",
        coded("nothing", WithholdReason.choices),
        "Children Act 2004 s.16F(5). The Panel and the Secretary of State were told why.",
    ),
    Division(
        "practice-improvements", PRACTICE, "Why only the improvements were published", "pr.improvements",
        "Only the improvements", coded("improvements", WithholdReason.choices),
    ),
    Division(
        "delays", PRACTICE, "Why reviews were delayed", "delay", "Delays recorded in the year",
        coded("delay", DelayReason.choices),
        "Delays of rapid reviews and practice reviews that the Panel was told of.",
    ),
    Division(
        "requests-answers", AGENCIES, "Whether agencies answered in time", "request", "Agencies asked",
        {
            "request.in_time": "Answered by the day that was asked",
            "request.late": "Answered later",
            "request.waiting": "Not answered yet, and not due yet",
            "request.overdue": "Not answered, and overdue",
            "request.refused": "Refused",
            "request.withdrawn": "No longer asked",
        },
        "The first answer counts. A nil return is an answer.",
    ),
    Division(
        "recommendations", CHANGE, "What the partners answered to recommendations", "recommendation",
        "Recommendations in reports published in the year",
        {
            "recommendation.accepted": "Accepted",
            "recommendation.partly": "Accepted in part",
            "recommendation.rejected": "Not accepted",
            "recommendation.unanswered": "Not answered yet",
        },
    ),
    Division(
        "actions", CHANGE, "Actions planned in the year", "action", "Actions planned",
        {"action.pursued": "Pursued", "action.ended": "No longer pursued"},
    ),
    Division(
        "actions-grade", CHANGE, "Did it change anything?", "action.pursued", "Actions pursued",
        {f"grade.{grade.value}": grade.label for grade in Grade},
        "The step that somebody who does not own the action has agreed to, on evidence.",
    ),
    Division(
        "actions-time", CHANGE, "Actions and their dates", "action.pursued", "Actions pursued",
        {
            "action.complete": "Complete",
            "action.under_way": "Under way",
            "action.overdue": "Overdue",
        },
    ),
)  # fmt: skip
# Mostly the same number: who knows the one knows the other.
ALIKE = (
    frozenset({"referral.notify", "sin"}),
    frozenset({"sin", RAPID_REVIEWS}),
)
# What anybody can count in the library: never hidden, and taken as known to the reader.
PUBLIC = frozenset({"pr.public", "pr.full", "pr.improvements", "report", "recommendation"}) | {
    f"theme.{code}" for code in THEME_NAMES
}


def by_kind(kinds: Iterable[str]) -> tuple[Division, ...]:
    """The two tables by kind of agency, for the kinds that occur; none without any."""
    labels = [(kind, AgencyType(kind).label) for kind in AgencyType.values if kind in set(kinds)]
    if not labels:
        return ()
    rest = [("other_kinds", "Any other kind of agency")]
    return (
        Division(
            "referrals-agency", REFERRED, "Referrals by kind of agency", "referral", "Referrals received",
            coded("referral.by", [*labels, *rest]),
        ),
        Division(
            "requests-agency", AGENCIES, "Which agencies were asked, and how long they took", "request",
            "Agencies asked", coded("request.by", [*labels, *rest]),
            "Median working days from the request to the first answer, where it tells nothing about a few.",
        ),
    )  # fmt: skip
