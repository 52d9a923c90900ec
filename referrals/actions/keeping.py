"""How long a partnership keeps its records: a period confirmed, or changed with a reason."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cspr.accounts.models import Partnership, User
from cspr.audit.log import record
from cspr.workflow import Refused
from referrals.keeping_permissions import confirm_period
from referrals.models import RetentionPeriod
from referrals.retention import BY_KIND, LONGEST, Kind


@transaction.atomic
def set_period(
    partnership: Partnership, *, by: User, today: dt.date, kind: Kind, length: int, words: str = ""
) -> RetentionPeriod:
    """Confirm the default, or keep for longer or shorter and say why.

    Refused: for anybody but the data-protection officer and administrators; for what is kept for ever; outside the
    limits; another length than the default without a reason.
    """
    row = BY_KIND[kind]
    reason = confirm_period(partnership, by)
    if reason is None and row.length is None:
        reason = "This is never disposed of, so there is no period to set."
    if reason is None and not row.least <= length <= LONGEST[row.unit]:
        reason = f"Choose between {row.unit.of(row.least)} and {row.unit.of(LONGEST[row.unit])}."
    if reason is None and length != row.length and not words.strip():
        reason = f"Say why it is not {row.lasting(row.length)}."
    if reason:
        raise Refused(reason)
    before = RetentionPeriod.objects.select_for_update().filter(partnership=partnership, kind=kind).first()
    said, _ = RetentionPeriod.objects.update_or_create(
        partnership=partnership,
        kind=kind,
        defaults={"length": length, "words": words, "confirmed_on": today, "confirmed_by": by},
    )
    record(
        partnership=partnership,
        kind="retention.set",
        by=by,
        words=words,
        facts={"kind": kind, "unit": row.unit.value, "before": before and before.length, "after": length},
    )
    return said
