"""The release of a report: proposed by one person, confirmed by another, carried out once at the time they chose."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.clocks.moments import at_a_time
from cspr.workflow import Refused, Subject, follows, verb
from referrals.models import Case
from referrals.models.visible import Visible
from referrals.states import Outcome
from reviews import permissions
from reviews.models.practice_review import PracticeReview
from reviews.states import RELEASE_OPEN, ReleaseState, WithholdReason

R = ReleaseState
MADE_PUBLIC = (Outcome.PUBLISH, Outcome.IMPROVEMENTS_ONLY)


class Release(Subject):
    """When something of a review becomes public, and by whom. ``at=None``: as soon as it is confirmed.

    It stands for the review exactly as it was when the release was proposed: whatever is recorded on the review
    afterwards makes it void (``changed``).
    """

    review = models.ForeignKey(PracticeReview, on_delete=models.PROTECT, related_name="releases")
    state = FSMField(default=R.PROPOSED, choices=R.choices, protected=True)
    outcome = models.CharField(max_length=30, choices=[(one.value, one.label) for one in MADE_PUBLIC])
    at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=30, choices=WithholdReason.choices, blank=True)
    explanation = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64)
    review_version = models.PositiveIntegerField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    why_aside = models.CharField("why it was put aside", max_length=400, blank=True)
    objects = Visible["Release"].as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(state__in=sorted(RELEASE_OPEN)), name="one_release_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="two_people_release",
            ),
        ]

    @property
    def case(self) -> Case:
        return self.review.case

    @property
    def partnership(self) -> Partnership:
        return self.review.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_releases(user)

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.ref])

    @property
    def open(self) -> bool:
        return self.state in RELEASE_OPEN

    @property
    def when(self) -> str:
        """``now``, or the day and the time in London."""
        return at_a_time(self.at) if self.at else "as soon as it is confirmed"

    def changed(self) -> str | None:
        """Why it is no longer about the review as it stands: another text, or anything recorded since."""
        if self.review.report_hash != self.text_hash:
            return "The report was changed after its release was proposed."
        if self.review.version != self.review_version:
            return "Something was recorded on the review after its release was proposed."
        return None

    def unmet(self) -> str | None:
        """What publication waits for, asked once more."""
        return self.review.unmet(self.outcome)

    # --- its verbs ---

    @verb(
        R.PROPOSED,
        R.CONFIRMED,
        rule=permissions.confirm_release,
        label="Confirm the release",
        guards=[changed, unmet],
        effect="It becomes public at the time proposed, or at once if none was, in your name. Until then staff or "
        "the chair can call it off.",
    )
    def confirm(self, *, by: User | None, on: dt.date, now: dt.datetime) -> dict[str, Any]:
        """``now``: this very moment; a time that has passed cannot be confirmed any more."""
        if self.at and self.at <= now:
            raise Refused("The time that was proposed has passed. Call this off, and propose another time.")
        self.confirmed_by = by
        return {"at": self.at and self.at.isoformat()}

    @verb(
        sorted(RELEASE_OPEN),
        R.CALLED_OFF,
        rule=permissions.staff_or_chair,
        label="Call off the release",
        effect="Nothing is published. A release can be proposed again.",
    )
    def call_off(self, *, by: User | None, on: dt.date, words: str = "") -> None:
        """Before it is carried out, at any time: whoever of staff or chair sees that something is wrong stops it."""

    @verb(R.CONFIRMED, R.PUBLISHED, rule=follows, label="Carried out")
    def carry_out(self, *, by: User | None, on: dt.date) -> None:
        """What was released is public."""

    @verb(sorted(RELEASE_OPEN), R.PUT_ASIDE, rule=follows, label="Put aside")
    def put_aside(self, *, by: User | None, on: dt.date, reason: str) -> None:
        """It cannot be carried out as it was agreed: ``reason`` is the sentence that staff read."""
        self.why_aside = reason[:400]
