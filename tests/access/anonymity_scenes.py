"""The moment at which anonymity is checked: the finished files were looked through, and nobody has signed."""

from __future__ import annotations

from typing import Any

from cspr.workflow import perform
from tests import factories as make
from tests.access.scenes import of_case, scene
from tests.factories import TODAY, Area


@scene
def anonymity_checked(a: Area) -> list[Any]:
    review = make.fact_checked(a)
    key = make.key_begun(a, review)
    left = {"place": "section.child", "said": "Text", "reason": "It names nobody."}
    perform(key, "accept_find", by=a.staff, today=TODAY, **left)
    key = make.files_checked(a, review)
    return [*of_case(review.case), key, key.entries.first(), key.accepted.first()]
