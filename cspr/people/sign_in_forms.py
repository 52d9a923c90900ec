"""allauth's forms in our words: what is asked is theirs, how it is asked is ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.cache import cache

from cspr.people.notices import refused_sign_in
from cspr.ui.forms import GovukMixin

HOW_TO_CHOOSE = (
    "At least 12 characters. Three random words are easy to remember and hard to guess. "
    "Not your name, not made of words of this field, and not a password you use elsewhere."
)
# A code is good in its own half minute only; remember it for longer than that.
CODE_REMEMBERED = 120


class Worded:
    """Gives each field of an allauth form a label and a hint, and takes its placeholder away."""

    words: Mapping[str, tuple[str, str]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label, field.help_text = self.words[name]


class OneTimeCode:
    """A code opens the door once, even for somebody who read it over a shoulder (docs/trust.md §2 row 13)."""

    user: Any
    fields: dict[str, forms.Field]
    words: Mapping[str, tuple[str, str]] = {
        "code": (
            "Code",
            "The 6 numbers your authenticator app shows now, or one of the recovery codes you kept.",
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "class": "govuk-input--width-10"}

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not cache.add(f"used-code:{self.user.pk}:{normalize_user_code(code)}", 1, CODE_REMEMBERED):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignIn(GovukMixin, Worded, account.LoginForm):
    words = {"login": ("E-mail address", ""), "password": ("Password", "")}


class AskForNewPassword(GovukMixin, Worded, account.ResetPasswordForm):
    words = {"email": ("E-mail address", "The address you sign in with.")}


class NewPassword(GovukMixin, Worded, account.ResetPasswordKeyForm):
    words = {"password1": ("New password", HOW_TO_CHOOSE), "password2": ("New password again", "")}


class ChangePassword(GovukMixin, Worded, account.ChangePasswordForm):
    words = {"oldpassword": ("Present password", ""), **NewPassword.words}


class ProveItIsYou(GovukMixin, Worded, account.ReauthenticateForm):
    words = {"password": ("Password", "")}


class SecondFactor(GovukMixin, OneTimeCode, Worded, mfa.AuthenticateForm):
    """The code asked for after the password. A wrong one is a line in the log."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except forms.ValidationError:
            refused_sign_in("code", self.user)
            raise


class SecondFactorAgain(GovukMixin, OneTimeCode, Worded, mfa.ReauthenticateForm):
    """The code asked for again before something important."""


class SetUpSecondFactor(GovukMixin, OneTimeCode, Worded, totp.ActivateTOTPForm):
    """The first code of a new authenticator app, as proof that it works."""

    words = {"code": ("Code", "The 6 numbers the app shows now.")}
