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
from cspr.workflow import Refused, follows, verb
from referrals.models import Case, Notification
from referrals.models.evidence import content_hash
from referrals.models.visible import Visible
from referrals.states import NotificationState
from reviews import permissions
from reviews.models.checking import check_of
from reviews.models.panel import WithPanel
from reviews.models.planning import PlannedDays
from reviews.models.sections import AcceptedName, keep_versions
from reviews.models.weighing import Weighing
from reviews.states import (
    OPTIONAL_SECTIONS,
    RAPID_REVIEW_ENDED,
    RAPID_REVIEW_SECTIONS,
    RAPID_REVIEW_WORKING,
    RapidReviewState,
)

S = RapidReviewState


class RapidReview(PlannedDays, Weighing, WithPanel):
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
    objects = Visible["RapidReview"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["opened_on", "id"], name="rapid_review_by_opening")]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @property
    def plan_begins(self) -> dt.date:
        """The day the notification was sent: the trigger of the fifteen days."""
        day: dt.date | None = self.case.notification.submitted_on
        assert day is not None  # a review opens with the notification that was sent
        return day

    def plan_ended(self) -> str:
        ended = self.state in RAPID_REVIEW_ENDED
        return "The rapid review has ended, so its plan is not changed any more." if ended else ""

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
