"""The case: one serious incident, the people in it, who may open it, and every clock that runs on it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import CAPACITIES, Role
from cspr.sealed.fields import BlindIndex, SealedDate, SealedJSON, SealedText
from cspr.workflow import Refused, Subject, verb
from referrals import emergency_permissions, keeping_permissions, permissions
from referrals.models.holding import Holding
from referrals.models.visible import Visible
from referrals.states import (
    CaseState,
    ClockBasis,
    DecisionKind,
    DecisionState,
    Ethnicity,
    IncidentRole,
    LegalStatus,
    Outcome,
    Placement,
    Sex,
    Stage,
)


class Cases(Visible["Case"]):
    def audited_by(self, user: User) -> Self:
        """Cases whose access list the person may look at, which is less than seeing the case."""
        return self.filter(permissions.audited_cases(user))

    def openable_by(self, user: User) -> Self:
        """Cases the person could open in an emergency, whether or not they see them now."""
        return self.filter(emergency_permissions.openable_cases(user))

    def kept_by(self, user: User) -> Self:
        """Cases of which the person may know that their period is over, which is less than seeing the case."""
        return self.filter(keeping_permissions.kept_cases(user))


class Case(Holding, Subject):
    """One serious incident. ``pseudonym`` is what pages show; identities stand in ``Child`` and ``FamilyMember``."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="cases")
    state = FSMField(default=CaseState.OPEN, choices=CaseState.choices, protected=True)
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.REFERRAL)
    pseudonym = models.CharField(max_length=60)
    incident_on = models.DateField(null=True, blank=True)
    la_aware_on = models.DateField("authority became aware of the incident", null=True, blank=True)
    la_suspected_on = models.DateField("authority knew or suspected abuse or neglect", null=True, blank=True)
    clock_basis = models.CharField(max_length=20, choices=ClockBasis.choices, default=ClockBasis.LA_AWARE)
    basis_reason = models.TextField(blank=True)
    area = models.CharField("local authority area of the incident", max_length=120, blank=True)
    lead_area = models.CharField(max_length=120, blank=True)
    restricted = models.BooleanField(default=False)
    # Who last restricted, closed or recorded something that a second person has to undo.
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The day it was closed, from which its period is counted; none while it is open.
    closed_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    # Kept beside the case so that lists need no look at the history.
    last_event_at = models.DateTimeField(default=timezone.now)
    next_due_on = models.DateField(null=True, blank=True)
    objects = Cases.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["partnership", "-last_event_at", "-id"], name="case_recent"),
            models.Index(fields=["partnership", "next_due_on"], name="case_due"),
            models.Index(
                fields=["partnership", "closed_on"],
                condition=Q(closed_on__isnull=False),
                name="case_closed_on",
            ),
        ]

    @property
    def case(self) -> Case:
        """Itself: rules and the record speak of ``subject.case`` for every noun."""
        return self

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_cases(user)

    @classmethod
    def may_read_document(cls, subject: Case, user: User, kind: str) -> str | None:
        return permissions.take_copies(subject, user)

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.ref])

    @property
    def notification_trigger(self) -> dt.date | None:
        """The day the five working days run from: the basis chosen, falling back to awareness of the incident."""
        if self.clock_basis == ClockBasis.LA_SUSPECTED and self.la_suspected_on:
            return self.la_suspected_on
        return self.la_aware_on

    def conflicted_people(self) -> set[int]:
        """The keys of everybody with a conflict of interest that stands. It beats every grant."""
        return set(self.conflicts.filter(lifted_on=None).values_list("user_id", flat=True))

    def standing_decision(self, kind: str) -> Any:
        """The approved decision of that kind that has not been replaced; None when there is none."""
        approved = (d for d in self.decisions.all() if d.kind == kind and d.state == DecisionState.APPROVED)
        return next(approved, None)

    def decision_missing(self, *, notify: bool) -> str | None:
        """Guard of invariant 6: three views and an approval, unless the authority has notified on its own."""
        decision = self.standing_decision(DecisionKind.NOTIFY)
        if decision and (decision.outcome == Outcome.NOTIFY) == notify:
            return None
        notification = getattr(self, "notification", None)
        if notify and notification and notification.direct:
            return None
        return "This needs an approved decision with the view of each of the three partners."

    def retraction_missing(self) -> str | None:
        decision = self.standing_decision(DecisionKind.RETRACT)
        if decision and decision.outcome == Outcome.RETRACT:
            return None
        return (
            "Retracting needs an approved decision to retract, with the view of each of the three partners."
        )

    @verb(
        CaseState.OPEN,
        rule=permissions.case_staff,
        label="Change the dates clocks run from",
        effect="Due dates are worked out again. The earlier dates stay in the history.",
    )
    def set_dates(self, *, by: User | None, on: dt.date, words: str, **dates: Any) -> dict[str, Any]:
        """Correct a trigger date. ``words`` says why (invariant 5: the old due date stays in the history)."""
        if not words.strip():
            raise Refused(
                "Say why the date changes: the earlier date stays in the history beside your reason."
            )
        if dates.get("clock_basis") == ClockBasis.LA_SUSPECTED and not dates.get("la_suspected_on"):
            raise Refused("Give the day the authority first suspected abuse or neglect.")
        before = {name: getattr(self, name) for name in dates}
        for name, value in dates.items():
            setattr(self, name, value)
        if dates.get("clock_basis") == ClockBasis.LA_SUSPECTED:
            self.basis_reason = words
        return {"before": before, "after": dates}

    @verb(CaseState.OPEN, rule=permissions.case_staff, label="Change the name the case goes by")
    def rename(self, *, by: User | None, on: dt.date, pseudonym: str) -> None:
        self.pseudonym = pseudonym

    @verb(
        "*",
        rule=permissions.staff_or_chair,
        label="Restrict the case",
        effect="Only people on the access list will be able to see that this case exists.",
        guards=[lambda case: "The case is restricted already." if case.restricted else None],
    )
    def restrict(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.restricted, self.set_aside_by = True, by

    @verb(
        "*",
        rule=permissions.four_eyes_chair,
        label="Lift the restriction",
        effect="All staff of the partnership will see the case again.",
        guards=[lambda case: None if case.restricted else "The case is not restricted."],
    )
    def lift_restriction(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.restricted = False

    @verb("*", rule=permissions.staff_or_chair, label="Give somebody access")
    def grant_access(
        self, *, by: User | None, on: dt.date, user: User, capacity: str, ends_on: dt.date | None = None
    ) -> dict[str, Any]:
        if by is not None and by.pk == user.pk and self.restricted:
            raise Refused("Nobody adds themselves to a restricted case. Ask a colleague on the list.")
        if capacity not in CAPACITIES or not user.holds(self.partnership_id, capacity):
            raise Refused(f"{user.name} does not hold that role in this partnership.")
        CaseMember.objects.update_or_create(
            case=self,
            user=user,
            capacity=capacity,
            defaults={"starts_on": on, "ends_on": ends_on, "granted_by": by},
        )
        permissions.access_changed(self)
        return {"user": user.ref, "capacity": capacity, "ends_on": ends_on}

    @verb("*", rule=permissions.staff_or_chair, label="End somebody’s access")
    def end_access(self, *, by: User | None, on: dt.date, user: User) -> dict[str, Any]:
        self.members.filter(user=user).filter(Q(ends_on=None) | Q(ends_on__gte=on)).update(
            ends_on=on - dt.timedelta(days=1)
        )
        permissions.access_changed(self)
        return {"user": user.ref}

    @verb(
        "*",
        rule=permissions.any_listed,
        label="Declare a conflict of interest",
        effect="From your next click you will no longer be able to open this case.",
    )
    def declare_conflict(self, *, by: User, on: dt.date, words: str) -> None:
        Conflict.objects.create(case=self, user=by, declared_on=on, reason=words, recorded_by=by)
        permissions.access_changed(self)

    @verb(
        "*",
        rule=permissions.staff_or_chair,
        label="Record another person’s conflict of interest",
        effect="From their next click they will no longer be able to open this case.",
    )
    def record_conflict(self, *, by: User, on: dt.date, user: User, words: str) -> dict[str, Any]:
        Conflict.objects.create(case=self, user=user, declared_on=on, reason=words, recorded_by=by)
        permissions.access_changed(self)
        return {"user": user.ref}

    @verb("*", rule=permissions.lift_conflict, label="Lift a conflict of interest")
    def lift_conflict(self, *, by: User, on: dt.date, user: User, words: str) -> dict[str, Any]:
        conflict = self.conflicts.filter(user=user, lifted_on=None).first()
        if conflict is None:
            raise Refused("No conflict of interest is recorded for this person.")
        if by.pk in {conflict.recorded_by_id, user.pk}:
            raise Refused("You recorded this conflict, so somebody else has to lift it.")
        conflict.lifted_on, conflict.lifted_by = on, by
        conflict.save()
        permissions.access_changed(self)
        return {"user": user.ref}

    @verb(
        CaseState.OPEN,
        CaseState.CLOSED,
        rule=permissions.four_eyes_chair,
        label="Close the case",
        guards=[lambda case: case.unfinished()],
    )
    def close(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.set_aside_by, self.closed_on = by, on

    @verb(CaseState.CLOSED, CaseState.OPEN, rule=permissions.four_eyes_chair, label="Reopen the case")
    def reopen(self, *, by: User | None, on: dt.date, words: str) -> None:
        self.set_aside_by, self.closed_on = by, None

    def unfinished(self) -> str | None:
        """Why the case cannot be closed yet: a clock still runs."""
        open_clock = next((clock for clock in self.deadlines.all() if clock.running), None)
        return f"A clock still runs: {open_clock.name}." if open_clock else None


class CaseMember(models.Model):
    """Need to know: who may open this case, in what capacity, from when to when."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_access")
    capacity = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField()
    ends_on = models.DateField("last day", null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user", "capacity"], name="one_grant_per_capacity")
        ]

    def __str__(self) -> str:
        return self.get_capacity_display()


class Conflict(models.Model):
    """A conflict of interest. While it stands it beats every grant, from the person's next request on."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    reason = models.TextField()
    declared_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_on = models.DateField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(lifted_on=None), name="one_open_conflict"
            )
        ]

    def __str__(self) -> str:
        return f"declared {self.declared_on}"


class Child(models.Model):
    """A child the incident is about. Identity: shown only where ``permissions.see_identity`` allows."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="children")
    name = SealedText()
    also_known_as = SealedText(blank=True)
    born_on = SealedDate("date of birth or expected date", null=True, blank=True)
    born_on_index = BlindIndex("born_on")
    died_on = SealedDate(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    ethnicity = models.CharField(max_length=30, choices=Ethnicity.choices)
    ethnicity_reason = models.CharField(max_length=200, blank=True)
    legal_status = models.CharField(max_length=20, choices=LegalStatus.choices, default=LegalStatus.NOT_KNOWN)
    placement = models.CharField(max_length=10, choices=Placement.choices, blank=True)
    nhs_number = SealedText(blank=True)
    nhs_number_index = BlindIndex("nhs_number")
    details = SealedJSON(default=dict)

    class Meta:
        verbose_name_plural = "children"
        indexes = [
            models.Index(fields=["born_on_index"], name="child_born_on"),
            models.Index(fields=["nhs_number_index"], name="child_nhs_number"),
        ]

    def __str__(self) -> str:
        return f"child {self.pk}"


class FamilyMember(models.Model):
    """A parent, carer, sibling or other person close to the child."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="family")
    name = SealedText()
    relationship = models.CharField(max_length=80)
    born_on = SealedDate(null=True, blank=True)
    role = models.CharField(max_length=12, choices=IncidentRole.choices, default=IncidentRole.UNKNOWN)
    details = SealedJSON(default=dict)

    def __str__(self) -> str:
        return self.relationship


class Deadline(models.Model):
    """One running clock of a case (or, for the yearly report, of a partnership). Derived, never typed in."""

    # case:code:key, which is what makes each clock run once.
    ref = models.CharField(max_length=60, unique=True)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="deadlines")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="deadlines")
    code = models.CharField(max_length=30)
    # Tells apart several clocks of one code on one case: the information requests.
    key = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=160)
    trigger_on = models.DateField()
    trigger_source = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    force = models.CharField(max_length=12)
    rule_set = models.CharField(max_length=20)
    counting = models.CharField(max_length=120)
    met_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    # A hint for the sweep: the next day on which a reminder may be due. The sweep works out the truth.
    remind_on = models.DateField(null=True)
    objects = Visible["Deadline"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["remind_on"], condition=Q(met_on=None, stopped_on=None), name="deadline_to_remind"
            ),
            models.Index(
                fields=["partnership", "due_on"],
                condition=Q(met_on=None, stopped_on=None),
                name="deadline_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def visibility(user: User) -> Q:
        staffed = [m.partnership_id for m in user.standing if m.role in {Role.STAFF, Role.PARTNER}]
        return permissions.of_visible_cases(user) | Q(case=None, partnership_id__in=staffed)

    @property
    def running(self) -> bool:
        return self.met_on is None and self.stopped_on is None
