"""An action: what one body does about a recommendation, the evidence for it, and who has looked at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Agency, Partnership, User
from cspr.clocks.calendar import add_months
from cspr.documents.models import Document
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.change import CHECKS, LACKS, SHOWS, ActionState, Grade, Shows, Status, status_of
from reviews.models.recommending import Recommendation

S = ActionState


class Actions(Visible["Action"]):
    def public(self, review: int) -> Self:
        """What staff have approved for the public about the actions of a review: assured, and still pursued."""
        told = self.filter(recommendation__review=review, public_on__isnull=False, assured__gt=Grade.PLANNED)
        return told.exclude(state=S.ENDED).select_related("recommendation").order_by("-public_on", "-pk")


class Action(Subject):
    """What one body does about a recommendation, step by step: planned, done, practised, better for children."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    state = FSMField(default=S.OPEN, choices=S.choices, protected=True)
    what = models.TextField()
    # The agency that owns it; the partnership itself where there is none.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    owner_role = models.CharField("the post that answers for it", max_length=160, blank=True)
    planned_on = models.DateField()
    due_on = models.DateField()
    heard_on = models.DateField("the last progress", null=True)
    at_risk = models.BooleanField(default=False)
    completed_on = models.DateField(null=True)
    # The step that evidence shows, and the step that somebody else has agreed to.
    shown = models.PositiveSmallIntegerField(choices=Grade.choices, default=Grade.PLANNED)
    assured = models.PositiveSmallIntegerField(choices=Grade.choices, default=Grade.PLANNED)
    assured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    assured_on = models.DateField(null=True)
    lasts = models.BooleanField("what the last check after completion found", null=True)
    public_words = models.CharField("what the public is told", max_length=300, blank=True)
    public_on = models.DateField(null=True)
    objects = Actions.as_manager()

    class Meta:
        ordering = ["recommendation__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "number"], name="one_action_per_number")
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="action_by_due_day")]

    @property
    def case(self) -> Case:
        return self.recommendation.review.case

    @property
    def partnership(self) -> Partnership:
        return self.recommendation.review.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_actions(user)

    @classmethod
    def may_read_document(cls, subject: Action, user: User, kind: str) -> str | None:
        return permissions.read_evidence(subject, user)

    def get_absolute_url(self) -> str:
        return reverse("action", args=[self.ref])

    @property
    def called(self) -> str:
        """``2.1``: the first action about the second recommendation."""
        return f"{self.recommendation.number}.{self.number}"

    @property
    def owned_by(self) -> str:
        """The body that owns it."""
        return self.agency.name if self.agency else "The partnership"

    def status(self, today: dt.date) -> Status:
        return status_of(
            self.state,
            due_on=self.due_on,
            today=today,
            heard_on=self.heard_on,
            at_risk=self.at_risk,
            assured=self.assured,
            lasts=self.lasts,
        )

    def nothing_shown(self) -> str | None:
        """Nothing beyond the plan can be agreed to, or called complete, before something shows it."""
        return None if self.shown > Grade.PLANNED else LACKS[Grade.DONE]

    def plan_checks(self) -> None:
        """After three, six and twelve months somebody who does not own it looks whether it holds."""
        ActionCheck.objects.bulk_create(
            ActionCheck(action=self, months=months, due_on=add_months(self.planned_on, months))
            for months in CHECKS
        )

    def unassured(self) -> str | None:
        """Only what somebody else has agreed to is told to the public."""
        if self.assured > Grade.PLANNED:
            return None
        return "Nobody has yet agreed that this was done. The public is told of what was assured, and of nothing else."

    # --- by its owner ---

    @verb(
        S.OPEN,
        rule=permissions.report_on_action,
        label="Say how it is going",
        effect="Whoever follows the review reads it. Nothing is closed by it.",
    )
    def report_progress(
        self, *, by: User | None, on: dt.date, words: str, at_risk: bool = False
    ) -> dict[str, Any]:
        """A note of progress; ``at_risk``: the owner says that the date is in danger, which is always welcome."""
        if not words.strip():
            raise Refused("Say in a sentence how it is going.")
        self.progress.create(on=on, words=words, at_risk=at_risk, by=by)
        self.heard_on, self.at_risk = on, at_risk
        return {"at_risk": at_risk}

    @verb(
        [S.OPEN, S.COMPLETE],
        rule=permissions.report_on_action,
        label="Add evidence",
        effect="Somebody who does not own the action looks at it before the step counts.",
    )
    def add_evidence(
        self, *, by: User | None, on: dt.date, kind: str, words: str, documents: Sequence[Document] = ()
    ) -> dict[str, Any]:
        """What shows it, and of which kind. ``on``: the day it is from."""
        self.evidence.create(
            kind=Shows(kind),
            words=words,
            on=on,
            added_by=by,
            documents=[document.ref for document in documents],
        )
        self.shown = max(self.shown, SHOWS[kind])
        self.heard_on = max(self.heard_on or on, on)
        return {"kind": kind, "documents": [document.ref for document in documents]}

    @verb(
        S.OPEN,
        S.COMPLETE,
        rule=permissions.report_on_action,
        label="Mark it as complete",
        guards=[nothing_shown],
        effect="Nothing more is asked of the owner. The checks after three, six and twelve months go on.",
    )
    def complete(self, *, by: User | None, on: dt.date, words: str = "") -> dict[str, Any]:
        """What was planned has been done, with something that shows it. Whether it lasts is looked at later."""
        self.completed_on, self.at_risk, self.lasts = on, False, None
        return {"shown": self.shown}

    # --- by somebody else ---

    @verb(
        [S.OPEN, S.COMPLETE],
        rule=permissions.assure_action,
        label="Assure a step",
        guards=[nothing_shown],
        effect="The step you agree to is the one that counts, here and in what the public is told.",
    )
    def assure(self, *, by: User | None, on: dt.date, grade: int, words: str) -> dict[str, Any]:
        """Four eyes: somebody who neither owns it nor put the evidence there has looked, and says what they saw."""
        step = Grade(int(grade))
        if step > self.shown:
            raise Refused(LACKS[step])
        if not words.strip():
            raise Refused("Say what you looked at.")
        before = self.assured
        self.assured, self.assured_by, self.assured_on = step, by, on
        self.assurances.create(grade=step, words=words, on=on, by=by)
        return {"grade": int(step), "before": before}

    @verb(
        [S.OPEN, S.COMPLETE],
        rule=permissions.assure_action,
        label="Record a check",
        guards=[lambda a: None if a.next_check() else "All three checks have been made."],
        effect="What you found stands beside the action. If it does not hold, take the action up again.",
    )
    def check_action(self, *, by: User | None, on: dt.date, lasts: bool, words: str) -> dict[str, Any]:
        """After three, six and twelve months: does it hold?"""
        due = self.next_check()
        if due is None:
            raise Refused("All three checks have been made.")
        due.done_on, due.lasts, due.words, due.checked_by = on, lasts, words, by
        due.save()
        self.lasts = lasts if self.state == S.COMPLETE else None
        return {"months": due.months, "lasts": lasts}

    def next_check(self) -> ActionCheck | None:
        return next((check for check in self.checks.all() if check.done_on is None), None)

    # --- by the team ---

    @verb(
        S.OPEN,
        rule=permissions.case_staff,
        label="Change the action",
        effect="The owner is told. What it said before stays in the history.",
    )
    def amend_action(
        self,
        *,
        by: User | None,
        on: dt.date,
        what: str,
        due_on: dt.date,
        words: str,
        agency: Agency | None = None,
        owner: User | None = None,
        owner_role: str = "",
    ) -> dict[str, Any]:
        """Another owner, another date, clearer words: ``words`` says why."""
        before = {"due_on": self.due_on, "owner": self.owner.ref if self.owner else "", "what": self.what}
        self.give(what=what, due_on=due_on, agency=agency, owner=owner, owner_role=owner_role)
        return {"before": before, "due_on": due_on}

    def give(
        self, *, what: str, due_on: dt.date, agency: Agency | None, owner: User | None, owner_role: str
    ) -> None:
        """What, whose and by when. Refused: an owner who does not work there, and an action that nobody owns."""
        if owner is None and not owner_role.strip():
            raise Refused("Name the person or the post that answers for it.")
        if owner is not None and not permissions.may_own(owner, self.partnership, agency):
            raise Refused("That person has no role in this partnership for that body.")
        self.what, self.due_on, self.agency, self.owner, self.owner_role = (
            what,
            due_on,
            agency,
            owner,
            owner_role,
        )

    @verb(
        S.OPEN,
        S.ENDED,
        rule=permissions.staff_or_chair,
        label="Stop pursuing it",
        effect="It is no longer asked for, and says why. It can be taken up again.",
    )
    def end_action(self, *, by: User | None, on: dt.date, words: str) -> None:
        if not words.strip():
            raise Refused("Say why it is not pursued.")

    @verb(
        [S.COMPLETE, S.ENDED],
        S.OPEN,
        rule=permissions.staff_or_chair,
        label="Take it up again",
        effect="Its owner is told. The steps that were assured stay.",
    )
    def take_up(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """It did not last, or the reason not to pursue it has gone."""
        completed, self.completed_on, self.lasts = self.completed_on, None, None
        return {"completed_on": completed}

    @verb(
        [S.OPEN, S.COMPLETE],
        rule=permissions.case_staff,
        label="Tell the public what changed",
        guards=[unassured],
        effect="The sentence stands on the public page of the review, with the step that was assured.",
    )
    def tell_public(self, *, by: User | None, on: dt.date, sentence: str) -> dict[str, Any]:
        """One short sentence that staff approve for the public; empty takes it back."""
        self.public_words = sentence.strip()
        self.public_on = on if self.public_words else None
        return {"told": bool(self.public_words), "grade": self.assured}


class Progress(models.Model):
    """One note of how it is going."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="progress")
    on = models.DateField()
    words = models.TextField()
    at_risk = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"progress {self.on}"


class ActionEvidence(models.Model):
    """One thing that shows a step, of one kind, with its files."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Shows.choices)
    words = models.TextField()
    on = models.DateField()
    documents = models.JSONField(default=list)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name_plural = "action evidence"

    def __str__(self) -> str:
        return self.kind

    @property
    def grade(self) -> Grade:
        return SHOWS[self.kind]


class Assurance(models.Model):
    """Somebody who does not own the action has looked, and agrees to a step."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="assurances")
    grade = models.PositiveSmallIntegerField(choices=Grade.choices)
    words = models.TextField()
    on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"assurance {self.on}"


class ActionCheck(models.Model):
    """A look, months later, at whether it holds."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="checks")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    lasts = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["months"]
        constraints = [models.UniqueConstraint(fields=["action", "months"], name="one_check_per_month")]

    def __str__(self) -> str:
        return f"check after {self.months} months"
