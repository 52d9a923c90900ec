"""The referral: what an agency tells the partnership, each version it sent, and what was sent back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Agency, Partnership, User
from cspr.sealed.fields import SealedJSON
from cspr.workflow import Refused, Subject, follows, verb
from referrals import permissions
from referrals.models.case import Case
from referrals.models.visible import Visible
from referrals.states import (
    REFERRAL_OPEN,
    Outcome,
    ReferralState,
    ReopenReason,
    ReturnReason,
    Route,
)

S = ReferralState


class Referral(Subject):
    """One agency's account of one incident. ``answers`` is the form, section by section."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="referrals")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="referrals")
    referrer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referrals")
    # Set when staff wrote down what came by e-mail, paper or telephone: who sent it, in their words.
    sender = models.CharField(max_length=200, blank=True)
    route = models.CharField(max_length=20, choices=Route.choices, default=Route.ONLINE)
    state = FSMField(default=S.DRAFT, choices=S.choices, protected=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="referrals")
    answers = SealedJSON(default=dict)
    answered_at = models.DateTimeField(default=timezone.now)
    received_on = models.DateField(null=True)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lead_signed_on = models.DateField(null=True)
    return_due_on = models.DateField(null=True)
    times_returned = models.PositiveSmallIntegerField(default=0)
    accepted_on = models.DateField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_whom = models.CharField(max_length=200, blank=True)
    info_due_on = models.DateField(null=True)
    outcome = models.CharField(max_length=30, choices=Outcome.choices, blank=True)
    decided_on = models.DateField(null=True)
    feedback_on = models.DateField("date the referrer was told the outcome", null=True)
    transferred_to = models.CharField(max_length=160, blank=True)
    transfer_accepted_on = models.DateField(null=True)
    withdrawal_asked_on = models.DateField(null=True)
    la_duty_considered = models.BooleanField(default=False)
    objects = Visible["Referral"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["partnership", "state", "-answered_at"], name="referral_by_state")]

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_referrals(user)

    @classmethod
    def may_read_document(cls, subject: Referral, user: User, kind: str) -> str | None:
        """Its files and its PDF name the same people as its answers."""
        return permissions.take_answers(subject, user)

    def get_absolute_url(self) -> str:
        return reverse("referral", args=[self.ref])

    @property
    def needs_lead(self) -> bool:
        """Whether the agency's safeguarding lead signs off first; not for what staff record on its behalf."""
        return self.partnership.lead_signs_off and self.route == Route.ONLINE

    @property
    def safety_unclear(self) -> bool:
        """Whether the answers leave open if this child or others are safe now: an alert, not a quiet return."""
        safety = self.answers.get("safety", {})
        return any(safety.get(who) in (None, "", "no", "unknown") for who in ("child_safe", "others_safe"))

    @verb(
        S.DRAFT,
        S.WITH_LEAD,
        rule=permissions.send_to_lead,
        label="Send to your safeguarding lead",
        effect="Your safeguarding lead is asked to check it and send it on.",
    )
    def send_to_lead(self, *, by: User | None, on: dt.date) -> None:
        self.lead_signed_on = None

    @verb(
        S.WITH_LEAD,
        S.DRAFT,
        rule=permissions.leads,
        label="Give back to the writer",
        effect="The person who wrote it is asked to change it.",
    )
    def give_back(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The lead asks the writer for changes, in words."""

    @verb(
        S.DRAFT,
        S.DISCARDED,
        rule=permissions.writes,
        label="Discard this draft",
        effect="It leaves your lists. Nothing was sent and nobody else has read it. You can take it up again.",
    )
    def discard(self, *, by: User | None, on: dt.date) -> None:
        """Begun by mistake, or not needed. What was written is kept, for its writer alone."""

    @verb(S.DISCARDED, S.DRAFT, rule=permissions.writes, label="Take this draft up again")
    def take_up(self, *, by: User | None, on: dt.date) -> None:
        """Discarded too soon: it is as it was."""

    @verb(
        [S.DRAFT, S.WITH_LEAD, S.RETURNED],
        S.SUBMITTED,
        rule=permissions.send_on,
        label="Send to the partnership",
        effect="The partnership’s team reads it. You cannot change it after that unless it is returned to you.",
    )
    def submit(
        self, *, by: User | None, on: dt.date, case: Case | None = None, declared_by: str = ""
    ) -> dict[str, Any]:
        """Send, or send again after a return. The action has checked that every section is complete."""
        if case is not None:
            self.case = case
        if self.case is None:
            raise Refused("A referral is sent together with the case it opens.")
        self.received_on = self.received_on or on
        if self.needs_lead and self.state == S.WITH_LEAD:
            self.lead, self.lead_signed_on = by, on
        self.return_due_on = None
        return {"returned_before": self.times_returned, "declared_by": declared_by}

    @verb(
        S.SUBMITTED,
        S.RETURNED,
        rule=permissions.staff_of,
        label="Return for completion",
        effect="The agency sees exactly the answers you marked. The clocks keep running.",
    )
    def return_incomplete(
        self, *, by: User | None, on: dt.date, due_on: dt.date, marks: list[dict[str, str]], words: str = ""
    ) -> dict[str, Any]:
        """Send back with marked fields: ``marks`` is ``[{section, field, reason, comment}, …]``."""
        if not marks:
            raise Refused("Mark at least one answer, so that the agency knows what to complete.")
        self.times_returned += 1
        self.return_due_on = due_on
        ReturnedField.objects.bulk_create(
            ReturnedField(referral=self, times=self.times_returned, **mark) for mark in marks
        )
        return {
            "times": self.times_returned,
            "due_on": due_on,
            "reasons": sorted({m["reason"] for m in marks}),
        }

    @verb(
        S.SUBMITTED,
        S.TRIAGE,
        rule=permissions.staff_of,
        label="Accept",
        effect="Considering whether to notify begins. The chair and the three partners get access.",
    )
    def accept(self, *, by: User | None, on: dt.date, **dates: Any) -> dict[str, Any]:
        self.accepted_on, self.accepted_by = on, by
        return dates

    @verb(
        S.TRIAGE,
        S.AWAITING_INFO,
        rule=permissions.case_staff,
        label="Ask for more information",
        effect="The clocks keep running while you wait.",
    )
    def ask_more(
        self, *, by: User | None, on: dt.date, asked_whom: str, due_on: dt.date, words: str
    ) -> dict[str, Any]:
        self.asked_whom, self.info_due_on = asked_whom, due_on
        return {"due_on": due_on}

    @verb(S.AWAITING_INFO, S.TRIAGE, rule=permissions.case_staff, label="Record the information received")
    def record_info(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.info_due_on = None

    @verb(
        [S.TRIAGE, S.AWAITING_INFO],
        S.DECIDED_NOTIFY,
        rule=follows,
        label="Decided: notify",
        guards=[lambda r: r.case.decision_missing(notify=True)],
    )
    def decide_notify(self, *, by: User | None, on: dt.date) -> None:
        """Follows from the approved decision, or from the local authority having notified."""
        self.outcome, self.decided_on = Outcome.NOTIFY, on

    @verb(
        [S.TRIAGE, S.AWAITING_INFO],
        S.DECIDED_NOT_MET,
        rule=follows,
        label="Decided: criteria not met",
        guards=[lambda r: r.case.decision_missing(notify=False)],
    )
    def decide_not_met(self, *, by: User | None, on: dt.date, outcome: str) -> dict[str, Any]:
        self.outcome, self.decided_on = outcome, on
        return {"outcome": outcome}

    @verb(
        [S.DECIDED_NOTIFY, S.DECIDED_NOT_MET],
        rule=permissions.case_staff,
        label="Record that the referrer was told",
        guards=[lambda r: "The referrer has been told already." if r.feedback_on else None],
    )
    def give_feedback(self, *, by: User | None, on: dt.date, words: str = "") -> None:
        self.feedback_on = on

    @verb(
        [S.TRIAGE, S.AWAITING_INFO],
        S.TRANSFERRED,
        rule=permissions.case_staff,
        label="Transfer to another area",
        effect="Only once the other partnership has accepted in writing.",
    )
    def transfer(
        self, *, by: User | None, on: dt.date, to: str, accepted_on: dt.date, words: str
    ) -> dict[str, Any]:
        self.transferred_to, self.transfer_accepted_on = to, accepted_on
        return {"to": to, "accepted_on": accepted_on}

    @verb(
        REFERRAL_OPEN,
        rule=permissions.ask_to_withdraw,
        label="Ask to withdraw this referral",
        effect="The partnership’s team decides. It cannot end the authority’s duty to notify.",
        guards=[lambda r: "You have asked already." if r.withdrawal_asked_on else None],
    )
    def ask_to_withdraw(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.withdrawal_asked_on = on

    @verb(
        REFERRAL_OPEN,
        S.WITHDRAWN,
        rule=permissions.staff_of,
        label="Withdraw the referral",
        effect="The referral ends here. The local authority’s own duty to notify does not.",
    )
    def withdraw(
        self, *, by: User | None, on: dt.date, words: str, la_duty_considered: bool
    ) -> dict[str, Any]:
        """A withdrawal cannot end a local authority's s.16C duty, so having considered it is recorded."""
        if not la_duty_considered:
            raise Refused(
                "First consider whether the local authority has to notify all the same, and record that."
            )
        self.la_duty_considered, self.decided_on = True, on
        return {"la_duty_considered": True}

    @verb(
        REFERRAL_OPEN,
        S.LINKED,
        rule=permissions.staff_of,
        label="Link to another case",
        effect="This referral joins the other case, and its own clocks stop.",
    )
    def link(self, *, by: User | None, on: dt.date, to: Case) -> dict[str, Any]:
        if to.pk == self.case_id:
            raise Refused("That is this referral’s own case.")
        own = self.case
        self.case = to
        return {"from": own.ref if own else "", "to": to.ref}

    @verb(
        [S.DECIDED_NOT_MET, S.WITHDRAWN],
        S.TRIAGE,
        rule=permissions.case_staff,
        label="Reopen",
        effect="The earlier outcome stays in the history. The five working days run from the new date.",
    )
    def reopen(
        self, *, by: User | None, on: dt.date, reason_code: str, words: str, aware_on: dt.date
    ) -> dict[str, Any]:
        """Reopen on new information or challenge; ``aware_on`` is the new awareness date of clock 2."""
        if reason_code not in ReopenReason.values:
            raise Refused("Choose why the referral is reopened.")
        earlier = {"outcome": self.outcome, "decided_on": self.decided_on, "aware_on": aware_on}
        self.outcome, self.decided_on, self.feedback_on = "", None, None
        self.withdrawal_asked_on = None
        return earlier


class ReferralVersion(models.Model):
    """What the agency sent, each time it sent it, so that staff see what changed."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    answers = SealedJSON()
    sent_on = models.DateField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "number"], name="one_version_per_number")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"version {self.number}"


class ReturnedField(models.Model):
    """One answer that staff marked when they returned the referral."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="returned_fields")
    times = models.PositiveSmallIntegerField("which return")
    section = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    reason = models.CharField(max_length=30, choices=ReturnReason.choices)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.section}.{self.field}"
