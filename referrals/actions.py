"""What people do with referrals, cases, notifications and decisions; the only code here that changes anything.

A verb that is nothing but its transition needs no function: the page calls ``perform`` itself. A function stands
here where a verb has consequences, and ``FOLLOWS`` says which verbs of one noun follow from a verb of another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cspr.accounts.models import Agency, Membership, Partnership, User
from cspr.accounts.roles import Role
from cspr.workflow import Change, Refused, Stale, begin, note, perform
from referrals import permissions
from referrals.models import (
    Case,
    CaseMember,
    Child,
    Decision,
    FamilyMember,
    Notification,
    ParallelProcess,
    Referral,
)
from referrals.questions import missing
from referrals.states import (
    OUTCOMES,
    DecisionKind,
    DecisionState,
    HarmOutcome,
    NotificationState,
    NotificationType,
    Outcome,
    ReferralState,
    ReturnReason,
    Route,
    Stage,
)

# --- the form ---------------------------------------------------------------------------------------------


def start(
    *,
    by: User,
    partnership: Partnership,
    agency: Agency,
    today: dt.date,
    nonce: str = "",
    route: str = Route.ONLINE,
    sender: str = "",
    received_on: dt.date | None = None,
) -> Referral:
    """Begin a referral: an agency's own draft, or staff writing down what came another way.

    Refused unless the person refers for that agency, or is staff and says how it came and from whom.
    """
    if route == Route.ONLINE:
        if not by.holds(partnership.pk, Role.REFERRER, Role.SAFEGUARDING_LEAD, agency_id=agency.pk):
            raise Refused("You can only refer for an agency you work for.")
    elif not by.holds(partnership.pk, Role.STAFF):
        raise Refused("Only the partnership's own staff record what came another way.")
    elif not sender.strip() or received_on is None:
        raise Refused("Say who sent it and on which day it reached the partnership.")
    referral = Referral(
        partnership=partnership,
        agency=agency,
        referrer=by,
        route=route,
        sender=sender,
        received_on=received_on,
    )
    return begin(referral, by=by, today=today, nonce=nonce, facts={"route": route})


def write(
    referral: Referral, *, by: User, today: dt.date, section: str, answers: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> Referral:  # fmt: skip
    """Save one section of the form. Nothing is checked for completeness here: a draft may be half-written.

    ``before``: what the section held when the page was made; raises ``Stale`` when it holds something else by now.
    """
    with transaction.atomic():
        locked = Referral.objects.select_for_update().get(pk=referral.pk)
        reason = permissions.edit_referral(locked, by)
        if reason:
            raise Refused(reason)
        if before is not None and locked.answers.get(section, {}) != before:
            raise Stale([])
        if locked.answers.get(section) == answers:
            return locked
        locked.answers[section] = answers
        locked.answered_at = timezone.now()
        locked.save(update_fields=["answers", "answered_at"])
        note(locked, "write", by=by, today=today, section=section)
        return locked


def submit(
    referral: Referral, *, by: User, today: dt.date, version: int | None = None, nonce: str = "",
    declared_by: str = "", **data: Any,
) -> Referral:  # fmt: skip
    """Send the referral. The first time it opens a case, so that clocks run from now on, returned or not.

    ``declared_by``: the name of who declared it true and complete. Refused while an answer is missing. An unclear
    answer about safety alerts staff at once.
    """
    gaps = missing(referral.answers)
    if gaps:
        raise Refused(f"{len(gaps)} answers are still missing. The list of parts shows where.")
    with transaction.atomic():
        case = referral.case or _open_case(referral, by, today)
        sent = perform(
            referral, "submit", by=by, today=today, version=version, nonce=nonce, case=case,
            declared_by=declared_by,
        )  # fmt: skip
        sent.versions.create(
            number=sent.versions.count() + 1, answers=sent.answers, sent_on=today, sent_by=by
        )
        if sent.safety_unclear:
            note(sent, "alert", by=by, today=today)
        return sent


# Which notification an incident calls for, by what the referrer says has happened.
TYPES = {
    HarmOutcome.LAC_DEATH: NotificationType.LAC_DEATH,
    HarmOutcome.CARE_LEAVER_DEATH: NotificationType.CARE_LEAVER_DEATH,
}


def _open_case(referral: Referral, by: User, today: dt.date) -> Case:
    incident, authority = referral.answers.get("incident", {}), referral.answers.get("authority", {})
    case = Case(
        partnership=referral.partnership,
        pseudonym=_pseudonym(referral.partnership),
        incident_on=_date(incident.get("incident_on")),
        la_aware_on=_date(authority.get("la_aware_on")),
        la_suspected_on=_date(authority.get("la_suspected_on")),
        area=incident.get("area", ""),
    )
    begin(case, by=by, today=today)
    type_ = TYPES.get(incident.get("outcome", ""), NotificationType.ABUSE_NEGLECT)
    begin(Notification(case=case, type=type_), by=by, today=today)
    return case


# Neutral words for a case until people choose a better one: trees say nothing about a child.
TREES = (
    "Alder", "Ash", "Aspen", "Beech", "Birch", "Cedar", "Cherry", "Chestnut",
    "Cypress", "Elder", "Elm", "Fir", "Hawthorn", "Hazel", "Holly", "Hornbeam",
    "Juniper", "Larch", "Laurel", "Lime", "Linden", "Maple", "Medlar", "Mulberry",
    "Oak", "Olive", "Pear", "Pine", "Plane", "Poplar", "Quince", "Rowan",
    "Spruce", "Sycamore", "Tamarisk", "Walnut", "Whitebeam", "Willow", "Yew",
)  # fmt: skip


def _pseudonym(partnership: Partnership) -> str:
    """``Alder``, ``Ash`` … ``Alder 2``: the next tree of this partnership."""
    count = Case.objects.filter(partnership=partnership).count()
    again, place = divmod(count, len(TREES))
    return f"{TREES[place]} {again + 1}" if again else TREES[place]


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


# --- triage -----------------------------------------------------------------------------------------------


def return_incomplete(
    referral: Referral, *, by: User, today: dt.date, due_on: dt.date, marks: list[dict[str, str]],
    words: str = "", version: int | None = None, nonce: str = "",
) -> Referral:  # fmt: skip
    """Send back with marked answers. Where safety is unclear, staff are alerted again: never a quiet return."""
    with transaction.atomic():
        returned = perform(
            referral, "return_incomplete", by=by, today=today, version=version, nonce=nonce, due_on=due_on,
            marks=marks, words=words,
        )  # fmt: skip
        if returned.safety_unclear or any(m["reason"] == ReturnReason.SAFETY_UNCLEAR for m in marks):
            note(returned, "alert", by=by, today=today)
        return returned


def accept(
    referral: Referral,
    *,
    by: User,
    today: dt.date,
    version: int | None = None,
    nonce: str = "",
    la_aware_on: dt.date | None = None,
    **data: Any,
) -> Referral:
    """Accept: the case takes over what the form says, and those who will decide get access to it."""
    with transaction.atomic():
        accepted = perform(
            referral,
            "accept",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            la_aware_on=la_aware_on,
            **data,
        )
        case = accepted.case
        assert case is not None
        _take_over(case, accepted.answers)
        give_team_access(case, by=by, today=today)
        if la_aware_on and la_aware_on != case.la_aware_on:
            perform(
                case,
                "set_dates",
                by=by,
                today=today,
                la_aware_on=la_aware_on,
                words="The date the authority became aware was recorded when the referral was accepted.",
            )
        return accepted


def give_team_access(case: Case, *, by: User, today: dt.date) -> None:
    """Need to know from the start: whoever accepts, the chairs, and the three delegated partners."""
    team = [(by, Role.STAFF)] if by.holds(case.partnership_id, Role.STAFF) else []
    held = Membership.objects.holding(case.partnership_id, [Role.CHAIR, Role.PARTNER])
    team += [(m.user, Role(m.role)) for m in held.select_related("user")]
    conflicted = set(case.conflicts.filter(lifted_on=None).values_list("user_id", flat=True))
    for user, capacity in team:
        if user.pk not in conflicted:
            CaseMember.objects.get_or_create(
                case=case, user=user, capacity=capacity, defaults={"starts_on": today, "granted_by": by}
            )
    permissions.access_changed(case)
    note(case, "team", by=by, today=today, people=[user.ref for user, _ in team])


CHILD = (
    "name",
    "also_known_as",
    "sex",
    "ethnicity",
    "ethnicity_reason",
    "legal_status",
    "placement",
    "nhs_number",
)
RELATIVE = ("name", "relationship", "role")


def _take_over(case: Case, answers: dict[str, Any]) -> None:
    """Copy the children, the family and the parallel processes from the form, once."""
    if case.children.exists():
        return
    for child in answers.get("children", {}).get("items", []):
        Child.objects.create(case=case, died_on=_date(child.get("died_on")), **_person(child, CHILD))
    for relative in answers.get("family", {}).get("items", []):
        FamilyMember.objects.create(case=case, **_person(relative, RELATIVE))
    for process in answers.get("processes", {}).get("items", []):
        ParallelProcess.objects.create(
            case=case, type=process["type"], body=process.get("body", ""), status=process.get("status", "")
        )


def _person(given: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """A person's answers as columns, the rest as ``details``."""
    return {
        "born_on": _date(given.get("born_on")),
        "details": {k: v for k, v in given.items() if k not in {*columns, "born_on", "died_on"}},
        **{name: given[name] for name in columns if given.get(name)},
    }


def link(
    referral: Referral,
    *,
    by: User,
    today: dt.date,
    to: Case,
    version: int | None = None,
    nonce: str = "",
    words: str = "",
) -> Referral:
    """Join an existing case about the same child or incident; the referral's own case is kept, marked as merged."""
    with transaction.atomic():
        own = referral.case
        linked = perform(referral, "link", by=by, today=today, version=version, nonce=nonce, to=to)
        if own is not None and not own.referrals.exists():
            Case.objects.filter(pk=own.pk).update(merged_into=to, stage=Stage.ENDED)
            note(Case.objects.get(pk=own.pk), "merge", by=by, today=today, into=to.ref)
        return linked


def reopen(
    referral: Referral,
    *,
    by: User,
    today: dt.date,
    reason_code: str,
    words: str,
    aware_on: dt.date,
    version: int | None = None,
    nonce: str = "",
) -> Referral:
    """Reopen: clock 2 runs from the new awareness date; the earlier outcome and decision stay on record."""
    with transaction.atomic():
        opened = perform(
            referral,
            "reopen",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            reason_code=reason_code,
            words=words,
            aware_on=aware_on,
        )
        case = opened.case
        assert case is not None
        perform(case, "set_dates", by=by, today=today, la_aware_on=aware_on, words=words)
        standing = case.standing_decision(DecisionKind.NOTIFY)
        if standing:
            perform(standing, "supersede", by=None, today=today, words=words)
        notification = Notification.objects.get(case=case)
        if notification.state == NotificationState.DECIDED_NOT_NOTIFY:
            perform(notification, "reconsider", by=by, today=today, words=words)
        return opened


def record_la_notification(
    *,
    by: User,
    partnership: Partnership,
    agency: Agency,
    today: dt.date,
    submitted_on: dt.date,
    panel_reference: str,
    notifier: str,
    type: str,
    la_aware_on: dt.date,
    incident_on: dt.date | None,
    area: str,
    late_reason: str = "",
    partners_told_on: dt.date | None = None,
    nonce: str = "",
) -> Notification:
    """A formal notification by the local authority counts as a referral (local rule, domain §2.1).

    ``by`` is staff, or somebody of that authority. Opens the case, and with it the rapid review, at once.
    """
    own = by.holds(partnership.pk, Role.PARTNER, Role.REFERRER, Role.SAFEGUARDING_LEAD, agency_id=agency.pk)
    if agency.partner != "la" or not (own or by.holds(partnership.pk, Role.STAFF)):
        raise Refused(
            "A notification is recorded by the local authority that made it, or by partnership staff."
        )
    with transaction.atomic():
        referral = Referral(
            partnership=partnership,
            agency=agency,
            referrer=by,
            route=Route.LA_NOTIFICATION,
            sender=notifier,
            received_on=today,
            answers={
                "incident": {"incident_on": incident_on and incident_on.isoformat(), "area": area},
                "authority": {"la_aware_on": la_aware_on.isoformat(), "sin_reference": panel_reference},
            },
        )
        begin(referral, by=by, today=today, nonce=nonce, facts={"route": Route.LA_NOTIFICATION})
        case = _open_case(referral, by, today)
        sent = perform(referral, "submit", by=None, today=today, case=case)
        perform(sent, "accept", by=None, today=today)
        give_team_access(case, by=by, today=today)
        return perform(
            Notification.objects.get(case=case),
            "submit",
            by=None,
            today=today,
            effective_on=submitted_on,
            panel_reference=panel_reference,
            notifier=notifier,
            type=type,
            late_reason=late_reason,
            partners_told_on=partners_told_on,
        )


# --- decisions --------------------------------------------------------------------------------------------


def propose(
    case: Case,
    *,
    by: User,
    today: dt.date,
    kind: str,
    outcome: str,
    grounds: dict[str, Any],
    reasons: str,
    evidence_hash: str = "",
    nonce: str = "",
) -> Decision:
    """Put a question to the partnership with a proposed answer. The three partners are asked for their views.

    Refused for somebody who is not staff on the case, for an outcome of another question, without reasons, and
    while the same question is open. A standing decision of the kind is replaced when this one is approved.
    """
    reason = permissions.propose(case, by)
    if reason:
        raise Refused(reason)
    if outcome not in OUTCOMES[DecisionKind(kind)]:
        raise Refused("That outcome does not belong to this question.")
    if not reasons.strip():
        raise Refused("Give the reasons. They are what the decision rests on.")
    open_already = case.decisions.filter(
        kind=kind, state__in=[DecisionState.PROPOSED, DecisionState.SENT_BACK]
    )
    if open_already.exists():
        raise Refused("This question is open already. Change that proposal instead of making a second one.")
    decision = Decision(
        case=case,
        kind=kind,
        outcome=outcome,
        grounds=grounds,
        reasons=reasons,
        evidence_hash=evidence_hash,
        proposed_by=by,
        proposed_on=today,
    )
    return begin(decision, by=by, today=today, nonce=nonce, facts={"kind": kind, "outcome": outcome})


def approve(
    decision: Decision,
    *,
    by: User,
    today: dt.date,
    version: int | None = None,
    nonce: str = "",
    words: str = "",
    effective_on: dt.date | None = None,
) -> Decision:
    """The chair approves. An earlier standing decision of the kind is replaced, and what follows happens."""
    with transaction.atomic():
        standing = decision.case.standing_decision(decision.kind)
        if standing:
            perform(standing, "supersede", by=None, today=today, words="Replaced by a later decision.")
        return perform(
            decision,
            "approve",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            words=words,
            effective_on=effective_on,
        )


# --- what follows from what -------------------------------------------------------------------------------


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
