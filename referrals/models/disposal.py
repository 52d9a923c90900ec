"""Disposal of a case whose period is over: proposed by one person, approved by another, carried out by the worker."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.audit.models import Event
from cspr.documents.models import WAITING
from cspr.mail.models import MailState
from cspr.workflow import Refused, Subject, follows, verb
from referrals import keeping_permissions
from referrals.models.case import Case
from referrals.models.due import due_of
from referrals.models.leading import Belongings, belongings
from referrals.models.visible import Visible
from referrals.retention import DISPOSAL_OPEN, DisposalState, Kind
from referrals.states import DECISION_OPEN

S = DisposalState
UNSENT_MAIL = (MailState.HELD, MailState.QUEUED, MailState.LEASED)

Obstacle = Callable[[Case], str | None]
_obstacles: list[Obstacle] = []


def register_obstacle(obstacle: Obstacle) -> None:
    """Let another app say why a case cannot be disposed of: work on it that is not finished."""
    if obstacle not in _obstacles:
        _obstacles.append(obstacle)


def barred(case: Case, today: dt.date) -> str | None:
    """Why the case may not be disposed of today, whoever asks: its period, a legal hold, unfinished work on it or on
    any case that was joined to it."""
    found = due_of(case)
    if found is None:
        return "No period is counted for this case: it is not closed, or it goes on."
    held = belongings(case)
    unfinished = (_unfinished(one) for one in held.cases)
    return (
        found.against(today) or next((reason for reason in unfinished if reason), None) or _on_its_way(held)
    )


def _unfinished(case: Case) -> str | None:
    if case.standing_holds():
        return "A legal hold stands: nothing of it may be disposed of."
    asked = (obstacle(case) for obstacle in (_decision_open, *_obstacles))
    return case.unfinished() or next((reason for reason in asked if reason), None)


def _decision_open(case: Case) -> str | None:
    open_ = case.decisions.filter(state__in=DECISION_OPEN).exists()
    return "A decision is still open." if open_ else None


def _on_its_way(held: Belongings) -> str | None:
    if held.emails().filter(state__in=UNSENT_MAIL).exists():
        return "An e-mail about this case is still waiting to be sent."
    if held.documents().filter(state__in=WAITING).exists():
        return "A document of this case is still being made."
    return None


class Disposal(Subject):
    """One case, disposed of by two people; afterwards the tombstone that says so, without a word of the case."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="disposals")
    # None once the case is gone. Its reference stays.
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="disposals")
    case_ref = models.CharField(max_length=11)
    restricted = models.BooleanField(default=False)
    state = FSMField(default=S.PROPOSED, choices=S.choices, protected=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    kept_from = models.DateField()
    period = models.CharField(max_length=20)
    over_on = models.DateField()
    # Why it is proposed; forgotten with the case.
    words = models.TextField(blank=True)
    proposed_on = models.DateField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_on = models.DateField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    why_aside = models.CharField("why it was put aside", max_length=200, blank=True)
    disposed_on = models.DateField(null=True)
    certificate = models.JSONField(default=dict)
    certificate_hash = models.CharField(max_length=64, blank=True)
    # Where files of the case still lie, and whether the tombstone stands outside the database: what is left to do.
    leftovers = models.JSONField(default=list)
    told_outside = models.BooleanField(default=False)
    objects = Visible["Disposal"].as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_ref"],
                condition=Q(state__in=sorted([*DISPOSAL_OPEN, S.CARRIED_OUT])),
                name="one_disposal_of_a_case",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(proposed_by=None) | ~Q(approved_by=models.F("proposed_by")),
                name="two_people_dispose",
            ),
        ]
        indexes = [
            models.Index(fields=["partnership", "-disposed_on", "-id"], name="disposal_recent"),
            models.Index(
                fields=["id"],
                condition=Q(state=S.APPROVED) | Q(state=S.CARRIED_OUT, told_outside=False),
                name="disposal_to_carry_out",
            ),
        ]

    @staticmethod
    def visibility(user: User) -> Q:
        return keeping_permissions.visible_disposals(user)

    @classmethod
    def may_read_document(cls, subject: Disposal, user: User, kind: str) -> str | None:
        return None if subject.carried_out else "There is no certificate before it is carried out."

    def get_absolute_url(self) -> str:
        return reverse("disposal", args=[self.ref])

    @property
    def open(self) -> bool:
        return self.state in DISPOSAL_OPEN

    @property
    def carried_out(self) -> bool:
        return bool(self.state == S.CARRIED_OUT)

    def barred(self, today: dt.date) -> str | None:
        """Why it cannot be approved or carried out today."""
        if self.case is None:
            return "The case is not there any more."
        return barred(self.case, today) or self._changed()

    def _changed(self) -> str | None:
        """Two people looked at the case as it was: whatever came to it since, nobody has looked at."""
        proposed = Event.objects.filter(kind="disposal.begin", subject_ref=self.ref)
        since = Event.objects.filter(case_ref=self.case_ref, pk__gt=Subquery(proposed.values("pk")[:1]))
        if since.exclude(Q(kind__startswith="read.") | Q(subject_ref=self.ref)).exists():
            return "Something was recorded on this case after its disposal was proposed. Propose it anew."
        return None

    # --- its verbs ---

    @verb(
        S.PROPOSED,
        S.APPROVED,
        rule=keeping_permissions.approve_disposal,
        label="Approve the disposal",
        effect="Within a minute the case is gone for good: names, answers, reports, chronologies and every file. What "
        "stays is the certificate, and the record of who did what when. Nobody can undo it.",
    )
    def approve(self, *, by: User, on: dt.date) -> None:
        if reason := self.barred(on):
            raise Refused(reason)
        self.approved_by, self.approved_on = by, on

    @verb(
        S.PROPOSED,
        S.DECLINED,
        rule=keeping_permissions.approve_disposal,
        label="Decline",
        effect="The case is kept as it is. It can be proposed again.",
    )
    def decline(self, *, by: User, on: dt.date, words: str) -> None:
        """The reason stands in the record."""

    @verb(
        sorted(DISPOSAL_OPEN),
        S.WITHDRAWN,
        rule=keeping_permissions.stop_disposal,
        label="Call it off",
        effect="The case is kept as it is. It can be proposed again.",
    )
    def withdraw(self, *, by: User, on: dt.date) -> None:
        """Before it is carried out, at any time: whoever sees a reason to keep the case stops it."""

    @verb(S.APPROVED, S.CARRIED_OUT, rule=follows, label="Carried out")
    def carry_out(self, *, by: User | None, on: dt.date, certificate: dict[str, Any]) -> dict[str, Any]:
        return self._gone(certificate)

    @verb(sorted(DISPOSAL_OPEN), S.PUT_ASIDE, rule=follows, label="Put aside")
    def put_aside(self, *, by: User | None, on: dt.date, reason: str) -> None:
        """Something stands against it that did not when it was approved: a legal hold always wins."""
        self.why_aside = reason[:200]

    @verb(sorted(set(S.values) - {S.CARRIED_OUT}), S.CARRIED_OUT, rule=follows, label="Carried out once more")
    def carry_out_again(self, *, by: User | None, on: dt.date, certificate: dict[str, Any]) -> dict[str, Any]:
        """In a database brought back from before it was: the tombstone says that it has been."""
        return self._gone(certificate)

    def _gone(self, certificate: dict[str, Any]) -> dict[str, Any]:
        self.certificate, self.certificate_hash = certificate, hash_of(certificate)
        self.disposed_on = dt.date.fromisoformat(certificate["disposed_on"])
        self.restricted = certificate["restricted"]
        self.case, self.words = None, ""
        return {"certificate": self.certificate_hash}


def hash_of(certificate: dict[str, Any]) -> str:
    """The certificate's own SHA-256, over its content in canonical JSON."""
    content = json.dumps(certificate, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
