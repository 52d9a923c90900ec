"""Holds of a practice review: the work pauses, the statutory date does not."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.accounts.models import User
from cspr.workflow import Refused, Subject, verb
from referrals.models import ParallelProcess
from reviews import permissions
from reviews.models.parts import Hold
from reviews.states import PracticeReviewState

S = PracticeReviewState
LONGEST_HOLD = dt.timedelta(weeks=8)


class Holding(Subject):
    """Putting the work on hold, looking at it again within eight weeks, and going on."""

    holds: Any

    class Meta:
        abstract = True

    def current_hold(self) -> Hold | None:
        found: Hold | None = self.holds.filter(ended_on=None).first()
        return found

    @verb(
        S.IN_PROGRESS,
        S.ON_HOLD,
        rule=permissions.case_chair,
        label="Put on hold",
        effect="The date it is due stays. Tell the Panel and the Secretary of State of the delay.",
    )
    def hold(
        self,
        *,
        by: User | None,
        on: dt.date,
        reason_code: str,
        review_on: dt.date,
        agreed_by: str,
        words: str = "",
        process: ParallelProcess | None = None,
    ) -> dict[str, Any]:
        """Invariant 8: a hold never moves the six months. It is looked at again within eight weeks."""
        self._hold(on, reason_code, review_on, agreed_by, words, process)
        return {"review_on": review_on, "process": process.ref if process else ""}

    @verb(
        S.ON_HOLD,
        rule=permissions.case_chair,
        label="Keep it on hold",
        effect="It is looked at again within another eight weeks.",
    )
    def extend_hold(
        self,
        *,
        by: User | None,
        on: dt.date,
        reason_code: str,
        review_on: dt.date,
        agreed_by: str,
        words: str = "",
        process: ParallelProcess | None = None,
    ) -> dict[str, Any]:
        """The hold was looked at and goes on: a new row, so that each look is on record."""
        self.end_hold(on)
        self._hold(on, reason_code, review_on, agreed_by, words, process)
        return {"review_on": review_on, "process": process.ref if process else ""}

    @verb(
        S.ON_HOLD,
        S.IN_PROGRESS,
        rule=permissions.staff_or_chair,
        label="Resume",
        effect="The work goes on. The date it is due is the same as before.",
    )
    def resume(self, *, by: User | None, on: dt.date) -> None:
        self.end_hold(on)

    def _hold(
        self,
        on: dt.date,
        reason: str,
        review_on: dt.date,
        agreed_by: str,
        note: str,
        process: ParallelProcess | None,
    ) -> None:
        if not on < review_on <= on + LONGEST_HOLD:
            raise Refused("Look at the hold again within eight weeks: give a date in that time.")
        if process is not None and process.case_id != self.case.pk:
            raise Refused("That proceeding belongs to another case.")
        self.holds.create(
            reason=reason, started_on=on, review_on=review_on, agreed_by=agreed_by, note=note, process=process
        )

    def end_hold(self, on: dt.date) -> None:
        """The running hold ends, if there is one."""
        self.holds.filter(ended_on=None).update(ended_on=on)
