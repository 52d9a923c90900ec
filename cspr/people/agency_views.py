"""The agencies of a partnership and their named executives: kept by its staff and its administrators."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from cspr.accounts import permissions
from cspr.accounts.models import Agency, Partnership, User
from cspr.accounts.roles import Role
from cspr.people import partnership_actions as actions
from cspr.people.forms import ExecutiveForm
from cspr.people.requests import person_of
from cspr.people.views import Doing


def kept_by(user: User) -> Any:
    """The partnerships whose agencies the person looks after."""
    return Partnership.objects.filter(pk__in=user.partnerships(Role.STAFF, Role.SYSADMIN)).order_by("name")


class Agencies(TemplateView):
    """Every agency with the executive whom the last reminder goes to, or that nobody is named."""

    template_name = "accounts/agencies.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        agencies = Prefetch("agencies", Agency.objects.order_by("name"))
        partnerships = list(kept_by(person_of(self.request)).prefetch_related(agencies))
        if not partnerships:
            raise Http404
        return super().get_context_data(partnerships=partnerships, **kwargs)


class NameExecutive(Doing):
    """Whom to turn to in one agency; to anybody else the agency does not exist."""

    form_class = ExecutiveForm
    heading = "The agency’s named executive"
    effect = (
        "When an answer is long overdue, the third reminder after the date goes to this person, too. An agency "
        "that works with several partnerships has one executive for all of them."
    )
    button = "Save"

    def find(self, **kwargs: Any) -> None:
        self.partnership = get_object_or_404(kept_by(self.by), ref=kwargs["ref"])
        self.agency = get_object_or_404(self.partnership.agencies, pk=kwargs["agency"])

    def why_not(self) -> str | None:
        return permissions.keep_executive(self.by, self.partnership)

    def get_success_url(self) -> str:
        return reverse("accounts:agencies")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.agency.executive_name, "email": self.agency.executive_email}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(partnership=self.agency, **kwargs)

    def act(self, form: ExecutiveForm) -> str:
        data = form.cleaned_data
        actions.name_executive(self.by, self.partnership, self.agency, data["name"], data["email"])
        return f"Saved for {self.agency.name}."
