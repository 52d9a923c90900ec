"""The serious incident notification: one per case, made by the local authority (Children Act 2004 s.16C)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField

from cspr.accounts.models import Partnership, User
from cspr.clocks.calendar import in_full
from cspr.workflow import Refused, Subject, follows, verb
from referrals import permissions
from referrals.models.case import Case
from referrals.models.visible import Visible
from referrals.states import LIVE_NOTIFICATION, LateReason, NotificationState, NotificationType

S = NotificationState


class Notification(Subject):
    """Notifying the national Panel. A submitted abuse-or-neglect notification opens exactly one rapid review."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="notification")
    state = FSMField(default=S.CONSIDERING, choices=S.choices, protected=True)
    type = models.CharField(
        max_length=20, choices=NotificationType.choices, default=NotificationType.ABUSE_NEGLECT
    )
    decided_on = models.DateField(null=True)
    submitted_on = models.DateField("sent to the Panel", null=True)
    panel_reference = models.CharField(max_length=60, blank=True)
    notifier = models.CharField(max_length=160, blank=True)
    # The authority notified on its own: the partners' views are recorded afterwards, not waited for.
    direct = models.BooleanField(default=False)
    partners_told_on = models.DateField(null=True)
    late_reason = models.CharField(max_length=30, choices=LateReason.choices, blank=True)
    acknowledged_on = models.DateField(null=True)
    retracted_on = models.DateField(null=True)
    panel_told_of_retraction_on = models.DateField(null=True)
    objects = Visible["Notification"].as_manager()

    @property
    def partnership(self) -> Partnership:
        return self.case.partnership

    @staticmethod
    def visibility(user: User) -> Q:
        return permissions.of_visible_cases(user, *permissions.CASE_READERS)

    @classmethod
    def may_read_document(cls, subject: Notification, user: User, kind: str) -> str | None:
        return permissions.take_copies(subject.case, user)

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.case.ref])

    @verb(
        S.CONSIDERING,
        S.DECIDED_NOTIFY,
        rule=follows,
        label="Decided: notify",
        guards=[lambda n: n.case.decision_missing(notify=True)],
    )
    def decide_notify(self, *, by: User | None, on: dt.date) -> None:
        self.decided_on = on

    @verb(
        S.CONSIDERING,
        S.DECIDED_NOT_NOTIFY,
        rule=follows,
        label="Decided: not to notify",
        guards=[lambda n: n.case.decision_missing(notify=False)],
    )
    def decide_not_notify(self, *, by: User | None, on: dt.date) -> None:
        self.decided_on = on

    @verb(
        S.DECIDED_NOT_NOTIFY,
        S.CONSIDERING,
        rule=permissions.case_staff,
        label="Consider again",
        effect="The earlier decision stays in the history.",
    )
    def reconsider(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        earlier, self.decided_on = self.decided_on, None
        return {"decided_before": earlier}

    @verb(
        [S.CONSIDERING, S.DECIDED_NOTIFY],
        S.SUBMITTED,
        rule=permissions.notify_panel,
        label="Record that the Panel was notified",
        effect="The rapid review opens, and its fifteen working days run from the date you give.",
    )
    def submit(
        self,
        *,
        by: User | None,
        on: dt.date,
        panel_reference: str,
        notifier: str,
        type: str,
        partners_told_on: dt.date | None = None,
        late_reason: str = "",
        words: str = "",
    ) -> dict[str, Any]:
        """``on``: the date the notification was sent. The authority alone holds the duty, so it may already
        have sent it before a decision was recorded here (domain §2.1 "LA notifies directly")."""
        first = max(filter(None, (self.case.incident_on, self.case.la_aware_on)), default=None)
        if first and on < first:
            raise Refused(
                f"It cannot have been sent before {in_full(first)}, when the authority became aware of the incident. "
                "Check the dates: if that day is wrong, change it on the case first."
            )
        due = self.case.deadlines.filter(code="SIN_5WD").first()
        if due and due.due_on and on > due.due_on and not late_reason:
            raise Refused(
                "It was sent after the five working days. Choose the reason, so that it is on record."
            )
        self.direct = self.state == S.CONSIDERING
        self.submitted_on, self.panel_reference, self.notifier, self.type = (
            on,
            panel_reference,
            notifier,
            type,
        )
        self.partners_told_on, self.late_reason = partners_told_on, late_reason
        return {"submitted_on": on, "type": type, "late_reason": late_reason, "direct": self.direct}

    @verb(
        LIVE_NOTIFICATION,
        rule=permissions.case_staff,
        label="Record that the partners were told",
        guards=[lambda n: "Recorded already." if n.partners_told_on else None],
    )
    def tell_partners(self, *, by: User | None, on: dt.date) -> None:
        self.partners_told_on = on

    @verb(
        S.SUBMITTED, S.ACKNOWLEDGED, rule=permissions.case_staff, label="Record the Panel’s acknowledgement"
    )
    def acknowledge(self, *, by: User | None, on: dt.date) -> None:
        self.acknowledged_on = on

    @verb(
        [S.SUBMITTED, S.ACKNOWLEDGED, S.UPDATED],
        S.UPDATED,
        rule=permissions.notify_panel,
        label="Record an update to the Panel",
    )
    def update(self, *, by: User | None, on: dt.date, words: str) -> None:
        """New facts were sent to the Panel; ``words`` says which."""

    @verb(
        [S.SUBMITTED, S.ACKNOWLEDGED, S.UPDATED],
        S.UPDATED,
        rule=permissions.notify_panel,
        label="Convert: abuse or neglect has emerged",
        guards=[
            lambda n: (
                None
                if n.type != NotificationType.ABUSE_NEGLECT
                else "This is an abuse-or-neglect notification already."
            )
        ],
        effect="The rapid review opens, and its fifteen working days run from the date you give.",
    )
    def convert(self, *, by: User | None, on: dt.date, words: str) -> dict[str, Any]:
        """Abuse or neglect emerged later: a new decision date, and the rapid review's clock from the update."""
        earlier = {"type": self.type, "submitted_on": self.submitted_on}
        self.type, self.decided_on, self.submitted_on = NotificationType.ABUSE_NEGLECT, on, on
        return earlier

    @verb(
        [S.SUBMITTED, S.ACKNOWLEDGED, S.UPDATED],
        S.RETRACTED,
        rule=permissions.case_chair,
        label="Retract the notification",
        guards=[lambda n: n.case.retraction_missing()],
        effect="The rapid review is cancelled.",
    )
    def retract(self, *, by: User | None, on: dt.date, words: str, panel_told_on: dt.date) -> dict[str, Any]:
        """The partners recorded that it did not meet the criteria after all, and the Panel was told (Panel FAQ)."""
        if not words.strip():
            raise Refused("Say why the criteria were not met after all.")
        self.retracted_on, self.panel_told_of_retraction_on = on, panel_told_on
        return {"panel_told_on": panel_told_on}

    @verb(
        [S.ACKNOWLEDGED, S.UPDATED, S.SUBMITTED],
        S.CLOSED,
        rule=permissions.case_staff,
        label="Close the notification",
        guards=[lambda n: "Record first that the partners were told." if not n.partners_told_on else None],
    )
    def close(self, *, by: User | None, on: dt.date) -> None:
        """Nothing more to do on the notification itself."""
