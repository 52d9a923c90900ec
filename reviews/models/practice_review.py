"""The Child Safeguarding Practice Review: six months from the decision to a published report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Agency, Partnership, User
from cspr.accounts.roles import Partner
from cspr.workflow import Refused, Subject, follows, verb
from referrals.models import Case, Decision
from referrals.models.visible import Visible
from referrals.states import DecisionKind, Outcome
from reviews import permissions
from reviews.models.rapid_review import content_hash
from reviews.states import (
    BEFORE_PUBLICATION,
    CONCLUDED,
    REPORT_SECTIONS,
    REQUIRED_BY_LAW,
    REVIEWING,
    STOPPED,
    SUITABILITY,
    DelayReason,
    HoldReason,
    PracticeReviewState,
    RecommendationKind,
    WithholdReason,
)

S = PracticeReviewState
# Reg 16(1): "no later than 7 days prior" to publication. Days, not working days.
SENT_BEFORE = dt.timedelta(days=7)
LONGEST_HOLD = dt.timedelta(weeks=8)


class PracticeReview(Subject):
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
    planned_publication_on = models.DateField(null=True)
    title = models.CharField("neutral title of the report", max_length=120, blank=True)
    report = models.JSONField(default=dict)
    sent_to_sos_on = models.DateField("sent to the Secretary of State", null=True)
    sent_to_panel_on = models.DateField("sent to the Panel", null=True)
    sent_to_ofsted_on = models.DateField("sent to Ofsted", null=True)
    sent_hash = models.CharField(max_length=64, blank=True)
    family_told_on = models.DateField("family told of the publication", null=True)
    concluded_on = models.DateField(null=True)
    withhold_reason = models.CharField(max_length=30, choices=WithholdReason.choices, blank=True)
    withhold_explanation = models.TextField(blank=True)
    withhold_review_on = models.DateField(null=True)
    objects = Visible["PracticeReview"].as_manager()

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_reviews(user)

    def get_absolute_url(self) -> str:
        return reverse("practice-review", args=[self.ref])

    @property
    def report_hash(self) -> str:
        return content_hash(
            [self.title, self.report, list(self.recommendations.values_list("number", "text"))]
        )

    @property
    def sent_on(self) -> dt.date | None:
        """The later of the two sendings the law asks for; None until both were made."""
        both = (self.sent_to_sos_on, self.sent_to_panel_on)
        return max(both) if all(both) else None  # type: ignore[type-var]

    @property
    def reviewer(self) -> Reviewer | None:
        return self.reviewers.filter(removed_on=None).first()

    def current_hold(self) -> Hold | None:
        return self.holds.filter(ended_on=None).first()

    def publication_decision(self) -> Decision | None:
        """The standing decision on publication, if it was made on the report as it reads now."""
        decision: Decision | None = self.case.standing_decision(DecisionKind.PUBLICATION)
        return decision if decision and decision.evidence_hash == self.report_hash else None

    # --- what a verb still waits for: the sentence, or None ---

    def _law_missing(self) -> str | None:
        empty = [REPORT_SECTIONS[code] for code in REQUIRED_BY_LAW if not self.report.get(code, "").strip()]
        return f"The law requires these parts (reg 15): {'; '.join(empty)}." if empty else None

    def _told_missing(self) -> str | None:
        return None if self.reviewer else "Appoint a reviewer first."

    def _decided(self, outcome: str) -> str | None:
        decision = self.publication_decision()
        if decision and decision.outcome == outcome:
            return None
        return "This needs an approved decision on publication, made on the report as it reads now."

    def _sent_as_it_reads(self) -> str | None:
        if self.sent_on is None:
            return "The full report has not been sent to the Secretary of State and the Panel (reg 16)."
        if self.sent_hash != self.report_hash:
            return "The report was changed after it was sent to the Secretary of State and the Panel. Send it again."
        return None

    def _bar(self) -> str | None:
        barred = self.case.processes.filter(bars_publication=True).first()
        return f"Publication is barred for now: {barred.get_type_display()}." if barred else None

    def _family(self) -> str | None:
        return None if self.family_told_on else "Record that the family was told before publication."

    def _may_publish(self) -> str | None:
        return (
            self._decided(Outcome.PUBLISH)
            or self._sent_as_it_reads()
            or self._bar()
            or self._family()
            or self._law_missing()
        )

    def _may_publish_improvements(self) -> str | None:
        return (
            self._decided(Outcome.IMPROVEMENTS_ONLY)
            or self._sent_as_it_reads()
            or self._bar()
            or self._family()
        )

    def _seven_days(self, on: dt.date) -> None:
        """Invariant 3 and reg 16(1): sent no later than seven days before publication."""
        assert self.sent_on is not None
        first = self.sent_on + SENT_BEFORE
        if on < first:
            raise Refused(
                "The law asks for seven days after sending. "
                f"The first lawful day is {first:%A} {first.day} {first:%B %Y}."
            )

    # --- commissioning ---

    @verb([S.DECIDED, S.COMMISSIONING], S.COMMISSIONING, rule=permissions.case_staff, label="Plan the review")
    def plan(
        self,
        *,
        by: User | None,
        on: dt.date,
        scope: str,
        methodology: str,
        lead_partner: str,
        period_from: dt.date | None = None,
        period_to: dt.date | None = None,
    ) -> None:
        """Grounds stand in the decision; scope, period, method and lead partner are recorded here."""
        if period_from and period_to and period_to < period_from:
            raise Refused("The period ends before it begins.")
        self.scope, self.methodology, self.lead_partner = scope, methodology, lead_partner
        self.period_from, self.period_to = period_from, period_to

    @verb(BEFORE_PUBLICATION, rule=permissions.case_staff, label="Record who was told of the decision")
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
        self.reviewers.create(user=user, appointed_on=on, suitability=suitability, access_until=access_until)
        return {"reviewer": user.ref}

    @verb(
        REVIEWING,
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
        return {"reviewer": reviewer.user.ref}

    # --- reviewing ---

    @verb(S.REVIEWER_APPOINTED, S.IN_PROGRESS, rule=permissions.case_staff, label="The review has started")
    def begin_work(self, *, by: User | None, on: dt.date) -> None:
        """The reviewer is at work; the six months have been running since the decision."""

    @verb(REVIEWING, rule=permissions.staff_or_chair, label="Record monitoring")
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
        self.monitoring.create(
            on=on,
            time_in_hand=time_in_hand,
            quality=quality,
            request=words,
            in_writing=in_writing,
            recorded_by=by,
        )

    @verb(
        S.IN_PROGRESS,
        S.ON_HOLD,
        rule=permissions.case_chair,
        label="Put on hold",
        effect="The statutory date stays. Tell the Panel and the Secretary of State of the delay.",
    )
    def hold(
        self,
        *,
        by: User | None,
        on: dt.date,
        reason_code: str,
        review_on: dt.date,
        agreed_by: str,
        words: str = "",
    ) -> dict[str, Any]:
        """Invariant 8: a hold never moves the six months. It is looked at again within eight weeks."""
        if not on < review_on <= on + LONGEST_HOLD:
            raise Refused("Look at the hold again within eight weeks: give a date in that time.")
        self.holds.create(
            reason=reason_code, started_on=on, review_on=review_on, agreed_by=agreed_by, note=words
        )
        return {"review_on": review_on}

    @verb(S.ON_HOLD, S.IN_PROGRESS, rule=permissions.staff_or_chair, label="Resume")
    def resume(self, *, by: User | None, on: dt.date) -> None:
        self.holds.filter(ended_on=None).update(ended_on=on)

    @verb(
        BEFORE_PUBLICATION,
        rule=permissions.case_staff,
        label="Record a delay",
        effect="The Panel and the Secretary of State are told why. The statutory date stays beside the new one.",
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

    @verb(
        [S.IN_PROGRESS, S.DRAFT_RECEIVED, S.QUALITY_ASSURANCE, S.FACT_CHECK],
        rule=permissions.write_review,
        label="Write the report",
    )
    def write_report(
        self, *, by: User | None, on: dt.date, sections: dict[str, str], title: str | None = None
    ) -> dict[str, Any]:
        self.report = {**self.report, **{k: v for k, v in sections.items() if k in REPORT_SECTIONS}}
        self.title = self.title if title is None else title
        return {"sections": sorted(sections)}

    @verb(
        [S.IN_PROGRESS, S.DRAFT_RECEIVED, S.QUALITY_ASSURANCE, S.FACT_CHECK],
        rule=permissions.write_review,
        label="Add a recommendation",
    )
    def recommend(
        self, *, by: User | None, on: dt.date, text: str, kind: str, owner: str, due_on: dt.date | None = None
    ) -> dict[str, Any]:
        """Clear on who must do what and by when, and focused on outcomes (guidance)."""
        number = self.recommendations.count() + 1
        self.recommendations.create(number=number, text=text, kind=kind, owner=owner, due_on=due_on)
        return {"number": number}

    @verb(S.IN_PROGRESS, S.DRAFT_RECEIVED, rule=permissions.hand_in, label="Hand in the draft")
    def receive_draft(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        return {"hash": self.report_hash}

    @verb(S.DRAFT_RECEIVED, S.QUALITY_ASSURANCE, rule=permissions.case_staff, label="Start quality assurance")
    def start_quality(self, *, by: User | None, on: dt.date) -> None:
        """The partners look at the draft's quality."""

    @verb(
        [S.DRAFT_RECEIVED, S.QUALITY_ASSURANCE, S.FACT_CHECK],
        S.IN_PROGRESS,
        rule=permissions.staff_or_chair,
        label="Ask the reviewer for changes",
    )
    def ask_changes(self, *, by: User | None, on: dt.date, words: str) -> None:
        if not words.strip():
            raise Refused("Say what should change.")

    @verb(
        S.QUALITY_ASSURANCE,
        S.FACT_CHECK,
        rule=permissions.case_staff,
        label="Start the fact check",
        guards=[_law_missing],
    )
    def start_fact_check(self, *, by: User | None, on: dt.date, words: str = "") -> None:
        """Agencies, the family and legal advisers read the draft for accuracy."""

    @verb(
        S.FACT_CHECK,
        S.SIGNED_OFF,
        rule=permissions.sign_off,
        label="Sign off the report",
        guards=[
            _law_missing,
            lambda r: (
                None
                if r.publication_decision()
                else "The partners have not yet decided on publication of the report as it reads now."
            ),
        ],
        effect="The report is closed to changes.",
    )
    def sign_off(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        return {"hash": self.report_hash}

    @verb(
        [S.SIGNED_OFF, S.SENT],
        S.QUALITY_ASSURANCE,
        rule=permissions.staff_or_chair,
        label="Open the report again",
        effect="A decision made on the earlier text no longer stands, and it has to be sent again.",
    )
    def reopen_report(self, *, by: User | None, on: dt.date, words: str) -> None:
        """A late fact or a correction, before anything is public."""

    # --- sending and publishing ---

    @verb(
        [S.SIGNED_OFF, S.SENT],
        S.SENT,
        rule=permissions.case_staff,
        label="Record that the full report was sent",
        effect="The law asks for seven days from here to publication; guidance for seven working days.",
    )
    def send(
        self,
        *,
        by: User | None,
        on: dt.date,
        sent_to_sos_on: dt.date,
        sent_to_panel_on: dt.date,
        sent_to_ofsted_on: dt.date | None = None,
        planned_publication_on: dt.date,
    ) -> dict[str, Any]:
        """Reg 16: the full report to the Secretary of State and the Panel; guidance adds Ofsted."""
        self.sent_to_sos_on, self.sent_to_panel_on, self.sent_to_ofsted_on = (
            sent_to_sos_on,
            sent_to_panel_on,
            sent_to_ofsted_on,
        )
        self.planned_publication_on, self.sent_hash = planned_publication_on, self.report_hash
        return {"sos": sent_to_sos_on, "panel": sent_to_panel_on, "ofsted": sent_to_ofsted_on}

    @verb(BEFORE_PUBLICATION, rule=permissions.case_staff, label="Plan the day of publication")
    def plan_publication(
        self, *, by: User | None, on: dt.date, planned_publication_on: dt.date
    ) -> dict[str, Any]:
        self.planned_publication_on = planned_publication_on
        return {"planned_publication_on": planned_publication_on}

    @verb(
        BEFORE_PUBLICATION | {S.NOT_PUBLISHED, S.IMPROVEMENTS_PUBLISHED},
        rule=permissions.case_staff,
        label="Record that the family was told",
    )
    def tell_family(self, *, by: User | None, on: dt.date, words: str = "") -> None:
        """The family reads the report before the public does. Nothing is ever sent to a family by this system."""
        self.family_told_on = on

    @verb(
        [S.SENT, S.NOT_PUBLISHED, S.IMPROVEMENTS_PUBLISHED],
        S.PUBLISHED,
        rule=permissions.release,
        label="Publish the report",
        guards=[_may_publish],
        effect="The report is public from now on, for at least one year.",
    )
    def publish(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        self._seven_days(on)
        self.concluded_on = self.concluded_on or on
        return {"on": on, "sent_on": self.sent_on}

    @verb(
        [S.SENT, S.NOT_PUBLISHED],
        S.IMPROVEMENTS_PUBLISHED,
        rule=permissions.release,
        label="Publish the improvements only",
        guards=[_may_publish_improvements],
        effect="Only the improvements become public. The full report is with the Secretary of State and the Panel.",
    )
    def publish_improvements(
        self, *, by: User | None, on: dt.date, reason_code: str, words: str
    ) -> dict[str, Any]:
        """s.16F(4)–(5): only where publishing the report is inappropriate; invariant 9: the full report was sent."""
        self._withhold(reason_code, words)
        self._seven_days(on)
        self.concluded_on = on
        return {"on": on, "sent_on": self.sent_on}

    @verb(
        S.SENT,
        S.NOT_PUBLISHED,
        rule=permissions.release,
        label="Record that nothing is published",
        guards=[lambda r: r._decided(Outcome.NOT_PUBLISH) or r._sent_as_it_reads()],
        effect="The explanation goes to the Panel and the Secretary of State. You will be reminded to look again.",
    )
    def withhold(
        self, *, by: User | None, on: dt.date, reason_code: str, words: str, review_on: dt.date
    ) -> dict[str, Any]:
        """s.16F(5): lawful only if publishing the improvements, too, is considered inappropriate."""
        self._withhold(reason_code, words)
        self.withhold_review_on, self.concluded_on = review_on, on
        return {"review_on": review_on}

    def _withhold(self, reason: str, explanation: str) -> None:
        if not explanation.strip():
            raise Refused("Explain it: the explanation goes to the Panel and the Secretary of State.")
        self.withhold_reason, self.withhold_explanation = reason, explanation

    @verb(CONCLUDED, S.ACTION_MONITORING, rule=permissions.case_staff, label="Start following up change")
    def start_follow_up(self, *, by: User | None, on: dt.date) -> None:
        """Progress on recommendations is audited regularly, and impact followed up (guidance)."""

    @verb(S.ACTION_MONITORING, S.CLOSED, rule=permissions.case_chair, label="Close the review")
    def close(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The chair is satisfied that what was recommended has been followed up."""

    # --- side paths ---

    @verb(
        BEFORE_PUBLICATION,
        S.DISCONTINUED,
        rule=follows,
        label="Discontinued",
        guards=[
            lambda r: (
                None
                if (d := r.case.standing_decision(DecisionKind.DISCONTINUE))
                and d.outcome == Outcome.DISCONTINUE
                else "Discontinuing needs the three partners' decision."
            )
        ],
    )
    def discontinue(self, *, by: User | None, on: dt.date) -> None:
        """No statutory route exists: a decision of the three partners, recorded, and the Panel is told."""
        self.concluded_on = on

    @verb(
        BEFORE_PUBLICATION,
        S.SUBSUMED_NATIONAL,
        rule=permissions.case_chair,
        label="Record that a national review takes it over",
    )
    def subsume(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.concluded_on = on

    @verb(
        BEFORE_PUBLICATION,
        S.MERGED_JOINT,
        rule=permissions.case_chair,
        label="Record that a joint review takes it over",
    )
    def merge(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.concluded_on = on

    @property
    def stopped(self) -> bool:
        return self.state in STOPPED


class Reviewer(models.Model):
    """An appointment: who, the recorded judgements, and if removed, why (regs 12 and 13)."""

    review = models.ForeignKey(PracticeReview, on_delete=models.CASCADE, related_name="reviewers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    appointed_on = models.DateField()
    access_until = models.DateField(null=True)
    suitability = models.JSONField(default=dict)
    removed_on = models.DateField(null=True)
    removal_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review"], condition=Q(removed_on=None), name="one_lead_reviewer")
        ]

    def __str__(self) -> str:
        return self.user.name


class MonitoringEntry(models.Model):
    """One look at time and quality (reg 14(1)), with any written request to the reviewer (reg 14(2)–(3))."""

    review = models.ForeignKey(PracticeReview, on_delete=models.CASCADE, related_name="monitoring")
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

    review = models.ForeignKey(PracticeReview, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=30, choices=HoldReason.choices)
    agreed_by = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    started_on = models.DateField()
    review_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
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


class Recommendation(models.Model):
    """What should change, who owns it, and by when."""

    review = models.ForeignKey(PracticeReview, on_delete=models.CASCADE, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    kind = models.CharField(max_length=12, choices=RecommendationKind.choices)
    owner = models.CharField(max_length=160)
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="one_recommendation_per_number")
        ]

    def __str__(self) -> str:
        return f"recommendation {self.number}"
