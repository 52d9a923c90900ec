"""Opening a case in an emergency, and what ends that before its time."""

from __future__ import annotations

import datetime as dt

from cspr.accounts.models import User
from cspr.workflow import Change, Refused, begin, in_turn, perform
from referrals import emails, emergency_permissions, permissions
from referrals.emergency import HOURS, EmergencyReason
from referrals.models import Case, EmergencyAccess


def open_in_emergency(
    case: Case,
    *,
    by: User,
    today: dt.date,
    now: dt.datetime,
    hours: int,
    reason_code: str,
    words: str,
    nonce: str = "",
) -> EmergencyAccess:
    """Let the person read the case for so many ``hours`` from ``now``. The chair and the data-protection officer
    hear of it at once.

    Refused: for whoever may not (``emergency_permissions``), without a reason in words, and where there is nobody who
    would hear of it.
    """
    with in_turn(case.partnership, by=by, nonce=nonce):
        fresh = Case.objects.beside().get(pk=case.pk)
        reason = emergency_permissions.open_case(fresh, by)
        if reason is None and permissions.standing_on(fresh, by).emergency:
            reason = "You have opened this case in an emergency already."
        if reason is None and (hours not in HOURS or reason_code not in EmergencyReason.values):
            reason = "Choose a reason and for how long."
        if reason is None and not words.strip():
            reason = "Say in words why it cannot wait."
        if reason is None and not any(user.pk != by.pk for user in emails.overseers(fresh)):
            reason = (
                "Nobody could be told: the case has no chair, and the partnership no data-protection officer."
            )
        if reason:
            raise Refused(reason)
        access = EmergencyAccess(
            case=fresh,
            user=by,
            reason=reason_code,
            words=words,
            begins_at=now,
            ends_at=now + dt.timedelta(hours=hours),
        )
        facts = {"reason": reason_code, "hours": hours, "ends_at": access.ends_at}
        return begin(access, by=by, today=today, nonce=nonce, facts=facts)


def end_what_is_shut(change: Change) -> None:
    """After a restriction or a conflict: the emergency accesses that open nothing any more end for good, so that
    they do not come back when it is lifted."""
    case = change.subject.case
    shut_out = case.conflicted_people()
    for access in case.emergencies.filter(ended_at=None).select_related("case__partnership"):
        if access.running and (case.restricted or access.user_id in shut_out):
            perform(access, "end_emergency", by=None, today=change.today)
