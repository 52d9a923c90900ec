"""Referrals and cases that may be about the same child or incident. Reads only what the person may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from cspr.sealed.fields import same_as
from referrals.models import Case, Child, Referral
from referrals.questions.answers import of
from referrals.questions.table import children as children_section
from referrals.states import ReferralState

# Enough for a partnership's open referrals; the check is a help, and bounded whatever the load.
MOST_REFERRALS = 200
MOST_CHILDREN = 50
UNREAD = (ReferralState.SUBMITTED, ReferralState.RETURNED)


@dataclass(frozen=True)
class Likeness:
    """A case that may be the same, and why; ``referral`` where its case has not been accepted yet."""

    case: Case
    why: str
    referral: Referral | None = None


def likely(referral: Referral, user: User) -> list[Likeness]:
    """Cases of the partnership that the person may see and that may be about the same child or incident.

    The same NHS number; the same name and date of birth; the same date of birth and date of the incident. What
    another case says about a child is compared, never shown. Two statements, both bounded.
    """
    mine = [_facts(child, _incident(referral.answers)) for child in _children(referral.answers)]
    found: dict[int, Likeness] = {}
    for case, facts, other in (*_accepted(referral, user, mine), *_unread(referral, user)):
        why = next(filter(None, (_why(own, facts) for own in mine)), "")
        if why and case.pk != referral.case_id:
            found.setdefault(case.pk, Likeness(case, why, other))
    return list(found.values())


@dataclass(frozen=True)
class Facts:
    name: str
    born_on: str
    nhs_number: str
    incident_on: str


# A case, what is known of one of its children, and the referral it is while nobody has accepted it.
Candidate = tuple[Case, Facts, Referral | None]


def _incident(answers: dict[str, Any]) -> str:
    return str(answers.get("incident", {}).get("incident_on") or "")


def _children(answers: dict[str, Any]) -> list[dict[str, Any]]:
    return children_section.items(of(children_section, answers))


def _facts(child: dict[str, Any], incident_on: str) -> Facts:
    return Facts(
        _same_name(str(child.get("name", ""))),
        str(child.get("born_on") or ""),
        str(child.get("nhs_number") or ""),
        incident_on,
    )


def _same_name(name: str) -> str:
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in name.casefold()).split()))


def _why(one: Facts, other: Facts) -> str:
    if one.nhs_number and one.nhs_number == other.nhs_number:
        return "a child with the same NHS number"
    if not one.born_on or one.born_on != other.born_on:
        return ""
    if one.name and one.name == other.name:
        return "a child with the same name and date of birth"
    if one.incident_on and one.incident_on == other.incident_on:
        return "a child with the same date of birth, and an incident on the same day"
    return ""


def _accepted(referral: Referral, user: User, mine: list[Facts]) -> Iterator[Candidate]:
    dates = {facts.born_on for facts in mine} - {""}
    numbers = {facts.nhs_number for facts in mine} - {""}
    if not dates and not numbers:
        return
    visible = Case.objects.visible_to(user).filter(partnership=referral.partnership_id, merged_into=None)
    alike = same_as(Child, "born_on", dates) | same_as(Child, "nhs_number", numbers)
    same = Child.objects.filter(alike, case__in=visible)
    for child in same.select_related("case")[:MOST_CHILDREN]:
        case = child.case
        facts = Facts(
            _same_name(child.name),
            child.born_on.isoformat() if child.born_on else "",
            child.nhs_number,
            case.incident_on.isoformat() if case.incident_on else "",
        )
        yield case, facts, None


def _unread(referral: Referral, user: User) -> Iterator[Candidate]:
    """Referrals that nobody has accepted yet: their children stand only in their answers."""
    visible = Referral.objects.visible_to(user).filter(partnership=referral.partnership_id, state__in=UNREAD)
    for other in visible.exclude(pk=referral.pk).select_related("case").order_by("-pk")[:MOST_REFERRALS]:
        if other.case is not None:
            for child in _children(other.answers):
                yield other.case, _facts(child, _incident(other.answers)), other
