"""One's own account, and how one gets it: the invitation."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import perform_login
from allauth.account.views import password_change
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView, UpdateView

from cspr.accounts.middleware import may_be_signed_in
from cspr.accounts.models import Invitation, SignInSession, User
from cspr.people import actions
from cspr.people.devices import device_in_words
from cspr.people.forms import AcceptForm, ProfileForm
from cspr.people.requests import freshly_proven, person_of
from cspr.people.views import Doing
from cspr.ui.arriving import tidied_too
from cspr.ui.forms import GovukForm
from cspr.workflow import Refused

INVITATION_KEY = "invitation"


class Profile(TemplateView):
    """Who I am here, how I sign in, and where I am signed in."""

    template_name = "accounts/profile.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = person_of(self.request)
        codes = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
        return super().get_context_data(
            person=person,
            standing=person.standing,
            grants=person.pending_grants.filter(closed_on=None).select_related("partnership"),
            codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
            sessions=self._sessions(person),
            **kwargs,
        )

    def _sessions(self, person: User) -> list[dict[str, Any]]:
        rows = SignInSession.objects.filter(user=person, expire_date__gt=timezone.now())
        return [
            {
                "device": device_in_words(row.device),
                "started_at": dt.datetime.fromtimestamp(row.started_at, dt.UTC),
                "last_seen_at": dt.datetime.fromtimestamp(row.last_seen_at, dt.UTC),
                "here": row.session_key == self.request.session.session_key,
            }
            for row in rows.order_by("-last_seen_at").defer("session_data")
        ]


class EditProfile(UpdateView):
    """Name, job title and telephone number. Role, agency and e-mail address are not one's own to change."""

    form_class = ProfileForm
    template_name = "accounts/profile_form.html"
    success_url = reverse_lazy("accounts:profile")

    def get_object(self, queryset: Any = None) -> User:
        return person_of(self.request)

    def get_form_kwargs(self) -> dict[str, Any]:
        return tidied_too(super().get_form_kwargs())

    def form_valid(self, form: Any) -> HttpResponse:
        actions.edit_profile(self.object, form.cleaned_data)
        messages.success(self.request, "Your details are saved.")
        return redirect(self.get_success_url())


@freshly_proven
class EndOtherSessions(Doing):
    """Sign out everywhere but in this browser."""

    heading = "Sign out everywhere else"
    effect = "Every other browser you are signed in with is signed out. Here you stay signed in."
    button = "Sign out everywhere else"

    def why_not(self) -> str | None:
        return None

    def get_success_url(self) -> str:
        return str(reverse_lazy("accounts:profile"))

    def act(self, form: GovukForm) -> str:
        actions.end_other_sessions(self.by, self.request.session.session_key)
        return "You are signed out everywhere else."


@method_decorator(login_not_required, name="dispatch")
class OpenInvitation(View):
    """The link in the e-mail. Puts the token into the session, so that no address or history keeps it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if actions.find_invitation(token, timezone.localdate()) is None:
            return no_invitation(request)
        request.session[INVITATION_KEY] = token
        return redirect("accounts:accept_invitation")


@login_not_required
@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sent by "Exit this page" while the browser goes elsewhere: whoever was signed in here no longer is.

    Public pages hold no token, because they read no session. So the browser's own word that one of our pages sent this
    stands in for it; a page of another site cannot make it say so.
    """
    if urlsplit(request.headers.get("Origin", "")).netloc != request.get_host():
        return HttpResponse(status=403)
    if may_be_signed_in(request) and request.user.is_authenticated:
        logout(request)
    return HttpResponse(status=204)


def no_invitation(request: HttpRequest) -> HttpResponse:
    """Wrong, used, withdrawn or too old: one and the same page, which says what to do."""
    return render(request, "accounts/invitation_ended.html", status=404)


def change_password(request: HttpRequest) -> HttpResponseBase:
    """One's password. Whoever has none, because they sign in with a work account, is told how to come by one."""
    if person_of(request).has_usable_password():
        response: HttpResponseBase = password_change(request)
        return response
    messages.info(
        request,
        "You have no password here. To choose one, sign out and follow “I do not know my password”.",
    )
    return redirect("accounts:profile")


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class AcceptInvitation(FormView):
    """A newcomer chooses a password; somebody with an account, signed in to it, accepts the role."""

    template_name = "accounts/invitation.html"
    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.today = timezone.localdate()
        self.token = request.session.get(INVITATION_KEY, "")
        found = actions.find_invitation(self.token, self.today)
        if found is None:
            return no_invitation(request)
        self.invitation = found
        self.signed_in = request.user if isinstance(request.user, User) else None
        self.has_account = User.objects.filter(email=found.email, is_active=True).exists()
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[GovukForm]:
        return GovukForm if self.has_account else AcceptForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if not self.has_account:
            kwargs |= {"email": self.invitation.email, "initial": {"name": self.invitation.name}}
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        somebody_else = self.signed_in is not None and self.signed_in.email != self.invitation.email
        return super().get_context_data(
            invitation=self.invitation,
            has_account=self.has_account,
            signed_in=self.signed_in,
            somebody_else=somebody_else,
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        if self.signed_in is not None and self.signed_in.email != self.invitation.email:
            return self.form_invalid(form)
        try:
            person = actions.accept_invitation(
                self.token,
                today=self.today,
                password=form.cleaned_data.get("password", ""),
                name=form.cleaned_data.get("name", ""),
                signed_in=self.signed_in,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        del self.request.session[INVITATION_KEY]
        if self.signed_in:
            messages.success(self.request, "You have accepted the role.")
            return redirect("accounts:profile")
        response: HttpResponse = perform_login(self.request, person, email_verification="none")
        return response
