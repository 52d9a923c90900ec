"""What a partnership has said about how long it keeps a kind of record."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import models

from cspr.accounts.models import Partnership
from referrals.retention import SCHEDULE, Kept, Kind


class RetentionPeriod(models.Model):
    """A confirmed or changed period; without a row the schedule's default counts, and is still to be confirmed."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="retention")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    length = models.PositiveSmallIntegerField()
    words = models.TextField("why so long", blank=True)
    confirmed_on = models.DateField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "kind"], name="one_period_for_each_kind")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@dataclass(frozen=True)
class InForce:
    """A row of the schedule as it counts in one partnership."""

    row: Kept
    said: RetentionPeriod | None

    @property
    def length(self) -> int | None:
        return self.said.length if self.said else self.row.length

    @property
    def lasting(self) -> str:
        return self.row.lasting(self.length)

    @property
    def default(self) -> str:
        return self.row.lasting(self.row.length)

    @property
    def changed(self) -> bool:
        return self.said is not None and self.said.length != self.row.length


def schedule_of(partnership: Partnership) -> list[InForce]:
    """Every row of the schedule with what this partnership has said of it; one statement."""
    said = {row.kind: row for row in partnership.retention.select_related("confirmed_by")}
    return [InForce(row, said.get(row.kind)) for row in SCHEDULE]
