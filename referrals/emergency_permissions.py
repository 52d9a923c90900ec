"""Emergency access: who may open a case without being on its list, and who looks at it afterwards.

Rules answer ``None``, or the sentence the person is shown. What an emergency access opens while it is in force
stands in ``referrals.permissions``, with everything else that opens a case.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from referrals import permissions
from referrals.emergency import OPENERS
from referrals.keeping_permissions import chair_or_officer

LISTED = "You are on this case’s access list, so you can open it without this."


def openable_cases(user: User, case: str = "") -> Q:
    """Cases the person could open in an emergency: their partnership's, unless restricted or in a conflict.
    ``case``: the way from a row to its case."""
    return permissions.of_partnership(user, *OPENERS, case=case) & ~permissions.conflicted(user, case)


def openable(case: Any, user: User) -> bool:
    """The same of one case."""
    if case.restricted or not user.holds(case.partnership_id, *OPENERS):
        return False
    return not permissions.standing_on(case, user).conflicted


def open_case(case: Any, user: User) -> str | None:
    """Staff and chairs of the partnership who are not on the list. To everybody else there is no such case."""
    if not openable(case, user):
        return (
            "Only staff and chairs of its partnership can open a case in an emergency, and no restricted one."
        )
    return LISTED if permissions.standing_on(case, user).listed(*OPENERS) else None


def overseen(user: User) -> Q:
    """Emergency accesses the person may know of: their own, and as chair or data-protection officer those of the cases
    they look after."""
    officer = permissions.of_partnership(user, Role.DPO, case="case") & ~permissions.conflicted(user)
    own = Q(user=user) & openable_cases(user, case="case")
    return own | officer | permissions.of_listed_cases(user, Role.CHAIR)


def end(access: Any, user: User) -> str | None:
    """The person who opened the case, its chair, and the data-protection officer."""
    if access.user_id == user.pk and openable(access.case, user):
        return None
    return chair_or_officer(access, user)


def look_at(access: Any, user: User) -> str | None:
    """The case's chair or the data-protection officer, never the person who opened it (four eyes)."""
    reason = chair_or_officer(access, user)
    if reason is None and access.user_id == user.pk:
        return "You opened the case yourself, so somebody else looks at it."
    return reason
