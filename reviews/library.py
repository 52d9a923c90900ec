"""What staff do with the links they keep for the public. No case is touched, so no verb of a case stands here."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cspr.accounts.models import User
from cspr.accounts.roles import Role
from cspr.audit.log import record
from cspr.workflow import Refused
from referrals.permissions import STAFF_ONLY
from reviews.models import LibraryLink


def keep_link(link: LibraryLink, *, by: User, today: dt.date, nonce: str = "") -> LibraryLink:
    """Add a link for the public, or change one. Refused for everybody but its partnership's staff.

    Raises ``IntegrityError`` when the person has already sent the form with this ``nonce``.
    """
    _keeps(link, by)
    with transaction.atomic():
        kind = "change" if link.pk else "add"
        link.added_on = link.added_on or today
        link.save()
        _record_link(link, kind, by, nonce)
        return link


def remove_link(link: LibraryLink, *, by: User, nonce: str = "") -> None:
    """Take a link out of the library. What it said stays in the record."""
    _keeps(link, by)
    with transaction.atomic():
        _record_link(link, "remove", by, nonce)
        link.delete()


def _keeps(link: LibraryLink, by: User) -> None:
    if not by.holds(link.partnership_id, Role.STAFF):
        raise Refused(STAFF_ONLY)


def _record_link(link: LibraryLink, verb: str, by: User, nonce: str) -> None:
    record(
        partnership=link.partnership,
        kind=f"librarylink.{verb}",
        by=by,
        subject=link._meta.label_lower,
        subject_ref=link.ref,
        facts={"kind": link.kind, "title": link.title, "url": link.url},
        nonce=nonce,
    )
