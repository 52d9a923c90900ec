"""Decisions: proposal, the three partners' views, the chair's approval, and what exactly was approved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Partner
from cspr.documents.models import Document
from cspr.workflow import Refused, Subject, follows, verb
from referrals import permissions
from referrals.models.case import Case
from referrals.models.evidence import (
    Difference,
    basis_of,
    content_hash,
    differences,
    is_settled,
    kept,
    parts_of,
)
from referrals.models.visible import Visible
from referrals.states import OUTCOMES, DecisionKind, DecisionState, Outcome, View

S = DecisionState


class Decision(Subject):
    """One question put to the partnership. Superseded decisions stay: nothing decided is ever deleted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    state = FSMField(default=S.PROPOSED, choices=S.choices, protected=True)
    outcome = models.CharField(max_length=30, choices=Outcome.choices)
    # Each limb or criterion answered by itself: {"SCSC_A": {"met": "yes", "reason": "…"}, …}
    grounds = models.JSONField(default=dict)
    reasons = models.TextField()
    # What the decision rests on (the report's hash), so that a later change is noticed.
    evidence_hash = models.CharField(max_length=64, blank=True)
    # The same part by part, where the nouns it rests on are registered (``models.evidence``), as it was proposed.
    evidence = models.JSONField(default=dict)
    # What had changed when it was reopened, in words.
    changes = models.JSONField(default=list)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_on = models.DateField(null=True)
    approved_hash = models.CharField(max_length=64, blank=True)
    objects = Visible["Decision"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(state__in=[S.PROPOSED, S.SENT_BACK]),
                name="one_open_decision_per_kind",
            ),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state=S.APPROVED), name="one_standing_decision_per_kind"
            ),
        ]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.of_visible_cases(user, *permissions.CASE_READERS)

    @classmethod
    def may_read_document(cls, subject: Decision, user: User, kind: str) -> str | None:
        return permissions.take_copies(subject.case, user)

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.ref])

    @property
    def content_hash(self) -> str:
        """SHA-256 over everything the chair approves: the question, the grounds, the reasons and the views."""
        views = sorted((v.partner, v.view, v.reason) for v in self.views.all())
        content = [self.kind, self.outcome, self.grounds, self.reasons, self.evidence_hash, views]
        return content_hash([*content, self.evidence] if self.evidence else content)

    def rest_on_what_is_there(self) -> None:
        """Take the fingerprint of every part of the evidence, as it reads now."""
        self.evidence = kept(parts_of(self.case, self.kind))

    def differences(self) -> list[Difference]:
        """What of the evidence is not as it was when this was proposed; nothing once the decision was acted on."""
        if not self.evidence or is_settled(self.case, self.kind):
            return []
        return differences(self.evidence, parts_of(self.case, self.kind))

    def authors(self) -> set[int]:
        """The keys of the people who wrote what this rests on; read once per instance."""
        known: set[int] | None = self.__dict__.get("_authors")
        if known is None:
            sources = basis_of(self.kind).authors
            known = self.__dict__["_authors"] = {pk for source in sources for pk in source(self.case)}
        return known

    @property
    def dissent(self) -> bool:
        return any(v.view == View.DISAGREE for v in self.views.all())

    def views_missing(self) -> str | None:
        """Invariant 6: no decision without a recorded view of each of the three partners."""
        given = {v.partner for v in self.views.all()}
        missing = [p.label for p in Partner if p not in given]
        return f"Views not yet recorded: {', '.join(missing)}." if missing else None

    def evidence_changed(self) -> str | None:
        """The partners gave their views on what they read: the approval is about the very same."""
        found = "; ".join(str(difference) for difference in self.differences())
        return (
            f"What this rests on has changed since it was proposed ({found}). Change the proposal first, so that "
            "the partners look at it as it reads now."
            if found
            else None
        )

    def still_needed(self) -> str | None:
        """What the partnership's own rules ask for besides, such as a quorate meeting."""
        return next((why for needed in basis_of(self.kind).needed if (why := needed(self.case))), None)

    def unchanged(self) -> str | None:
        return None if self.differences() else "Nothing that this rests on has changed."

    @verb(S.PROPOSED, rule=permissions.give_view, label="Give a partner’s view")
    def give_view(
        self,
        *,
        by: User,
        on: dt.date,
        partner: str,
        view: str,
        reason: str = "",
        evidence: Document | None = None,
    ) -> dict[str, Any]:
        """Record one partner's view: given here by that partner, or recorded by staff with the evidence for it."""
        own = by.partner_for(self.partnership.pk)
        if own and own != partner:
            raise Refused("You speak for one partner; another partner’s view is theirs to give.")
        if view != View.AGREE and not reason.strip():
            raise Refused("Say why: a different view, and why none was sought, stand in the decision record.")
        if not own and not reason.strip() and evidence is None:
            raise Refused("Say how this view was given (a meeting, a letter), or attach it.")
        PartnerView.objects.update_or_create(
            decision=self,
            partner=partner,
            defaults={
                "view": view,
                "reason": reason,
                "evidence": evidence,
                "given_on": on,
                "given_by": by if own else None,
                "recorded_by": by,
            },
        )
        return {"partner": partner, "view": view, "recorded_for_them": not own}

    @verb(
        S.PROPOSED,
        S.APPROVED,
        rule=permissions.approve,
        label="Approve",
        effect="The decision stands, and what follows from it happens at once.",
        guards=[views_missing, evidence_changed, still_needed],
    )
    def approve(self, *, by: User | None, on: dt.date, words: str = "") -> dict[str, Any]:
        self.approved_by, self.approved_on, self.approved_hash = by, on, self.content_hash
        return {"kind": self.kind, "outcome": self.outcome, "hash": self.approved_hash}

    @verb(
        S.PROPOSED,
        S.SENT_BACK,
        rule=permissions.approve,
        label="Send back to the proposer",
        effect="The proposer is asked to change it. The partners’ views are asked for again.",
    )
    def send_back(self, *, by: User | None, on: dt.date, words: str) -> None:
        if not words.strip():
            raise Refused("Say what should change.")

    @verb(
        [S.PROPOSED, S.SENT_BACK],
        S.PROPOSED,
        rule=permissions.propose,
        label="Change the proposal",
        effect="Views already given are asked for again, because they were about the earlier text.",
    )
    def revise(
        self,
        *,
        by: User,
        on: dt.date,
        outcome: str,
        grounds: dict[str, Any],
        reasons: str,
        evidence_hash: str = "",
    ) -> dict[str, Any]:
        if outcome not in OUTCOMES[DecisionKind(self.kind)]:
            raise Refused("That outcome does not belong to this question.")
        self.outcome, self.grounds, self.reasons = outcome, grounds, reasons
        self.evidence_hash = evidence_hash
        self.rest_on_what_is_there()
        self.proposed_by, self.proposed_on = by, on
        self.views.all().delete()
        return {"outcome": outcome}

    @verb(
        [S.PROPOSED, S.SENT_BACK],
        S.SUPERSEDED,
        rule=permissions.withdraw_proposal,
        label="Take the proposal back",
    )
    def withdraw(self, *, by: User | None, on: dt.date, words: str = "") -> None:
        """The proposer takes it back before it is approved."""

    @verb(S.APPROVED, S.REOPENED, rule=follows, label="No longer stands", guards=[unchanged])
    def reopen(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """What it rests on is not what was approved. It no longer stands, and says what has changed."""
        found = self.differences()
        self.changes = [{"code": d.code, "words": d.words, "how": d.how} for d in found]
        return {"outcome": self.outcome, "changed": [d.code for d in found]}

    @verb([S.APPROVED, S.REOPENED], S.SUPERSEDED, rule=follows, label="Replaced")
    def supersede(self, *, by: User | None, on: dt.date, words: str = "") -> dict[str, Any]:
        """A reconsideration, or what it rests on has changed. The outcome stays in the record (invariant 10)."""
        return {"outcome": self.outcome, "approved_on": self.approved_on}


class PartnerView(models.Model):
    """One statutory partner's view on a decision: theirs, or recorded for them with its evidence."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="views")
    partner = models.CharField(max_length=10, choices=Partner.choices)
    view = models.CharField(max_length=12, choices=View.choices)
    reason = models.TextField(blank=True)
    given_on = models.DateField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "partner"], name="one_view_per_partner")]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_partner_display()}: {self.get_view_display()}"
