"""The person behind a request, and whether they have just shown that it is they."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.decorators import method_decorator

from cspr.accounts.models import User

# For the view of a weighty step: roles, publishing, names that leave in a copy. Whoever has not given their password or
# code within the last five minutes is asked for it first, and comes back to the page.
freshly_proven = method_decorator(reauthentication_required(app="cspr.people"), name="dispatch")


def person_of(request: HttpRequest) -> User:
    """The signed-in person. Pages without sign-in must not ask: it is refused."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
