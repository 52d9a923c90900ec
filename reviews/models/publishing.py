"""From sign-off to the public, and after: the part of a practice review that the law speaks of most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import models

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.workflow import Refused, verb
from referrals.models import Decision
from referrals.states import DecisionKind, Outcome
from reviews import permissions
from reviews.models.conditions import Condition
from reviews.models.facts import fact_check_open
from reviews.models.reporting import Reporting
from reviews.questions.family import BEFORE_PUBLIC
from reviews.states import (
    BEFORE_PUBLICATION,
    CONCLUDED,
    WRITING,
    PracticeReviewState,
    WithholdReason,
)

S = PracticeReviewState
# Reg 16(1): "no later than 7 days prior" to publication. Days, not working days.
SENT_BEFORE = dt.timedelta(days=7)


class Publishing(Reporting):
    """What is recorded, asked and done between the signed-off report and the last follow-up."""

    planned_publication_on = models.DateField(null=True)
    signed_off_on = models.DateField(null=True)
    sent_to_sos_on = models.DateField("sent to the Secretary of State", null=True)
    sent_to_panel_on = models.DateField("sent to the Panel", null=True)
    sent_to_ofsted_on = models.DateField("sent to Ofsted", null=True)
    sent_hash = models.CharField(max_length=64, blank=True)
    family_told_on = models.DateField("family told of the publication", null=True)
    # The day something was first published; or, if nothing was, the day the review ended.
    concluded_on = models.DateField(null=True)
    withhold_reason = models.CharField(max_length=30, choices=WithholdReason.choices, blank=True)
    withhold_explanation = models.TextField(blank=True)
    withhold_review_on = models.DateField(null=True)
    publications: Any
    holds: Any

    class Meta:
        abstract = True

    @property
    def sent_on(self) -> dt.date | None:
        """The later of the two sendings the law asks for; None until both were made."""
        if self.sent_to_sos_on is None or self.sent_to_panel_on is None:
            return None
        return max(self.sent_to_sos_on, self.sent_to_panel_on)

    @property
    def first_lawful_day(self) -> dt.date | None:
        """The first day on which the report may be published; None until it was sent."""
        return self.sent_on + SENT_BEFORE if self.sent_on else None

    def publication_decision(self) -> Decision | None:
        """The standing decision on publication, if it was made on the report as it reads now."""
        decision: Decision | None = self.case.standing_decision(DecisionKind.PUBLICATION)
        return decision if decision and decision.evidence_hash == self.report_hash else None

    # --- what a verb still waits for: the sentence, or None ---

    def undecided(self) -> str | None:
        if self.publication_decision():
            return None
        return "The partners have not yet decided on publication of the report as it reads now."

    def _decided(self, outcome: str) -> str | None:
        decision = self.publication_decision()
        if decision and decision.outcome == outcome:
            return None
        return "This needs an approved decision on publication, made on the report as it reads now."

    def _sent_as_it_reads(self) -> str | None:
        if self.sent_on is None:
            return "The full report has not been sent to the Secretary of State and the Panel (reg 16)."
        if self.sent_hash != self.report_hash:
            return (
                "The report was changed after it was sent to the Secretary of State and the Panel. "
                "Send it again."
            )
        return None

    def barred(self, on: dt.date) -> str | None:
        """Why another proceeding of the case bars publication on ``on``; None when none stands in the way."""
        return next((why for process in self.case.processes.all() if (why := process.barred(on))), None)

    @property
    def planned_in_a_bar(self) -> str | None:
        """Why the planned day of publication cannot be kept as things stand."""
        planned = self.planned_publication_on
        return self.barred(planned) if planned and self.concluded_on is None else None

    def _family(self) -> str | None:
        if self.family_told_on is None:
            return "Record that the family was told before publication."
        promises = self.case.family_promises.waiting().filter(kind__in=BEFORE_PUBLIC)
        return "A promise to the family is still open." if promises.exists() else None

    def _held(self) -> str | None:
        if self.state != S.ON_HOLD:
            return None
        hold = next(one for one in self.holds.all() if one.ended_on is None)
        return f"On hold: {hold}. {hold.agreed_by} agreed to it; it is looked at again on {in_full(hold.review_on)}."

    def _anonymity(self) -> str | None:
        key = getattr(self.case, "identity_key", None)
        reason: str | None = (
            key.unsigned(self.report_hash) if key else "The check of anonymity has not begun."
        )
        return reason

    def conditions(self, outcome: str) -> Iterator[Condition]:
        """What publishing the report, or only the improvements, waits for, in the order it is mended.

        One after the other: whoever looks for the first that is not met asks no further. The seven days, and what
        other proceedings bar, depend on the day and are asked apart (``too_early``).
        """
        if outcome == Outcome.PUBLISH:
            parts, writers = "The report has the parts the law requires", "The reviewer or staff write them."
            write = "Write what is missing in the report"
            yield Condition(parts, self.law_missing(), write, "write_report", who=writers)
        decided = "The partners decided on the report as it reads now"
        partners = "Staff propose it; the three partners and the chair decide."
        asked = "Ask the partners whether and what to publish"
        yield Condition(decided, self._decided(outcome), asked, room="decision", who=partners)
        sent = "The Secretary of State and the Panel have the full report"
        send = "Send the full report, and record it"
        yield Condition(sent, self._sent_as_it_reads(), send, "send", who="Staff on the case send it.")
        signed = "Two people signed that nobody can be recognised"
        two = "Two people of the staff and the chair sign."
        check = "Check the anonymity of the report, and sign"
        yield Condition(signed, self._anonymity(), check, room="anonymity-workbench", who=two)
        told = "The family was told, and its promises are kept"
        mended = {"do": "Tell the family, and record it", "verb": "tell_family"}
        if self.family_told_on:
            mended = {"do": "Keep what the family was promised", "room": "practice-review-family"}
        yield Condition(told, self._family(), **mended, who="Staff on the case see to it.")
        ended = "The chair or staff end it."
        yield Condition("No hold is running", self._held(), "End the hold", "resume", who=ended)

    def unmet(self, outcome: str) -> str | None:
        """The first thing that publication still waits for; None when there is none."""
        return next((c.reason for c in self.conditions(outcome) if c.reason), None)

    def may_publish(self) -> str | None:
        return self.unmet(Outcome.PUBLISH)

    def may_publish_improvements(self) -> str | None:
        return self.unmet(Outcome.IMPROVEMENTS_ONLY)

    def may_withhold(self) -> str | None:
        return self._decided(Outcome.NOT_PUBLISH) or self._sent_as_it_reads()

    def too_early(self, on: dt.date) -> str | None:
        """Invariant 3 and reg 16(1): sent no later than seven days before publication; and no proceeding bars it."""
        first = self.first_lawful_day
        if first is None or on >= first:
            return self.barred(on)
        return f"The law asks for seven days after sending. The first lawful day is {in_full(first)}."

    def was_published(self) -> bool:
        """Whether anything of it was ever public. Publishing concludes a review: before, there is nothing to ask."""
        return self.concluded_on is not None and bool(self.publications.exists())

    def unpublished(self) -> str | None:
        return None if self.was_published() else "Nothing has been published yet."

    def published_already(self) -> str | None:
        if self.was_published():
            return "The report is public, so the review can no longer be stopped. Leave it as published."
        return None

    # --- signing off and sending ---

    @verb(
        S.FACT_CHECK,
        S.SIGNED_OFF,
        rule=permissions.sign_off,
        label="Sign off the report",
        guards=[Reporting.law_missing, undecided, fact_check_open],
        effect="The report is closed to changes.",
    )
    def sign_off(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        self.signed_off_on = on
        return {"hash": self.report_hash}

    @verb(
        CONCLUDED | {S.ACTION_MONITORING},
        S.QUALITY_ASSURANCE,
        rule=permissions.staff_or_chair,
        label="Open the report again",
        effect="What is public stays public and unchanged. A new text goes the whole way again, as an addendum.",
    )
    @verb(
        [S.SIGNED_OFF, S.SENT],
        S.QUALITY_ASSURANCE,
        rule=permissions.staff_or_chair,
        label="Open the report again",
        effect="It has to be signed off and sent again. A decision made on the earlier text no longer stands "
        "once the text is changed.",
    )
    def reopen_report(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """A late fact or a correction before anything is public; new facts after that (domain §2.4)."""
        return self.forget_sending()

    def forget_sending(self) -> dict[str, Any]:
        """The text is open again: what was signed off and sent counts no longer. The event keeps the days."""
        before = {
            "signed_off": self.signed_off_on,
            "sos": self.sent_to_sos_on,
            "panel": self.sent_to_panel_on,
            "ofsted": self.sent_to_ofsted_on,
        }
        self.signed_off_on, self.sent_hash = None, ""
        self.sent_to_sos_on, self.sent_to_panel_on, self.sent_to_ofsted_on = None, None, None
        if self.concluded_on:
            self.planned_publication_on, self.family_told_on = None, None
        return before

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
        for day in (sent_to_sos_on, sent_to_panel_on, sent_to_ofsted_on):
            if day and (day > on or (self.signed_off_on and day < self.signed_off_on)):
                raise Refused(
                    "The report was sent on or after the day it was signed off, and not later than today."
                )
        self.sent_to_sos_on, self.sent_to_panel_on, self.sent_to_ofsted_on = (
            sent_to_sos_on,
            sent_to_panel_on,
            sent_to_ofsted_on,
        )
        self.sent_hash = self.report_hash
        self._plan(planned_publication_on, on)
        return {"sos": sent_to_sos_on, "panel": sent_to_panel_on, "ofsted": sent_to_ofsted_on}

    @verb(
        BEFORE_PUBLICATION | {S.NOT_PUBLISHED, S.IMPROVEMENTS_PUBLISHED},
        rule=permissions.case_staff,
        label="Plan the day of publication",
        effect="The days by which the report has to be sent are counted back from it.",
    )
    def plan_publication(
        self, *, by: User | None, on: dt.date, planned_publication_on: dt.date
    ) -> dict[str, Any]:
        self._plan(planned_publication_on, on)
        return {"planned_publication_on": planned_publication_on}

    def _plan(self, planned: dt.date, on: dt.date) -> None:
        first = self.first_lawful_day or on + SENT_BEFORE
        if planned < first:
            raise Refused(
                f"The law asks for seven days between sending the report and publishing it. The first lawful "
                f"day is {in_full(first)}."
            )
        self.planned_publication_on = planned

    @verb(
        BEFORE_PUBLICATION | CONCLUDED,
        rule=permissions.case_staff,
        label="Record that the family was told",
        effect="Nothing is sent to the family by this system. It keeps the day and what was said.",
    )
    def tell_family(self, *, by: User | None, on: dt.date, words: str = "") -> None:
        """The family reads the report before the public does."""
        self.family_told_on = on

    # --- publishing, or not ---

    @verb(
        [S.SENT, S.NOT_PUBLISHED, S.IMPROVEMENTS_PUBLISHED],
        S.PUBLISHED,
        rule=permissions.release,
        label="Publish the report",
        guards=[may_publish],
        effect="The report is public from now on, for at least one year.",
    )
    def publish(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        self._conclude_public(on)
        return {"on": on, "sent_on": self.sent_on}

    @verb(
        [S.SENT, S.NOT_PUBLISHED],
        S.IMPROVEMENTS_PUBLISHED,
        rule=permissions.release,
        label="Publish the improvements only",
        guards=[may_publish_improvements],
        effect="Only the improvements become public. The full report is with the Secretary of State and the Panel.",
    )
    def publish_improvements(
        self, *, by: User | None, on: dt.date, reason_code: str, words: str
    ) -> dict[str, Any]:
        """s.16F(4)–(5): only where publishing the report is inappropriate; invariant 9: the full report was sent."""
        self._withhold(reason_code, words)
        self._conclude_public(on)
        return {"on": on, "sent_on": self.sent_on}

    def _conclude_public(self, on: dt.date) -> None:
        if early := self.too_early(on):
            raise Refused(early)
        if not self.was_published():
            self.concluded_on = on

    @verb(
        S.SENT,
        S.NOT_PUBLISHED,
        rule=permissions.release,
        label="Record that nothing is published",
        guards=[may_withhold, published_already],
        effect="The explanation goes to the Panel and the Secretary of State. Look at it again on the day you give.",
    )
    def withhold(
        self, *, by: User | None, on: dt.date, reason_code: str, words: str, review_on: dt.date
    ) -> dict[str, Any]:
        """s.16F(5): lawful only if publishing the improvements, too, is considered inappropriate."""
        if review_on <= on:
            raise Refused("Give a later day on which this is looked at again.")
        self._withhold(reason_code, words)
        self.withhold_review_on, self.concluded_on = review_on, on
        return {"review_on": review_on}

    def _withhold(self, reason: str, explanation: str) -> None:
        if not explanation.strip():
            raise Refused("Explain it: the explanation goes to the Panel and the Secretary of State.")
        self.withhold_reason, self.withhold_explanation = reason, explanation

    # --- afterwards ---

    @verb(
        WRITING | {S.SIGNED_OFF, S.SENT},
        S.ACTION_MONITORING,
        rule=permissions.staff_or_chair,
        label="Leave it as published",
        guards=[unpublished],
        effect="The text that was opened again is kept in the record and not published.",
    )
    def leave_as_published(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The way back when an addendum turns out not to be needed."""

    @verb(
        CONCLUDED,
        S.ACTION_MONITORING,
        rule=permissions.case_staff,
        label="Start following up change",
        effect="What was recommended is followed up until the chair closes the review.",
    )
    def start_follow_up(self, *, by: User | None, on: dt.date) -> None:
        """Progress on recommendations is audited regularly, and impact followed up (guidance)."""

    @verb(
        S.ACTION_MONITORING,
        S.CLOSED,
        rule=permissions.case_chair,
        label="Close the review",
        effect="Nothing more is expected of anybody. What is public stays public.",
    )
    def close(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The chair is satisfied that what was recommended has been followed up."""

    @verb(
        S.CLOSED,
        S.ACTION_MONITORING,
        rule=permissions.case_chair,
        label="Reopen the review",
        effect="Following up goes on. What was published stays as it is.",
    )
    def reopen(self, *, by: User | None, on: dt.date, words: str) -> None:
        """New facts, or change that did not last. The outcome stays in the history (invariant 10)."""
