"""The family in a practice review: who was invited and how, what they answered, and what they were promised.

Names, contact and answers stand in these rows alone: an event says only that something was recorded, by its code and
its day, and no list, e-mail or search holds them. Only the case's own staff and the lead reviewer read them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.sealed.fields import SealedText
from cspr.workflow import Refused, Subject, verb
from referrals.models import Case, FamilyMember
from referrals.models.visible import Visible
from reviews import permissions
from reviews.questions.family import Advocate, FamilyAnswer, FamilyState, PromiseKind, PromiseState

S, P = FamilyState, PromiseState
# What is written down about a person: the form and the verb name the same fields.
RECORDED = (
    "language",
    "invited_on",
    "invited_how",
    "answer",
    "answer_words",
    "advocate",
    "advocate_name",
    "safe_contact",
    "suspect",
    "police_agreed_on",
    "wishes",
)


class FamilyContact(Subject):
    """One person of the family, as the review keeps in touch with them."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="family_contacts")
    member = models.ForeignKey(FamilyMember, on_delete=models.PROTECT, null=True, related_name="+")
    name = SealedText()
    relationship = SealedText("relationship to the child")
    state = FSMField(default=S.IN_TOUCH, choices=S.choices, protected=True)
    language = SealedText("language, interpreter, what helps them", blank=True)
    invited_on = models.DateField(null=True)
    invited_how = SealedText("how they were invited, and by whom", blank=True)
    answer = models.CharField(max_length=12, choices=FamilyAnswer.choices, default=FamilyAnswer.WAITING)
    answer_words = SealedText("what they said", blank=True)
    advocate = models.CharField(max_length=12, choices=Advocate.choices, default=Advocate.NOT_OFFERED)
    advocate_name = SealedText("who the advocate is", blank=True)
    safe_contact = SealedText("how to reach them safely", blank=True)
    suspect = models.BooleanField("suspect in criminal proceedings", default=False)
    police_agreed_on = models.DateField("day from which the police agree to contact", null=True)
    wishes = SealedText("pseudonym and other wishes", blank=True)
    why_not = SealedText("why nobody contacts them", blank=True)
    objects = Visible["FamilyContact"].as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "member"], name="one_contact_per_family_member")
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_family(user)

    def get_absolute_url(self) -> str:
        return reverse("family-contact", args=[self.ref])

    @property
    def silent(self) -> bool:
        return bool(self.state == S.DO_NOT_CONTACT)

    def not_yet(self, today: dt.date) -> bool:
        """A suspect is not contacted before the day the police agreed to; without such a day, not at all."""
        return bool(self.suspect) and (self.police_agreed_on is None or today < self.police_agreed_on)

    def untouched(self, today: dt.date) -> bool:
        """Nobody gets in touch with them today, so nothing promised to them is late."""
        return self.silent or self.not_yet(today)

    @verb(
        [S.IN_TOUCH, S.DO_NOT_CONTACT],
        rule=permissions.keep_family,
        label="Record the invitation and the answer",
        effect="Nothing is sent to anybody. Only the case’s staff and the lead reviewer read it.",
    )
    def record(self, *, by: User | None, on: dt.date, given: dict[str, Any]) -> dict[str, Any]:
        """What is known of the person now, all of it at once (``RECORDED``); the event keeps codes and days only."""
        if unknown := given.keys() - set(RECORDED):
            raise ValueError(f"A contact has no {sorted(unknown)}.")
        invited, police = given.get("invited_on"), given.get("police_agreed_on")
        if invited and police and given.get("suspect") and invited < police:
            raise Refused("They were invited before the day the police agreed to. Check both dates.")
        for name, value in given.items():
            setattr(self, name, value)
        return {"answer": self.answer, "advocate": self.advocate, "invited_on": self.invited_on}

    @verb(
        S.IN_TOUCH,
        S.DO_NOT_CONTACT,
        rule=permissions.keep_family,
        label="Do not contact them",
        effect="It stands in red on every page about the family. Their open promises are set aside.",
    )
    def stop_contact(self, *, by: User | None, on: dt.date, why: str) -> None:
        """Nobody gets in touch with them until somebody says otherwise, and why."""
        self.why_not = why

    @verb(
        S.DO_NOT_CONTACT,
        S.IN_TOUCH,
        rule=permissions.keep_family,
        label="They may be contacted again",
        effect="Their promises count again, on their days.",
    )
    def allow_contact(self, *, by: User | None, on: dt.date) -> None:
        self.why_not = ""


class FamilyPromises(Visible["FamilyPromise"]):
    def waiting(self) -> FamilyPromises:
        """Open promises to people who are kept in touch with."""
        return self.filter(state=P.OPEN, contact__state=S.IN_TOUCH)

    def possible(self, today: dt.date) -> FamilyPromises:
        """To people whom the police do not ask to be left alone today."""
        return self.filter(Q(contact__suspect=False) | Q(contact__police_agreed_on__lte=today))


class FamilyPromise(Subject):
    """One promise to one person: a task with a day, kept by the team and never by the system."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="family_promises")
    contact = models.ForeignKey(FamilyContact, on_delete=models.PROTECT, related_name="promises")
    kind = models.CharField(max_length=12, choices=PromiseKind.choices)
    state = FSMField(default=P.OPEN, choices=P.choices, protected=True)
    due_on = models.DateField()
    kept_on = models.DateField(null=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    how = models.TextField("how it was kept, or why it is not needed", blank=True)
    objects = FamilyPromises.as_manager()

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.ref

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_family(user)

    def get_absolute_url(self) -> str:
        return reverse("family-promise", args=[self.ref])

    def must_not(self) -> str | None:
        """Nobody keeps a promise to somebody they must not contact."""
        return "This person must not be contacted." if self.contact.silent else None

    @verb(
        P.OPEN,
        P.KEPT,
        rule=permissions.keep_family,
        label="Record that it was kept",
        guards=[must_not],
        effect="The promise is kept. After an update the next one is promised by itself.",
    )
    def keep(self, *, by: User | None, on: dt.date, how: str = "") -> dict[str, Any]:
        """It was kept on ``on``."""
        if self.contact.not_yet(on):
            raise Refused("The police have not agreed to contact on that day. Ask them first.")
        self.kept_on, self.kept_by, self.how = on, by, how
        return {"kind": self.kind, "kept_on": on}

    @verb(
        P.OPEN,
        rule=permissions.keep_family,
        label="Move to another day",
        effect="It stays on the day you give. The date by which the review is due does not move.",
    )
    def postpone(self, *, by: User | None, on: dt.date, due_on: dt.date, why: str) -> dict[str, Any]:
        if due_on < on:
            raise Refused("That day is over. Give today or a later day.")
        before, self.due_on, self.how = self.due_on, due_on, why
        return {"due_before": before, "due_on": due_on}

    @verb(
        P.OPEN,
        P.RELEASED,
        rule=permissions.keep_family,
        label="Not needed",
        effect="The promise no longer counts, and publication does not wait for it.",
    )
    def release(self, *, by: User | None, on: dt.date, why: str) -> dict[str, Any]:
        """They do not want it, or it cannot be kept: and why."""
        self.how = why
        return {"kind": self.kind}

    @verb(
        [P.KEPT, P.RELEASED],
        P.OPEN,
        rule=permissions.keep_family,
        label="Open it again",
        effect="The promise counts again. The history keeps that it was done.",
    )
    def renew(self, *, by: User | None, on: dt.date) -> dict[str, Any]:
        before, self.kept_on, self.kept_by, self.how = self.kept_on, None, None, ""
        return {"kept_before": before}
