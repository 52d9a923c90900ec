"""Who may do what with accounts. Each rule answers ``None``, or the sentence the person is shown.

Sources: docs/trust.md §4 (rows user.*, account.*, config.*) and its rule 4: nobody grants themselves a role,
and power over cases or over the record needs a second administrator.
"""

from __future__ import annotations

from cspr.accounts.models import Agency, Membership, Offer, Partnership, PendingGrant, User
from cspr.accounts.roles import AGENCY_ROLES, ALARM_READERS, FOUR_EYES_ROLES, Partner, Role

ADMINISTRATORS_ONLY = "Only a technical administrator of the partnership can do this."


def administer(by: User, partnership: Partnership) -> str | None:
    """Invite people, end roles, change the partnership's details: its technical administrators only."""
    return None if by.holds(partnership.pk, Role.SYSADMIN) else ADMINISTRATORS_ONLY


def keep_executive(by: User, partnership: Partnership) -> str | None:
    """Say who an agency's named executive is: the partnership's staff, who turn to them, and its administrators."""
    if by.holds(partnership.pk, Role.STAFF, Role.SYSADMIN):
        return None
    return "Only the partnership’s own staff or a technical administrator can do this."


def look_at_alarm(by: User, partnership: Partnership, about: User) -> str | None:
    """Say that one has looked at what somebody read: chairs, administrators and the data-protection officer, never the
    person it is about."""
    if about.pk == by.pk:
        return "This is about you, so somebody else looks at it."
    if by.holds(partnership.pk, *ALARM_READERS):
        return None
    return "Only a chair, a technical administrator or the data-protection officer of the partnership can do this."


def needs_second_administrator(partnership: Partnership, role: str) -> bool:
    """Whether a second administrator must confirm the role.

    Always for a chair and a data-protection officer. For an administrator once there are two: before that
    nobody could confirm; after that, one alone could otherwise make a second account and confirm with it.
    """
    if role == Role.SYSADMIN:
        return Membership.objects.holding(partnership.pk, [Role.SYSADMIN]).count() > 1
    return role in FOUR_EYES_ROLES


def offer_role(
    by: User, partnership: Partnership, email: str, role: str, agency: Agency | None
) -> str | None:
    """Offer ``role`` to the person with the address ``email``, by invitation or directly."""
    return (
        administer(by, partnership)
        or _not_yourself(by, email)
        or _fits_agency(partnership, role, agency)
        or _keeps_apart(partnership, email, role, agency)
    )


def _not_yourself(by: User, email: str) -> str | None:
    if by.email.lower() == email.lower():
        return "Nobody can give themselves a role. Ask another administrator."
    return None


def _fits_agency(partnership: Partnership, role: str, agency: Agency | None) -> str | None:
    if role in AGENCY_ROLES and agency is None:
        return "Choose the agency. This role belongs to one."
    if role not in AGENCY_ROLES and agency is not None:
        return "Leave the agency empty. This role belongs to the partnership."
    if agency is not None and not agency.partnerships.filter(pk=partnership.pk).exists():
        return "Choose an agency that works with this partnership."
    if role == Role.PARTNER and agency is not None and agency.partner not in Partner.values:
        return "Choose the local authority, the integrated care board or the police: the statutory partners."
    return None


def _keeps_apart(partnership: Partnership, email: str, role: str, agency: Agency | None) -> str | None:
    """An administrator never sees a case, so holds no other role; and nobody holds one role twice."""
    theirs = Membership.objects.in_force().filter(partnership=partnership, user__email__iexact=email)
    roles = {m.role for m in theirs}
    if any(m.role == role and m.agency_id == (agency.pk if agency else None) for m in theirs):
        return "This person already has this role."
    if (role == Role.SYSADMIN and roles) or Role.SYSADMIN in roles:
        return "A technical administrator never sees a case and so can hold no other role here."
    return None


def close_offer(by: User, offer: Offer) -> str | None:
    """Withdraw an invitation, or decline a role that waits for a second administrator."""
    return administer(by, offer.partnership)


def confirm_grant(by: User, grant: PendingGrant) -> str | None:
    """Confirm, as the second administrator, a role that another one wants to give."""
    reason = administer(by, grant.partnership)
    if reason is None and grant.offered_by_id == by.pk:
        reason = "You asked for this role yourself. A second administrator must confirm it."
    return reason or offer_role(by, grant.partnership, grant.user.email, grant.role, grant.agency)


def end_membership(by: User, membership: Membership) -> str | None:
    """End one role. Not one's own: a partnership must not be left without an administrator by a slip."""
    reason = administer(by, membership.partnership)
    if reason is None and membership.user_id == by.pk:
        reason = "You cannot end your own role. Ask another administrator."
    return reason


def end_sessions(by: User, person: User) -> str | None:
    """Sign somebody out everywhere. Harmless, so administering one partnership they work with is enough."""
    theirs = set(person.memberships.values_list("partnership", flat=True))
    return None if theirs & by.partnerships(Role.SYSADMIN) else ADMINISTRATORS_ONLY


def control_account(by: User, person: User) -> str | None:
    """Deactivate an account or remove its second factor.

    This reaches into every partnership the person works with, so it takes the administrator of all of them.
    """
    if person.pk == by.pk:
        return "You cannot do this to your own account. Ask another administrator."
    reason = end_sessions(by, person)
    if reason is None and {m.partnership_id for m in person.standing} - by.partnerships(Role.SYSADMIN):
        reason = (
            "This person also works with a partnership you do not administer. You can end their roles here, "
            "and ask that partnership’s administrator for the rest."
        )
    return reason
