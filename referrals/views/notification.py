"""Pages of what is done with the notification to the Panel. The notification has no page of its own: it lives on the
case page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from cspr.accounts.models import User
from cspr.workflow import note, perform
from referrals.forms.notification import (
    AcknowledgedForm,
    ConvertForm,
    ReconsiderForm,
    RetractForm,
    SubmitForm,
    ToldForm,
    UpdateForm,
)
from referrals.models import Notification
from referrals.states import NotificationState
from referrals.views.verbs import VerbView, with_files

COPY = "notification_copy"


class NotificationPage(View):
    """Leads to the case, where the notification is shown."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        found = None
        if isinstance(request.user, User):
            found = (
                Notification.objects.visible_to(request.user).filter(ref=ref).select_related("case").first()
            )
        if found is None:
            raise Http404
        return redirect(found.get_absolute_url())


class NotificationVerb(VerbView):
    model = Notification


class Submit(NotificationVerb):
    verb = "submit"
    form_class = SubmitForm
    template_name = "notifications/submit.html"
    button = "Record the notification"
    done = "The notification is recorded."
    clocks = "The five working days are met on the day you give."

    def form_kwargs(self, subject: Notification) -> dict[str, Any]:
        clock = subject.case.deadlines.filter(code="SIN_5WD").first()
        return {"due_on": clock.due_on if clock else None, "initial": {"type": subject.type}}

    def context(self, subject: Notification) -> dict[str, Any]:
        undecided = subject.state == NotificationState.CONSIDERING
        return {**super().context(subject), "undecided": undecided}

    def act(self, subject: Notification, data: dict[str, Any]) -> Notification:
        files = data.pop("copy", [])
        common: dict[str, Any] = {
            "by": self.user,
            "today": self.today,
            "version": self._version(),
            "nonce": self._nonce(),
        }

        def submit(kept: list[Any]) -> Notification:
            sent = perform(subject, "submit", **common, **data)
            if kept:
                note(sent, "copy", by=self.user, today=self.today, documents=[d.ref for d in kept])
            return sent

        done: Notification = with_files(files, subject, by=self.user, kind=COPY, act=submit)
        return done


class TellPartners(NotificationVerb):
    verb = "tell_partners"
    form_class = ToldForm
    done = "It is recorded that the partners were told."
    clocks = "The clock for telling the partners is met on the day you give."


class Acknowledge(NotificationVerb):
    verb = "acknowledge"
    form_class = AcknowledgedForm
    done = "The acknowledgement is recorded."


class Update(NotificationVerb):
    verb = "update"
    form_class = UpdateForm
    done = "The update is recorded."


class Convert(NotificationVerb):
    verb = "convert"
    form_class = ConvertForm
    button = "Record it, and open the rapid review"
    done = "Recorded. The rapid review is open."
    clocks = "The rapid review’s fifteen working days start on the day you give. What was met stays met."


class Retract(NotificationVerb):
    verb = "retract"
    form_class = RetractForm
    done = "The notification is retracted and its rapid review cancelled."
    clocks = "The clocks of the notification and of the rapid review stop."


class Reconsider(NotificationVerb):
    verb = "reconsider"
    form_class = ReconsiderForm
    done = "Whether to notify is being considered again."
    clocks = "The five working days count again, from the date recorded on the case."


class Close(NotificationVerb):
    verb = "close"
    button = "Close the notification"
    done = "The notification is closed."
