"""How the review is carried out: its lines of enquiry, how practitioners took part, and the quality markers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models

from cspr.accounts.models import User
from cspr.workflow import Refused, verb
from reviews import permissions
from reviews.questions.quality import BY_NUMBER, Standing, Together
from reviews.states import BEFORE_PUBLICATION, CONCLUDED, PracticeReviewState


class PractitionerEvent(models.Model):
    """One time at which practitioners took part: how many, of which agencies, and what was learned, without names."""

    review = models.ForeignKey(
        "reviews.PracticeReview", on_delete=models.CASCADE, related_name="practitioner_events"
    )
    on = models.DateField()
    how = models.CharField(max_length=20, choices=Together.choices)
    agencies = models.CharField(max_length=400, blank=True)
    attended = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.get_how_display()


class MarkerNote(models.Model):
    """How one quality marker stood on a day. The newest of a marker counts; earlier ones are kept."""

    review = models.ForeignKey(
        "reviews.PracticeReview", on_delete=models.CASCADE, related_name="marker_notes"
    )
    number = models.PositiveSmallIntegerField()
    standing = models.CharField(max_length=20, choices=Standing.choices)
    words = models.TextField(blank=True)
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return self.get_standing_display()


class Conducting(models.Model):
    """Lines of enquiry, practitioners and quality markers of a practice review."""

    key_lines = models.TextField("key lines of enquiry, one on each line", blank=True)
    practitioner_events: Any
    marker_notes: Any

    class Meta:
        abstract = True

    @property
    def lines_of_enquiry(self) -> list[str]:
        return [line.strip() for line in self.key_lines.splitlines() if line.strip()]

    @verb(
        BEFORE_PUBLICATION,
        rule=permissions.write_review,
        label="Record how practitioners took part",
        effect="Names are not asked for. What was learned stands beside the report while it is written.",
    )
    def meet_practitioners(
        self,
        *,
        by: User | None,
        on: dt.date,
        how: str,
        agencies: str = "",
        attended: int | None = None,
        words: str = "",
    ) -> dict[str, Any]:
        """Practitioners are involved fully and without fear of being blamed (Working Together, chapter 5)."""
        self.practitioner_events.create(
            on=on, how=how, agencies=agencies, attended=attended, words=words, recorded_by=by
        )
        return {"how": how, "attended": attended}

    @verb(
        BEFORE_PUBLICATION | CONCLUDED | {PracticeReviewState.ACTION_MONITORING},
        rule=permissions.write_review,
        label="Note how a quality marker stands",
        effect="Nothing waits for it. The earlier note is kept.",
    )
    def note_marker(
        self, *, by: User | None, on: dt.date, number: int, standing: str, words: str = ""
    ) -> dict[str, Any]:
        if number not in BY_NUMBER:
            raise Refused("There are eighteen quality markers, and this is none of them.")
        self.marker_notes.create(number=number, standing=standing, words=words, on=on, by=by)
        return {"number": number, "standing": standing}
