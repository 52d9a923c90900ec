"""Plans: the template of a partnership, and the steps of one review. A review's statutory date is no part of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.clocks.calendar import OutsideCalendar, in_full
from cspr.clocks.models import working_days
from cspr.workflow import Refused, Subject, follows, verb
from referrals.models import Case, PartnerView
from referrals.models.visible import Visible
from referrals.states import DecisionKind, DecisionState
from reviews import permissions
from reviews.models.plan_limits import check_day, check_order
from reviews.plans import OWNERS, SHIPPED, UNIT, Step, planned_on, to_working_day
from reviews.states import (
    BEFORE_PUBLICATION,
    RAPID_REVIEW_ENDED,
    PlanEvent,
    PlanKind,
    PlanStepState,
    PlanTemplateState,
    PlanUnit,
)

S = PlanStepState
OWNER_CHOICES = [(role.value, role.label) for role in OWNERS]


class WhatToDo(models.Model):
    """What a step of a template and a step of a review have in common: when, what, by whom, done by what."""

    number = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12, choices=PlanUnit.choices, default=PlanUnit.WORKING_DAYS)
    title = models.CharField(max_length=100)
    what = models.TextField("what to do", blank=True)
    owner = models.CharField(max_length=20, choices=OWNER_CHOICES, default=Role.STAFF)
    # The week in which the work on it starts, where it takes longer than a day.
    begins = models.PositiveSmallIntegerField("begins in week", null=True)
    # Numbers of the steps of the same plan that have to be done before it.
    after = models.JSONField("comes after", default=list)
    event = models.CharField("what marks it as done", max_length=20, choices=PlanEvent.choices, blank=True)

    class Meta:
        abstract = True

    def as_step(self) -> Step:
        return Step(
            self.day, self.title, self.what, self.owner, self.event, self.unit, self.begins, tuple(self.after)
        )


# --- the template -----------------------------------------------------------------------------------------


class PlanTemplate(Subject):
    """A partnership's own plan. A review lays it out when it opens; those that are open keep theirs."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="plan_templates")
    kind = models.CharField(max_length=20, choices=PlanKind.choices, default=PlanKind.RAPID_REVIEW)
    state = FSMField(default=PlanTemplateState.IN_USE, choices=PlanTemplateState.choices, protected=True)
    objects = Visible["PlanTemplate"].as_manager()
    case = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "kind"], name="one_plan_template_per_kind")
        ]

    @staticmethod
    def visibility(user: User) -> Q:
        return Q(partnership__in=user.partnerships(Role.STAFF))

    def get_absolute_url(self) -> str:
        return reverse("plan-template", args=[self.ref])

    def fill(self, steps: Sequence[Step]) -> None:
        """Begin with these steps, numbered in their order."""
        PlanTemplateStep.objects.bulk_create(
            PlanTemplateStep(template=self, number=number, **vars(step))
            for number, step in enumerate(steps, start=1)
        )

    @verb(
        "*",
        rule=permissions.plan_keeper,
        label="Add a step",
        effect="Reviews that open from now on have it. Those that are open keep their plan.",
    )
    def add_step(self, *, by: User | None, on: dt.date, step: Step) -> dict[str, Any]:
        number = 1 + (self.steps.aggregate(last=Max("number"))["last"] or 0)
        step = self._checked(step, number)
        self.steps.create(number=number, **vars(step))
        return {"step": number, "day": step.day}

    @verb(
        "*",
        rule=permissions.plan_keeper,
        label="Change a step",
        effect="Reviews that open from now on have it so. Those that are open keep their plan.",
    )
    def change_step(self, *, by: User | None, on: dt.date, number: int, step: Step) -> dict[str, Any]:
        """Its day, its words, its owner, what it comes after, or what marks it as done."""
        found = self._step(number)
        step = self._checked(step, number)
        before = found.day
        for name, value in vars(step).items():
            setattr(found, name, value)
        found.save()
        return {"step": number, "day": step.day, "day_before": before}

    @verb(
        "*",
        rule=permissions.plan_keeper,
        label="Remove a step",
        effect="Reviews that open from now on do without it. Those that are open keep their plan.",
    )
    def remove_step(self, *, by: User | None, on: dt.date, number: int) -> dict[str, Any]:
        found = self._step(number)
        if self.steps.count() == 1:
            raise Refused("A plan needs at least one step. Change this one, or go back to the plan we ship.")
        day = found.day
        found.delete()
        for other in self.steps.all():
            if number in other.after:
                other.after = sorted({*other.after, *found.after} - {number})
                other.save(update_fields=["after"])
        return {"step": number, "day": day}

    @verb(
        "*",
        rule=permissions.plan_keeper,
        label="Go back to the plan we ship",
        effect="Your own steps are replaced. Reviews that are open keep their plan.",
    )
    def restore(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """The shipped plan again, whatever was changed."""
        removed = self.steps.count()
        self.steps.all().delete()
        self.fill(SHIPPED[self.kind])
        return {"removed": removed}

    def _checked(self, step: Step, number: int) -> Step:
        """In the unit of this kind of plan, on a day it has, after what stands before it. Raises ``Refused``."""
        step = replace(step, unit=UNIT[PlanKind(self.kind)])
        check_day(self.kind, step)
        check_order(step, number, self.steps.exclude(number=number))
        return step

    def _step(self, number: int) -> PlanTemplateStep:
        found = self.steps.filter(number=number).first()
        if found is None:
            raise Refused("Somebody has removed this step meanwhile.")
        return found


class PlanTemplateStep(WhatToDo):
    template = models.ForeignKey(PlanTemplate, on_delete=models.CASCADE, related_name="steps")

    class Meta:
        ordering = ["day", "number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_number_per_template_step")
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.title}"


# --- the steps of one review ------------------------------------------------------------------------------


class PlanSteps(Visible["PlanStep"]):
    def going(self) -> Self:
        """Open steps of reviews on their way.

        A rapid review has not ended and was not yet sent to the Panel; a practice review is not yet published.
        """
        rapid = Q(plan=PlanKind.RAPID_REVIEW, case__rapid_review__first_submitted_on=None)
        rapid &= ~Q(case__rapid_review__state__in=RAPID_REVIEW_ENDED)
        practice = Q(plan=PlanKind.PRACTICE_REVIEW, case__practice_review__state__in=BEFORE_PUBLICATION)
        return self.filter(rapid | practice, state=S.OPEN)

    def not_done_by(self, user: User) -> Self:
        """Without the step of the three views where this person's own partner has given theirs: the rest is others'."""
        given = Q(pk__in=[])
        for m in user.standing:
            if m.role == Role.PARTNER and m.agency:
                views = given_views().filter(partner=m.agency.partner, decision__case=OuterRef("case"))
                given |= Q(Exists(views), case__partnership_id=m.partnership_id)
        return self.exclude(given, event=PlanEvent.VIEWS_GIVEN, owner=Role.PARTNER)


def given_views() -> models.QuerySet[PartnerView]:
    """The views on open proposals about a practice review."""
    return PartnerView.objects.filter(
        decision__kind=DecisionKind.REVIEW, decision__state=DecisionState.PROPOSED
    )


class PlanStep(WhatToDo, Subject):
    """One step of a review's plan. It is done by itself where the system records what it waits for."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plan_steps")
    plan = models.CharField(max_length=20, choices=PlanKind.choices, default=PlanKind.RAPID_REVIEW)
    state = FSMField(default=S.OPEN, choices=S.choices, protected=True)
    due_on = models.DateField()
    # A date that somebody chose stays where it is when the calendar or the trigger changes.
    set_by_hand = models.BooleanField(default=False)
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    how = models.TextField("how it was done, or why it is not needed", blank=True)
    objects = PlanSteps.as_manager()

    class Meta:
        ordering = ["due_on", "day", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "plan", "number"], name="one_number_per_plan_step")
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="plan_step_by_due_day")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("plan-step", args=[self.ref])

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_reviews(user)

    @property
    def of_practice(self) -> bool:
        return bool(self.plan == PlanKind.PRACTICE_REVIEW)

    @property
    def review(self) -> Any:
        """The rapid review or the practice review whose plan it belongs to."""
        return self.case.practice_review if self.of_practice else self.case.rapid_review

    @property
    def day_zero(self) -> dt.date:
        """What the plan counts from: the day the notification was sent, or the day of the partners' decision."""
        day: dt.date = self.review.plan_begins
        return day

    def over(self) -> str | None:
        """Nothing is planned any more once the review has ended."""
        reason: str | None = self.review.plan_over()
        return reason

    def done_by_itself(self) -> str | None:
        """Why a step is not ticked by hand: it waits for something that the system records."""
        if not self.event:
            return None
        return f"This is done by itself as soon as the system has it on record: {self.get_event_display()}."

    @verb(
        S.OPEN,
        S.DONE,
        rule=permissions.tick_step,
        label="Mark as done",
        guards=[done_by_itself, over],
        effect="The step is done. It can be opened again, with a reason.",
    )
    def tick(self, *, by: User | None, on: dt.date, words: str = "") -> dict[str, Any]:
        """Somebody says that it was done on ``on``; ``words``: how, if there is anything to say."""
        if on < self.day_zero:
            raise Refused(f"The plan began on {in_full(self.day_zero)}. Give that day or a later one.")
        self.done_on, self.done_by, self.how = on, by, words
        return {"done_on": on}

    @verb(
        S.DONE,
        S.OPEN,
        rule=permissions.tick_step,
        label="Open it again",
        guards=[done_by_itself, over],
        effect="The step is to do again. The history keeps that it was marked as done.",
    )
    def untick(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """It was not done after all, and why."""
        return self._open_again()

    @verb(
        S.OPEN,
        rule=permissions.change_plan,
        label="Move to another day",
        guards=[over],
        effect="It stays on the day you give. The date by which the review is due does not move.",
    )
    def move(self, *, by: User | None, on: dt.date, due_on: dt.date, words: str) -> dict[str, Any]:
        """A day that is no working day becomes the next one. ``words``: why."""
        if due_on <= self.day_zero:
            raise Refused(f"Day 0 of the plan is {in_full(self.day_zero)}. Give a later day.")
        if due_on < on:
            raise Refused("That day is over. Give today or a later day.")
        before = self.due_on
        try:
            self.due_on, self.set_by_hand = to_working_day(due_on, working_days()), True
        except OutsideCalendar as unknown:
            raise Refused(str(unknown)) from unknown
        return {"due_before": before, "due_on": self.due_on}

    @verb(
        S.OPEN,
        S.DROPPED,
        rule=permissions.change_plan,
        label="Not needed",
        guards=[over],
        effect="The step no longer counts. It can be taken up again.",
    )
    def drop(self, *, by: User | None, on: dt.date, words: str) -> None:
        """Not needed, because …"""
        self.how = words

    @verb(
        S.DROPPED,
        S.OPEN,
        rule=permissions.change_plan,
        label="Take it up again",
        guards=[over],
        effect="The step is to do again.",
    )
    def take_up(self, *, by: User | None, on: dt.date) -> None:
        self.how = ""

    @verb(
        S.OPEN,
        rule=permissions.change_plan,
        label="Change the words or the owner",
        guards=[over],
        effect="Whoever owns the step marks it as done.",
    )
    def amend(self, *, by: User | None, on: dt.date, title: str, what: str, owner: str) -> dict[str, Any]:
        before = self.owner
        self.title, self.what, self.owner = title, what, owner
        return {"owner": owner, "owner_before": before}

    # --- what follows from other verbs ---

    @verb([S.OPEN, S.DONE], S.DONE, rule=follows, label="Done by itself")
    def complete(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """What the step waits for is on record, with its day."""
        self.done_on, self.done_by = on, None
        return {"done_on": on, "event": self.event}

    @verb(S.DONE, S.OPEN, rule=follows, label="Open again by itself")
    def lapse(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """What the step waited for no longer stands: the report was opened again, another agency was asked."""
        return {**self._open_again(), "event": self.event}

    @verb(S.OPEN, rule=follows, label="Planned anew")
    def retime(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """The calendar or the trigger changed, and nobody had set the day by hand."""
        before, self.due_on = self.due_on, self.planned()
        return {"due_before": before, "due_on": self.due_on}

    def planned(self) -> dt.date:
        """The date that follows from the trigger and the plan, whatever was set by hand."""
        return planned_on(self.day_zero, self.day, self.unit, working_days())

    def _open_again(self) -> dict[str, Any]:
        before, self.done_on, self.done_by, self.how = self.done_on, None, None, ""
        return {"done_before": before}
