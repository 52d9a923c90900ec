"""What staff do with links to answer without an account. The code is shown once, on the page that answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cspr.accounts.models import User
from cspr.ui.forms import GovukForm
from referrals.permissions import case_staff
from referrals.views.verbs import VerbView
from reviews import actions
from reviews.actions.links import Handed
from reviews.forms import links as asked
from reviews.models import InformationRequest, RequestLink
from reviews.models.request_link import NOT_ASKED
from reviews.states import AWAITED
from reviews.views.requests import RequestVerb


class ShowsCode(VerbView):
    """A page that mails a link. Its answer shows the code, and nothing keeps it: no session, no address, no log."""

    handed: Handed | None = None

    def act(self, subject: Any, data: dict[str, Any]) -> Any:
        self.handed = super().act(subject, data)
        return self.handed

    def told(self, subject: Any) -> list[User]:
        return []

    def context(self, subject: Any) -> dict[str, Any]:
        return {**super().context(subject), "mails_itself": True}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = super().post(request, **kwargs)
        if self.handed is None:
            return response
        list(request._messages)  # type: ignore[attr-defined]  # the page says itself what was done
        context = {"link": self.handed.link, "code": self.handed.code, "subject": self.handed.link.request}
        return render(request, "links/code.html", context)


class SendLink(ShowsCode, RequestVerb):
    """Let somebody of the agency answer without an account."""

    verb = "send_link"
    form_class = asked.LinkForm
    action: ClassVar[Any] = actions.send_link
    button = "Send the link"
    effect = (
        "They get one e-mail with the link, which names nobody. It opens this one request and nothing else. They also "
        "need the code, which you see on the next page."
    )

    def label(self) -> str:
        return "Let somebody answer without an account"

    def refusal(self, subject: InformationRequest) -> str | None:
        return case_staff(subject, self.user) or (None if subject.state in AWAITED else NOT_ASKED)

    def form_kwargs(self, subject: InformationRequest) -> dict[str, Any]:
        return {"today": self.today, "suggested": actions.last_day(subject, self.today)}


class Renew(ShowsCode):
    model = RequestLink
    verb = "renew"
    form_class = asked.RenewForm
    action: ClassVar[Any] = actions.renew_link
    button = "Send the new link"

    def form_kwargs(self, subject: RequestLink) -> dict[str, Any]:
        return {"today": self.today, "suggested": actions.last_day(subject.request, self.today)}


class Revoke(VerbView):
    model = RequestLink
    verb = "revoke"
    form_class: type[forms.Form] = GovukForm
    done = "The link is revoked."


LINK_VERBS: tuple[type[VerbView], ...] = (Renew, Revoke)
