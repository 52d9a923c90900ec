"""Everything that changes who may do what: invitations, roles, the end of an account. Nothing else does.

Each action checks its rule in ``cspr.accounts.permissions``, changes, and records, in one transaction. A
refusal raises ``Refused`` with the sentence to show, and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cspr.accounts import permissions
from cspr.accounts.models import (
    Agency,
    Invitation,
    Membership,
    Offer,
    Partnership,
    PendingGrant,
    SignInSession,
    User,
)
from cspr.audit.log import record
from cspr.mail.kinds import INVITATION
from cspr.mail.outbox import queue_account_mail
from cspr.people.notices import SECOND_FACTOR_RESET, record_everywhere, tell
from cspr.wall.scope import admitted
from cspr.workflow import Refused

INVITATION_DAYS = 7
AnOffer = TypeVar("AnOffer", bound=Invitation | PendingGrant)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _refuse(reason: str | None) -> None:
    if reason:
        raise Refused(reason)


def _record(offer: Offer | Membership, verb: str, by: User | None, **facts: Any) -> None:
    record(
        partnership=offer.partnership,
        kind=f"{offer._meta.model_name}.{verb}",
        by=by,
        subject=offer._meta.label_lower,
        subject_ref=offer.ref,
        facts={"role": offer.role, "agency": offer.agency_id, **facts},
    )


@transaction.atomic
def invite(
    by: User,
    partnership: Partnership,
    email: str,
    name: str,
    role: str,
    agency: Agency | None,
    today: dt.date,
) -> Invitation:
    """Send ``email`` a single-use link that is good for seven days. An earlier open one for the role ends."""
    email = email.strip().lower()
    _refuse(permissions.offer_role(by, partnership, email, role, agency))
    Invitation.objects.filter(
        partnership=partnership, email=email, role=role, agency=agency, closed_on=None
    ).update(closed_on=today)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        partnership=partnership,
        agency=agency,
        role=role,
        email=email,
        name=name,
        offered_by=by,
        offered_on=today,
        token_hash=token_hash(token),
        expires_on=today + dt.timedelta(days=INVITATION_DAYS),
    )
    _record(invitation, "send", by)
    path = reverse("accounts:open_invitation", args=[token])
    queue_account_mail(email, INVITATION, settings.SITE_URL + path, partnership.pk)
    return invitation


def find_invitation(token: str, today: dt.date) -> Invitation | None:
    """The invitation that ``token`` opens today; ``None`` when it is wrong, used, withdrawn or too old."""
    open_today = Invitation.objects.filter(closed_on=None, expires_on__gte=today)
    return (
        open_today.select_related("partnership", "agency", "offered_by")
        .filter(token_hash=token_hash(token))
        .first()
    )


@transaction.atomic
def accept_invitation(
    token: str, *, today: dt.date, password: str = "", name: str = "", signed_in: User | None = None
) -> User:
    """Use the link: make the account with ``password``, or add the role to the account ``signed_in``.

    Somebody who has an active account must be signed in to it. A deactivated account of that address comes
    back, with the new password and without its old second factor.
    """
    invitation = find_invitation(token, today)
    if invitation is None:
        raise Refused("This link has been used, withdrawn or is too old. Ask for a new invitation.")
    invitation = _open_offer(invitation)
    user = _account_for(invitation, password, name, signed_in)
    reason = permissions.offer_role(
        invitation.offered_by, invitation.partnership, user.email, invitation.role, invitation.agency
    )
    _refuse(reason and f"This invitation no longer holds: {reason}")
    invitation.closed_on, invitation.accepted_by = today, user
    invitation.save(update_fields=["closed_on", "accepted_by"])
    with admitted([invitation.partnership_id]):
        _record(invitation, "accept", user)
        _give(invitation.offered_by, user, invitation.partnership, invitation.role, invitation.agency, today)
    return user


def _account_for(invitation: Invitation, password: str, name: str, signed_in: User | None) -> User:
    user = User.objects.filter(email=invitation.email).first()
    if user is not None and user.is_active:
        if signed_in != user:
            raise Refused("You already have an account. Sign in, then open the link again.")
        return user
    if user is None:
        user = User.objects.create_user(invitation.email, name or invitation.name, password)
    else:
        Authenticator.objects.filter(user=user).delete()
        user.is_active = True
        user.set_password(password)
        user.save(update_fields=["is_active", "password"])
    # Whoever holds the link reads that mailbox, so the address counts as verified.
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


@transaction.atomic
def grant_role(
    by: User, user: User, partnership: Partnership, role: str, agency: Agency | None, today: dt.date
) -> Membership | PendingGrant:
    """Give a person one more role; where a second administrator must confirm it, only ask for it."""
    _refuse(permissions.offer_role(by, partnership, user.email, role, agency))
    return _give(by, user, partnership, role, agency, today)


def _give(
    by: User, user: User, partnership: Partnership, role: str, agency: Agency | None, today: dt.date
) -> Membership | PendingGrant:
    if permissions.needs_second_administrator(partnership, role):
        grant, asked = PendingGrant.objects.get_or_create(
            user=user,
            partnership=partnership,
            role=role,
            agency=agency,
            closed_on=None,
            defaults={"offered_by": by, "offered_on": today},
        )
        if asked:
            _record(grant, "ask", by, person=user.ref)
        return grant
    return join(by, user, partnership, role, agency, today)


def join(
    by: User | None, user: User, partnership: Partnership, role: str, agency: Agency | None, today: dt.date
) -> Membership:
    """Write the membership and its event. Asks no rule: the caller has, or is the installation (``by=None``)."""
    membership = Membership.objects.create(
        user=user, partnership=partnership, role=role, agency=agency, starts_on=today
    )
    _record(membership, "grant", by, person=user.ref)
    return membership


@transaction.atomic
def confirm_grant(by: User, grant: PendingGrant, today: dt.date) -> Membership:
    """As the second administrator, let a role that was asked for take effect."""
    grant = _open_offer(grant)
    _refuse(permissions.confirm_grant(by, grant))
    grant.closed_on, grant.confirmed_by = today, by
    grant.save(update_fields=["closed_on", "confirmed_by"])
    _record(grant, "confirm", by, person=grant.user.ref)
    return join(by, grant.user, grant.partnership, grant.role, grant.agency, today)


@transaction.atomic
def close_offer(by: User, offer: Invitation | PendingGrant, today: dt.date) -> None:
    """Withdraw an invitation, or decline a role that waits for confirmation."""
    offer = _open_offer(offer)
    _refuse(permissions.close_offer(by, offer))
    offer.closed_on = today
    offer.save(update_fields=["closed_on"])
    _record(offer, "withdraw" if isinstance(offer, Invitation) else "decline", by)


def _open_offer(offer: AnOffer) -> AnOffer:
    rows: Any = type(offer)._default_manager.select_for_update()
    locked: AnOffer | None = rows.filter(pk=offer.pk, closed_on=None).first()
    if locked is None:
        raise Refused("Somebody has already dealt with this.")
    return locked


@transaction.atomic
def end_membership(by: User, membership: Membership, today: dt.date, last_day: dt.date | None = None) -> None:
    """End a role at once, or after ``last_day``. Ended at once, the person's next request is without it."""
    _refuse(permissions.end_membership(by, membership))
    if last_day is not None and last_day < today:
        raise Refused("The last day cannot be in the past.")
    membership.ends_on = last_day or today - dt.timedelta(days=1)
    membership.save(update_fields=["ends_on"])
    _record(membership, "end", by, person=membership.user.ref, last_day=membership.ends_on)


@transaction.atomic
def deactivate(by: User, user: User, today: dt.date) -> None:
    """Close an account: its roles end, its open offers lapse, and every session of the person is over."""
    _refuse(permissions.control_account(by, user))
    record_everywhere("user.deactivate", user, by)
    user.memberships.in_force(today).update(ends_on=today - dt.timedelta(days=1))
    user.pending_grants.filter(closed_on=None).update(closed_on=today)
    user.is_active = False
    user.save(update_fields=["is_active"])
    SignInSession.objects.filter(user=user).delete()


@transaction.atomic
def end_sessions(by: User, user: User) -> None:
    """Sign the person out of every browser."""
    _refuse(permissions.end_sessions(by, user))
    record_everywhere("user.end_sessions", user, by)
    SignInSession.objects.filter(user=user).delete()


@transaction.atomic
def end_other_sessions(user: User, session_key: str | None) -> int:
    """Sign oneself out everywhere but here; how many sessions that ended."""
    ended, _ = SignInSession.objects.filter(user=user).exclude(session_key=session_key).delete()
    record_everywhere("user.end_other_sessions", user, user, ended=ended)
    return ended


@transaction.atomic
def reset_second_factor(by: User, user: User) -> None:
    """Remove the authenticator app and recovery codes of somebody who lost them, sign them out and tell them.

    They sign in with their password and must set up a new app before anything else.
    """
    _refuse(permissions.control_account(by, user))
    record_everywhere(SECOND_FACTOR_RESET, user, by)
    Authenticator.objects.filter(user=user).delete()
    SignInSession.objects.filter(user=user).delete()
    tell(user, SECOND_FACTOR_RESET)


@transaction.atomic
def edit_profile(user: User, details: dict[str, str]) -> None:
    """Save a person's own name, job title and telephone number. Nothing else is theirs to change."""
    for name in ("name", "job_title", "phone"):
        setattr(user, name, details[name])
    user.save(update_fields=["name", "job_title", "phone"])
    record_everywhere("user.edit_profile", user, user)
