"""What else looks into the same incident: the register of other proceedings, and which of them bars publication."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.clocks.calendar import in_full
from cspr.workflow import Refused, Subject, verb
from referrals import permissions
from referrals.models.case import Case
from referrals.models.visible import Visible
from referrals.states import Process


class ProcessState(models.TextChoices):
    RUNNING = "running", "Running"
    ENDED = "ended", "Ended"


class ProcessEffect(models.TextChoices):
    """What a review does while another process runs."""

    GOES_ON = "goes_on", "The review goes on"
    IN_PART = "in_part", "The review goes on in part"
    WAITS = "waits", "The review waits for it"


S = ProcessState
# What is written down about a proceeding: the form and the verb name the same fields.
RECORDED = (
    "type",
    "body",
    "their_reference",
    "contact",
    "status",
    "began_on",
    "next_on",
    "effect",
    "restrictions",
    "bars_publication",
    "bar_until",
)
# Said of it in an event: codes and days, never what somebody wrote.
CODED = ("type", "began_on", "next_on", "effect", "bars_publication", "bar_until")


class ParallelProcess(Subject):
    """Another process about the same incident, and whether it bars publication for now."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="processes")
    state = FSMField(default=S.RUNNING, choices=S.choices, protected=True)
    type = models.CharField(max_length=20, choices=Process.choices)
    body = models.CharField("court, force or organisation", max_length=160, blank=True)
    their_reference = models.CharField("its reference", max_length=80, blank=True)
    contact = models.CharField("who to speak to, by role", max_length=200, blank=True)
    status = models.CharField("where it stands", max_length=200, blank=True)
    began_on = models.DateField(null=True, blank=True)
    next_on = models.DateField("next date", null=True, blank=True)
    effect = models.CharField(max_length=10, choices=ProcessEffect.choices, default=ProcessEffect.GOES_ON)
    restrictions = models.TextField("what must not be said or done while it runs", blank=True)
    bars_publication = models.BooleanField(default=False)
    # The first day on which publication is possible again; without one the bar lasts until the process ends.
    bar_until = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True)
    outcome = models.CharField("how it ended", max_length=300, blank=True)
    objects = Visible["ParallelProcess"].as_manager()

    class Meta:
        verbose_name = "other proceeding"
        verbose_name_plural = "parallel processes"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_type_display()

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.of_visible_cases(user, *permissions.CASE_READERS)

    def get_absolute_url(self) -> str:
        return reverse("process", args=[self.ref])

    @property
    def running(self) -> bool:
        return bool(self.state == S.RUNNING)

    def barred(self, on: dt.date) -> str | None:
        """The sentence that says why nothing is published on ``on``; None when this process does not stand in the way.

        A bar ends with the process, unless it was said then that a court's order keeps it until its date.
        """
        if not self.bars_publication:
            return None
        if self.bar_until:
            day = in_full(self.bar_until)
            why = f"{self}" if self.running else f"{self} has ended, but a court’s order goes on"
            return f"Publication is barred: {why}, not before {day}." if on < self.bar_until else None
        return f"Publication is barred: {self}, until it ends." if self.running else None

    @verb(
        "*",
        rule=permissions.case_staff,
        label="Change what is known of it",
        effect="What stood there before stays in the history by its dates. Nobody outside the case is told.",
    )
    def amend_process(self, *, by: User | None, on: dt.date, given: dict[str, Any]) -> dict[str, Any]:
        """What is known of it now, all at once (``RECORDED``)."""
        before = {name: getattr(self, name) for name in CODED}
        self.write(given)
        return {name: getattr(self, name) for name in CODED} | {"before": before}

    def write(self, given: dict[str, Any]) -> None:
        """Take these over. Refused: a bar's date without a bar."""
        if unknown := given.keys() - set(RECORDED):
            raise ValueError(f"A process has no {sorted(unknown)}.")
        for name, value in given.items():
            setattr(self, name, value)
        if self.bar_until and not self.bars_publication:
            raise Refused("Say that it bars publication, or take the date of the bar away.")

    @verb(
        S.RUNNING,
        S.ENDED,
        rule=permissions.case_staff,
        label="Record that it has ended",
        effect="Its bar on publication ends with it, unless you say that a court’s order keeps it until its date.",
    )
    def end_process(
        self, *, by: User | None, on: dt.date, outcome: str = "", order_goes_on: bool | None = None
    ) -> dict[str, Any]:
        """It ended on ``on``. ``order_goes_on``: whether a court's order keeps a bar whose date has not come yet.

        A report is not kept back for longer than somebody forbids it, and not published sooner because nobody was
        asked: publication waits for clearance by police, prosecution and courts (practice). So it has to be said.
        """
        if self.began_on and on < self.began_on:
            raise Refused("It ended before it began. Check both dates.")
        if self.outlasts(on) and order_goes_on is None:
            raise Refused("Say whether a court’s order keeps the bar on publication until its date.")
        before = self.bar_until
        if not order_goes_on:
            self.bar_until = None
        self.ended_on, self.next_on, self.outcome = on, None, outcome
        return {
            "type": self.type,
            "ended_on": on,
            "bars_publication": self.outlasts(on),
            "bar_until": self.bar_until,
            "bar_until_before": before,
        }

    def outlasts(self, on: dt.date) -> bool:
        """Whether it bars publication until a day after ``on``."""
        return bool(self.bars_publication and self.bar_until and self.bar_until > on)

    @verb(
        S.ENDED,
        S.RUNNING,
        rule=permissions.case_staff,
        label="It goes on after all",
        effect="It counts as running again, with its bar on publication if it has one.",
    )
    def take_up_process(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        before, self.ended_on, self.outcome = self.ended_on, None, ""
        return {"ended_before": before}
