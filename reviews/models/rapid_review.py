"""The rapid review: fifteen working days from the notification."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Partner
from cspr.documents.models import Document
from cspr.workflow import Refused, follows, verb
from referrals.models import Case, Decision, Notification
from referrals.models.evidence import content_hash
from referrals.models.visible import Visible
from referrals.states import STARTS_CSPR, DecisionKind, NotificationState
from reviews import permissions
from reviews.models.checking import check_of
from reviews.models.planning import Planned
from reviews.models.sections import AcceptedName, keep_versions
from reviews.models.weighing import Weighing
from reviews.states import (
    OPTIONAL_SECTIONS,
    PANEL_DISAGREES,
    PANEL_WAITS,
    RAPID_REVIEW_SECTIONS,
    RAPID_REVIEW_WORKING,
    PanelOutcome,
    RapidReviewState,
)

S = RapidReviewState


class RapidReview(Planned, Weighing):
    """One per submitted abuse-or-neglect notification, opened by it and cancelled only with it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="rapid_review")
    notification = models.OneToOneField(Notification, on_delete=models.PROTECT, related_name="rapid_review")
    state = FSMField(default=S.OPEN, choices=S.choices, protected=True)
    opened_on = models.DateField()
    meeting_on = models.DateField(null=True)
    attendees = models.TextField(blank=True)
    apologies = models.TextField(blank=True)
    conflicts_declared = models.TextField(blank=True)
    represented = models.JSONField(default=list)
    report = models.JSONField(default=dict)
    # The fifteen working days were met on the first sending; a reopened review is sent again.
    first_submitted_on = models.DateField("first sent to the Panel", null=True)
    submitted_on = models.DateField("sent to the Panel", null=True)
    told = models.CharField("who else was told", max_length=200, blank=True)
    panel_outcome = models.CharField(max_length=30, choices=PanelOutcome.choices, blank=True)
    panel_replied_on = models.DateField(null=True)
    panel_letter = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    # The decision that the Panel answered, so that a later one is known to be a new one.
    answered_decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    replied_on = models.DateField("reply to the Panel", null=True)
    objects = Visible["RapidReview"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["opened_on", "id"], name="rapid_review_by_opening")]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_reviews(user)

    @classmethod
    def may_read_document(cls, subject: RapidReview, user: User, kind: str) -> str | None:
        if kind.startswith("chronology_"):
            return permissions.take_chronology(subject, user, kind)
        return permissions.take_copies(subject.case, user)

    def get_absolute_url(self) -> str:
        return reverse("rapid-review", args=[self.ref])

    @property
    def report_hash(self) -> str:
        return content_hash(self.report)

    # --- what a verb still waits for: the sentence, or None ---

    def empty_sections(self) -> list[str]:
        """Titles of the mandatory sections that say nothing yet."""
        return [
            title
            for code, title in RAPID_REVIEW_SECTIONS.items()
            if code not in OPTIONAL_SECTIONS and not self.report.get(code, "").strip()
        ]

    def sections_missing(self) -> str | None:
        empty = self.empty_sections()
        if not any(self.report.get(code, "").strip() for code in OPTIONAL_SECTIONS):
            empty.append("either the lines of enquiry for a practice review, or why none is needed")
        return f"Still to be written: {'; '.join(empty)}." if empty else None

    def names_left(self) -> str | None:
        """A report that leaves the house names nobody; a name that has to stay is accepted with its reason."""
        sections = dict.fromkeys(section for section, _ in check_of(self).names())
        titles = [RAPID_REVIEW_SECTIONS[section] for section in sections]
        return f"Names were left in: {'; '.join(titles)}." if titles else None

    def decision(self) -> Decision | None:
        """The standing decision on this review, if all it rests on reads as it was approved."""
        decision: Decision | None = self.case.standing_decision(DecisionKind.REVIEW)
        return decision if decision and decision.evidence and not decision.differences() else None

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

    # --- towards the Panel ---

    @verb(
        [S.OPEN, S.REOPENED],
        S.INFO_REQUESTED,
        rule=permissions.case_staff,
        label="Ask the agencies",
        guards=[lambda r: None if r.requests.exists() else "Add the agencies to be asked first."],
        effect="Each agency is asked for its account, or to say that it had no involvement.",
    )
    def request_info(self, *, by: User | None, on: dt.date) -> None:
        """The requests themselves go out as verbs of ``InformationRequest``."""

    @verb(
        RAPID_REVIEW_WORKING,
        rule=permissions.case_staff,
        label="Decide not to ask",
        effect="The reason is kept and shown. You can ask an agency of this kind later all the same.",
    )
    def not_ask(self, *, by: User | None, on: dt.date, agency_type: str, words: str) -> dict[str, Any]:
        """No agency of this kind is asked, and why."""
        if not words.strip():
            raise Refused("Say why no agency of this kind is asked.")
        given = {"reason": words, "on": on, "by": by}
        self.not_asked.update_or_create(agency_type=agency_type, defaults=given)
        return {"agency_type": agency_type}

    @verb(
        [S.OPEN, S.INFO_REQUESTED, S.MEETING_HELD, S.REOPENED],
        S.MEETING_HELD,
        rule=permissions.case_staff,
        label="Record the meeting",
        effect="The report can be finished once the meeting is on record.",
    )
    def hold_meeting(
        self,
        *,
        by: User | None,
        on: dt.date,
        represented: list[str],
        attendees: str,
        apologies: str = "",
        conflicts_declared: str = "",
    ) -> dict[str, Any]:
        """Quorum: the three statutory partners are represented (local terms of reference; domain §2.3)."""
        missing = [p.label for p in Partner if p.value not in represented]
        if missing:
            raise Refused(f"The meeting is not quorate: nobody represented {' and '.join(missing)}.")
        before, self.meeting_on = self.meeting_on, on
        self.represented = sorted(represented)
        self.attendees, self.apologies, self.conflicts_declared = attendees, apologies, conflicts_declared
        return {"represented": self.represented, "meeting_before": before}

    @verb(RAPID_REVIEW_WORKING, rule=permissions.write_review, label="Write the report")
    def write_report(
        self, *, by: User | None, on: dt.date, sections: dict[str, str], taken_from: int | None = None
    ) -> dict[str, Any]:
        """Save sections, each new text as a new version of its own; unnamed ones stay as they are."""
        written = {code: text for code, text in sections.items() if code in RAPID_REVIEW_SECTIONS}
        versions = keep_versions(self, written, by=by, taken_from=taken_from)
        self.report = {**self.report, **written}
        return {"sections": sorted(sections), "hash": self.report_hash, "versions": versions}

    @verb(
        RAPID_REVIEW_WORKING,
        rule=permissions.write_review,
        label="Leave a name in",
        guards=[lambda r: None if check_of(r).names() else "The check finds no name in the report."],
        effect="The check passes over this name in this section from now on. Your reason is kept.",
    )
    def accept_name(
        self, *, by: User | None, on: dt.date, section: str, word: str, words: str
    ) -> dict[str, Any]:
        """A name that has to stay, or is none. The name stands in its own row, never in the record of events."""
        left = {(code, name.word.lower()) for code, name in check_of(self).names()}
        if (section, word.lower()) not in left:
            raise Refused("The check does not find that name in that section any more.")
        AcceptedName.objects.create(
            case=self.case,
            report="rapidreview",
            section=section,
            word=word.lower(),
            reason=words,
            accepted_by=by,
            accepted_on=on,
        )
        return {"section": section}

    @verb(
        S.MEETING_HELD,
        S.DRAFTED,
        rule=permissions.case_staff,
        label="The draft is complete",
        guards=[sections_missing, names_left],
        effect="The draft can still be changed until the partners are asked to sign it off.",
    )
    def finish_draft(self, *, by: User | None, on: dt.date) -> None:
        """Every mandatory section says something, and no name was left in without a reason."""

    @verb(
        S.DRAFTED,
        S.PARTNER_SIGN_OFF,
        rule=permissions.case_staff,
        label="Ask the partners to sign off",
        guards=[sections_missing, names_left],
        effect="The report is closed. Next, propose the decision on a practice review.",
    )
    def seek_sign_off(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        return {"hash": self.report_hash}

    @verb(
        [S.PARTNER_SIGN_OFF, S.DRAFTED],
        S.MEETING_HELD,
        rule=permissions.staff_or_chair,
        label="Open the report again",
        effect="A decision made on the earlier text no longer stands once the text is changed.",
    )
    def reopen_report(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The partners or the chair ask for changes."""

    @verb(
        S.PARTNER_SIGN_OFF,
        S.SUBMITTED,
        rule=permissions.case_staff,
        label="Record that it was sent to the Panel",
        effect="The fifteen working days are met on the day you give.",
    )
    def submit(self, *, by: User | None, on: dt.date, told: str = "", words: str = "") -> dict[str, Any]:
        """Sent with the sign-offs complete; without them only with a recorded reason (``words``).

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
        self.submitted_on, self.told = on, told
        self.first_submitted_on = self.first_submitted_on or on
        self._forget_answer()
        return {"submitted_on": on, "signed_off": decision is not None}

    def _forget_answer(self) -> None:
        """The Panel answers anew. Its earlier answer stays in the history and its letter with the documents."""
        self.panel_outcome, self.panel_replied_on, self.panel_letter = "", None, None
        self.answered_decision, self.replied_on = None, None

    # --- the Panel's answer ---

    @verb(
        [S.SUBMITTED, S.PANEL_RESPONSE],
        S.PANEL_RESPONSE,
        rule=permissions.case_staff,
        label="Record the Panel's answer",
        effect="Everybody on the case is told that there is news.",
    )
    def record_panel_response(
        self, *, by: User | None, on: dt.date, outcome: str, letter: Document | None = None, words: str = ""
    ) -> dict[str, Any]:
        """``on``: the day of the letter. The decision it answers is kept, so that a new one can be told from it."""
        if letter is None:
            raise Refused("Attach the Panel's letter.")
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
        effect="The rapid review can then be closed, or the Panel's next answer recorded.",
    )
    def reply_to_panel(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """The partners' decision and reasons, or the information asked for, went to the Panel."""
        self.replied_on = on
        return {"replied_on": on, "panel_outcome": self.panel_outcome}

    @verb(
        [S.PANEL_RESPONSE, S.SUBMITTED, S.REOPENED],
        S.CLOSED,
        rule=permissions.case_staff,
        label="Close the rapid review",
        guards=[panel_unanswered],
        effect="Nothing more is expected of anybody. The chair can reopen it.",
    )
    def close(self, *, by: User | None, on: dt.date) -> None:
        """Nothing of the rapid review is left to do."""

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

    # --- beside the way ---

    @verb(
        [s for s in S if s not in {S.CANCELLED}],
        S.CANCELLED,
        rule=follows,
        label="Cancelled",
        guards=[
            lambda r: (
                None
                if r.notification.state == NotificationState.RETRACTED
                else "Only a retracted notification cancels its rapid review."
            )
        ],
    )
    def cancel(self, *, by: User | None, on: dt.date, words: str) -> None:
        """Invariant 2: a rapid review is cancelled only with its notification retracted, and why."""

    @verb(
        [S.OPEN, S.INFO_REQUESTED, S.MEETING_HELD, S.DRAFTED, S.PARTNER_SIGN_OFF, S.REOPENED],
        rule=permissions.case_staff,
        label="Record a delay",
        effect="The Panel is told why and when to expect it. The date it is due stays where it is.",
    )
    def record_delay(
        self, *, by: User | None, on: dt.date, reason_code: str, words: str, expected_on: dt.date
    ) -> dict[str, Any]:
        """``on``: the day the Panel was told. A delay is a second date beside the first, never instead of it."""
        if expected_on <= on:
            raise Refused("The new expected date lies after the day the Panel is told.")
        self.case.delays.create(
            clock="RR_15WD",
            told_on=on,
            reason=reason_code,
            explanation=words,
            expected_on=expected_on,
            recorded_by=by,
        )
        return {"expected_on": expected_on}
