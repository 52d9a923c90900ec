"""The stage: a date that moves, people who act, and the nightly work done as it would be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.utils import timezone

from cspr.accounts.models import Agency, Partnership, User
from cspr.accounts.roles import Partner
from cspr.clocks.models import working_days
from cspr.documents.models import Document
from cspr.documents.uploads import PICTURES, store_upload
from cspr.mail.relay import relay
from cspr.workflow import Subject, perform
from referrals import actions, reminders
from referrals.models import Case, Decision, Referral
from referrals.states import View
from reviews.models.figures import FIGURE

LONDON = ZoneInfo("Europe/London")


@dataclass
class Stage:
    """Who is there and what day it is. ``nightly`` runs what the worker would run each morning."""

    partnership: Partnership
    agencies: dict[str, Agency]
    people: dict[str, User]
    today: dt.date
    nightly: bool = True
    say: Callable[[str], None] = field(default=lambda line: None)

    def at(self, day: dt.date) -> mock._patch[Any]:
        """For the time being it is ten in the morning of that day."""
        morning = dt.datetime.combine(day, dt.time(10), LONDON)
        # Nothing happens in the future: early today it is now.
        return mock.patch.object(timezone, "now", return_value=min(morning, dt.datetime.now(LONDON)))

    def until(self, day: dt.date) -> None:
        """Let the days pass to ``day``; every working morning the sweep runs and mail goes out."""
        while self.today < day:
            self.today += dt.timedelta(days=1)
            if self.nightly and working_days().is_working(self.today):
                with self.at(self.today):
                    reminders.sweep(timezone.now())
                    relay()

    def wait(self, working: int) -> None:
        """Let so many working days pass."""
        self.until(working_days().add(self.today, working))

    def do(self, subject: Any, verb: str, by: str, **data: Any) -> Any:
        """Somebody does a verb today, through the one door."""
        with self.at(self.today):
            return perform(self.fresh(subject), verb, by=self.person(by), today=self.today, **data)

    def act(self, action: Callable[..., Any], subject: Any = None, *, by: str, **data: Any) -> Any:
        """Somebody does a verb that has consequences: its action."""
        subjects = [] if subject is None else [self.fresh(subject)]
        with self.at(self.today):
            return action(*subjects, by=self.person(by), today=self.today, **data)

    def person(self, name: str) -> User:
        """Read afresh, as a new request would be."""
        return User.objects.get(pk=self.people[name].pk)

    @staticmethod
    def fresh(subject: Any) -> Any:
        return type(subject)._base_manager.get(pk=subject.pk) if isinstance(subject, Subject) else subject

    def refer(self, by: str, agency: str, answers: dict[str, Any]) -> Referral:
        """Fill in the form part by part and send it."""
        referral = self.act(actions.start, by=by, partnership=self.partnership, agency=self.agencies[agency])
        self.answer(referral, by, answers)
        sent: Referral = self.act(actions.submit, referral, by=by)
        return sent

    def answer(self, referral: Referral, by: str, answers: dict[str, Any]) -> None:
        for section, given in answers.items():
            self.act(actions.write, referral, by=by, section=section, answers=given)

    def decide(
        self,
        case: Case,
        *,
        kind: str,
        outcome: str,
        reasons: str,
        grounds: dict[str, Any],
        dissent: dict[str, str] | None = None,
        evidence_hash: str = "",
    ) -> Decision:
        """Staff propose, the three partners give their views, the chair approves the next working day."""
        decision = self.act(
            actions.propose,
            case,
            by="staff",
            kind=kind,
            outcome=outcome,
            grounds=grounds,
            reasons=reasons,
            evidence_hash=evidence_hash,
        )
        for partner in Partner:
            against = (dissent or {}).get(partner, "")
            view = View.DISAGREE if against else View.AGREE
            self.do(decision, "give_view", partner.value, partner=partner.value, view=view, reason=against)
        self.wait(1)
        approved: Decision = self.act(actions.approve, decision, by="chair")
        return approved

    def illustrate(self, review: Any, by: str, data: bytes, *, caption: str, alt: str) -> None:
        """A chart is added to the report as its next figure."""
        with self.at(self.today):
            document = store_upload(
                ContentFile(data, "chart.png"),
                by=self.person(by),
                partnership=review.partnership,
                case_ref=review.case.ref,
                subject_label=review._meta.label_lower,
                subject_ref=review.ref,
                kind=FIGURE,
                takes=PICTURES,
            )
        self.do(review, "add_figure", by, document=document, caption=caption, alt=alt)

    def letter(self, subject: Any, name: str, text: str) -> Document:
        """A letter that arrived, kept beside its subject."""
        with self.at(self.today):
            return store_upload(
                ContentFile(text.encode(), name=name),
                by=self.person("staff"),
                partnership=self.partnership,
                case_ref=subject.case.ref,
                subject_label=subject._meta.label_lower,
                subject_ref=subject.ref,
            )
