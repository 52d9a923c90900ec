"""Proposing that what was decided becomes public: the first of two people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.accounts.models import User
from cspr.workflow import Refused, verb
from referrals.states import Outcome
from reviews import permissions
from reviews.models.publishing import Publishing
from reviews.states import RELEASE_OPEN, PracticeReviewState

S = PracticeReviewState


class Releasing(Publishing):
    """Nothing becomes public by one person alone: one proposes the release, another confirms it (``Release``)."""

    releases: Any

    class Meta:
        abstract = True

    def to_release(self) -> str:
        """What the partners decided to make public: the report or the improvements; ``""`` when neither."""
        decision = self.publication_decision()
        outcome = str(decision.outcome) if decision else ""
        return outcome if outcome in {Outcome.PUBLISH, Outcome.IMPROVEMENTS_ONLY} else ""

    def unreleasable(self) -> str | None:
        """What has to be done before a release can be proposed."""
        outcome = self.to_release()
        if not outcome:
            return self.undecided() or "The partners decided that nothing is published."
        if self.state == S.IMPROVEMENTS_PUBLISHED and outcome == Outcome.IMPROVEMENTS_ONLY:
            return "The improvements are public already."
        return self.unmet(outcome)

    def being_released(self) -> str | None:
        """Why another release cannot be proposed now: one is. Asked apart, where one is proposed."""
        open_ = self.releases.filter(state__in=RELEASE_OPEN).exists()
        return "A release is proposed already. It is confirmed or called off first." if open_ else None

    @verb(
        [S.SENT, S.NOT_PUBLISHED, S.IMPROVEMENTS_PUBLISHED],
        rule=permissions.case_staff,
        label="Propose the release",
        guards=[unreleasable],
        effect="Nothing is public yet: somebody else on the case has to confirm it.",
    )
    def propose_release(
        self, *, by: User | None, on: dt.date, at: dt.datetime | None, reason_code: str = "", words: str = ""
    ) -> dict[str, Any]:
        """``at``: the moment chosen, ``None`` for as soon as it is confirmed. The improvements alone need a reason."""
        if reason := self.being_released():
            raise Refused(reason)
        if self.to_release() == Outcome.IMPROVEMENTS_ONLY and not (reason_code and words.strip()):
            raise Refused("Explain it: the explanation goes to the Panel and the Secretary of State.")
        return {"at": at and at.isoformat()}
