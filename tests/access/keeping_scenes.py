"""The moments of keeping: a legal hold stands; a case is due, to be disposed of, and disposed of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cspr.accounts.models import User
from cspr.mail.models import MailState, OutgoingEmail
from cspr.workflow import perform
from referrals import actions
from referrals.models import Case, Disposal, LegalHold
from tests import factories as make
from tests.access.cast import Town
from tests.access.scenes import Scene, of_case, paper, scene
from tests.factories import TODAY, Area
from tests.outlived import confirmed, file_closed

HELD = "held"
DUE, TO_DISPOSE, APPROVED, DISPOSED = "due", "to_dispose", "disposal_approved", "disposed"
NOON = timezone.make_aware(dt.datetime.combine(TODAY, dt.time(12)))


@scene
def held(a: Area) -> list[Any]:
    case = make.accepted(a).case
    perform(case, "set_legal_hold", by=a.chair, today=TODAY, reason_code="inquest", words="")
    return of_case(case)


def _due(a: Area) -> Case:
    """The period of the case is over and confirmed, and no e-mail about it waits."""
    confirmed(a)
    case = file_closed(a)
    OutgoingEmail.objects.update(state=MailState.SENT)
    return case


def _proposed(a: Area) -> Disposal:
    return actions.propose_disposal(_due(a), by=a.staff, today=TODAY, words="No claim is known.")


@scene
def due(a: Area) -> list[Any]:
    return of_case(_due(a))


@scene
def to_dispose(a: Area) -> list[Any]:
    disposal = _proposed(a)
    return [*of_case(disposal.case), disposal]


@scene
def disposal_approved(a: Area) -> list[Any]:
    disposal = perform(_proposed(a), "approve", by=a.dpo, today=TODAY)
    return [*of_case(disposal.case), disposal]


@scene
def disposed(a: Area) -> list[Any]:
    """The case is gone. Its certificate is a thing of the partnership."""
    disposal = perform(_proposed(a), "approve", by=a.dpo, today=TODAY)
    actions.dispose_waiting(NOON)
    disposal = Disposal.objects.get(pk=disposal.pk)
    return [a.partnership, disposal, paper(disposal, a.staff, "certificate")]


def _set_it(scene: Scene, user: User, town: Town) -> None:
    LegalHold.objects.update(set_by=user)


def _proposed_it(scene: Scene, user: User, town: Town) -> None:
    Disposal.objects.update(proposed_by=user)


OWN = {
    "legal_hold.lift": {"CHAIR": _set_it},
    "disposal.approve": {"CHAIR": _proposed_it},
}
