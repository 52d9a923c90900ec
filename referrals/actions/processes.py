"""The register of other proceedings: entries come from an accepted referral, and from the staff afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cspr.accounts.models import User
from cspr.workflow import Refused, begin
from referrals.models import Case, ParallelProcess
from referrals.models.process import CODED
from referrals.permissions import case_staff


def add_process(
    case: Case, *, by: User, today: dt.date, given: dict[str, Any], nonce: str = ""
) -> ParallelProcess:
    """Enter one more proceeding. ``given``: ``referrals.models.process.RECORDED``.

    Refused for everybody but staff on the case, and for a bar's date without a bar.
    """
    if reason := case_staff(case, by):
        raise Refused(reason)
    return enter_process(case, by=by, today=today, given=given, nonce=nonce)


def enter_process(
    case: Case, *, by: User, today: dt.date, given: dict[str, Any], nonce: str = ""
) -> ParallelProcess:
    """The entry itself; whoever accepts a referral enters what it says before they are on the case's list."""
    process = ParallelProcess(case=case)
    process.write(given)
    facts = {name: getattr(process, name) for name in CODED}
    return begin(process, by=by, today=today, nonce=nonce, facts=facts)
