"""Who may keep, hold and dispose: rules of retention. They answer ``None``, or the sentence the person is shown.

The data-protection officer decides without reading: about a case that is not restricted, by its reference alone.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from referrals import permissions

KEEPERS = (Role.SYSADMIN, Role.DPO)
READERS = (*KEEPERS, Role.STAFF)


def confirm_period(partnership: Partnership, user: User) -> str | None:
    """Say how long a kind of record is kept."""
    if user.holds(partnership.pk, *KEEPERS):
        return None
    return "Only the data-protection officer or a technical administrator of the partnership can do this."


def oversees(case: Any, user: User) -> bool:
    """Whether the person is the case's data-protection officer: never of a restricted case, nor in a conflict."""
    if case.restricted or not user.holds(case.partnership_id, Role.DPO):
        return False
    return not permissions.standing_on(case, user).conflicted


def chair_or_officer(subject: Any, user: User) -> str | None:
    """The chair on the case's list, or the data-protection officer."""
    return None if oversees(subject.case, user) else permissions.case_chair(subject.case, user)


def lift_hold(case: Any, user: User) -> str | None:
    """As setting one, but never the person who set every hold that stands."""
    reason = chair_or_officer(case, user)
    standing = [] if reason else case.standing_holds()
    if standing and all(hold.set_by_id == user.pk for hold in standing):
        return "You set this hold yourself, so somebody else has to lift it."
    return reason


DISPOSERS = (Role.STAFF, Role.CHAIR, Role.DPO)
PROPOSERS = (Role.STAFF, Role.DPO)


def kept_cases(user: User) -> Q:
    """Cases of which the person may know that their period is over, which is less than seeing them: those they look
    after as staff, chair or data-protection officer."""
    staffed = Q(partnership_id__in=user.partnerships(Role.STAFF), restricted=False)
    return permissions.audited_cases(user) | (staffed & permissions.visible_cases(user))


def propose_disposal(case: Any, user: User) -> str | None:
    """Staff who may know of the case, on its list or not, and the data-protection officer. Nobody has to read it."""
    standing = permissions.standing_on(case, user)
    if standing.conflicted:
        return permissions.CONFLICTED
    if standing.staff or standing.listed(Role.STAFF) or oversees(case, user):
        return None
    return "Only the partnership’s own staff and its data-protection officer propose this."


def approve_disposal(disposal: Any, user: User) -> str | None:
    """The chair on the case's list, or the data-protection officer; with four eyes, as a decision is approved."""
    if disposal.case is None:
        return "The case is not there any more."
    reason = chair_or_officer(disposal, user)
    if reason:
        return reason
    if disposal.proposed_by_id == user.pk:
        return "You proposed this, so somebody else has to decide on it."
    if disposal.case.referrals.filter(referrer=user).exists():
        return "You referred this case, so somebody else has to decide on it."
    if not permissions.standing_on(disposal.case, user).capacities.isdisjoint({Role.AUTHOR, Role.REVIEWER}):
        return "You wrote part of this case, so somebody else has to decide on it."
    return permissions.CONFLICTED if _conflicted_in_joined(disposal.case, user) else None


def of_others(user: User) -> Q:
    """Disposals that somebody else proposed, of cases whose chair or officer the person is. Whether they may approve
    one, ``approve_disposal`` says on its page."""
    officer = permissions.of_partnership(user, Role.DPO, case="case") & ~permissions.conflicted(user)
    return (permissions.of_listed_cases(user, Role.CHAIR) | officer) & ~Q(proposed_by=user)


def _conflicted_in_joined(case: Any, user: User) -> bool:
    """Whether the person has a conflict of interest in a case that goes with this one."""
    return any(
        permissions.standing_on(joined, user).conflicted or _conflicted_in_joined(joined, user)
        for joined in case.merged.all()
    )


def stop_disposal(disposal: Any, user: User) -> str | None:
    """Whoever may propose one: one person who sees a reason to keep the case is enough."""
    return propose_disposal(disposal.case, user) if disposal.case else "The case is not there any more."


def visible_disposals(user: User) -> Q:
    """Of a case that is there, for whoever looks after its keeping. Afterwards, for those who look after records in
    the partnership; of a case that was restricted, only for the two who disposed of it."""
    cases = apps.get_model("referrals", "Case").objects.filter(kept_cases(user))
    over = Q(case=None, partnership_id__in=user.partnerships(*DISPOSERS))
    return Q(case__in=cases.values("pk")) | (
        over & (Q(restricted=False) | Q(proposed_by=user) | Q(approved_by=user))
    )


def of_audited_cases(user: User) -> Q:
    """Rows with a ``case`` whose keeping the person may look at: its staff, its chair, the officer."""
    return permissions.audited_cases(user, case="case")
