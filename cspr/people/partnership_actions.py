"""What an administrator changes about the partnership itself. Recorded like everything else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from cspr.accounts import permissions
from cspr.accounts.models import Agency, Partnership, User
from cspr.accounts.roles import AgencyType, Partner, Role
from cspr.audit.log import record
from cspr.people.actions import join
from cspr.workflow import Refused

DETAILS = (
    "name", "area", "sub_group_name", "email", "phone", "urgent_contact", "lead_signs_off",
    "last_yearly_report_on",
)  # fmt: skip


@transaction.atomic
def begin_partnership(
    details: dict[str, Any], administrators: Sequence[tuple[str, str]], today: dt.date
) -> Partnership:
    """Make a partnership and its first administrators, given as (name, e-mail address). For the installer only.

    The administrators get accounts without a password: each chooses one by "I do not know my password", and so
    proves that the address is theirs. Refused: a name that is taken; fewer than two administrators, because
    some roles need a second one; an address that has an account.
    """
    emails = [email.lower() for _, email in administrators]
    if len(set(emails)) < 2:
        raise Refused("Name two administrators: some roles must be confirmed by a second one.")
    if User.objects.filter(email__in=emails).exists():
        raise Refused("One of these e-mail addresses has an account already.")
    if Partnership.objects.filter(name=details["name"]).exists():
        raise Refused("There is a partnership of this name already.")
    partnership = Partnership.objects.create(**details)
    record(partnership=partnership, kind="partnership.begin", by=None)
    for name, email in administrators:
        user = User.objects.create_user(email, name)
        join(None, user, partnership, Role.SYSADMIN, None, today)
    return partnership


@transaction.atomic
def edit_partnership(by: User, partnership: Partnership, details: dict[str, Any]) -> None:
    """Save the partnership's details; the event names what was changed, from what, to what."""
    reason = permissions.administer(by, partnership)
    if reason:
        raise Refused(reason)
    fresh = Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
    changed = {n: [getattr(fresh, n), details[n]] for n in DETAILS if getattr(fresh, n) != details[n]}
    for name in changed:
        setattr(fresh, name, details[name])
    if changed:
        fresh.save(update_fields=list(changed))
        record(partnership=fresh, kind="partnership.edit", by=by, facts=changed)


@transaction.atomic
def add_agency(by: User, partnership: Partnership, name: str, kind: AgencyType, partner: str) -> Agency:
    """Let the partnership work with an agency.

    A police force or ICB that is known already is joined, as these span partnerships. Anything else is made
    anew: two schools of one name are two schools. Refused: one the partnership has already.
    """
    reason = permissions.administer(by, partnership)
    if reason is None and partnership.agencies.filter(name__iexact=name, type=kind).exists():
        reason = "The partnership already works with an agency of this name and kind."
    if reason:
        raise Refused(reason)
    spanning = Agency.objects.filter(name__iexact=name, type=kind, partner__in=[Partner.ICB, Partner.POLICE])
    agency = spanning.filter(partner=partner).first()
    agency = agency or Agency.objects.create(name=name, type=kind, partner=partner)
    agency.partnerships.add(partnership)
    record(partnership=partnership, kind="partnership.add_agency", by=by, facts={"agency": agency.pk})
    return agency


@transaction.atomic
def name_executive(by: User, partnership: Partnership, agency: Agency, name: str, email: str) -> None:
    """Say whom to turn to when the agency owes an answer; both empty: nobody any more.

    An agency that spans partnerships has one executive for all of them. The event says only that it changed.
    """
    reason = permissions.keep_executive(by, partnership)
    if reason:
        raise Refused(reason)
    fresh = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk, partnerships=partnership)
    if (fresh.executive_name, fresh.executive_email) == (name, email):
        return
    fresh.executive_name, fresh.executive_email = name, email
    fresh.save(update_fields=["executive_name", "executive_email"])
    facts = {"agency": agency.pk, "named": bool(email)}
    record(partnership=partnership, kind="partnership.name_executive", by=by, facts=facts)
