"""The rows that belong to a practice review, or stand beside a clock: appointments, holds, delays and the like."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from referrals.models import Case, ParallelProcess
from reviews.states import DelayReason, HoldReason


class Reviewer(models.Model):
    """An appointment: who, the recorded judgements, and if removed, why (regs 12 and 13)."""

    review = models.ForeignKey("reviews.PracticeReview", on_delete=models.CASCADE, related_name="reviewers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    appointed_on = models.DateField()
    access_until = models.DateField(null=True)
    suitability = models.JSONField(default=dict)
    removed_on = models.DateField(null=True)
    removal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-appointed_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["review"], condition=Q(removed_on=None), name="one_lead_reviewer")
        ]

    def __str__(self) -> str:
        return self.user.name


class MonitoringEntry(models.Model):
    """One look at time and quality (reg 14(1)), with any written request to the reviewer (reg 14(2)–(3))."""

    review = models.ForeignKey("reviews.PracticeReview", on_delete=models.CASCADE, related_name="monitoring")
    on = models.DateField()
    time_in_hand = models.TextField("is it making progress in time")
    quality = models.TextField("is it of satisfactory quality")
    request = models.TextField("asked of the reviewer", blank=True)
    in_writing = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name_plural = "monitoring entries"

    def __str__(self) -> str:
        return f"monitored {self.on}"


class Hold(models.Model):
    """A pause of the work. The statutory date does not know of it."""

    review = models.ForeignKey("reviews.PracticeReview", on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=30, choices=HoldReason.choices)
    agreed_by = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    started_on = models.DateField()
    review_on = models.DateField()
    ended_on = models.DateField(null=True)
    # The entry in the register of other proceedings that it waits for, where it waits for one.
    process = models.ForeignKey(ParallelProcess, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-started_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["review"], condition=Q(ended_on=None), name="one_hold")
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class Delay(models.Model):
    """An explained delay: a second, expected date beside the statutory one, and what the letter says."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="delays")
    clock = models.CharField(max_length=30)
    told_on = models.DateField()
    reason = models.CharField(max_length=30, choices=DelayReason.choices)
    explanation = models.TextField()
    expected_on = models.DateField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-told_on", "-id"]

    def __str__(self) -> str:
        return self.get_reason_display()
