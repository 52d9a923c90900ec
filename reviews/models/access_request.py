"""A request for access to personal data: whose, who asks, by when it is answered, and the two people who answer it.

Names, numbers and addresses stand in these rows alone, encrypted: events, e-mails and addresses of pages hold a
reference, codes and days.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.clocks.models import working_days
from cspr.clocks.table import Clock, clock_for
from cspr.sealed.fields import SealedDate, SealedText
from cspr.workflow import Refused, verb
from referrals.models.visible import Visible
from reviews.access_permissions import (
    confirm_access_answer,
    keep_access_request,
    read_access_answer,
    visible_access_requests,
)
from reviews.models.access_gathering import Gathering
from reviews.questions.access_request import (
    ACCESS_OPEN,
    ACCESS_READY,
    About,
    AccessState,
    Answer,
    Asker,
    Authority,
    Disclosure,
    Extension,
    Identity,
    Refusal,
    Verdict,
)

S = AccessState
# So long can the answer be downloaded after it was confirmed.
BUNDLE_DAYS = dt.timedelta(days=14)
ONE_MONTH, THREE_MONTHS = "ACCESS_1M", "ACCESS_3M"


class AccessRequest(Gathering):
    """Somebody asks what is held about a person (UK GDPR Article 15)."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="access_requests")
    state = FSMField(default=S.RECEIVED, choices=S.choices, protected=True)
    about = models.CharField("whose data", max_length=12, choices=About.choices)
    name = SealedText("name of the person whose data it is")
    other_names = SealedText("other names, one a line", blank=True)
    born_on = SealedDate("date of birth", null=True)
    nhs_number = SealedText("NHS number", blank=True)
    email = SealedText("e-mail address", blank=True)
    asked_by = models.CharField("who asks", max_length=12, choices=Asker.choices)
    asker = SealedText("name of whoever asks for them", blank=True)
    reply_to = SealedText("where the answer goes")
    received_on = models.DateField()
    due_on = models.DateField()
    identity = models.CharField(
        "how they were identified", max_length=12, choices=Identity.choices, blank=True
    )
    authority = models.CharField("why they may ask", max_length=12, choices=Authority.choices, blank=True)
    extension = models.CharField("why it was extended", max_length=12, choices=Extension.choices, blank=True)
    extended_on = models.DateField(null=True)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    refusal = models.CharField("why it is refused", max_length=12, choices=Refusal.choices, blank=True)
    prepared_on = models.DateField(null=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_on = models.DateField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_on = models.DateField(null=True)
    objects = Visible["AccessRequest"].as_manager()
    case = None

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("prepared_by")),
                name="two_people_answer_an_access_request",
            )
        ]

    @staticmethod
    def visibility(user: User) -> Q:
        return visible_access_requests(user)

    def get_absolute_url(self) -> str:
        return reverse("access-request", args=[self.ref])

    @classmethod
    def may_read_document(cls, subject: AccessRequest, user: User, kind: str) -> str | None:
        """What goes out, while it may: from its confirmation for ``BUNDLE_DAYS``, never of an answer sent back."""
        until = subject.bundle_until
        if until is None or timezone.localdate() > until:
            return "It is not there any more."
        return read_access_answer(subject, user)

    @property
    def bundle_until(self) -> dt.date | None:
        """The last day on which the answer can be downloaded; ``None`` while there is none."""
        there = self.confirmed_on and self.answer == Answer.GIVE and self.state in {S.CONFIRMED, S.ANSWERED}
        return self.confirmed_on + BUNDLE_DAYS if self.confirmed_on and there else None

    @property
    def open(self) -> bool:
        return self.state in ACCESS_OPEN

    @property
    def for_another(self) -> bool:
        """Whether somebody asks on the person's behalf."""
        return self.asked_by != Asker.THEMSELVES

    @property
    def clock(self) -> Clock:
        """One month, or three once it was extended: the row of the table that applied on the day of receipt."""
        return clock_for(THREE_MONTHS if self.extended_on else ONE_MONTH, self.received_on)

    def counted(self) -> dt.date:
        """The last day to answer. Raises ``OutsideCalendar`` past the known bank holidays."""
        due = self.clock.due(self.received_on, working_days())
        assert due is not None
        return due

    # --- what stands in the way ---

    def unidentified(self) -> str | None:
        """Nothing is given to somebody of whom it is not known who they are."""
        return None if self.identity and self.authority else "Record first how it was shown who asks."

    def extended(self) -> str | None:
        return "It was extended before: three months is the longest." if self.extended_on else None

    def holds_something(self) -> bool:
        """Whether anything is about the person, given or not."""
        records = self.records.filter(verdict=Verdict.THEIRS)
        about = self.passages.exclude(decision=Disclosure.NOT_ABOUT)
        return bool(records.exists() or about.exists())

    # --- its verbs ---

    @verb(
        S.RECEIVED,
        rule=keep_access_request,
        label="Record who they are",
        effect="Only how it was shown is kept, no copy of a document. The date does not move.",
    )
    def identify(self, *, by: User, on: dt.date, identity: str, authority: str = "") -> dict[str, Any]:
        """``authority``: what shows that they may ask for somebody else; not asked of the person themselves."""
        if self.for_another and authority in {"", Authority.OWN}:
            raise Refused("Say what shows that they may ask for this person.")
        self.identity, self.authority = identity, authority if self.for_another else Authority.OWN
        return {"identity": self.identity, "authority": self.authority}

    @verb(
        sorted(ACCESS_OPEN),
        rule=keep_access_request,
        label="Extend by two months",
        guards=[extended],
        effect="The answer is due three months after the day of receipt. Write to whoever asks, within the first "
        "month, that it takes longer and why; nothing is sent from here.",
    )
    def extend(self, *, by: User, on: dt.date, reason_code: str) -> dict[str, Any]:
        """Article 12(3): only within the first month, and only for one of ``Extension``."""
        if on > self.due_on:
            raise Refused(
                "The first month is over, so it cannot be extended any more (UK GDPR Article 12(3))."
            )
        before = self.due_on
        self.extension, self.extended_on = reason_code, on
        self.due_on = self.counted()
        return {"due_before": before, "due_after": self.due_on}

    @verb(
        S.RECEIVED,
        S.PREPARED,
        rule=keep_access_request,
        label="Finish preparing",
        effect="Somebody else checks the answer before anything is handed over.",
    )
    def prepare(
        self, *, by: User, on: dt.date, answer: str, reason_code: str = "", words: str = ""
    ) -> dict[str, Any]:
        """``reason_code``: one of ``Refusal``, where the whole request is refused."""
        if answer != Answer.REFUSE and (reason := self.unidentified() or self.undecided()):
            raise Refused(reason)
        if answer == Answer.REFUSE and reason_code not in Refusal.values:
            raise Refused("Say why the request is refused.")
        if answer == Answer.NOTHING and self.holds_something():
            raise Refused("Something was found that is about the person or speaks of them.")
        self.answer, self.refusal = answer, reason_code if answer == Answer.REFUSE else ""
        self.prepared_by, self.prepared_on = by, on
        return {"answer": answer}

    @verb(
        sorted(ACCESS_READY),
        S.RECEIVED,
        rule=keep_access_request,
        label="Send back",
        effect="It is prepared again. Nothing that was decided is lost.",
    )
    def send_back(self, *, by: User, on: dt.date, words: str) -> None:
        """Something is missing, or too much is given: the words say what, without names."""
        self.prepared_by = self.prepared_on = self.confirmed_by = self.confirmed_on = None
        self.answer = self.refusal = ""

    @verb(
        S.PREPARED,
        S.CONFIRMED,
        rule=confirm_access_answer,
        label="Confirm the answer",
        effect="You have looked at what is given and at what is not, and it can be handed over.",
    )
    def confirm(self, *, by: User, on: dt.date) -> None:
        """The second of two people."""
        self.confirmed_by, self.confirmed_on = by, on

    def refused(self) -> str | None:
        return "This request is refused: tell them so instead." if self.answer == Answer.REFUSE else None

    def not_refused(self) -> str | None:
        return None if self.answer == Answer.REFUSE else "This request is not refused."

    @verb(
        S.CONFIRMED,
        S.ANSWERED,
        rule=keep_access_request,
        label="Record that it was handed over",
        guards=[refused],
        effect="The request is answered, and its clock stops on that day.",
    )
    def hand_over(self, *, by: User, on: dt.date, handing: str) -> dict[str, Any]:
        self._end_answered(on)
        return {"handing": handing}

    @verb(
        S.CONFIRMED,
        S.REFUSED,
        rule=keep_access_request,
        label="Record that the refusal was told",
        guards=[not_refused],
        effect="The request ends on that day. They must have been told why, that they can complain to the "
        "Information Commissioner, and that they can go to court (UK GDPR Article 12(4)).",
    )
    def tell_refusal(self, *, by: User, on: dt.date) -> None:
        self._end_answered(on)

    @verb(
        sorted(ACCESS_OPEN),
        S.WITHDRAWN,
        rule=keep_access_request,
        label="Record that it was withdrawn",
        effect="Nothing is prepared or handed over. A new request begins with a new month.",
    )
    def withdraw(self, *, by: User, on: dt.date) -> None:
        """Whoever asked does not want it any more."""
        self._end(on)

    def _end_answered(self, on: dt.date) -> None:
        if self.confirmed_on and on < self.confirmed_on:
            raise Refused("This is before the day on which the answer was confirmed.")
        self._end(on)

    def _end(self, on: dt.date) -> None:
        if on < self.received_on:
            raise Refused("This is before the day on which the request was received.")
        self.ended_on = on
