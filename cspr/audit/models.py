"""What happened: the append-only, hash-chained record of every change and every sensitive read.

What people wrote with it lies beside the record, so that it can leave one day (docs/decisions/0014).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import ALARM_READERS
from cspr.refs import new_ref

WORDS_GONE = "These words were disposed of."


class Chain(models.Model):
    """The head of one partnership's chain. Locking this row is what keeps the chain from forking."""

    partnership = models.OneToOneField(Partnership, on_delete=models.PROTECT, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"chain of {self.seq} events"


class Events(models.Manager["Event"]):
    """Events come with their words, in the same statement."""

    def get_queryset(self) -> models.QuerySet[Event]:
        return super().get_queryset().select_related("said")


class Alarms(models.QuerySet["ReadingAlarm"]):
    def visible_to(self, viewer: User) -> Alarms:
        """Those of the partnerships whose chair, administrator or data-protection officer the person is, but for those
        about themselves."""
        here = viewer.partnerships(*ALARM_READERS)
        return self.filter(partnership__in=here).exclude(user_id=viewer.pk)


class ReadingAlarm(models.Model):
    """Somebody opened unusually much within a short time. It names no case: the record does, case by case."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cases = models.PositiveIntegerField("different cases within an hour")
    files = models.PositiveIntegerField("files within ten minutes")
    looked_at_on = models.DateField(null=True)
    looked_at_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finding = models.TextField(blank=True)
    objects = Alarms.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="alarm_of_person")]

    def __str__(self) -> str:
        return self.ref


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
    # Of the words and their salt (``cspr.audit.words``); "" where nothing was written.
    words_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    facts = models.JSONField(default=dict)
    # A form's one-time number: the same form sent twice finds its first answer here.
    nonce = models.CharField(max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    objects = Events()

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
            models.Index(fields=["by", "at"], name="event_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def words(self) -> str:
        """What the person wrote; "" where they wrote nothing; a sentence that says so where it was disposed of."""
        if not self.words_digest:
            return ""
        return WORDS_GONE if self.words_gone else self.said.text

    @property
    def words_gone(self) -> bool:
        """Whether something was written, and is there no more."""
        return bool(self.words_digest) and not hasattr(self, "said")

    def content(self) -> dict[str, Any]:
        """What the hash covers: every column that says something, in a form that never varies."""
        return {
            "ref": self.ref,
            "partnership": self.partnership_id,
            "seq": self.seq,
            "at": self.at.astimezone(dt.UTC).isoformat(),
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
            "words_digest": self.words_digest,
            "facts": self.facts,
            "nonce": self.nonce,
        }


class Words(models.Model):
    """What a person wrote with one event. Never changed; the database lets it be deleted only where the record holds,
    after that event, another that says the case was disposed of."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="said")
    text = models.TextField()
    # Goes with the words: nobody can then find out by trying whether a few words were these.
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"words of event {self.event_id}"
