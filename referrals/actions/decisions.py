"""Putting a question to the partnership, and the chair's approval."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from cspr.accounts.models import User
from cspr.workflow import Refused, begin, perform
from referrals import permissions
from referrals.models import (
    Case,
    Decision,
)
from referrals.states import (
    OUTCOMES,
    DecisionKind,
    DecisionState,
)


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
    open_already = case.decisions.filter(
        kind=kind, state__in=[DecisionState.PROPOSED, DecisionState.SENT_BACK]
    )
    if open_already.exists():
        raise Refused("This question is open already. Change that proposal instead of making a second one.")
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
    """The chair approves. An earlier standing decision of the kind is replaced, and what follows happens."""
    with transaction.atomic():
        standing = decision.case.standing_decision(decision.kind)
        if standing:
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
