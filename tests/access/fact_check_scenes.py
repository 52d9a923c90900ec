"""The moments in the life of a fact check that the table is tried at."""

from __future__ import annotations

from typing import Any

from cspr.accounts.models import User
from reviews.models import FactCheck, PracticeReview
from tests import fact_checking as make
from tests.access.cast import Town
from tests.access.scenes import Scene, of_case, scene
from tests.factories import Area


@scene
def facts_asked(a: Area) -> list[Any]:
    check = make.written(a)
    return [*of_case(check.case), check]


@scene
def facts_accurate(a: Area) -> list[Any]:
    check = make.asked(a)
    return [*of_case(check.case), check]


@scene
def facts_answered(a: Area) -> list[Any]:
    check = make.answered(a)
    return [*of_case(check.case), check]


def asks(scene: Scene) -> list[Any]:
    """Where the school is asked."""
    return [scene[PracticeReview].ref, scene.town.here.agencies["school"].pk]


def of_agency(scene: Scene, user: User, town: Town) -> None:
    """It is the clinic that was asked."""
    FactCheck.objects.filter(pk=scene[FactCheck].pk).update(agency=town.clinic)


OWN = dict.fromkeys(("fact_check.view", "fact_check.answer"), dict.fromkeys(("SGLEAD", "AUTH"), of_agency))
