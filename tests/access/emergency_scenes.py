"""The moments at which somebody has a case open in an emergency, and at which somebody has read unusually much."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.models import ReadingAlarm
from referrals import actions
from referrals.models import EmergencyAccess
from tests import factories as make
from tests.access.cast import Town
from tests.access.scenes import Scene, of_case, scene
from tests.factories import TODAY, Area

OPENED = "opened"


@scene
def opened(a: Area) -> list[Any]:
    case = make.accepted(a).case
    colleague = make.person(a.partnership, Role.STAFF, name="Colleague")
    access = actions.open_in_emergency(
        case, by=colleague, today=TODAY, now=timezone.now(), hours=4, reason_code="danger", words="A call"
    )
    return [*of_case(case), access]


@scene
def alarmed(a: Area) -> list[Any]:
    return [
        ReadingAlarm.objects.create(
            partnership=a.partnership, user=a.staff, at=timezone.now(), cases=31, files=0
        )
    ]


def _has_it(scene: Scene, user: User, town: Town) -> None:
    EmergencyAccess.objects.filter(pk=scene[EmergencyAccess].pk).update(user=user)


ITS_OWN = dict.fromkeys(("STAFF", "CHAIR"), _has_it)
OWN = {"emergency.view": ITS_OWN, "emergency.end": ITS_OWN, "emergency.look_at": {"CHAIR": _has_it}}
