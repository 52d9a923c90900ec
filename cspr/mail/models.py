"""The outbox: one row for every e-mail, from the moment it is wanted until it is sent or given up."""

from __future__ import annotations

import datetime as dt
import uuid
from email.utils import parseaddr
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.mail.kinds import sentence_for
from cspr.mail.subjects import subject_model
from cspr.refs import new_ref


def new_message_id() -> str:
    """The Message-ID a row keeps for life, so that mail sent a second time is recognised as the same mail."""
    return f"<{uuid.uuid4().hex}@{_domain(settings.DEFAULT_FROM_EMAIL)}>"


@cache
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


class MailState(models.TextChoices):
    HELD = "held", "Waits for the daily summary"
    QUEUED = "queued", "Waits to be sent"
    LEASED = "leased", "Is being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    DROPPED = "dropped", "No longer needed"


STATUS = {
    MailState.HELD: "waiting for the daily summary",
    MailState.QUEUED: "waiting for the mail server",
    MailState.LEASED: "waiting for the mail server",
    MailState.SENT: "done",
    MailState.FAILED: "to do",
    MailState.DROPPED: "stopped",
}
ON_ITS_WAY = (MailState.QUEUED, MailState.LEASED)
FOR_SUMMARY = Q(state=MailState.HELD, digest=None)


class Trouble(models.TextChoices):
    """Why an e-mail was not sent: a code with our own words, never what a server or a person wrote."""

    UNREACHABLE = "unreachable", "The mail server cannot be reached."
    NOT_LET_IN = "not_let_in", "The mail server does not accept mail from this system."
    PUT_OFF = "put_off", "The mail server asked us to try again later."
    LOST = "lost", "The connection to the mail server was lost."
    ADDRESS_REFUSED = (
        "address_refused",
        "The mail server refused the address. Check it under People and access.",
    )
    MESSAGE_REFUSED = "message_refused", "The mail server refused the e-mail."
    ADDRESS_UNUSABLE = (
        "address_unusable",
        "The address cannot be written on an e-mail. Check it under People and access.",
    )
    WORKER_DIED = "worker_died", "Each time it was to be sent, the program that sends e-mail ended."
    ACCOUNT_CLOSED = "account_closed", "The person’s account is closed."
    ACCESS_ENDED = "access_ended", "The person may no longer see what it was about."
    NOT_WANTED = "not_wanted", "It was no longer needed when it was about to go out."


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, now: dt.datetime) -> OutgoingEmailQuerySet:
        """What a relay may take: waiting and due, or taken by a relay that has not answered since."""
        return self.filter(
            Q(state=MailState.QUEUED, next_try_at__lte=now) | Q(state=MailState.LEASED, leased_until__lte=now)
        )

    def visible_to(self, user: User) -> OutgoingEmailQuerySet:
        """E-mails of the partnerships whose staff the person is, but none about what they may not see."""
        partnerships = [m.partnership_id for m in user.standing if m.role == Role.STAFF]
        about = Q(subject_label="")
        for label in _subject_labels():
            seen = _visible(label, user).filter(ref=OuterRef("subject_ref"))
            about |= Q(Exists(seen), subject_label=label)
        return self.filter(about, partnership_id__in=partnerships)

    def sent_to(self, words: str) -> OutgoingEmailQuerySet:
        """Those to a person whose name or address contains ``words``."""
        return self.filter(
            Q(to__name__icontains=words) | Q(to__email__icontains=words) | Q(to_address__icontains=words)
        )


def _subject_labels() -> list[str]:
    return [
        label
        for model in apps.get_models()
        if model is not OutgoingEmail and subject_model(label := model._meta.label_lower)
    ]


def _visible(label: str, user: User) -> QuerySet:
    manager = apps.get_model(label)._default_manager
    found: QuerySet = manager.visible_to(user)
    return found


class OutgoingEmail(models.Model):
    """One e-mail to one person. It holds who, which kind and when due; never what it is about in words.

    A row that waits for the daily summary stays ``held``; ``digest`` then points to the summary it went into.
    Mail about an account, and to somebody who answers without one, goes to a bare address (``to_address``). A
    ``link`` in it is wiped as soon as the row is finished.
    """

    ref = models.CharField(max_length=11, default=new_ref, editable=False)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    to_address = models.EmailField(blank=True)
    link = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=80)
    subject_label = models.CharField(max_length=60, blank=True)
    subject_ref = models.CharField(max_length=11, blank=True)
    due_on = models.DateField(null=True)
    dedupe_key = models.CharField(max_length=200)
    immediate = models.BooleanField(default=False)
    digest = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="parts", db_index=False
    )
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.HELD)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    # Which relay has the row, and until when nobody else may take it.
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    # How many relays have died, or not answered in time, with the row in hand.
    deaths = models.PositiveSmallIntegerField(default=0)
    # Since when the mail server has been putting this very e-mail off; after a day we stop asking.
    put_off_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=20, choices=Trouble.choices, blank=True)
    message_id = models.CharField(max_length=200, default=new_message_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "e-mail"
        constraints = [
            models.CheckConstraint(
                condition=Q(to__isnull=False, to_address="") | (Q(to__isnull=True) & ~Q(to_address="")),
                name="email_has_one_recipient",
            ),
            models.UniqueConstraint(fields=["ref"], name="one_email_per_ref"),
            models.UniqueConstraint(fields=["dedupe_key"], name="one_email_per_message"),
        ]
        # A sweep writes hundreds of thousands of rows and then takes each into a summary: an index that nothing asks
        # (Django's own of the foreign keys, and the second one of each unique text) would be paid for twice a row.
        indexes = [
            models.Index(fields=["next_try_at"], name="email_to_relay", condition=Q(state__in=ON_ITS_WAY)),
            models.Index(fields=["to"], name="email_for_summary", condition=FOR_SUMMARY),
            models.Index(fields=["digest"], name="email_in_summary", condition=Q(digest__isnull=False)),
            models.Index(fields=["partnership", "-id"], name="email_of_partnership"),
            models.Index(fields=["partnership", "state", "-id"], name="email_of_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"

    @property
    def sentence(self) -> str:
        return sentence_for(self.kind)

    @property
    def recipient(self) -> str:
        """For staff: the person's name, or the bare address of somebody without an account yet."""
        return self.to.name if self.to else self.to_address

    @property
    def address(self) -> str:
        return self.to.email if self.to else self.to_address

    @property
    def status(self) -> str:
        """The state in the five words that every status tag uses."""
        return STATUS[MailState(self.state)]

    @property
    def story(self) -> str:
        """What the status does not say yet: why it waits, failed or was dropped. Often nothing."""
        if self.state == MailState.HELD and self.digest_id:
            return "It is in a daily summary that waits to be sent."
        return self.get_last_error_display()

    @property
    def may_be_retried(self) -> bool:
        """Mail to a bare address may not: its link is gone, so the person is invited or asked afresh."""
        return self.state == MailState.FAILED and self.to_id is not None
