"""The rapid review: fifteen working days from the notification, and the agencies that are asked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Agency, Partnership, User
from cspr.accounts.roles import Partner
from cspr.documents.models import Document
from cspr.workflow import Refused, Subject, follows, verb
from referrals.models import Case, Decision, Notification
from referrals.models.visible import Visible
from referrals.states import STARTS_CSPR, DecisionKind, NotificationState
from reviews import permissions
from reviews.states import (
    ANSWERED,
    OPTIONAL_SECTIONS,
    PANEL_DISAGREES,
    RAPID_REVIEW_SECTIONS,
    RAPID_REVIEW_WORKING,
    PanelOutcome,
    RapidReviewState,
    RequestState,
)

S = RapidReviewState


def content_hash(content: Any) -> str:
    """SHA-256 of a report's content in canonical JSON: what a decision rests on."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class RapidReview(Subject):
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
    submitted_on = models.DateField("sent to the Panel", null=True)
    told = models.CharField("who else was told", max_length=200, blank=True)
    panel_outcome = models.CharField(max_length=30, choices=PanelOutcome.choices, blank=True)
    panel_replied_on = models.DateField(null=True)
    panel_letter = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    objects = Visible["RapidReview"].as_manager()

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_reviews(user)

    def get_absolute_url(self) -> str:
        return reverse("rapid-review", args=[self.ref])

    @property
    def report_hash(self) -> str:
        return content_hash(self.report)

    def empty_sections(self) -> list[str]:
        """Titles of the mandatory sections that say nothing yet."""
        return [
            title
            for code, title in RAPID_REVIEW_SECTIONS.items()
            if code not in OPTIONAL_SECTIONS and not self.report.get(code, "").strip()
        ]

    def _sections_missing(self) -> str | None:
        empty = self.empty_sections()
        return f"Still to be written: {'; '.join(empty)}." if empty else None

    def decision(self) -> Decision | None:
        """The standing decision on this review, if it was made on the report as it reads now."""
        decision: Decision | None = self.case.standing_decision(DecisionKind.REVIEW)
        return decision if decision and decision.evidence_hash == self.report_hash else None

    def reply_missing(self) -> str | None:
        """After a Panel disagreement the partners decide again: a decision later than the Panel's answer."""
        decision = self.case.standing_decision(DecisionKind.REVIEW)
        if decision and self.panel_replied_on and decision.approved_on >= self.panel_replied_on:
            return None
        return "The partners have not decided again since the Panel answered."

    @verb(
        [S.OPEN, S.REOPENED],
        S.INFO_REQUESTED,
        rule=permissions.case_staff,
        label="Ask the agencies",
        guards=[lambda r: None if r.requests.exists() else "Add the agencies to be asked first."],
        effect="Each agency is asked for its account, or for a nil return.",
    )
    def request_info(self, *, by: User | None, on: dt.date) -> None:
        """The requests themselves go out as verbs of ``InformationRequest``."""

    @verb(
        [S.OPEN, S.INFO_REQUESTED, S.REOPENED],
        S.MEETING_HELD,
        rule=permissions.case_staff,
        label="Record the meeting",
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
        self.meeting_on, self.represented = on, sorted(represented)
        self.attendees, self.apologies, self.conflicts_declared = attendees, apologies, conflicts_declared
        return {"represented": self.represented}

    @verb(RAPID_REVIEW_WORKING, rule=permissions.write_review, label="Write the report")
    def write_report(self, *, by: User | None, on: dt.date, sections: dict[str, str]) -> dict[str, Any]:
        """Save sections; unnamed ones stay as they are."""
        self.report = {**self.report, **{k: v for k, v in sections.items() if k in RAPID_REVIEW_SECTIONS}}
        return {"sections": sorted(sections), "hash": self.report_hash}

    @verb(
        S.MEETING_HELD,
        S.DRAFTED,
        rule=permissions.case_staff,
        label="The draft is complete",
        guards=[_sections_missing],
    )
    def finish_draft(self, *, by: User | None, on: dt.date) -> None:
        """Every mandatory section says something."""

    @verb(
        S.DRAFTED,
        S.PARTNER_SIGN_OFF,
        rule=permissions.case_staff,
        label="Ask the partners to sign off",
        guards=[_sections_missing],
        effect="The report is closed. Next, propose the decision on a practice review.",
    )
    def seek_sign_off(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        return {"hash": self.report_hash}

    @verb(
        [S.PARTNER_SIGN_OFF, S.DRAFTED],
        S.MEETING_HELD,
        rule=permissions.staff_or_chair,
        label="Open the report again",
        effect="A decision made on the earlier text no longer stands.",
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
        """Sent with the sign-offs complete; without them only with a recorded reason (``words``)."""
        decision = self.decision()
        if decision is None and not words.strip():
            raise Refused(
                "No approved decision on the report as it reads now. Without it, give the reason for sending."
            )
        if decision is not None and decision.outcome in STARTS_CSPR and not told.strip():
            raise Refused("A practice review was decided: say when DfE and Ofsted were told, too.")
        self.submitted_on, self.told = on, told
        return {"submitted_on": on, "signed_off": decision is not None}

    @verb(
        [S.SUBMITTED, S.PANEL_RESPONSE],
        S.PANEL_RESPONSE,
        rule=permissions.case_staff,
        label="Record the Panel's answer",
    )
    def record_panel_response(
        self, *, by: User | None, on: dt.date, outcome: str, letter: Document | None = None, words: str = ""
    ) -> dict[str, Any]:
        if letter is None:
            raise Refused("Attach the Panel's letter.")
        self.panel_outcome, self.panel_replied_on, self.panel_letter = outcome, on, letter
        return {"outcome": outcome}

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
        S.RECONSIDERATION,
        S.SUBMITTED,
        rule=permissions.case_staff,
        label="Record the reply to the Panel",
        guards=[reply_missing],
    )
    def reply_to_panel(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The partners' decision and reasons went to the Panel."""

    @verb(
        S.PANEL_RESPONSE,
        S.CLOSED,
        rule=permissions.case_staff,
        label="Close the rapid review",
        guards=[
            lambda r: (
                "The Panel disagreed. Reconsider first."
                if r.panel_outcome in PANEL_DISAGREES and r.reply_missing()
                else None
            )
        ],
    )
    def close(self, *, by: User | None, on: dt.date) -> None:
        """Nothing of the rapid review is left to do."""

    @verb(S.CLOSED, S.REOPENED, rule=permissions.case_chair, label="Reopen the rapid review")
    def reopen(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """New facts. What was sent and answered stays in the history (invariant 10)."""
        return {"submitted_before": self.submitted_on, "panel_outcome": self.panel_outcome}

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
        effect="The Panel is told why and when to expect it. The statutory date stays where it is.",
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


class InformationRequest(Subject):
    """One agency asked for its account (duty to comply: Children Act 2004 s.16H)."""

    rapid_review = models.ForeignKey(RapidReview, on_delete=models.PROTECT, related_name="requests")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = FSMField(default=RequestState.NOT_SENT, choices=RequestState.choices, protected=True)
    statutory = models.BooleanField("made under section 16H", default=False)
    sent_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.JSONField(default=dict)
    objects = Visible["InformationRequest"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rapid_review", "agency"], name="one_request_per_agency")
        ]

    @property
    def case(self) -> Case:
        return self.rapid_review.case

    @property
    def partnership(self) -> Partnership:
        return self.rapid_review.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_requests(user)

    def get_absolute_url(self) -> str:
        return reverse("request", args=[self.ref])

    @verb(
        RequestState.NOT_SENT,
        RequestState.SENT,
        rule=permissions.case_staff,
        label="Send the request",
        effect="The agency is asked for its account by the date you give. Its clock runs from today.",
    )
    def send(
        self, *, by: User | None, on: dt.date, due_on: dt.date, statutory: bool = False
    ) -> dict[str, Any]:
        if due_on <= on:
            raise Refused("Give the agency a date after today.")
        self.sent_on, self.due_on, self.statutory = on, due_on, statutory
        return {"due_on": due_on, "statutory": statutory}

    @verb(RequestState.SENT, RequestState.NIL_RETURN, rule=permissions.answer, label="We had no involvement")
    def nil_return(self, *, by: User | None, on: dt.date, name: str, role: str) -> None:
        """The agency says that it had no involvement: an answer, and different from silence."""
        self.answered_on, self.answered_by = on, by
        self.answer = {"nil": True, "name": name, "role": role}

    @verb(
        [RequestState.SENT, RequestState.QUERIED],
        RequestState.SUBMITTED,
        rule=permissions.answer,
        label="Send our account",
    )
    def answer_request(self, *, by: User | None, on: dt.date, **answer: Any) -> None:
        self.answered_on, self.answered_by, self.answer = on, by, answer

    @verb(
        RequestState.SENT,
        RequestState.SUBMITTED,
        rule=permissions.case_staff,
        label="Record an answer that came another way",
    )
    def record_answer(self, *, by: User | None, on: dt.date, **answer: Any) -> None:
        self.answered_on, self.answered_by, self.answer = on, by, answer

    @verb(
        [RequestState.SUBMITTED, RequestState.NIL_RETURN],
        RequestState.ACCEPTED,
        rule=permissions.judge_answer,
        label="Accept the answer",
    )
    def accept(self, *, by: User | None, on: dt.date) -> None:
        """The account is complete enough for the review."""

    @verb(
        [RequestState.SUBMITTED, RequestState.NIL_RETURN],
        RequestState.QUERIED,
        rule=permissions.judge_answer,
        label="Query the answer",
    )
    def query(self, *, by: User | None, on: dt.date, words: str) -> None:
        if not words.strip():
            raise Refused("Say what is unclear or missing.")
        self.answered_on = None

    @verb(
        [RequestState.SENT, RequestState.QUERIED],
        RequestState.REFUSED,
        rule=permissions.case_staff,
        label="Record a refusal",
    )
    def refuse(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The agency will not answer, and why. The duty of s.16H can be enforced by injunction."""

    @verb(
        [RequestState.NOT_SENT, RequestState.SENT, RequestState.QUERIED],
        RequestState.WITHDRAWN,
        rule=permissions.case_staff,
        label="Withdraw the request",
    )
    def withdraw(self, *, by: User | None, on: dt.date, words: str) -> None:
        """This agency is not asked after all, and why."""

    @property
    def answered(self) -> bool:
        return self.state in ANSWERED
