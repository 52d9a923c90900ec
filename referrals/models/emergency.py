"""Emergency access ("break glass"): one person reads one case without being on its list, for a few hours, on record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.workflow import Subject, verb
from referrals import emergency_permissions
from referrals.emergency import EmergencyReason, EmergencyState
from referrals.models.case import Case
from referrals.models.visible import Visible


def _looked_at(access: EmergencyAccess) -> str | None:
    return f"{access.looked_at_by.name} has looked at it." if access.looked_at_by else None


class EmergencyAccess(Subject):
    """It ends by itself at ``ends_at``; before, when somebody ends it or the case is shut to the person.

    What it opens meanwhile stands in ``permissions``; the clock is asked at every request, no task has to end it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="emergencies")
    state = FSMField(default=EmergencyState.OPEN, choices=EmergencyState.choices, protected=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="emergencies")
    reason = models.CharField(max_length=10, choices=EmergencyReason.choices)
    words = models.TextField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    looked_at_on = models.DateField(null=True)
    looked_at_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finding = models.TextField(blank=True)
    objects = Visible["EmergencyAccess"].as_manager()

    class Meta:
        verbose_name = "emergency access"
        verbose_name_plural = "emergency accesses"
        indexes = [models.Index(fields=["user", "ends_at"], name="emergency_of_person")]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return emergency_permissions.overseen(user)

    def get_absolute_url(self) -> str:
        return reverse("emergency", args=[self.ref])

    @property
    def over_at(self) -> dt.datetime:
        """When it ended, or will end by itself."""
        return self.ended_at or self.ends_at

    @property
    def running(self) -> bool:
        return self.over_at > timezone.now()

    @verb(
        EmergencyState.OPEN,
        EmergencyState.ENDED,
        rule=emergency_permissions.end,
        label="End this emergency access",
        effect="From the next click on it opens nothing. What was read stays on record.",
        guards=[lambda access: None if access.running else "It has ended by itself."],
    )
    def end_emergency(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        self.ended_at, self.ended_by = timezone.now(), by
        return {"ends_at": self.ends_at, "ended_at": self.ended_at}

    @verb(
        "*",
        rule=emergency_permissions.look_at,
        label="Say that you have looked at it",
        effect="It no longer waits for the chair and the data-protection officer. It is kept on record.",
        guards=[_looked_at],
    )
    def look_at(self, *, by: User, on: dt.date, words: str) -> None:
        """``words``: what was found, and what follows from it."""
        self.looked_at_on, self.looked_at_by, self.finding = on, by, words
