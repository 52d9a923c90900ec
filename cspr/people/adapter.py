"""How allauth behaves here: nobody signs up, mail goes through the outbox, redirects stay on the site."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


class InvitedOnly(DefaultAccountAdapter):
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only a path of this site: not even another host we answer to."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


class InvitedOnlySocial(DefaultSocialAccountAdapter):
    """A work account signs in only a person who already has an active account with that verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        user: Any = sociallogin.user
        if not sociallogin.is_existing or not user.is_active:
            raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", status=403))
