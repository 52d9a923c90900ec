"""A meeting on a case: planned, moved, held or cancelled; who is asked, who came as what, whether it was quorate."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import AgencyType, Partner
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case
from referrals.models.visible import Visible
from reviews import permissions
from reviews.states import AGENDA, Attendance, Capacity, MeetingPurpose, MeetingState

S = MeetingState
# One name for a meeting in every calendar, however often it moves; nobody reads a reference out of it.
CALENDARS = uuid.UUID("5f0c9a52-5c0e-4c43-9df0-6b1f1e0a7d11")


class MeetingRules(models.Model):
    """What a partnership asks of its meetings, beyond the three partners whom every one needs."""

    partnership = models.OneToOneField(Partnership, on_delete=models.CASCADE, related_name="meeting_rules")
    agenda = models.JSONField(default=list)
    members_needed = models.PositiveSmallIntegerField(default=0)
    agency_types = models.JSONField(default=list)
    # Whether the chair may approve only what a quorate meeting has considered.
    for_decision = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "meeting rules"

    def __str__(self) -> str:
        return f"rules of {self.partnership_id}"

    @classmethod
    def of(cls, partnership: Partnership) -> MeetingRules:
        """The partnership's own, or those that everybody begins with."""
        own = cls.objects.filter(partnership=partnership).first()
        return own or cls(partnership=partnership, agenda=list(AGENDA))


@dataclass(frozen=True)
class Condition:
    """One condition of the quorum, in words, and whether it is met."""

    words: str
    met: bool


class Meeting(Subject):
    """One meeting. It is of the case, so that a practice review can have meetings as a rapid review has."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="meetings")
    purpose = models.CharField(max_length=20, choices=MeetingPurpose.choices)
    state = FSMField(default=S.PLANNED, choices=S.choices, protected=True)
    on = models.DateField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    place = models.CharField("place or link", max_length=300)
    agenda = models.JSONField(default=list)
    # Raised whenever it moves or is cancelled, so that calendars take the newer entry.
    sequence = models.PositiveSmallIntegerField(default=0)
    held_on = models.DateField(null=True)
    # The conditions of the quorum as they were met on the day: [[words, met], …]
    quorum_met = models.JSONField(default=list)
    decisions = models.TextField("what was decided", blank=True)
    objects = Visible["Meeting"].as_manager()
    # Who has just been asked: only they are told.
    invited_now: tuple[User, ...] = ()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "purpose"], condition=Q(state=S.PLANNED), name="one_planned_meeting"
            )
        ]

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_meetings(user)

    @classmethod
    def may_read_document(cls, subject: Meeting, user: User, kind: str) -> str | None:
        return permissions.take_copies(subject.case, user)

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.ref])

    @property
    def uid(self) -> str:
        return f"{uuid.uuid5(CALENDARS, self.ref)}@cspr"

    # --- the quorum ---

    def conflicted(self) -> set[int]:
        """Rows of people with a conflict of interest: declared here, or standing on the case."""
        standing = self.case.conflicted_people()
        return {p.pk for p in self.participants.all() if p.conflict or p.user_id in standing}

    def counted(self) -> list[Participant]:
        """Members who took part, without anybody in conflict: who counts and who may decide."""
        out = self.conflicted()
        here = [p for p in self.participants.all() if p.attendance == Attendance.PRESENT]
        return [p for p in here if p.capacity == Capacity.MEMBER and p.pk not in out]

    def represented(self, members: Iterable[Participant] | None = None) -> list[str]:
        """The statutory partners who have a member there. ``members``: who counts, where that is known already."""
        found = {p.partner for p in (self.counted() if members is None else members)}
        return [partner.value for partner in Partner if partner.value in found]

    def quorum(self) -> list[Condition]:
        """Every condition: the three partners always (domain §2.3), then what the partnership asks besides."""
        rules, members = MeetingRules.of(self.partnership), self.counted()
        represented, kinds = self.represented(members), {p.agency_type for p in members}
        found = [Condition(f"{p.label} is represented", p.value in represented) for p in Partner]
        if rules.members_needed:
            words = f"At least {rules.members_needed} members take part"
            found.append(Condition(words, len(members) >= rules.members_needed))
        names = dict(AgencyType.choices)
        found += [Condition(f"{names[kind]} takes part", kind in kinds) for kind in rules.agency_types]
        return found

    def not_quorate(self) -> str | None:
        missing = [condition.words for condition in self.quorum() if not condition.met]
        return f"The meeting is not quorate. Still missing: {'; '.join(missing)}." if missing else None

    # --- planning ---

    @verb(
        S.PLANNED,
        rule=permissions.case_staff,
        label="Move the meeting",
        effect="Everybody who was asked is told, and finds a new calendar entry on the page.",
    )
    def move(
        self, *, by: User | None, on: dt.date, day: dt.date, starts_at: dt.time, ends_at: dt.time, place: str
    ) -> dict[str, Any]:
        before = self.on
        self.take_place(day, starts_at, ends_at, place)
        self.sequence += 1
        return {"on": day, "on_before": before, "sequence": self.sequence}

    def take_place(self, day: dt.date, starts_at: dt.time, ends_at: dt.time, place: str) -> None:
        if ends_at <= starts_at:
            raise Refused("The meeting ends after it has begun. Check the two times.")
        self.on, self.starts_at, self.ends_at, self.place = day, starts_at, ends_at, place

    @verb(
        S.PLANNED,
        S.CANCELLED,
        rule=permissions.case_staff,
        label="Cancel the meeting",
        effect="Everybody who was asked is told. Another meeting can be planned.",
    )
    def cancel(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        self.sequence += 1
        return {"on": self.on, "sequence": self.sequence}

    @verb(S.PLANNED, rule=permissions.case_staff, label="Change the agenda")
    def set_agenda(self, *, by: User | None, on: dt.date, items: list[str]) -> dict[str, Any]:
        if not items:
            raise Refused("An agenda has at least one item.")
        self.agenda = items
        return {"items": len(items)}

    @verb(
        S.PLANNED,
        rule=permissions.case_staff,
        label="Ask people to the meeting",
        effect="Those with an account get an e-mail that says that something waits for them here, and no more.",
    )
    def invite(self, *, by: User | None, on: dt.date, people: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """``people``: rows of ``Participant``. Somebody who has been asked already is not asked twice."""
        asked = set(self.participants.exclude(user=None).values_list("user_id", flat=True))
        rows = [Participant(meeting=self, **row) for row in people]
        new = [row for row in rows if row.user_id is None or row.user_id not in asked]
        if self.case.conflicted_people() & {row.user_id for row in new if row.user_id}:
            raise Refused("A conflict of interest on this case is recorded for one of them.")
        Participant.objects.bulk_create(new)
        self.invited_now = tuple(row.user for row in new if row.user)
        return {"people": [user.ref for user in self.invited_now], "others": len(new) - len(self.invited_now)}

    # --- on the day ---

    @verb(
        S.PLANNED,
        rule=permissions.case_staff,
        label="Record who took part",
        effect="Members are told apart from people who only gave information. Only members count for the quorum.",
    )
    def record_attendance(
        self, *, by: User | None, on: dt.date, rows: dict[int, dict[str, str]]
    ) -> dict[str, Any]:
        """``rows``: the key of a participant → attendance, capacity, partner, agency_type, deputy_for."""
        for participant in self.participants.filter(pk__in=rows):
            for name, value in rows[participant.pk].items():
                setattr(participant, name, value)
            participant.full_clean(exclude=["meeting", "user"])
            participant.save()
        self.forget_participants()
        return {"present": len(self.counted()), "represented": self.represented()}

    @verb(
        S.PLANNED,
        rule=permissions.declare_at_meeting,
        label="Record a conflict of interest",
        effect="The person can no longer open this case from their next click, and does not count for the quorum.",
    )
    def note_conflict(self, *, by: User | None, on: dt.date, participant: int) -> dict[str, Any]:
        """Somebody says at the meeting that they have one. ``actions.note_conflict`` records it on the case, too."""
        found = self.participants.filter(pk=participant).update(conflict=True)
        if not found:
            raise Refused("That person is not on the list of this meeting.")
        self.forget_participants()
        return {"participant": participant}

    @verb(
        S.PLANNED,
        S.HELD,
        rule=permissions.case_staff,
        label="Record the meeting as held",
        effect="The attendance is fixed. The report of the rapid review can be finished.",
        guards=[not_quorate],
    )
    def hold(self, *, by: User | None, on: dt.date, decisions: str = "") -> dict[str, Any]:
        """``on``: the day it took place."""
        self.held_on, self.decisions = on, decisions
        self.quorum_met = [[condition.words, condition.met] for condition in self.quorum()]
        return {"represented": self.represented(), "members": len(self.counted())}

    # --- minutes ---

    @verb([S.PLANNED, S.HELD], rule=permissions.case_staff, label="Write down what was decided")
    def write_minutes(self, *, by: User | None, on: dt.date, decisions: str) -> None:
        """In short. What the partners decide on a practice review stands in its decision, not here."""
        self.decisions = decisions

    @verb([S.PLANNED, S.HELD], rule=permissions.case_staff, label="Add an action")
    def add_action(
        self, *, by: User | None, on: dt.date, what: str, owner: str, due_on: dt.date
    ) -> dict[str, Any]:
        self.actions.create(what=what, owner=owner, due_on=due_on)
        return {"due_on": due_on}

    def forget_participants(self) -> None:
        """What was read of the people is no longer so."""
        getattr(self, "_prefetched_objects_cache", {}).pop("participants", None)


class Participant(models.Model):
    """Somebody who is asked to a meeting: a person with an account, or somebody who is named."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    role = models.CharField("role and agency", max_length=160, blank=True)
    capacity = models.CharField(max_length=12, choices=Capacity.choices, default=Capacity.MEMBER)
    partner = models.CharField(max_length=10, choices=Partner.choices, blank=True)
    agency_type = models.CharField(max_length=40, choices=AgencyType.choices, blank=True)
    attendance = models.CharField(max_length=10, choices=Attendance.choices, blank=True)
    deputy_for = models.CharField(max_length=120, blank=True)
    conflict = models.BooleanField("a conflict of interest was declared at the meeting", default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"], condition=Q(user__isnull=False), name="asked_to_a_meeting_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class MeetingAction(models.Model):
    """Something that was agreed at a meeting: what, who, by when."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField(max_length=400)
    owner = models.CharField(max_length=160)
    due_on = models.DateField()

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"action {self.pk}"
