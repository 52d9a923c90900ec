"""What an authenticator app does, by RFC 6238 and the standard library alone: independent of allauth."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.http import HttpResponse
from django.test import Client

from cspr.accounts.models import User


def code(secret: str, at: float | None = None) -> str:
    """The six digits an app shows for ``secret`` now (or at the second ``at``)."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def enrol(user: User) -> str:
    """Give the person an authenticator app and recovery codes as enrolment leaves them; answer the secret."""
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    sealed = get_adapter().encrypt(secret)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": sealed})
    RecoveryCodes.activate(user)
    return secret


def recovery_codes(user: User) -> list[str]:
    wrapped = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES).wrap()
    return list(wrapped.get_unused_codes())


def give_password(client: Client, email: str, password: str, **more: str) -> HttpResponse:
    return client.post("/account/login/", {"login": email, "password": password, **more})


def give_code(client: Client, typed: str) -> HttpResponse:
    return client.post("/account/2fa/authenticate/", {"code": typed})


def sign_in(client: Client, email: str, password: str, secret: str) -> HttpResponse:
    """Password, then code; fails the test unless both are taken."""
    first = give_password(client, email, password)
    assert first["Location"] == "/account/2fa/authenticate/", first.content.decode()
    second = give_code(client, code(secret))
    assert second.status_code == 302, second.content.decode()
    return second
