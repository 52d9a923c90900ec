"""The moment at which another proceeding has ended."""

from __future__ import annotations

from typing import Any

from cspr.workflow import perform
from referrals.models import ParallelProcess
from tests import factories as make
from tests.access.scenes import of_case, scene
from tests.factories import TODAY, Area


@scene
def process_ended(a: Area) -> list[Any]:
    case = make.accepted(a).case
    perform(ParallelProcess.objects.get(case=case), "end_process", by=a.staff, today=TODAY)
    return of_case(case)
