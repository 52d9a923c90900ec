"""Pages of alarms about unusual reading: the list, and saying that one has looked."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from cspr.accounts import permissions
from cspr.accounts.roles import ALARM_READERS
from cspr.audit.models import ReadingAlarm
from cspr.people import watching
from cspr.people.forms import LookForm
from cspr.people.requests import person_of
from cspr.people.views import Doing
from cspr.ui.keyset import page_of


class Alarms(TemplateView):
    """Who opened unusually much, when, and who has looked at it. It names no case."""

    template_name = "accounts/alarms.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        viewer = person_of(self.request)
        if not viewer.partnerships(*ALARM_READERS):
            raise Http404
        alarms = ReadingAlarm.objects.visible_to(viewer).select_related("user", "looked_at_by")
        return super().get_context_data(
            page=page_of(alarms, after=self.request.GET.get("after", "")), **kwargs
        )


class LookAt(Doing):
    form_class = LookForm
    heading = "Say that you have looked at it"
    effect = "Ask the person first: there is often a good reason. What you write is kept on record."
    button = "Record it"

    def find(self, **kwargs: Any) -> None:
        alarms = ReadingAlarm.objects.visible_to(self.by).select_related("user", "partnership")
        self.alarm = get_object_or_404(alarms, ref=kwargs["ref"])

    def why_not(self) -> str | None:
        return permissions.look_at_alarm(self.by, self.alarm.partnership, self.alarm.user)

    def get_success_url(self) -> str:
        return reverse("accounts:alarms")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.alarm.user, **kwargs)

    def act(self, form: LookForm) -> str:
        watching.look_at(self.alarm, by=self.by, today=self.today, words=form.cleaned_data["words"])
        return "Recorded: you have looked at it."
