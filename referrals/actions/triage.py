"""Accepting, linking and reopening; and a notification that the authority made on its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from cspr.accounts.models import Agency, Membership, Partnership, User
from cspr.accounts.roles import Role
from cspr.workflow import Refused, begin, note, perform
from referrals import permissions
from referrals.actions.processes import enter_process
from referrals.actions.writing import as_date, open_case
from referrals.models import (
    Case,
    CaseMember,
    Child,
    FamilyMember,
    Notification,
    Referral,
)
from referrals.states import (
    DecisionKind,
    NotificationState,
    ReturnReason,
    Route,
    Stage,
)


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
        _take_over(case, accepted.answers, by=by, today=today)
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
    conflicted = case.conflicted_people()
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
PROCESS = ("type", "body", "status", "contact", "restrictions")


def _take_over(case: Case, answers: dict[str, Any], *, by: User, today: dt.date) -> None:
    """Copy the children, the family and the parallel processes from the form, once."""
    if case.children.exists():
        return
    for child in answers.get("children", {}).get("items", []):
        Child.objects.create(case=case, died_on=as_date(child.get("died_on")), **_person(child, CHILD))
    for relative in answers.get("family", {}).get("items", []):
        FamilyMember.objects.create(case=case, **_person(relative, RELATIVE))
    for process in answers.get("processes", {}).get("items", []):
        known = {name: process[name] for name in PROCESS if process.get(name)}
        enter_process(case, by=by, today=today, given=known)


def _person(given: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """A person's answers as columns, the rest as ``details``."""
    return {
        "born_on": as_date(given.get("born_on")),
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
        case = open_case(referral, by, today)
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
