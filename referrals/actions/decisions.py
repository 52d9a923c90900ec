"""Putting a question to the partnership, and the chair's approval."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.accounts.models import User
from cspr.workflow import Change, Refused, begin, in_turn, perform
from referrals import permissions
from referrals.models import (
    Case,
    Decision,
)
from referrals.states import (
    DECISION_OPEN,
    OUTCOMES,
    DecisionKind,
    DecisionState,
)

# What a later decision on the same question replaces.
REPLACEABLE = frozenset({DecisionState.APPROVED, DecisionState.REOPENED})


def propose(
    case: Case,
    *,
    by: User,
    today: dt.date,
    kind: str,
    outcome: str,
    grounds: dict[str, Any],
    reasons: str,
    evidence_hash: str = "",
    nonce: str = "",
) -> Decision:
    """Put a question to the partnership with a proposed answer. The three partners are asked for their views.

    Refused for somebody who is not staff on the case, for an outcome of another question, without reasons, and
    while the same question is open. A standing decision of the kind is replaced when this one is approved.
    """
    reason = permissions.propose(case, by)
    if reason:
        raise Refused(reason)
    if outcome not in OUTCOMES[DecisionKind(kind)]:
        raise Refused("That outcome does not belong to this question.")
    if not reasons.strip():
        raise Refused("Give the reasons. They are what the decision rests on.")
    decision = Decision(
        case=case,
        kind=kind,
        outcome=outcome,
        grounds=grounds,
        reasons=reasons,
        evidence_hash=evidence_hash,
        proposed_by=by,
        proposed_on=today,
    )
    with in_turn(case.partnership, by=by, nonce=nonce):
        if case.decisions.filter(kind=kind, state__in=DECISION_OPEN).exists():
            raise Refused(
                "This question is open already. Change that proposal instead of making a second one."
            )
        decision.rest_on_what_is_there()
        return begin(decision, by=by, today=today, nonce=nonce, facts={"kind": kind, "outcome": outcome})


def approve(
    decision: Decision,
    *,
    by: User,
    today: dt.date,
    version: int | None = None,
    nonce: str = "",
    words: str = "",
    effective_on: dt.date | None = None,
) -> Decision:
    """The chair approves. An earlier decision of the kind is replaced, and what follows happens.

    All decisions of the case are locked first: whoever changes what they rest on waits for the same rows
    (``recheck``), so that a change is either seen here or reopens what was approved.
    """
    with in_turn(decision.partnership):
        of_case = Decision.objects.select_for_update().filter(case=decision.case).order_by("pk")
        earlier = [d for d in of_case if d.kind == decision.kind and d.state in REPLACEABLE]
        for standing in earlier:
            perform(standing, "supersede", by=None, today=today, words="Replaced by a later decision.")
        return perform(
            decision,
            "approve",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            words=words,
            effective_on=effective_on,
        )


def recheck(change: Change) -> None:
    """After every change on a case: a decision stands only while all it rests on reads as it was approved.

    The rows are locked before they are compared, proposals too: one that is being approved in this moment is
    compared as it was approved. A decision's own verbs change nothing that decisions rest on.
    """
    case = change.subject.case
    if case is None or isinstance(change.subject, Decision):
        return
    at_stake = [*DECISION_OPEN, DecisionState.APPROVED]
    rows = Decision.objects.select_for_update().filter(case=case, state__in=at_stake).order_by("pk")
    for decision in rows:
        if decision.state == DecisionState.APPROVED and decision.differences():
            perform(decision, "reopen", by=None, today=change.today)
