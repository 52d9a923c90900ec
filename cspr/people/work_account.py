"""Signing in with a work account: what the provider says counts only in an ID token that it signed, for us."""

from __future__ import annotations

from typing import Any

import jwt
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse

# What Entra signs with. Which algorithm counts is for us to say, never for the token.
ALGORITHM = "RS256"
CLAIMS = ["iss", "aud", "exp", "iat", "sub"]


class WorkAccount(OpenIDConnectOAuth2Adapter):
    """django-allauth's, which may leave the signature of a token unread that it has fetched itself; here it is read."""

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Raises ``OAuth2Error`` where there is no ID token, or not one for us."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("The provider sent no ID token.")
        login: SocialLogin = super().complete_login(request, app, token, **kwargs)
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """What the token says. Its issuer is the one whose address we were given, whatever the metadata names."""
        issuer = app.settings["server_url"].rstrip("/")
        if self.openid_config["issuer"] != issuer:
            raise OAuth2Error("The provider's metadata names another issuer.")
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            keys = jwt.PyJWKSet.from_dict(answer.json())
            key = keys[jwt.get_unverified_header(id_token)["kid"]]
            said: dict[str, Any] = jwt.decode(
                id_token, key, algorithms=[ALGORITHM], issuer=issuer, audience=app.client_id,
                options={"require": CLAIMS},
            )  # fmt: skip
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error("The ID token is not one for us.") from error
        return said


@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends somebody who has signed in there."""
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(WorkAccount(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return response
