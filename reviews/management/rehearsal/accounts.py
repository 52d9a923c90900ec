"""What agencies of the stories write when they are asked: complete accounts, in the parts of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cspr.accounts.models import User
from reviews import actions
from reviews.management.rehearsal.stage import Stage
from reviews.models import InformationRequest
from reviews.questions import by_part

# What an account says where a story says nothing else.
OTHERWISE: dict[str, Any] = {
    "contact": "01632 960140",
    "identity_agrees": "yes",
    "legal_status": "None recorded with us",
    "siblings": "One, aged four",
    "education": "Too young for school or nursery",
    "health_unknown": "Our record holds no more than the summary",
    "identity": "Recorded on the front sheet; not spoken of further",
    "household": "Mother; since the spring also her partner, who stands nowhere in our records as a carer",
    "child_voice_unknown": "Nobody of our agency saw the child alone",
    "daily_life_unknown": "We only know the days on which we met the family",
    "identity_considered": "Recorded, and not thought about any further. We say so because it is so.",
    "sensitive": "no",
    "at_risk": "no",
    "provisional_view": "practice_review",
    "events": {"none": "They are all in the summary above"},
    "others": {"none": "Those we know of have been asked"},
}


def account(writer: User, said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A complete account by ``writer``: what the story says, and what is otherwise said."""
    return account_of(writer.name, writer.job_title, said)


def account_of(name: str, role: str, said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The same by somebody who may have no account here to sign in with."""
    known = {**OTHERWISE, **said}
    for code in said:
        known.pop(f"{code}_unknown", None)
    return by_part({"name": name, "role": role, **known})


def send_account(
    stage: Stage, request: InformationRequest, by: str, said: Mapping[str, Any], signed: tuple[str, str]
) -> None:
    """The author writes part by part, a manager agrees, and it is sent."""
    for part, answers in account(stage.person(by), said).items():
        stage.act(actions.write_part, request, by=by, part=part, answers=answers)
    stage.act(actions.answer_request, request, by=by, signed_by=signed[0], signed_role=signed[1])
