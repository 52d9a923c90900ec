"""Reminding an agency that owes an answer: pausing it, and one row for every reminder to every person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.clocks.calendar import in_full
from cspr.refs import new_ref
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.states import AWAITED, RAPID_REVIEW_ENDED, ChaseLevel


class Chasing(Subject):
    """The part of a request that is about reminders and the duty to answer."""

    chasing_paused_until = models.DateField("the reminders pause up to and including", null=True)
    sent_on: Any
    due_on: Any
    statutory: Any
    rapid_review: Any
    chases: Any
    chasing_paused_why = models.TextField(blank=True)

    # The day on which the duty to answer (Children Act 2004 s.16H) was invoked in writing.
    duty_invoked_on = models.DateField(null=True)

    class Meta:
        abstract = True

    @verb(
        AWAITED,
        rule=permissions.case_staff,
        label="Invoke the duty to answer",
        guards=[lambda r: "The duty was invoked already." if r.duty_invoked_on else None],
        effect="The request counts as made under section 16H. The letter can then be made on its page.",
    )
    def invoke_duty(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """Put the request on its statutory footing (Children Act 2004 s.16H). ``on``: the day of the letter."""
        if self.sent_on and on < self.sent_on:
            raise Refused("The duty cannot be invoked before the request was sent.")
        self.duty_invoked_on, self.statutory = on, True
        return {"invoked_on": on, "due_on": self.due_on}

    def why_not_chased(self) -> str | None:
        """The ladder is not overtaken: nobody is reminded twice on a day, and a pause holds for everybody."""
        today = timezone.localdate()
        if self.rapid_review.state in RAPID_REVIEW_ENDED:
            return "The rapid review has ended, so nobody is reminded any more."
        if self.chasing_paused_until and self.chasing_paused_until >= today:
            day = in_full(self.chasing_paused_until)
            return f"The reminders are paused up to and including {day}. Go on with them first."
        if self.chases.reached().filter(on=today).exists():
            return "The agency was reminded today already. It can be reminded again tomorrow."
        return None

    @verb(
        AWAITED,
        rule=permissions.case_staff,
        label="Chase now",
        guards=[why_not_chased],
        effect="One reminder goes out at once, besides the ladder. The date it is due, and the ladder, stay.",
    )
    def chase_now(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        """A reminder outside the ladder, to whom its next rung would go. ``actions.chase_now`` sends it."""
        return {"due_on": self.due_on}

    @verb(
        AWAITED,
        rule=permissions.case_staff,
        label="Pause the reminders",
        effect="The agency is not reminded up to and including the day you give. The date it is due stays.",
    )
    def pause_reminders(self, *, by: User | None, on: dt.date, until: dt.date, words: str) -> dict[str, Any]:
        """Somebody is ill, a school is closed, a date was promised by telephone: ``words`` says which."""
        if until < on:
            raise Refused("Give a day from today on. To go on at once, do not pause.")
        if not words.strip():
            raise Refused("Say why the reminders pause.")
        self.chasing_paused_until, self.chasing_paused_why = until, words
        return {"until": until}

    @verb(
        AWAITED,
        rule=permissions.case_staff,
        label="Go on with the reminders",
        guards=[lambda r: None if r.chasing_paused_until else "The reminders are not paused."],
        effect="The next step of the ladder goes out when it is due. It may be due at once.",
    )
    def resume_reminders(self, *, by: User | None, on: dt.date) -> None:
        """By hand, or by the system on the day after the pause."""
        self.chasing_paused_until, self.chasing_paused_why = None, ""


class Chases(Visible["Chase"]):
    def reached(self) -> Self:
        """Without the steps for which nobody is named."""
        return self.exclude(user=None, address="")

    def reachable(self, pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Of the pairs (address, reference), those reminders that are still right: asked when they go out."""
        asked = set(pairs)
        found = self.filter(ref__in={ref for _, ref in asked}).select_related(
            "request__agency", "request__rapid_review"
        )
        return {(chase.address, chase.ref) for chase in found if chase.still_right()} & asked


class Chase(models.Model):
    """One step of the ladder to one person. What became of it stands in the outbox under its reference."""

    ref = models.CharField(max_length=11, unique=True, default=new_ref, editable=False)
    request = models.ForeignKey("reviews.InformationRequest", on_delete=models.CASCADE, related_name="chases")
    due_on = models.DateField("the date that is chased")
    step = models.CharField(max_length=20)
    level = models.CharField(max_length=10, choices=ChaseLevel.choices)
    on = models.DateField()
    # The person, or the address of somebody without an account; neither: nobody could be reminded.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    address = models.EmailField(blank=True)
    objects = Chases.as_manager()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "due_on", "step", "level", "address"],
                condition=Q(user=None),
                name="one_chase_per_step_and_address",
            ),
            models.UniqueConstraint(
                fields=["request", "due_on", "step", "user"],
                condition=Q(user__isnull=False),
                name="one_chase_per_step_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.request_id}"

    @property
    def case(self) -> Case:
        return self.request.case

    @property
    def partnership(self) -> Partnership:
        return self.request.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_chases(user)

    @property
    def recipient(self) -> str:
        return self.user.name if self.user else self.name

    @property
    def by_link(self) -> bool:
        """Whether it goes to a contact who answers without an account."""
        return self.level == ChaseLevel.ASKED and bool(self.address)

    def still_right(self) -> bool:
        """Whether it may go out now: the answer is awaited, not paused, and the address is still that person's."""
        request = self.request
        if request.state not in AWAITED or request.rapid_review.state in RAPID_REVIEW_ENDED:
            return False
        paused = request.chasing_paused_until
        if paused is not None and paused >= timezone.localdate():
            return False
        if self.by_link:
            today = timezone.localdate()
            return any(link.live(today) for link in request.links.filter(email=self.address))
        return self.level == ChaseLevel.EXECUTIVE and self.address == request.agency.executive_email
