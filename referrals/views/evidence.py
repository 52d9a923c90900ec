"""What a decision rests on: the report it is made on, and the pieces of evidence that stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from referrals.models import Case
from referrals.questions import shown
from referrals.states import DecisionKind


def basis(case: Case, kind: str) -> Any:
    """The report a decision of this kind rests on: the noun that holds it, or None. Read by name, because
    reviews stand above referrals."""
    held = {DecisionKind.REVIEW: "rapid_review", DecisionKind.PUBLICATION: "practice_review"}
    return getattr(case, held[DecisionKind(kind)], None) if kind in held else None


def evidence_hash(case: Case, kind: str) -> str:
    report = basis(case, kind)
    return str(report.report_hash) if report else ""


@dataclass(frozen=True)
class Evidence:
    """One piece of what a decision rests on, and the criterion it speaks to ("" for the whole).

    ``code`` is how an answer to a criterion cites it; it holds no words.
    """

    source: str
    label: str
    text: str
    criterion: str = ""
    code: str = ""

    @property
    def words(self) -> str:
        return f"{self.source}: {self.label}"


Evidences = Callable[[Case, str, User], Iterable[Evidence]]
_evidence: list[Evidences] = []


def evidence_from(source: Evidences) -> Evidences:
    """Register what stands beside a decision: ``(case, kind, user) -> pieces``. The source checks what the
    person may see."""
    if source not in _evidence:
        _evidence.append(source)
    return source


# Which answers of a referral speak to which criterion.
ANSWERS: dict[tuple[str, str], str] = {
    ("criteria", "limb_a"): "SCSC_A",
    ("criteria", "limb_a_evidence"): "SCSC_A",
    ("incident", "abuse_types"): "SCSC_A",
    ("incident", "medical_opinion"): "SCSC_A",
    ("incident", "outcome"): "SCSC_B1",
    ("criteria", "limb_b"): "SCSC_B2",
    ("criteria", "harm_kinds"): "SCSC_B2",
    ("criteria", "limb_b_evidence"): "SCSC_B2",
    ("incident", "narrative"): "",
    ("criteria", "learning"): "",
    ("safety", "child_safe"): "",
    ("safety", "others_safe"): "",
    ("safety", "done"): "",
}


@evidence_from
def of_referrals(case: Case, kind: str, user: User) -> Iterable[Evidence]:
    """The key answers of the referrals that the person may read: all for the questions about notifying, those on
    the two limbs for the question of a practice review."""
    whole = kind in {DecisionKind.NOTIFY, DecisionKind.RETRACT}
    if not whole and kind != DecisionKind.REVIEW:
        return
    for referral in case.referrals.visible_to(user).select_related("agency").order_by("id"):
        source = f"Referral of {referral.agency.name}"
        for answer in shown(referral.answers):
            criterion = ANSWERS.get((answer.section.code, answer.question.code))
            if criterion is not None and answer.value and (whole or criterion):
                code = f"referral.{referral.ref}.{answer.question.code}"
                yield Evidence(source, answer.question.noun, answer.value, criterion, code)


def evidence_for(case: Case, kind: str, user: User) -> list[Evidence]:
    return [piece for source in _evidence for piece in source(case, kind, user)]
