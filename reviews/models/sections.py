"""The sections of a report as rows: every text one ever had, and what somebody is typing and has not saved yet.

A report itself is the newest text of each section (``report`` of the review): that is what papers, lists and
decisions read. A saved text is never changed and never deleted; taking an earlier one back makes a new version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone

from cspr.accounts.models import User
from cspr.sealed.fields import SealedText
from referrals.models import Case

# The editor tells the server at least every 30 seconds that it is open.
PRESENT = dt.timedelta(seconds=90)


class SectionRows(models.QuerySet[Any]):
    def of(self, review: Any, section: str) -> SectionRows:
        """The rows of one section of one report. The caller has fetched the review as visible."""
        return self.filter(case_id=review.case_id, report=review._meta.model_name, section=section)


class SectionVersion(models.Model):
    """One text of one section, as it was saved. Numbers begin with 1 for each section."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    # Of which report: the name of the review's class, as in the kinds of events.
    report = models.CharField(max_length=20)
    section = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    taken_from = models.PositiveIntegerField("the earlier version it was taken back from", null=True)
    objects = SectionRows.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "report", "section", "number"], name="one_text_per_version_of_a_section"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class SectionDraft(models.Model):
    """One person at one section: since when it is open, and what they have typed and not saved.

    However often it is kept, it is one row; ``base`` is the version they began from. Without ``typed`` it only
    says that they have the section open.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=20)
    section = models.CharField(max_length=30)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    typed = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    base = models.PositiveIntegerField(default=0)
    kept_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)
    objects = SectionRows.as_manager()

    class Meta:
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "report", "section", "user"], name="one_draft_per_person_and_section"
            )
        ]

    def __str__(self) -> str:
        return f"draft of {self.section}"

    @property
    def here(self) -> bool:
        """Whether the person has the section open at this moment."""
        return timezone.now() - self.seen_at <= PRESENT


def last_numbers(review: Any) -> dict[str, int]:
    """The number of the newest version of each section that has one."""
    rows = SectionVersion.objects.filter(case_id=review.case_id, report=review._meta.model_name)
    return dict(rows.order_by().values_list("section").annotate(last=Max("number")))


def keep_versions(
    review: Any, sections: Mapping[str, str], *, by: User | None, taken_from: int | None = None
) -> dict[str, int]:
    """A new version of each section whose text is a new one; their numbers. The caller holds the review's lock."""
    changed = {code: text for code, text in sections.items() if text != review.report.get(code, "")}
    last = last_numbers(review) if changed else {}
    made = [
        SectionVersion(
            case_id=review.case_id,
            report=review._meta.model_name,
            section=code,
            number=last.get(code, 0) + 1,
            text=text,
            by=by,
            taken_from=taken_from,
        )
        for code, text in changed.items()
    ]
    SectionVersion.objects.bulk_create(made)
    return {version.section: version.number for version in made}


class AcceptedName(models.Model):
    """A name that the check found in a section and that somebody left in, with the reason."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=20)
    section = models.CharField(max_length=30)
    word = SealedText()
    reason = models.TextField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    accepted_on = models.DateField()
    objects = SectionRows.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"accepted in {self.section}"
