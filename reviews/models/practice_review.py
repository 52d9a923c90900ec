"""The Child Safeguarding Practice Review: six months from the decision to a published report.

Its report and recommendations stand in ``reporting.py``, what happens from sign-off on in ``publishing.py``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Partner, Role
from cspr.workflow import Refused, follows, verb
from referrals.models import Case, Decision
from referrals.models.visible import Visible
from referrals.states import STARTS_CSPR, DecisionKind, Outcome
from reviews import permissions
from reviews.models.catalogue import Catalogued
from reviews.models.conducting import Conducting
from reviews.models.holding import Holding
from reviews.models.parts import Reviewer
from reviews.models.planning import PlannedWeeks
from reviews.models.publishing import Publishing
from reviews.models.releasing import Releasing
from reviews.states import (
    BEFORE_PUBLICATION,
    REVIEWING,
    STOPPED,
    SUITABILITY,
    PracticeReviewState,
)

S = PracticeReviewState


class PracticeReview(Releasing, Holding, Conducting, PlannedWeeks, Catalogued):
    """One CSPR. Its six months start with the partners' decision and never move."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="practice_review")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    state = FSMField(default=S.DECIDED, choices=S.choices, protected=True)
    decided_on = models.DateField()
    lead_partner = models.CharField(max_length=10, choices=Partner.choices, default=Partner.LA)
    scope = models.TextField(blank=True)
    methodology = models.TextField(blank=True)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    told_panel_on = models.DateField(null=True)
    told_dfe_on = models.DateField(null=True)
    told_ofsted_on = models.DateField(null=True)
    objects = Visible["PracticeReview"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["decided_on", "id"], name="practice_review_by_decision")]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @property
    def plan_begins(self) -> dt.date:
        """The day of the partners' decision: the trigger of the six months."""
        return self.decided_on

    def plan_ended(self) -> str:
        going = self.state in BEFORE_PUBLICATION
        return "" if going else "The review has ended or is published, so its plan is not changed any more."

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_reviews(user)

    @classmethod
    def may_read_document(cls, subject: PracticeReview, user: User, kind: str) -> str | None:
        return permissions.take_copies(subject.case, user)

    def get_absolute_url(self) -> str:
        return reverse("practice-review", args=[self.ref])

    @property
    def stopped(self) -> bool:
        return self.state in STOPPED

    @property
    def reviewer(self) -> Reviewer | None:
        return self.reviewers.filter(removed_on=None).first()

    def discontinuing_undecided(self) -> str | None:
        decision = self.case.standing_decision(DecisionKind.DISCONTINUE)
        if decision and decision.outcome == Outcome.DISCONTINUE:
            return None
        return "Discontinuing needs the three partners’ decision."

    def not_decided_anew(self) -> str | None:
        decision = self.case.standing_decision(DecisionKind.REVIEW)
        if decision and decision.outcome in STARTS_CSPR and decision.pk != self.decision_id:
            return None
        return "The partners have not decided anew to carry out a review."

    # --- commissioning ---

    @verb(
        REVIEWING,
        rule=permissions.case_staff,
        label="Plan the review",
        effect="The earlier plan stays in the history.",
    )
    @verb(
        [S.DECIDED, S.COMMISSIONING],
        S.COMMISSIONING,
        rule=permissions.case_staff,
        label="Plan the review",
        effect="Next, a reviewer is appointed.",
    )
    def plan(
        self,
        *,
        by: User | None,
        on: dt.date,
        scope: str,
        methodology: str,
        lead_partner: str,
        key_lines: str = "",
        period_from: dt.date | None = None,
        period_to: dt.date | None = None,
    ) -> dict[str, Any]:
        """Grounds stand in the decision; scope, questions, period, method and lead partner are recorded here."""
        if period_from and period_to and period_to < period_from:
            raise Refused("The period ends before it begins.")
        before = (
            {"scope": self.scope, "methodology": self.methodology, "key_lines": self.key_lines}
            if self.scope
            else {}
        )
        self.scope, self.methodology, self.lead_partner = scope, methodology, lead_partner
        self.key_lines = key_lines
        self.period_from, self.period_to = period_from, period_to
        return {"before": before, "period_from": period_from, "period_to": period_to}

    @verb(
        BEFORE_PUBLICATION,
        rule=permissions.case_staff,
        label="Record who was told of the decision",
        effect="Nothing is sent by this system. It keeps the days on which the three were told.",
    )
    def tell_national(
        self,
        *,
        by: User | None,
        on: dt.date,
        told_panel_on: dt.date | None,
        told_dfe_on: dt.date | None,
        told_ofsted_on: dt.date | None,
    ) -> dict[str, Any]:
        """The Panel, DfE and Ofsted, as soon as the decision is made, with the reviewer's name once known."""
        days = [day for day in (told_panel_on, told_dfe_on, told_ofsted_on) if day]
        if any(day > on or day < self.decided_on for day in days):
            raise Refused("They were told on or after the day of the decision, and not later than today.")
        self.told_panel_on, self.told_dfe_on, self.told_ofsted_on = told_panel_on, told_dfe_on, told_ofsted_on
        return {"panel": told_panel_on, "dfe": told_dfe_on, "ofsted": told_ofsted_on}

    @verb(
        [S.DECIDED, S.COMMISSIONING],
        S.REVIEWER_APPOINTED,
        rule=permissions.case_chair,
        label="Appoint the reviewer",
        effect="The reviewer gets access to this case alone. Monitoring begins.",
    )
    def appoint_reviewer(
        self,
        *,
        by: User | None,
        on: dt.date,
        user: User,
        suitability: dict[str, str],
        words: str = "",
        access_until: dt.date | None = None,
    ) -> dict[str, Any]:
        """Partners must appoint (reg 12), and each judgement on suitability is recorded."""
        open_ = [question for code, question in SUITABILITY.items() if not suitability.get(code, "").strip()]
        if open_:
            raise Refused(f"Record the judgement on: {'; '.join(open_)}.")
        if not user.holds(self.partnership.pk, Role.REVIEWER):
            raise Refused(f"{user.name} does not hold the role of lead reviewer in this partnership.")
        if self.case.conflicts.filter(user=user, lifted_on=None).exists():
            raise Refused(f"A conflict of interest of {user.name} in this case is on record.")
        self.reviewers.create(user=user, appointed_on=on, suitability=suitability, access_until=access_until)
        return {"reviewer": user.ref, "access_until": access_until}

    @verb(
        REVIEWING | {S.SIGNED_OFF, S.SENT},
        S.COMMISSIONING,
        rule=permissions.case_chair,
        label="Remove the reviewer",
        effect="The reviewer loses access at once. Another has to be appointed.",
    )
    def remove_reviewer(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """Reg 13: at any time before publication, with the reason."""
        reviewer = self.reviewer
        if reviewer is None or not words.strip():
            raise Refused("Say why the reviewer is removed.")
        reviewer.removed_on, reviewer.removal_reason = on, words
        reviewer.save()
        self.end_hold(on)
        return {"reviewer": reviewer.user.ref, "before": self.forget_sending()}

    # --- reviewing ---

    @verb(
        S.REVIEWER_APPOINTED,
        S.IN_PROGRESS,
        rule=permissions.case_staff,
        label="The review has started",
        effect="The report can be written from now on.",
    )
    def begin_work(self, *, by: User | None, on: dt.date) -> None:
        """The reviewer is at work; the six months have been running since the decision."""

    @verb(
        REVIEWING,
        rule=permissions.staff_or_chair,
        label="Record monitoring",
        effect="The next look is due four weeks later.",
    )
    def monitor(
        self,
        *,
        by: User | None,
        on: dt.date,
        time_in_hand: str,
        quality: str,
        words: str = "",
        in_writing: bool = False,
    ) -> None:
        """Reg 14: the partners look at time and quality at regular intervals; requests to the reviewer in writing."""
        if words.strip() and not in_writing:
            raise Refused("A request to the reviewer has to be made in writing (reg 14).")
        self.monitoring.create(
            on=on,
            time_in_hand=time_in_hand,
            quality=quality,
            request=words,
            in_writing=in_writing,
            recorded_by=by,
        )

    @verb(
        BEFORE_PUBLICATION,
        rule=permissions.case_staff,
        label="Record a delay",
        effect="Nothing is sent by this system: the letter to both is made from what you write, and you send it. "
        "The date it is due stays beside the new one.",
    )
    def record_delay(
        self, *, by: User | None, on: dt.date, reason_code: str, words: str, expected_on: dt.date
    ) -> dict[str, Any]:
        """``on``: the day both were told. The expected date stands beside the statutory one, never instead of it."""
        if expected_on <= on:
            raise Refused("The new expected date lies after the day they are told.")
        self.case.delays.create(
            clock="LCSPR_6M",
            told_on=on,
            reason=reason_code,
            explanation=words,
            expected_on=expected_on,
            recorded_by=by,
        )
        return {"expected_on": expected_on}

    # --- the draft ---

    @verb(
        S.IN_PROGRESS,
        S.DRAFT_RECEIVED,
        rule=permissions.hand_in,
        label="Hand in the draft",
        effect="The partnership’s team is told. The draft can still be changed.",
    )
    def receive_draft(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        return {"hash": self.report_hash}

    @verb(
        S.DRAFT_RECEIVED,
        S.QUALITY_ASSURANCE,
        rule=permissions.case_staff,
        label="Start quality assurance",
        effect="The partners look at the quality of the draft.",
    )
    def start_quality(self, *, by: User | None, on: dt.date) -> None:
        """The partners look at the draft's quality."""

    @verb(
        [S.DRAFT_RECEIVED, S.QUALITY_ASSURANCE, S.FACT_CHECK],
        S.IN_PROGRESS,
        rule=permissions.staff_or_chair,
        label="Ask the reviewer for changes",
        effect="The reviewer is told that changes are wanted and hands the draft in again.",
    )
    def ask_changes(self, *, by: User | None, on: dt.date, words: str) -> None:
        if not words.strip():
            raise Refused("Say what should change.")

    @verb(
        S.QUALITY_ASSURANCE,
        S.FACT_CHECK,
        rule=permissions.case_staff,
        label="Start the fact check",
        guards=[Publishing.law_missing],
        effect="Agencies, the family and legal advisers read the draft for accuracy.",
    )
    def start_fact_check(self, *, by: User | None, on: dt.date, words: str = "") -> None:
        """Agencies, the family and legal advisers read the draft for accuracy."""

    # --- side paths ---

    @verb(
        BEFORE_PUBLICATION,
        S.DISCONTINUED,
        rule=follows,
        label="Discontinued",
        guards=[discontinuing_undecided, Publishing.published_already],
    )
    def discontinue(self, *, by: User | None, on: dt.date) -> None:
        """No statutory route exists: a decision of the three partners, recorded, and the Panel is told."""
        self._stop(on)

    @verb(
        BEFORE_PUBLICATION,
        S.SUBSUMED_NATIONAL,
        rule=permissions.case_chair,
        label="Record that a national review takes it over",
        guards=[Publishing.published_already],
        effect="This review ends here and its clocks stop. What was recorded stays.",
    )
    def subsume(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The Panel has commissioned a national review, and the partners decided that this one goes into it."""
        self._stop(on)

    @verb(
        BEFORE_PUBLICATION,
        S.MERGED_JOINT,
        rule=permissions.case_chair,
        label="Record that a joint review takes it over",
        guards=[Publishing.published_already],
        effect="This review ends here and its clocks stop. What was recorded stays.",
    )
    def merge(self, *, by: User | None, on: dt.date, words: str) -> None:
        """Another statutory review, or another area, carries on with it."""
        self._stop(on)

    def _stop(self, on: dt.date) -> None:
        self.end_hold(on)
        self.concluded_on = on

    @verb(STOPPED, S.DECIDED, rule=follows, label="Decided anew", guards=[not_decided_anew])
    def restart(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """The partners decided again for a review: six months from that day. The earlier end stays on record."""
        before = {"decided_on": self.decided_on, "ended_on": self.concluded_on, "ended_as": self.state}
        self.reviewers.filter(removed_on=None).update(
            removed_on=on, removal_reason="The review had been stopped before it was decided anew."
        )
        self.forget_sending()
        self.decision = self.case.standing_decision(DecisionKind.REVIEW)
        self.decided_on, self.concluded_on = on, None
        return before
