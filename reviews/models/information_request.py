"""One agency asked for its account of what it knows and did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Agency, Partnership, User
from cspr.sealed.fields import SealedJSON
from cspr.workflow import Refused, follows, verb
from referrals.models import Case
from referrals.models.evidence import content_hash
from referrals.models.visible import Visible
from reviews import permissions
from reviews.models.chase import Chasing
from reviews.models.rapid_review import RapidReview
from reviews.questions import risk_now
from reviews.states import ANSWERED, AWAITED, RequestState

S = RequestState


class InformationRequest(Chasing):
    """One agency asked for its account (duty to comply: Children Act 2004 s.16H)."""

    rapid_review = models.ForeignKey(RapidReview, on_delete=models.PROTECT, related_name="requests")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = FSMField(default=S.NOT_SENT, choices=S.choices, protected=True)
    question = models.TextField("what the agency is told and asked", blank=True)
    statutory = models.BooleanField("made under section 16H", default=False)
    sent_on = models.DateField(null=True)
    # Somebody of the agency has seen it. Silence after that is another silence than silence before.
    opened_on = models.DateField(null=True)
    # The named executive of the agency was told that the answer is still missing.
    escalated_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What the agency has written and not sent: nobody outside the agency reads it.
    draft = SealedJSON(default=dict)
    answer = SealedJSON(default=dict)
    # What was unclear when the answer was queried, or why the request was refused or withdrawn.
    remark = models.TextField(blank=True)
    times_queried = models.PositiveSmallIntegerField(default=0)
    objects = Visible["InformationRequest"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rapid_review", "agency"], name="one_request_per_agency")
        ]

    @property
    def case(self) -> Case:
        return self.rapid_review.case

    @property
    def partnership(self) -> Partnership:
        return self.rapid_review.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.visible_requests(user)

    @classmethod
    def may_read_document(cls, subject: InformationRequest, user: User, kind: str) -> str | None:
        return permissions.take_answer(subject, user)

    def get_absolute_url(self) -> str:
        return reverse("request", args=[self.ref])

    @property
    def answered(self) -> bool:
        return self.state in ANSWERED

    @property
    def awaited(self) -> bool:
        return self.state in AWAITED

    @property
    def at_risk(self) -> str:
        """``yes`` or ``unknown`` where the agency says that somebody is or may be at risk now."""
        return risk_now(self.answer)

    @property
    def said_by(self) -> dict[str, str]:
        """Name and role of whoever gave the answer."""
        said: dict[str, str] = self.answer if self.answer.get("nil") else self.answer.get("who", {})
        return said

    @property
    def writing(self) -> dict[str, Any]:
        """What the agency goes on writing: its draft; after a query, what it answered with its changes on top."""
        answered = {} if self.answer.get("nil") else self.answer
        return {**answered, **self.draft} if self.state == S.QUERIED else self.draft

    # --- asking ---

    @verb(
        [S.NOT_SENT, S.REFUSED, S.WITHDRAWN],
        S.SENT,
        rule=permissions.case_staff,
        label="Send the request",
        effect="The agency is asked for its account by the date you give. Its clock runs from today.",
    )
    def send(
        self,
        *,
        by: User | None,
        on: dt.date,
        due_on: dt.date,
        statutory: bool = False,
        question: str = "",
    ) -> dict[str, Any]:
        """Ask; and ask again an agency that refused, or that was not asked after all."""
        self._ask_by(on, due_on)
        self.sent_on, self.statutory, self.remark = on, statutory, ""
        self.opened_on, self.escalated_on = None, None
        self.question = question or self.question
        return {"due_on": due_on, "statutory": statutory}

    def _ask_by(self, on: dt.date, due_on: dt.date) -> None:
        if due_on <= on:
            raise Refused("Give the agency a date after today.")
        self.due_on = due_on

    @verb(
        AWAITED,
        rule=permissions.case_staff,
        label="Give the agency a new date",
        effect="The earlier date stays in the history.",
    )
    def extend(self, *, by: User | None, on: dt.date, due_on: dt.date, words: str) -> dict[str, Any]:
        """The date was ours to set (s.16H names none); ``words`` says why it moves."""
        before = self.due_on
        self._ask_by(on, due_on)
        return {"due_on": due_on, "due_before": before}

    @verb(AWAITED, rule=follows, label="Escalated to the agency’s named executive")
    def escalate(self, *, by: User | None, on: dt.date) -> None:
        """The reminders have reached the named executive; the first time counts until there is an answer."""
        self.escalated_on = self.escalated_on or on

    # --- answering ---

    @verb(S.SENT, S.OPENED, rule=permissions.answer, label="Open the request")
    def open_request(self, *, by: User | None, on: dt.date) -> None:
        """Somebody of the asked agency has the request before them for the first time."""
        self.opened_on = on

    @verb(
        AWAITED,
        S.NIL_RETURN,
        rule=permissions.answer,
        label="We had no involvement",
        effect="Your answer is recorded and you have nothing more to do, unless the team has a question.",
    )
    def nil_return(self, *, by: User | None, on: dt.date, name: str, role: str) -> None:
        """The agency says that it had no involvement: an answer, and different from silence."""
        self._answer(by, on, {"nil": True, "name": name, "role": role})

    @verb(S.QUERIED, rule=permissions.answer, label="Save and finish later")
    @verb(
        [S.SENT, S.OPENED, S.IN_PROGRESS],
        S.IN_PROGRESS,
        rule=permissions.answer,
        label="Save and finish later",
    )
    def save_draft(self, *, by: User | None, on: dt.date, **draft: Any) -> dict[str, Any]:
        """Keep what is written so far; what is not named stays. Nothing is checked; only the agency reads it."""
        self.opened_on = self.opened_on or on
        self.draft = {**self.draft, **draft}
        return {"parts": sorted(draft)}

    @verb(
        AWAITED,
        S.SUBMITTED,
        rule=permissions.answer,
        label="Send our account",
        effect="The people on the rapid review read it. You cannot change it unless they have a question.",
    )
    def answer_request(self, *, by: User | None, on: dt.date, **answer: Any) -> None:
        """The agency's account, ``{part: {question: answer}}``: what it wrote so far, with ``answer`` on top."""
        self._answer(by, on, {**self.writing, **answer})

    @verb(
        AWAITED | {S.REFUSED},
        S.SUBMITTED,
        rule=permissions.case_staff,
        label="Record an answer that came another way",
        effect="Somebody other than you has to accept it.",
    )
    def record_answer(self, *, by: User | None, on: dt.date, **answer: Any) -> None:
        """Staff write down what came by letter, e-mail or telephone. ``on``: the day it came."""
        self._answer(by, on, answer)

    @verb(
        AWAITED | {S.REFUSED},
        S.NIL_RETURN,
        rule=permissions.case_staff,
        label="Record that the agency had no involvement",
        effect="Somebody other than you has to accept it.",
    )
    def record_nil_return(self, *, by: User | None, on: dt.date, name: str, role: str) -> None:
        """The agency said so by letter, e-mail or telephone. ``name``, ``role``: who said it."""
        self._answer(by, on, {"nil": True, "name": name, "role": role})

    def _answer(self, by: User | None, on: dt.date, answer: dict[str, Any]) -> None:
        if self.sent_on and on < self.sent_on:
            raise Refused("The answer cannot have come before the request was sent.")
        self.answered_on, self.answered_by, self.answer = on, by, answer
        self.draft, self.remark = {}, ""
        number = self.versions.count() + 1
        self.versions.create(number=number, answer=answer, hash=content_hash(answer), sent_on=on, sent_by=by)

    # --- judging the answer ---

    @verb(
        [S.SUBMITTED, S.NIL_RETURN],
        S.ACCEPTED,
        rule=permissions.judge_answer,
        label="Accept the answer",
        effect="The answer counts as complete. It can still be queried later.",
    )
    def accept(self, *, by: User | None, on: dt.date) -> None:
        """The account is complete enough for the review."""

    @verb(
        [S.SUBMITTED, S.NIL_RETURN, S.ACCEPTED],
        S.QUERIED,
        rule=permissions.judge_answer,
        label="Query the answer",
        effect="The agency sees your question and its own answer, and can change it.",
    )
    def query(
        self,
        *,
        by: User | None,
        on: dt.date,
        words: str = "",
        due_on: dt.date | None = None,
        marks: Sequence[dict[str, str]] = (),
    ) -> dict[str, Any]:
        """Ask what is unclear or missing, by a new date; without one the earlier date stands.

        ``marks``: ``[{part, comment}, …]``, questions about single parts; ``words``: about the whole.
        """
        if not words.strip() and not marks:
            raise Refused("Say what is unclear or missing.")
        if due_on is not None:
            self._ask_by(on, due_on)
        self.answered_on, self.escalated_on, self.remark = None, None, words
        self.draft, self.times_queried = {}, self.times_queried + 1
        QueriedPart.objects.bulk_create(
            QueriedPart(request=self, times=self.times_queried, **mark) for mark in marks
        )
        return {"due_on": self.due_on, "parts": sorted({mark["part"] for mark in marks})}

    @verb(
        AWAITED,
        S.REFUSED,
        rule=permissions.case_staff,
        label="Record a refusal",
        effect="The request ends here. The duty to answer (section 16H) can be enforced in court.",
    )
    def refuse(self, *, by: User | None, on: dt.date, words: str) -> None:
        """The agency will not answer, and why. The duty of s.16H can be enforced by injunction."""
        self._end(words, "Say why the agency will not answer.")

    @verb(
        AWAITED | {S.NOT_SENT},
        S.WITHDRAWN,
        rule=permissions.case_staff,
        label="Withdraw the request",
        effect="The agency is no longer asked, and its authors lose their access to the case.",
    )
    def withdraw(self, *, by: User | None, on: dt.date, words: str) -> None:
        """This agency is not asked after all, and why."""
        self._end(words, "Say why this agency is not asked after all.")

    def _end(self, words: str, otherwise: str) -> None:
        if not words.strip():
            raise Refused(otherwise)
        self.remark = words


class AnswerVersion(models.Model):
    """What an agency sent, each time it sent something: nothing that was answered is ever lost."""

    request = models.ForeignKey(InformationRequest, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    answer = SealedJSON()
    hash = models.CharField(max_length=64)
    sent_on = models.DateField()
    # Nobody with an account, where the agency answered by a link.
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="one_answer_per_number")]

    def __str__(self) -> str:
        return f"version {self.number}"


class QueriedPart(models.Model):
    """One part of an answer that staff have a question about."""

    request = models.ForeignKey(InformationRequest, on_delete=models.CASCADE, related_name="queried_parts")
    times = models.PositiveSmallIntegerField("which query")
    part = models.CharField(max_length=40)
    comment = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.part
