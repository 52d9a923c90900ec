"""How allauth behaves here: nobody signs up, mail goes through the outbox, redirects stay on the site."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cspr.accounts.models import SignInSession, User
from cspr.mail.kinds import PASSWORD_RESET
from cspr.mail.outbox import queue_account_mail
from cspr.people.notices import record_everywhere, refused_sign_in, security_notice, throttled

# How long a sign-in or a repeated password counts as "just proved who they are".
FRESH_SECONDS = 5 * 60
SESSIONS_AT_ONCE = 3
TOO_OFTEN = {"too_many_login_attempts", "rate_limited"}


class InvitedOnly(DefaultAccountAdapter):
    """Accounts come from invitations only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right. Check both, or choose "
        "a new password below.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again, or choose a new "
        "password below.",
        "enter_current_password": "This is not your present password.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This link has been used or is too old.",
        "rate_limited": "Too many attempts. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The one place at which a limit of tries is said on a form."""
        if code in TOO_OFTEN:
            throttled()
        error: ValidationError = super().validation_error(code, *args)
        return error

    def is_safe_url(self, url: str) -> bool:
        """Only a path of this site: not even another host we answer to."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def login(self, request: HttpRequest, user: User) -> None:
        """Start the session afresh, and end the oldest ones of somebody signed in in too many places."""
        super().login(request, user)
        request.session["started_at"] = request.session["last_seen_at"] = int(time.time())
        request.session["device"] = request.headers.get("User-Agent", "")[:200]
        others = SignInSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
        keep = others.order_by("-last_seen_at").values_list("session_key", flat=True)[: SESSIONS_AT_ONCE - 1]
        others.exclude(session_key__in=list(keep)).delete()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A line in the log. Whose account it was for is a number; an address that nobody has is not repeated."""
        super().authentication_failed(request, **credentials)
        account = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        refused_sign_in("password", account)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        record_everywhere("user.sign_in", user, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after signing in: nobody is asked twice in five minutes."""
        signed_in_at = context.request.session.get("started_at", 0)
        return bool(time.time() - signed_in_at > FRESH_SECONDS)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built on our own address, never on what the request says its host is."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        queue_account_mail(user.email, PASSWORD_RESET, context["password_reset_url"])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth itself sends nothing: every e-mail of ours is a row in the outbox with fixed words."""
        raise NotImplementedError(f"No e-mail of kind {template_prefix} is sent here.")

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: str | None = None
    ) -> None:
        security_notice(template_prefix, user)


def proven_anew(request: HttpRequest, *, reauthenticated: bool = False, **signal: Any) -> None:
    """Whoever proves again who they are goes on under a new key: one seen before is no use for what follows."""
    if reauthenticated:
        request.session.cycle_key()


class InvitedOnlySocial(DefaultSocialAccountAdapter):
    """A work account signs in only a person who already has an active account with that verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> Any:
        """The provider answers where it was asked, or not at all: a redirect is not followed."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse strangers and closed accounts with one and the same page, and joining accounts by hand."""
        signing_in = sociallogin.state.get("process") == "login"
        if not signing_in or not sociallogin.is_existing or not sociallogin.user.is_active:
            raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", status=403))


class SealedSecrets(DefaultMFAAdapter):
    """Authenticator secrets are encrypted with a key made from ``SECRET_KEY``: a stolen table is no use.

    A new ``SECRET_KEY`` needs the old one in ``SECRET_KEY_FALLBACKS`` while secrets sealed by it are in use.
    """

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or was used already. Wait for the next one and type that.",
    }

    @staticmethod
    def _seal() -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        digests = (hashlib.sha256(b"authenticator secrets" + key.encode()).digest() for key in keys)
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def encrypt(self, text: str) -> str:
        return self._seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._seal().decrypt(encrypted_text.encode()).decode()
