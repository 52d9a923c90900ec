"""The moments of a request for access to personal data: received, prepared, confirmed, to be refused."""

from __future__ import annotations

from typing import Any

from cspr.accounts.models import User
from cspr.documents.models import Document
from cspr.workflow import perform
from reviews import actions
from reviews.models import AccessPassage, AccessRequest
from tests import factories as make
from tests.access.scenes import Scene, scene
from tests.factories import TODAY, Area


def _things(a: Area, request: AccessRequest) -> list[Any]:
    return [a.partnership, request]


@scene
def access_received(a: Area) -> list[Any]:
    return _things(a, make.access_request(a))


@scene
def access_searched(a: Area) -> list[Any]:
    """Somebody without a case is called after her: the passage is open to whoever answers requests."""
    User.objects.filter(pk=a.chair.pk).update(job_title="Once a colleague of Synthetic Mother")
    request = actions.search_for_person(make.access_request(a), by=a.staff, today=TODAY)
    request = actions.gather_passages(request, by=a.staff, today=TODAY)
    return [*_things(a, request), request.passages.get()]


def passage(scene: Scene) -> list[Any]:
    return [scene[AccessRequest].ref, scene[AccessPassage].pk]


@scene
def access_prepared(a: Area) -> list[Any]:
    return _things(a, make.access_prepared(a))


@scene
def access_confirmed(a: Area) -> list[Any]:
    request = actions.confirm_answer(make.access_prepared(a), by=a.dpo, today=TODAY)
    return [*_things(a, request), Document.objects.get()]


@scene
def access_refused(a: Area) -> list[Any]:
    request = perform(
        make.access_request(a), "prepare", by=a.staff, today=TODAY, answer="refuse", reason_code="unknown"
    )
    return _things(a, perform(request, "confirm", by=a.dpo, today=TODAY))
