"""The moments in the life of an action that the table is tried at."""

from __future__ import annotations

from typing import Any

from cspr.accounts.models import User
from cspr.workflow import perform
from reviews.models import Action, ActionEvidence
from tests import acting
from tests.access.cast import Town
from tests.access.scenes import Scene, of_case, paper, scene
from tests.factories import TODAY, Area


@scene
def action_planned(a: Area) -> list[Any]:
    action = acting.planned(a)
    return [*of_case(action.case), action, paper(action, a.referrer)]


@scene
def action_shown(a: Area) -> list[Any]:
    action = acting.shown(a)
    return [*of_case(action.case), action]


@scene
def action_complete(a: Area) -> list[Any]:
    action = acting.complete(a)
    return [*of_case(action.case), action]


@scene
def action_assured(a: Area) -> list[Any]:
    action = acting.assured(a)
    return [*of_case(action.case), action]


@scene
def action_ended(a: Area) -> list[Any]:
    action = perform(acting.planned(a), "end_action", by=a.staff, today=TODAY, words="The form is gone")
    return [*of_case(action.case), action]


def owns(scene: Scene, user: User, town: Town) -> None:
    """Somebody at the clinic owns the action."""
    Action.objects.filter(pk=scene[Action].pk).update(owner=user, agency=town.clinic)


def gave_evidence(scene: Scene, user: User, town: Town) -> None:
    """What shows the step was put there by somebody on the case."""
    ActionEvidence.objects.filter(action=scene[Action].pk).update(added_by=user)


OWNERS = dict.fromkeys(("REF", "SGLEAD", "AUTH"), owns)
OWN = {
    **dict.fromkeys(("action.view", "action.report", "action.download"), OWNERS),
    "action.assure": dict.fromkeys(("STAFF", "CHAIR", "PARTNER"), gave_evidence),
}
