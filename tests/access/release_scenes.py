"""The moments at which a release is tried: proposed, and confirmed for later today."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from reviews import actions
from tests import factories as make
from tests.access.scenes import LAST_WEEK, of_case, scene
from tests.factories import TODAY, Area


@scene
def release_proposed(a: Area) -> list[Any]:
    """The decision's proposer has proposed the release, too; somebody else confirms it."""
    review = make.sent_before_publication(a, on=LAST_WEEK, planned=TODAY)
    release = make.release_proposed(a, review)
    return [*of_case(review.case), release]


@scene
def release_confirmed(a: Area) -> list[Any]:
    release = make.release_proposed(
        a, make.sent_before_publication(a, on=LAST_WEEK, planned=TODAY), in_hours=1
    )
    now = timezone.now()
    release = actions.confirm_release(release, by=a.colleague, today=TODAY, now=now)
    return [*of_case(release.case), release]
