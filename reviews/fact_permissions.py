"""Who sees a fact check, and who answers one. Built from the same blocks as ``reviews.permissions``."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from cspr.accounts.models import User
from referrals.permissions import conflicted, of_listed_cases, standing_on
from reviews.permissions import ANSWERS_FOR_AGENCY, READERS, of_agency


def visible_fact_checks(user: User) -> Q:
    """Whoever reads the review; and those who answer for an agency, its own, and by that nothing else of the case."""
    own = of_agency(user, "review__case", "agency_id", *ANSWERS_FOR_AGENCY)
    return of_listed_cases(user, *READERS, case="review__case") | (own & ~conflicted(user, "review__case"))


def answer_fact_check(check: Any, user: User) -> str | None:
    """Those who write for the asked agency, and its safeguarding leads."""
    asked = user.holds(check.partnership.pk, *ANSWERS_FOR_AGENCY, agency_id=check.agency_id)
    may = asked and not standing_on(check.case, user).conflicted
    return None if may else "Only the agency that was asked can answer this."
