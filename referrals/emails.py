"""Who is told what, when a verb has been done. The text of an e-mail never says more than its kind's sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cspr.accounts.models import Membership, User
from cspr.accounts.roles import Role
from cspr.mail.kinds import register_kind
from cspr.mail.outbox import Message, queue
from cspr.workflow import Change, Subject
from referrals.models import Case

Recipients = Callable[[Any], Iterable[User]]


@dataclass(frozen=True)
class Tell:
    """Who hears of a verb, in which fixed sentence, and whether at once or in the daily summary."""

    to: Recipients
    kind: str
    immediate: bool = False


def members(case: Case | None, *roles: str) -> Iterable[User]:
    """People on the case's access list in one of the roles, without anyone in conflict."""
    if case is None:
        return ()
    today = timezone.localdate()
    listed = case.members.filter(Q(ends_on=None) | Q(ends_on__gte=today), capacity__in=roles)
    conflicted = case.conflicts.filter(lifted_on=None)
    people: Iterable[User] = (
        User._default_manager.filter(is_active=True, pk__in=listed.values("user_id"))
        .exclude(pk__in=conflicted.values("user_id"))
        .distinct()
    )
    return people


def staff(subject: Any) -> Iterable[User]:
    """Staff on the case; before anybody is on it, all staff of the partnership."""
    return list(members(subject.case, Role.STAFF)) or list(holders(subject.partnership.pk, Role.STAFF))


def holders(partnership_id: int, role: str, agency_id: int | None = None) -> Iterable[User]:
    held = Membership.objects.holding(partnership_id, [role])
    if agency_id is not None:
        held = held.filter(agency_id=agency_id)
    people: Iterable[User] = User._default_manager.filter(pk__in=held.values("user_id"))
    return people


def writer(referral: Any) -> list[User]:
    return [referral.referrer]


def agency(referral: Any) -> list[User]:
    """The referrer and the agency's safeguarding leads."""
    return [referral.referrer, *holders(referral.partnership_id, Role.SAFEGUARDING_LEAD, referral.agency_id)]


def leads(referral: Any) -> Iterable[User]:
    return holders(referral.partnership_id, Role.SAFEGUARDING_LEAD, referral.agency_id)


def proposer(decision: Any) -> list[User]:
    return [decision.proposed_by]


def disposal_deciders(disposal: Any) -> list[User]:
    """Who may approve a disposal: the chair on the case's list, and the data-protection officer."""
    case: Case | None = disposal.case
    officers = () if case is None or case.restricted else holders(disposal.partnership_id, Role.DPO)
    return list({user.pk: user for user in (*members(case, Role.CHAIR), *officers)}.values())


def disposers(disposal: Any) -> list[User]:
    """The two who dispose of a case."""
    return [user for user in (disposal.proposed_by, disposal.approved_by) if user is not None]


def deciders(subject: Any) -> list[User]:
    """The chair and the delegated partners of the case."""
    return list(members(subject.case, Role.CHAIR, Role.PARTNER))


def undecided(decision: Any) -> list[User]:
    """Whom a proposal waits for: the partners who have not given a view, then the chair."""
    given = set(decision.views.values_list("partner", flat=True))
    people = list(members(decision.case, Role.PARTNER))
    missing = [user for user in people if user.partner_for(decision.partnership.pk) not in given]
    return missing or list(members(decision.case, Role.CHAIR))


def everybody(subject: Any) -> list[User]:
    return list(members(subject.case, Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER))


def overseers(subject: Any) -> list[User]:
    """Who hears that a case was opened in an emergency: its chair and the data-protection officer, but nobody who has
    a conflict in it, to whom the relay would not send it."""
    shut_out = subject.case.conflicted_people()
    officers = [user for user in holders(subject.partnership.pk, Role.DPO) if user.pk not in shut_out]
    return [*members(subject.case, Role.CHAIR), *officers]


SENTENCES = {
    "referral_waiting": "A referral is waiting for you to check it and send it on.",
    "referral_given_back": "A referral you wrote has come back to you from your safeguarding lead.",
    "referral_received": "A referral has reached the partnership.",
    "referral_acknowledged": "Your referral has reached the partnership. Please keep the records of your agency safe.",
    "referral_returned": "A referral from your agency needs to be completed. The dates set by guidance keep running.",
    "referral_moved_on": "There is news about a referral from your agency.",
    "safety_unclear": "Please look at once: a referral does not say clearly whether a child is safe now.",
    "withdrawal_asked": "Somebody has asked to withdraw a referral. Please decide.",
    "decision_proposed": "A decision is waiting for your view or your approval.",
    "decision_back": "A decision you proposed has come back to you.",
    "decision_reopened": "A decision no longer stands, because what it rests on has changed. Please look at it again.",
    "decision_approved": "A decision has been approved in a case you are part of.",
    "notified": "The Panel has been notified in a case you are part of.",
    "opened_in_emergency": "Somebody has opened a case in an emergency. Please look at it.",
    "disposal_proposed": "Somebody has proposed to dispose of a record whose time has come. Please decide.",
    "disposal_kept": "A record that was to be disposed of is kept for now. Please look why.",
    "disposal_carried_out": "A record was disposed of. Its certificate is ready.",
    "deadline_near": "A date you look after is near.",
    "deadline_late": "A date you look after has passed.",
    "deadline_escalated": "A date in a case you are part of has passed.",
}

EMAILS: dict[str, tuple[Tell, ...]] = {
    "referral.send_to_lead": (Tell(leads, "referral_waiting", immediate=True),),
    "referral.give_back": (Tell(writer, "referral_given_back", immediate=True),),
    "referral.submit": (
        Tell(staff, "referral_received", immediate=True),
        Tell(agency, "referral_acknowledged", immediate=True),
    ),
    "referral.alert": (Tell(staff, "safety_unclear", immediate=True),),
    "referral.return_incomplete": (Tell(agency, "referral_returned", immediate=True),),
    "referral.accept": (Tell(agency, "referral_moved_on"),),
    "referral.decide_notify": (Tell(agency, "referral_moved_on"),),
    "referral.decide_not_met": (Tell(agency, "referral_moved_on"),),
    "referral.transfer": (Tell(agency, "referral_moved_on"),),
    "referral.ask_to_withdraw": (Tell(staff, "withdrawal_asked", immediate=True),),
    "referral.withdraw": (Tell(agency, "referral_moved_on"),),
    "referral.reopen": (Tell(agency, "referral_moved_on"),),
    "decision.begin": (Tell(deciders, "decision_proposed", immediate=True),),
    "decision.revise": (Tell(deciders, "decision_proposed", immediate=True),),
    "decision.send_back": (Tell(proposer, "decision_back", immediate=True),),
    "decision.reopen": (
        Tell(deciders, "decision_reopened", immediate=True),
        Tell(staff, "decision_reopened", immediate=True),
    ),
    "decision.approve": (Tell(everybody, "decision_approved"),),
    "emergencyaccess.begin": (Tell(overseers, "opened_in_emergency", immediate=True),),
    "notification.submit": (Tell(everybody, "notified"),),
    "notification.convert": (Tell(everybody, "notified"),),
    "notification.retract": (Tell(everybody, "notified"),),
    "disposal.begin": (Tell(disposal_deciders, "disposal_proposed", immediate=True),),
    "disposal.decline": (Tell(disposers, "disposal_kept", immediate=True),),
    "disposal.put_aside": (Tell(disposers, "disposal_kept", immediate=True),),
    "disposal.carry_out": (Tell(disposers, "disposal_carried_out"),),
}
_table: dict[str, tuple[Tell, ...]] = {}


def register(emails: dict[str, tuple[Tell, ...]], sentences: dict[str, str]) -> None:
    """Take an app's table; called once when the app starts."""
    for kind, sentence in sentences.items():
        register_kind(kind, sentence)
    _table.update(emails)


def table() -> dict[str, tuple[Tell, ...]]:
    return dict(_table)


def told(subject: Subject, verb: str, *, by: User | None = None) -> list[User]:
    """Who will be e-mailed when ``by`` does ``verb``: what the page says before the button is pressed."""
    people = {u.pk: u for t in _table.get(f"{subject._meta.model_name}.{verb}", ()) for u in t.to(subject)}
    return [user for pk, user in people.items() if by is None or pk != by.pk]


def tell(change: Change) -> None:
    """After a change: put one row per recipient in the outbox; nobody is told of what they did themselves,
    except that a referrer's own sending is acknowledged."""
    subject, key = change.subject, f"{change.subject._meta.model_name}.{change.verb}"
    queue(
        Message(
            to=user,
            kind=told.kind,
            dedupe_key=f"{change.event.ref}:{told.kind}:{user.pk}",
            partnership_id=subject.partnership.pk,
            subject_label=subject._meta.label_lower,
            subject_ref=subject.ref,
            immediate=told.immediate,
        )
        for told in _table.get(key, ())
        for user in {u.pk: u for u in told.to(subject)}.values()
        if change.by is None or user.pk != change.by.pk or told.kind == "referral_acknowledged"
    )
