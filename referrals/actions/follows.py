"""What follows from what: verbs of one noun that follow from a verb of another, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cspr.workflow import Change, perform
from referrals.actions.emergency import end_what_is_shut
from referrals.models import (
    Case,
    Decision,
    Notification,
    Referral,
)
from referrals.states import (
    DecisionKind,
    NotificationState,
    Outcome,
    ReferralState,
)


def _decision_approved(change: Change) -> None:
    """A decision on notifying moves the notification and every referral that waits for it."""
    decision: Decision = change.subject
    if decision.kind != DecisionKind.NOTIFY:
        return
    notify = decision.outcome == Outcome.NOTIFY
    notification = Notification.objects.get(case=decision.case)
    if notification.state == NotificationState.CONSIDERING:
        verb = "decide_notify" if notify else "decide_not_notify"
        perform(notification, verb, by=None, today=change.today, effective_on=change.on)
    for referral in _undecided(decision.case):
        if notify:
            perform(referral, "decide_notify", by=None, today=change.today, effective_on=change.on)
        else:
            perform(
                referral,
                "decide_not_met",
                by=None,
                today=change.today,
                effective_on=change.on,
                outcome=decision.outcome,
            )


def _notified(change: Change) -> None:
    """The authority notified on its own: the referrals on the case are decided by that."""
    if change.subject.direct:
        for referral in _undecided(change.subject.case):
            perform(referral, "decide_notify", by=None, today=change.today, effective_on=change.on)


def _undecided(case: Case) -> Iterable[Referral]:
    return case.referrals.filter(state__in=[ReferralState.TRIAGE, ReferralState.AWAITING_INFO])


Consequence = Callable[[Change], None]
FOLLOWS: dict[str, tuple[Consequence, ...]] = {
    "decision.approve": (_decision_approved,),
    "notification.submit": (_notified,),
    "case.restrict": (end_what_is_shut,),
    "case.declare_conflict": (end_what_is_shut,),
    "case.record_conflict": (end_what_is_shut,),
}
_table: dict[str, tuple[Consequence, ...]] = {}


def register(follows: dict[str, tuple[Consequence, ...]]) -> None:
    """Take an app's table of consequences; those of an earlier app come first."""
    for key, consequences in follows.items():
        _table[key] = tuple(dict.fromkeys((*_table.get(key, ()), *consequences)))


def follow(change: Change) -> None:
    """After a change: carry out what follows from it, in the same transaction."""
    for consequence in _table.get(f"{change.subject._meta.model_name}.{change.verb}", ()):
        consequence(change)
