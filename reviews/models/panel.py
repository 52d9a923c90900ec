"""What passes between the partners and the Panel: the report is sent, the Panel answers, everybody is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models

from cspr.accounts.models import User
from cspr.documents.models import Document
from cspr.workflow import Refused, Subject, verb
from referrals.models import Decision
from referrals.states import STARTS_CSPR, DecisionKind
from reviews import permissions
from reviews.states import (
    DECIDED_WORDS,
    PANEL_DISAGREES,
    PANEL_WAITS,
    PANEL_WORDS,
    PanelOutcome,
    RapidReviewState,
)

S = RapidReviewState


class WithPanel(Subject):
    """The part of a rapid review that begins when the partners have signed it off."""

    # The fifteen working days were met on the first sending; a reopened review is sent again.
    first_submitted_on = models.DateField("first sent to the Panel", null=True)
    submitted_on = models.DateField("sent to the Panel", null=True)
    # What shows that it was sent: the message itself, or a file of it.
    proof = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    told = models.CharField("who else was told", max_length=200, blank=True)
    panel_outcome = models.CharField(max_length=30, choices=PanelOutcome.choices, blank=True)
    panel_replied_on = models.DateField(null=True)
    panel_letter = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    # The decision that the Panel answered, so that a later one is known to be a new one.
    answered_decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    replied_on = models.DateField("reply to the Panel", null=True)
    outcome_told_on = models.DateField("referrer and agencies told the outcome", null=True)
    opened_on: Any
    feedback: Any

    class Meta:
        abstract = True

    def decision(self) -> Decision | None:
        """The standing decision on this review, if all it rests on reads as it was approved."""
        decision: Decision | None = self.case.standing_decision(DecisionKind.REVIEW)
        return decision if decision and decision.evidence and not decision.differences() else None

    # --- what a verb still waits for: the sentence, or None ---

    def reply_missing(self) -> str | None:
        """What a reply to the Panel waits for: after a disagreement, the partners' new decision."""
        if self.panel_outcome not in PANEL_WAITS:
            return "The Panel has not asked for a reply."
        if self.panel_outcome == PanelOutcome.MORE_INFO:
            return None
        if self.state != S.RECONSIDERATION:
            return "The Panel disagreed. The partners reconsider first."
        decision = self.case.standing_decision(DecisionKind.REVIEW)
        if decision is None or decision.pk == self.answered_decision_id:
            return "The partners have not decided again since the Panel answered."
        return None

    def panel_unanswered(self) -> str | None:
        """Why the rapid review cannot be closed: the Panel is still to answer, or waits for an answer."""
        if not self.panel_outcome:
            return "The Panel has not answered yet."
        if self.panel_outcome in PANEL_WAITS and self.replied_on is None:
            disagrees = self.panel_outcome in PANEL_DISAGREES
            return (
                "The Panel disagreed. Reconsider, and reply with your reasons, first."
                if disagrees
                else "The Panel asked for more information. Reply first."
            )
        return None

    def outcome_not_to_tell(self) -> str | None:
        """Why there is nothing to tell the referrer and the agencies: no final answer yet, or they know it."""
        if self.outcome_told_on:
            return "The referrer and the agencies have been told already."
        return self.panel_unanswered()

    @verb(
        S.PARTNER_SIGN_OFF,
        S.SUBMITTED,
        rule=permissions.case_staff,
        label="Record that it was sent to the Panel",
        effect="The fifteen working days are met on the day you give.",
    )
    def submit(
        self,
        *,
        by: User | None,
        on: dt.date,
        proof: Document | None = None,
        told: str = "",
        words: str = "",
    ) -> dict[str, Any]:
        """Sent with the sign-offs complete; without them only with a recorded reason (``words``).

        ``proof`` shows that it was sent: the message or a file of it.

        Sent again after it was reopened, it waits for a new answer; the first sending still met the clock.
        """
        if on < self.opened_on:
            raise Refused("It cannot have been sent before the rapid review was opened.")
        decision = self.decision()
        if decision is None and not words.strip():
            raise Refused(
                "No approved decision on the report and the evidence as they read now. Without it, give the reason for "
                "sending."
            )
        if decision is not None and decision.outcome in STARTS_CSPR and not told.strip():
            raise Refused("A practice review was decided: say when DfE and Ofsted were told, too.")
        if proof is None:
            raise Refused(
                "Keep something that shows that it was sent: the message you sent, or a file of it."
            )
        self.submitted_on, self.told, self.proof = on, told, proof
        self.first_submitted_on = self.first_submitted_on or on
        self._forget_answer()
        return {"submitted_on": on, "signed_off": decision is not None, "proof": proof.ref}

    def _forget_answer(self) -> None:
        """The Panel answers anew. Its earlier answer stays in the history and its letter with the documents."""
        self.panel_outcome, self.panel_replied_on, self.panel_letter = "", None, None
        self.answered_decision, self.replied_on, self.outcome_told_on = None, None, None

    # --- the Panel's answer ---

    @verb(
        [S.SUBMITTED, S.PANEL_RESPONSE],
        S.PANEL_RESPONSE,
        rule=permissions.case_staff,
        label="Record the Panel’s answer",
        effect="Everybody on the case is told that there is news.",
    )
    def record_panel_response(
        self, *, by: User | None, on: dt.date, outcome: str, letter: Document | None = None, words: str = ""
    ) -> dict[str, Any]:
        """``on``: the day of the letter. The decision it answers is kept, so that a new one can be told from it."""
        if letter is None:
            raise Refused("Attach the Panel’s letter.")
        if self.submitted_on and on < self.submitted_on:
            raise Refused("The Panel cannot have answered before the rapid review was sent.")
        self._forget_answer()
        self.panel_outcome, self.panel_replied_on, self.panel_letter = outcome, on, letter
        self.answered_decision = self.case.standing_decision(DecisionKind.REVIEW)
        return {"outcome": outcome, "letter": letter.ref}

    @verb(
        S.PANEL_RESPONSE,
        S.RECONSIDERATION,
        rule=permissions.case_staff,
        label="Reconsider",
        guards=[lambda r: None if r.panel_outcome in PANEL_DISAGREES else "The Panel did not disagree."],
        effect="The partners decide again. The Panel cannot order a review: the decision stays the partners'.",
    )
    def reconsider(self, *, by: User | None, on: dt.date) -> None:
        """Partners meet, decide again and reply with reasons (s.16F leaves the decision to them)."""

    @verb(
        [S.RECONSIDERATION, S.PANEL_RESPONSE],
        S.SUBMITTED,
        rule=permissions.case_staff,
        label="Record the reply to the Panel",
        guards=[reply_missing],
        effect="The rapid review can then be closed, or the Panel’s next answer recorded.",
    )
    def reply_to_panel(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """The partners' decision and reasons, or the information asked for, went to the Panel."""
        self.replied_on = on
        return {"replied_on": on, "panel_outcome": self.panel_outcome}

    @verb(
        [S.PANEL_RESPONSE, S.SUBMITTED],
        rule=permissions.case_staff,
        label="Tell the referrer and the agencies the outcome",
        guards=[outcome_not_to_tell],
        effect="The referrer reads it on the referral’s page, each agency on the page of its request.",
    )
    def tell_outcome(self, *, by: User | None, on: dt.date, words: str = "") -> dict[str, Any]:
        """The feedback that was promised: fixed words for what was decided and answered, and the partnership's own."""
        decision = self.case.standing_decision(DecisionKind.REVIEW)
        outcome = decision.outcome if decision else ""
        self.outcome_told_on = on
        self.feedback.create(
            told_on=on, told_by=by, panel_outcome=self.panel_outcome, outcome=outcome, words=words
        )
        return {"outcome": outcome, "panel_outcome": self.panel_outcome}

    @verb(
        [S.PANEL_RESPONSE, S.SUBMITTED, S.REOPENED],
        S.CLOSED,
        rule=permissions.case_staff,
        label="Close the rapid review",
        guards=[panel_unanswered],
        effect="Nothing more is expected of anybody. The chair can reopen it.",
    )
    def close(self, *, by: User | None, on: dt.date, words: str = "") -> dict[str, Any]:
        """Nothing is left to do. Without the feedback that was promised only with a reason (``words``)."""
        if self.outcome_told_on is None and not words.strip():
            raise Refused(
                "Tell the referrer and the agencies the outcome first, or say why they are not told."
            )
        return {"told": self.outcome_told_on}

    @verb(
        S.CLOSED,
        S.REOPENED,
        rule=permissions.case_chair,
        label="Reopen the rapid review",
        effect="What was sent and answered stays in the history. The date it was due does not change.",
    )
    def reopen(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """New facts. What was sent and answered stays in the history (invariant 10)."""
        return {"submitted_before": self.submitted_on, "panel_outcome": self.panel_outcome}


class Feedback(models.Model):
    """What the referrer and the agencies were told, once the partners had decided and the Panel had answered."""

    review = models.ForeignKey("reviews.RapidReview", on_delete=models.CASCADE, related_name="feedback")
    told_on = models.DateField()
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=30, blank=True)
    panel_outcome = models.CharField(max_length=30, choices=PanelOutcome.choices)
    words = models.TextField("in the partnership's own words", blank=True)

    class Meta:
        ordering = ["-told_on", "-id"]

    def __str__(self) -> str:
        return f"told {self.told_on}"

    @property
    def sentences(self) -> list[str]:
        """The fixed words: what the partners decided, and what the Panel answered, if it did."""
        answered = PANEL_WORDS[PanelOutcome(self.panel_outcome)] if self.panel_outcome else ""
        said = (DECIDED_WORDS.get(self.outcome, ""), answered)
        return [sentence for sentence in said if sentence]
