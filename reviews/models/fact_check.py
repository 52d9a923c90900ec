"""The fact check: each agency reads its extract of the draft, and says point by point what is not accurate.

What an agency was shown is frozen with its hash: what is written in the report afterwards changes nothing of it.
An agency opens its own check and nothing else of the report or the case.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Agency, Partnership, User
from cspr.workflow import Refused, Subject, follows, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.fact_permissions import answer_fact_check, visible_fact_checks
from reviews.models.practice_review import PracticeReview
from reviews.questions.fact_check import CALLED, UNFINISHED, FactCheckState, Verdict
from reviews.states import WRITING, PracticeReviewState

S = FactCheckState
POINT = ("quote", "wrong", "suggested", "evidence")
UNKNOWN_POINT = "Only a point that was sent can be handled."


def mentioned(agency: Agency, text: str) -> bool:
    """Whether a text of the report speaks of the agency: by what it is, by its name, or as reports call it."""
    kind = agency.get_type_display().lower()
    words = (agency.name.lower(), kind, *CALLED.get(agency.type, ()))
    return any(re.search(rf"\b{re.escape(word)}", text.lower()) for word in words)


class FactCheck(Subject):
    """One agency asked to check its extract of the draft for accuracy, in one round."""

    review = models.ForeignKey(PracticeReview, on_delete=models.PROTECT, related_name="fact_checks")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    state = FSMField(default=S.ASKED, choices=S.choices, protected=True)
    # [{section, title, text}, …] as the agency was shown it, and the hash of it.
    extracts = models.JSONField(default=list)
    extract_hash = models.CharField(max_length=64)
    asked_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField("who answers for the agency", max_length=120, blank=True)
    role = models.CharField(max_length=120, blank=True)
    # Points that are typed and not sent: only the agency reads them.
    draft = models.JSONField(default=list)
    why_withdrawn = models.TextField(blank=True)
    objects = Visible["FactCheck"].as_manager()

    class Meta:
        ordering = ["agency__name", "-round"]
        constraints = [
            models.UniqueConstraint(fields=["review", "agency", "round"], name="one_fact_check_per_round")
        ]

    @property
    def case(self) -> Case:
        return self.review.case

    @property
    def partnership(self) -> Partnership:
        return self.review.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return visible_fact_checks(user)

    def get_absolute_url(self) -> str:
        return reverse("fact-check", args=[self.ref])

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED

    # --- asking ---

    @verb(
        S.ASKED,
        rule=permissions.case_staff,
        label="Give the agency a new date",
        effect="The earlier date stays in the history. The agency is reminded by the new one.",
    )
    def move_due(self, *, by: User | None, on: dt.date, due_on: dt.date) -> dict[str, Any]:
        if due_on <= on:
            raise Refused("Give the agency a date after today.")
        before, self.due_on = self.due_on, due_on
        return {"due_before": before, "due_on": due_on}

    @verb(
        UNFINISHED,
        S.WITHDRAWN,
        rule=permissions.case_staff,
        label="Do not ask this agency after all",
        effect="The agency no longer sees its extract. The report can be signed off without its answer.",
    )
    def withdraw(self, *, by: User | None, on: dt.date, why: str) -> None:
        """The agency is not asked after all, or its answer is not waited for any longer: and why."""
        self.why_withdrawn = why

    # --- answering ---

    @verb(S.ASKED, rule=answer_fact_check, label="Write a point")
    def write_point(
        self, *, by: User | None, on: dt.date, number: int, given: dict[str, str]
    ) -> dict[str, Any]:
        """Keep point ``number`` as typed so far; the number after the last is a new one."""
        kept = [*self.draft]
        point = {name: given.get(name, "") for name in POINT}
        if not 1 <= number <= len(kept) + 1:
            raise Refused("That point is not there any more.")
        kept[number - 1 : number] = [point]
        self.draft = kept
        return {"number": number}

    @verb(S.ASKED, rule=answer_fact_check, label="Take the point out")
    def drop_point(self, *, by: User | None, on: dt.date, number: int) -> dict[str, Any]:
        if not 1 <= number <= len(self.draft):
            raise Refused("That point is not there any more.")
        self.draft = [point for place, point in enumerate(self.draft, 1) if place != number]
        return {"number": number}

    def nothing_written(self) -> str | None:
        return None if self.draft else "Write at least one point, or say that there is nothing to correct."

    def something_written(self) -> str | None:
        return (
            "You have written points. Send them, or take them out first: nothing that was typed is thrown away unseen."
            if self.draft
            else None
        )

    @verb(
        S.ASKED,
        S.ANSWERED,
        rule=answer_fact_check,
        label="Send our points",
        guards=[nothing_written],
        effect="The partnership’s team handles each point. You can read here what becomes of it.",
    )
    def send_points(self, *, by: User | None, on: dt.date, name: str, role: str) -> dict[str, Any]:
        """The agency's points, as written so far. ``name``, ``role``: who answers for it."""
        FactPoint.objects.bulk_create(
            FactPoint(check_of=self, number=number, **point) for number, point in enumerate(self.draft, 1)
        )
        self._answered(by, on, name, role)
        points, self.draft = len(self.draft), []
        return {"points": points}

    @verb(
        S.ASKED,
        S.HANDLED,
        rule=answer_fact_check,
        label="We have read it and have nothing to correct",
        guards=[something_written],
        effect="Your answer is recorded, and you have nothing more to do.",
    )
    def nothing_to_correct(self, *, by: User | None, on: dt.date, name: str, role: str) -> None:
        """The agency has read its extract and corrects nothing: an answer, and different from silence."""
        self._answered(by, on, name, role)

    def _answered(self, by: User | None, on: dt.date, name: str, role: str) -> None:
        self.answered_on, self.answered_by, self.name, self.role = on, by, name, role

    # --- handling ---

    def report_closed(self) -> str | None:
        """What became of a point says how the report reads, so it stays once the report is signed off."""
        if self.review.state in WRITING or self.review.state == PracticeReviewState.ON_HOLD:
            return None
        return "The report is closed to changes, so what became of a point stays as it is. Open the report again first."

    @verb(
        [S.ANSWERED, S.HANDLED],
        rule=permissions.write_review,
        label="Handle a point",
        guards=[report_closed],
        effect="The agency reads what became of its point, and why.",
    )
    def handle_point(
        self, *, by: User | None, on: dt.date, number: int, verdict: str, reason: str
    ) -> dict[str, Any]:
        """What becomes of point ``number``; a reason where it is not simply taken up."""
        point = self.points.filter(number=number).first()
        if point is None or verdict not in Verdict.values or verdict == Verdict.OPEN:
            raise Refused(UNKNOWN_POINT)
        if verdict != Verdict.TAKEN_UP and not reason.strip():
            raise Refused("Say why: the agency reads it.")
        point.verdict, point.reason, point.handled_on, point.handled_by = verdict, reason, on, by
        point.save()
        return {"number": number, "verdict": verdict}

    def points_open(self) -> str | None:
        waits = self.points.filter(verdict=Verdict.OPEN).exists()
        return "A point is not handled yet." if waits else None

    @verb(S.ANSWERED, S.HANDLED, rule=follows, label="Every point is handled", guards=[points_open])
    def finish(self, *, by: User | None, on: dt.date) -> None:
        """It follows from handling the last point."""


class FactPoint(models.Model):
    """One thing an agency says is not accurate, and what became of it."""

    check_of = models.ForeignKey(FactCheck, on_delete=models.CASCADE, related_name="points")
    number = models.PositiveSmallIntegerField()
    quote = models.TextField("the passage")
    wrong = models.TextField("what is not accurate")
    suggested = models.TextField("suggested wording", blank=True)
    evidence = models.TextField("what shows it", blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.OPEN)
    reason = models.TextField(blank=True)
    handled_on = models.DateField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["check_of", "number"], name="one_point_per_number")]

    def __str__(self) -> str:
        return f"point {self.number}"
