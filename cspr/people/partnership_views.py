"""The partnership's own details and the agencies it works with."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from cspr.accounts import permissions
from cspr.accounts.models import Partnership
from cspr.accounts.roles import Role
from cspr.people import partnership_actions as actions
from cspr.people.forms import AgencyForm, PartnershipForm
from cspr.people.requests import person_of
from cspr.people.views import Doing


class Partnerships(TemplateView):
    """The details and agencies of the partnerships the viewer administers."""

    template_name = "accounts/partnerships.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        administered = person_of(self.request).partnerships(Role.SYSADMIN)
        if not administered:
            raise Http404
        partnerships = Partnership.objects.filter(pk__in=administered).prefetch_related("agencies")
        return super().get_context_data(partnerships=partnerships.order_by("name"), **kwargs)


class DoingToPartnership(Doing):
    """Something about one partnership that the person administers; to everybody else it does not exist."""

    def find(self, **kwargs: Any) -> None:
        self.partnership = get_object_or_404(self.administered(), ref=kwargs["ref"])

    def why_not(self) -> str | None:
        return permissions.administer(self.by, self.partnership)

    def get_success_url(self) -> str:
        return reverse("accounts:partnerships")


class EditPartnership(DoingToPartnership):
    form_class = PartnershipForm
    heading = "Details of the partnership"
    button = "Save"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.partnership}

    def act(self, form: PartnershipForm) -> str:
        actions.edit_partnership(self.by, self.partnership, form.cleaned_data)
        return "The partnership’s details are saved."


class AddAgency(DoingToPartnership):
    form_class = AgencyForm
    heading = "Add an agency"
    effect = "People can then be invited for it, and it can be asked for information."
    button = "Add the agency"

    def act(self, form: AgencyForm) -> str:
        data = form.cleaned_data
        agency = actions.add_agency(self.by, self.partnership, data["name"], data["type"], data["partner"])
        return f"{agency.name} is added."
