"""What else looks into the incident, as the register of the published case holds it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from referrals.models import Case, ParallelProcess
from reviews.management.rehearsal.stage import Stage


def entered(case: Case, kind: str) -> ParallelProcess:
    """What the referral said of it, in the register since the case was accepted."""
    return ParallelProcess.objects.get(case=case, type=kind)


def known_better(stage: Stage, case: Case) -> None:
    """The police and the family court have told more: the investigation bars publication until it ends."""
    crim: dict[str, Any] = {
        "their_reference": "VP/26/0417", "contact": "The officer in the case", "began_on": case.incident_on,
        "status": "One person charged; plea hearing listed", "next_on": stage.today + dt.timedelta(weeks=9),
        "effect": "in_part", "bars_publication": True,
    }  # fmt: skip
    stage.do(entered(case, "crim"), "amend_process", "staff", given=crim)
    fam: dict[str, Any] = {
        "contact": "The authority’s solicitor", "began_on": case.incident_on, "status": "Interim care order made",
        "next_on": stage.today + dt.timedelta(weeks=6), "effect": "goes_on",
    }  # fmt: skip
    stage.do(entered(case, "fam"), "amend_process", "staff", given=fam)


def over(stage: Stage, case: Case) -> None:
    """Both have ended, so nothing bars publication any more."""
    stage.do(entered(case, "crim"), "end_process", "staff", outcome="A guilty plea; sentenced")
    stage.do(entered(case, "fam"), "end_process", "staff", outcome="A care order")
