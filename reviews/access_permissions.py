"""Who may see and do what with requests for access to personal data: the data-protection officer and the team."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from referrals.keeping_permissions import oversees
from referrals.permissions import of_listed_cases

# The letter reaches either of them; two of them answer it.
ACCESS_KEEPERS = (Role.DPO, Role.STAFF)
ONLY_KEEPERS = "Only the data-protection officer and the partnership’s own staff can do this."
OWN_WORK = "You prepared this answer, so somebody else has to check it."


def visible_access_requests(user: User) -> Q:
    return Q(partnership__in=user.partnerships(*ACCESS_KEEPERS))


def record_access_request(partnership: Partnership, user: User) -> str | None:
    """Write down that somebody asks."""
    return None if user.holds(partnership.pk, *ACCESS_KEEPERS) else ONLY_KEEPERS


def keep_access_request(request: Any, user: User) -> str | None:
    """Everything up to the answer, but for the check by a second person."""
    return record_access_request(request.partnership, user)


# Who may see who is named in a case: its list, and never a panel member.
NAMES = (Role.STAFF, Role.CHAIR)
CLOSED = (
    "Something in this answer comes from a case that is not open to you. Somebody on that case’s access list has to "
    "check it."
)


def visible_holdings(user: User) -> Q:
    """What was found about somebody: of a case, only for those on its list; of no case, for whoever keeps requests."""
    kept = Q(request__partnership__in=user.partnerships(*ACCESS_KEEPERS))
    return kept & (Q(case=None) | of_listed_cases(user, *NAMES))


def read_access_answer(request: Any, user: User) -> str | None:
    """What goes out, and nothing else of a case: those on the list of every case it comes from, and the
    data-protection officer where none of these is restricted and no conflict is recorded."""
    if reason := keep_access_request(request, user):
        return reason
    cases = apps.get_model("referrals", "Case")._base_manager.filter(pk__in=request.given_from())
    closed = list(cases.exclude(of_listed_cases(user, *NAMES, case="")))
    return None if all(oversees(case, user) for case in closed) else CLOSED


def confirm_access_answer(request: Any, user: User) -> str | None:
    """Four eyes: never whoever prepared the answer or decided on any of it."""
    if reason := keep_access_request(request, user):
        return reason
    own = user.pk == request.prepared_by_id or user.pk in request.deciders()
    return OWN_WORK if own else read_access_answer(request, user)
