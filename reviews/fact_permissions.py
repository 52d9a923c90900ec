"""Who sees a fact check, and who answers one. Built from the same blocks as ``reviews.permissions``."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q

from cspr.accounts.models import User
from referrals.permissions import listed_case_ids, standing_on
from reviews.permissions import ANSWERS_FOR_AGENCY, READERS, of_agency


def visible_fact_checks(user: User) -> Q:
    """Whoever reads the review; and those who answer for an agency, its own, and by that nothing else of the case."""
    own = of_agency(user, "review__case", "agency_id", *ANSWERS_FOR_AGENCY)
    conflicts = apps.get_model("referrals", "Conflict").objects.filter(user=user, lifted_on=None)
    conflicted = Q(review__case__in=conflicts.values("case_id"))
    return Q(review__case__in=listed_case_ids(user, *READERS)) | (own & ~conflicted)


def answer_fact_check(check: Any, user: User) -> str | None:
    """Those who write for the asked agency, and its safeguarding leads."""
    asked = user.holds(check.partnership.pk, *ANSWERS_FOR_AGENCY, agency_id=check.agency_id)
    may = asked and not standing_on(check.case, user).conflicted
    return None if may else "Only the agency that was asked can answer this."
