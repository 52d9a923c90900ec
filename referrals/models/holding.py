"""Legal hold: while one stands, nothing of the case is disposed of, whatever period has ended."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models

from cspr.accounts.models import User
from cspr.workflow import Refused, verb
from referrals import keeping_permissions
from referrals.retention import HoldReason


class Holding(models.Model):
    """The part of a case that says what must not be disposed of."""

    legal_holds: Any

    class Meta:
        abstract = True

    def standing_holds(self) -> list[Any]:
        """The holds that nobody has lifted, oldest first."""
        return [hold for hold in self.legal_holds.all() if hold.lifted_on is None]

    @verb(
        "*",
        rule=keeping_permissions.chair_or_officer,
        label="Set a legal hold",
        effect="Nothing of this case can be disposed of until somebody else lifts the hold. Nothing is disposed of or "
        "changed now.",
    )
    def set_legal_hold(self, *, by: User, on: dt.date, reason_code: str, words: str = "") -> dict[str, Any]:
        """``reason_code``: one of ``HoldReason``; for "something else" the words say what."""
        if reason_code not in HoldReason.values:
            raise Refused("Choose why nothing may be disposed of.")
        if reason_code == HoldReason.OTHER and not words.strip():
            raise Refused("Say in words why nothing may be disposed of.")
        hold = self.legal_holds.create(reason=reason_code, words=words, set_on=on, set_by=by)
        return {"hold": hold.pk, "reason": hold.reason}

    @verb(
        "*",
        rule=keeping_permissions.lift_hold,
        label="Lift a legal hold",
        effect="Once no hold stands, the periods of its records count again. Nothing is disposed of by it.",
        guards=[lambda case: None if case.standing_holds() else "No legal hold stands on this case."],
    )
    def lift_legal_hold(self, *, by: User, on: dt.date, hold: int, words: str) -> dict[str, Any]:
        """Two people: never whoever set this hold."""
        found = self.legal_holds.filter(pk=hold, lifted_on=None).first()
        if found is None:
            raise Refused("This hold does not stand any more.")
        if found.set_by_id == by.pk:
            raise Refused("You set this hold yourself, so somebody else has to lift it.")
        found.lifted_on, found.lifted_by, found.lifted_because = on, by, words
        found.save()
        return {"hold": hold, "reason": found.reason, "set_on": found.set_on}

    @verb(
        "*",
        rule=keeping_permissions.propose_disposal,
        label="Propose disposal",
        effect="Nothing is disposed of yet: the chair or the data-protection officer has to approve it, and it has to "
        "be somebody else than you.",
    )
    def propose_disposal(self, *, by: User, on: dt.date) -> None:
        """The first of two people. The action looks whether its time has come (``Disposal.barred``)."""


class LegalHold(models.Model):
    """One reason for which nothing of a case may be disposed of, from when to when, set and lifted by two people."""

    case = models.ForeignKey("referrals.Case", on_delete=models.CASCADE, related_name="legal_holds")
    reason = models.CharField(max_length=10, choices=HoldReason.choices)
    words = models.TextField(blank=True)
    set_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_on = models.DateField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_because = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_reason_display()
