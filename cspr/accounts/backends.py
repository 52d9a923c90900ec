"""Who the request's person is: one statement reads the account and whether it has a second factor."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from cspr.accounts.models import User


class People(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        """The person of a session; ``None``, so signed out, as soon as the account is not active."""
        return User.objects.with_second_factor().filter(pk=user_id, is_active=True).first()
