"""Synthetic people and cases for the faults: reached by the real verbs, in the rig's own database."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from cspr.accounts.roles import Role
from cspr.mail.models import OutgoingEmail
from cspr.mail.outbox import Message, queue
from referrals.models import Case, Deadline, Referral
from referrals.states import ReferralState
from tests import factories as make
from tests.factories import Area
from tests.faults.driver import Answer, Browser
from tests.faults.rig import Rig

MARK = "criteria:learning"
LATE = "SIN_5WD"


@dataclass
class Lane:
    """One referral that goes to and fro between agency and partnership: each time a change, an event, and mail."""

    ref: str
    referrer: Browser
    staff: Browser
    with_staff: bool = True

    def step(self) -> Answer:
        """Sends the next form of the two: the staff's return, or the agency's sending on."""
        path = f"/referrals/{self.ref}/"
        if self.with_staff:
            form = {
                f"reason:{MARK}": "criteria_not_evidenced",
                f"comment:{MARK}": "What should be learnt?",
            }
            answer = self.staff.fill_in(f"{path}return_incomplete/?mark={MARK}", form)
        else:
            answer = self.referrer.fill_in(f"{path}submit/", {"declared": "on", "declared_by": "Person One"})
        if answer.acknowledged:
            self.with_staff = not self.with_staff
        return answer

    def look_again(self) -> None:
        """Whose turn it is, as the database has it: after a form to which no answer came."""
        self.with_staff = Referral.objects.get(ref=self.ref).state == ReferralState.SUBMITTED


def lanes(rig: Rig, number: int, a: Area | None = None) -> list[Lane]:
    """So many referrals that have reached a partnership, each with its two people at their browsers."""
    a = a or make.area()
    return [Lane(make.sent(a).ref, rig.person(a.referrer), rig.person(a.staff)) for _ in range(number)]


def overdue(case: Case, number: int) -> int:
    """So many more clocks of the case that ran out; returns how many reminders one sweep owes for them."""
    model = Deadline.objects.get(case=case, code=LATE, key="")
    today = timezone.localdate()
    Deadline.objects.bulk_create(
        Deadline(
            ref=f"{case.ref}:{LATE}:{key}", partnership=case.partnership, case=case, code=LATE, key=str(key),
            name=model.name, trigger_on=model.trigger_on, trigger_source=model.trigger_source,
            due_on=model.due_on, force=model.force, rule_set=model.rule_set, counting=model.counting,
            remind_on=today,
        )
        for key in range(number)
    )  # fmt: skip
    Deadline.objects.filter(case=case, key="").update(remind_on=None)
    told = case.members.filter(capacity__in=[Role.STAFF, Role.CHAIR, Role.PARTNER])
    return number * told.values("user").distinct().count()


def letters(a: Area, number: int, about: str) -> list[OutgoingEmail]:
    """So many immediate e-mails to the partnership's staff, each under a key of its own."""
    keys = [f"{about}:{n}" for n in range(number)]
    queue(
        Message(
            to=a.staff, kind="deadline_near", dedupe_key=key, partnership_id=a.partnership.pk, immediate=True
        )
        for key in keys
    )
    return list(OutgoingEmail.objects.filter(dedupe_key__in=keys).order_by("pk"))
