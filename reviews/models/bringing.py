"""A report that somebody brings from Word, until they decide what of it is taken over. The file itself is not kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.documents.manuscript import Manuscript, gathered
from cspr.workflow import Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.chronology.codes import ImportState
from reviews.models.commenting import not_written
from reviews.models.practice_review import PracticeReview

S = ImportState


class ReportImport(Subject):
    """What was read of the file, and which chapter of it goes into which section (``places``: "" for none).

    Only whoever brought it sees it. Once it is decided, nothing of the text stays here.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="report_imports")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = FSMField(default=S.READ, choices=S.choices, protected=True)
    read = models.JSONField(default=dict)
    places = models.JSONField(default=list)
    objects = Visible["ReportImport"].as_manager()

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @property
    def review(self) -> PracticeReview:
        review: PracticeReview = self.case.practice_review
        return review

    @property
    def manuscript(self) -> Manuscript:
        return gathered(self.read)

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_report_imports(user)

    def get_absolute_url(self) -> str:
        return reverse("report-import", args=[self.ref])

    def not_now(self) -> str | None:
        return not_written(self.review)

    @verb(
        S.READ,
        rule=permissions.own_report_import,
        label="Say where each part belongs",
        effect="Nothing is in the report yet.",
    )
    def place(self, *, by: User | None, on: Any, places: list[str]) -> None:
        self.places = places

    @verb(
        S.READ,
        S.DONE,
        rule=permissions.own_report_import,
        label="Take it into the report",
        guards=[not_now],
        effect="Each section you chose is saved as a new version.",
    )
    def take_over(self, *, by: User | None, on: Any, **facts: Any) -> dict[str, Any]:
        self._forget()
        return facts

    @verb(
        S.READ,
        S.DROPPED,
        rule=permissions.own_report_import,
        label="Do not take it over",
        effect="What was read is thrown away.",
    )
    def drop(self, *, by: User | None, on: Any) -> None:
        self._forget()

    def _forget(self) -> None:
        self.read, self.places = {"chapters": [], "notes": [], "left_out": []}, []
