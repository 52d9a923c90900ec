"""The moments at which the figures of a report are tried: while it is written, and when it is public."""

from __future__ import annotations

from typing import Any

from reviews import actions
from reviews.models import PracticeReview
from tests import factories as make
from tests.access.scenes import LAST_WEEK, of_case, quality, scene
from tests.factories import TODAY, Area
from tests.illustrated import with_figure


@scene
def illustrated(a: Area) -> list[Any]:
    review = next(thing for thing in quality(a) if isinstance(thing, PracticeReview))
    return of_case(with_figure(review, a.reviewer).case)


@scene
def illustrated_and_public(a: Area) -> list[Any]:
    review = with_figure(make.fact_checked(a), a.reviewer)
    review = make.sent_before_publication(a, on=LAST_WEEK, planned=TODAY, review=review)
    return of_case(actions.publish(review, by=a.colleague, today=TODAY).case)
