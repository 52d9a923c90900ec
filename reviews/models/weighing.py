"""The criteria of a practice review, weighed one by one on the rapid review before the decision is proposed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models

from cspr.accounts.models import User
from cspr.workflow import Refused, Subject, verb
from referrals.questions.criteria import MET, criteria_of
from referrals.states import DecisionKind
from reviews import permissions
from reviews.states import RAPID_REVIEW_WORKING, RapidReviewState

S = RapidReviewState
# Until it has been sent, and again while the partners reconsider.
WEIGHABLE = [*sorted(RAPID_REVIEW_WORKING), S.PARTNER_SIGN_OFF, S.RECONSIDERATION]
CRITERIA = dict(criteria_of(DecisionKind.REVIEW))


class Weighing(Subject):
    """The part of a rapid review that holds the answers to the criteria."""

    # {"R11A": {"met": "yes", "reason": "…", "cites": [{"code": "answer.….learning", "words": "…"}]}, …}
    weighed = models.JSONField(default=dict)

    class Meta:
        abstract = True

    @verb(
        WEIGHABLE,
        rule=permissions.case_staff,
        label="Answer a criterion",
        effect="A decision that was made on another answer no longer stands.",
    )
    def weigh(
        self,
        *,
        by: User | None,
        on: dt.date,
        criterion: str,
        met: str,
        reason: str,
        cites: list[dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Answer one criterion with its reason. ``cites``: the pieces of evidence it rests on, code and words."""
        if criterion not in CRITERIA or met not in dict(MET):
            raise Refused("That is not one of the criteria, or not one of the answers.")
        if not reason.strip():
            raise Refused("Give your reason. It stands in the decision record, whatever the answer.")
        answer = {"met": met, "reason": reason, "cites": cites or []}
        self.weighed = {**self.weighed, criterion: answer}
        return {"criterion": criterion, "met": met, "cites": [cite["code"] for cite in cites or []]}

    def unweighed(self) -> str | None:
        """Which criteria nobody has answered yet; None when each has been."""
        missing = [label for code, label in CRITERIA.items() if code not in self.weighed]
        return f"Criteria still to be answered: {len(missing)} of {len(CRITERIA)}." if missing else None
