"""That the finished files are to be looked through: one row a wish, which the worker takes up."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cspr.documents.leases import Leased
from reviews.anonymity.kinds import UNDER_WAY, CheckState
from reviews.models.identity_key import IdentityKey


class AskedCheck(Leased):
    """Somebody asked for the files to be checked. What is found is kept as a ``FileCheck`` of the key."""

    key = models.ForeignKey(IdentityKey, on_delete=models.CASCADE, related_name="asked_checks")
    state = models.CharField(max_length=10, choices=CheckState.choices, default=CheckState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=UNDER_WAY), name="one_check_of_the_files_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"check asked for {self.created_at:%d.%m.%Y}"

    @property
    def is_waiting(self) -> bool:
        return self.state in UNDER_WAY
