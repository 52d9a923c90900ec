"""Where a section can start from: what the agencies, the referral and the case say already, without names.

It only ever proposes: the text goes into the box behind what is written there, each piece under a mark that says
where it was taken from. Nothing is saved by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from referrals.models import Referral
from referrals.questions import shown
from referrals.states import DecisionKind
from reviews.chronology.codes import EntryState, Sensitivity
from reviews.lint import without_names
from reviews.models import ChronologyEntry, InformationRequest, RapidReview
from reviews.models.checking import people_of
from reviews.questions import PARTS
from reviews.states import ANSWERED, AWAITED, RequestState


@dataclass(frozen=True)
class Source:
    """One piece to start from: whose words, and the words."""

    title: str
    text: str


# Section -> the questions of an agency's account and of the referral that it can start from.
FROM_ANSWERS: dict[str, tuple[str, ...]] = {
    "child": ("child_voice", "daily_life", "health", "identity", "household"),
    "safeguarding": ("at_risk", "risk"),
    "involvement": ("involved_from", "involved_to", "summary"),
    "analysis": (
        "risk_recognised", "less_harm", "sharing", "timely", "planning", "records", "key_issues", "improvements",
    ),
    "equality": ("identity", "identity_considered"),
    "learning": ("learning", "good_practice", "investigations"),
    "actions": ("actions_taken",),
    "limits": ("sensitive_what",),
}  # fmt: skip
FROM_REFERRAL: dict[str, dict[str, tuple[str, ...]]] = {
    "child": {
        "children": ("sex", "ethnicity", "religion", "language", "disability", "health", "legal_status")
    },
    "incident": {"incident": ("outcome", "narrative", "medical_opinion")},
    "safeguarding": {"safety": ("child_safe", "others_safe", "done")},
    "analysis": {"criteria": ("working_together",)},
    "equality": {"children": ("ethnicity", "religion", "language", "disability")},
    "learning": {"criteria": ("learning", "good_practice")},
    "family_contact": {"family_told": ("told", "why", "media_interest")},
}


def sources(review: RapidReview, section: str, user: User) -> list[Source]:
    """What the person may read that bears on the section, whose words each piece is, names replaced."""
    makers: tuple[Callable[[RapidReview, str, User], Iterable[Source]], ...] = (
        _from_answers, _from_the_chronology, _from_referrals, _from_the_case,
    )  # fmt: skip
    found = [source for make in makers for source in make(review, section, user) if source.text.strip()]
    if not found:
        return []
    people, pseudonym = people_of(review.case), review.case.pseudonym
    return [Source(s.title, without_names(s.text, people, pseudonym=pseudonym)) for s in found]


def started(text: str, found: Iterable[Source]) -> str:
    """``text`` as it is, and behind it every piece under its mark. A piece that stands there already is not added."""
    pieces = [f"[From {source.title}]\n{source.text.strip()}" for source in found]
    return "\n\n".join([*([text.strip()] if text.strip() else []), *(p for p in pieces if p not in text)])


def _from_answers(review: RapidReview, section: str, user: User) -> Iterable[Source]:
    parts = FROM_ANSWERS.get(section, ())
    if not parts:
        return
    requests = InformationRequest.objects.visible_to(user).filter(rapid_review=review)
    for request in requests.select_related("agency").order_by("agency__name"):
        name, answer = request.agency.name, request.answer
        if request.state in ANSWERED:
            on = f", {in_full(request.answered_on)}" if request.answered_on else ""
            yield Source(f"the answer of {name}{on}", _said(answer, parts) if not answer.get("nil") else "")
        if section == "limits" and request.state in AWAITED:
            yield Source("the list of agencies", f"{name} has not answered yet.")
        if section == "limits" and request.state == RequestState.REFUSED:
            yield Source("the list of agencies", f"{name} did not give an account.")
        if section == "involvement" and request.state in ANSWERED and answer.get("nil"):
            yield Source("the list of agencies", f"{name} had no involvement.")


def _said(answer: dict[str, Any], parts: tuple[str, ...]) -> str:
    """The answers to these questions; with several of them, each after what it answers."""
    rows = [row for row in shown(answer, PARTS) if row.value and row.question.code in parts]
    if len(rows) == 1:
        return rows[0].value
    return "\n\n".join(f"{row.question.noun}: {row.value}" for row in rows)


def _from_the_chronology(review: RapidReview, section: str, user: User) -> Iterable[Source]:
    """The entries marked as key events, as a list by day. What is marked as sensitive stays in the chronology."""
    if section != "involvement":
        return
    entries = ChronologyEntry.objects.visible_to(user).filter(
        case=review.case, state=EntryState.STANDS, key=True, sensitivity=Sensitivity.ORDINARY
    )
    lines = [
        f"- {entry.when.words()}, {entry.agency.name}: {' '.join(entry.happened.split())}"
        for entry in entries.select_related("agency").order_by("starts_on", "at", "pk")
    ]
    yield Source("the key events of the chronology", "\n".join(lines))


def _from_referrals(review: RapidReview, section: str, user: User) -> Iterable[Source]:
    wanted = FROM_REFERRAL.get(section, {})
    if not wanted:
        return
    for referral in (
        Referral.objects.visible_to(user).filter(case=review.case).select_related("agency").order_by("id")
    ):
        said = [
            f"{row.question.noun}: {row.value}"
            for row in shown(referral.answers)
            if row.question.code in wanted.get(row.section.code, ()) and row.value
        ]
        yield Source(f"the referral of {referral.agency.name}", "\n".join(said))


def _from_the_case(review: RapidReview, section: str, user: User) -> Iterable[Source]:
    case = review.case
    if section == "processes":
        lines = [
            f"- {process}: {'; '.join(part for part in (process.body, process.status) if part) or 'no details yet'}"
            for process in case.processes.order_by("id")
        ]
        yield Source("the case", "\n".join(lines))
    if section in {"lines_of_enquiry", "no_further_review"}:
        for decision in case.decisions.filter(kind=DecisionKind.REVIEW).order_by("-id")[:1]:
            yield Source("the decision on a practice review", decision.reasons)
