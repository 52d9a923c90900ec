"""The person behind a request."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cspr.accounts.models import User


def person_of(request: HttpRequest) -> User:
    """The signed-in person. Pages without sign-in must not ask: it is refused."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
