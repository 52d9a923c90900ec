"""What happened: the append-only, hash-chained record of every change and every sensitive read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from cspr.accounts.models import Partnership
from cspr.refs import new_ref


class Chain(models.Model):
    """The head of one partnership's chain. Locking this row is what keeps the chain from forking."""

    partnership = models.OneToOneField(Partnership, on_delete=models.PROTECT, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"chain of {self.seq} events"


class Event(models.Model):
    """One thing that happened. Never changed, never deleted: a database trigger refuses both."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_role = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=80)
    case_ref = models.CharField(max_length=11, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    subject_ref = models.CharField(max_length=11, blank=True)
    subject_version = models.PositiveIntegerField(null=True)
    state_before = models.CharField(max_length=40, blank=True)
    state_after = models.CharField(max_length=40, blank=True)
    effective_on = models.DateField(null=True)
    reason_code = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    # A form's one-time number: the same form sent twice finds its first answer here.
    nonce = models.CharField(max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "seq"], name="one_event_per_place_in_chain"),
            models.UniqueConstraint(
                fields=["by", "nonce"], condition=~Q(nonce=""), name="one_event_per_nonce"
            ),
        ]
        indexes = [
            models.Index(fields=["case_ref", "-id"], name="event_of_case"),
            models.Index(fields=["subject_ref", "subject_version"], name="event_of_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"

    def content(self) -> dict[str, Any]:
        """What the hash covers: every column that says something, in a form that never varies."""
        return {
            "ref": self.ref,
            "partnership": self.partnership_id,
            "seq": self.seq,
            "at": self.at.isoformat(),
            "by": self.by_id,
            "by_role": self.by_role,
            "kind": self.kind,
            "case": self.case_ref,
            "subject": self.subject,
            "subject_ref": self.subject_ref,
            "version": self.subject_version,
            "before": self.state_before,
            "after": self.state_after,
            "effective_on": self.effective_on.isoformat() if self.effective_on else None,
            "reason_code": self.reason_code,
            "words": self.words,
            "facts": self.facts,
            "nonce": self.nonce,
        }
