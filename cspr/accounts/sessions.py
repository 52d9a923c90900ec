"""Sessions that know whose they are, so that all sessions of one person can be ended at once.

The documented way to extend Django's database sessions: the owner is a column, written at every save,
so no session of a person can be missed however it came about.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession

from cspr.accounts.models import SignInSession


class SessionStore(DatabaseStore):
    """The database session store, with the owner and the last use in columns of their own."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        return SignInSession

    def create_model_instance(self, data: dict[str, Any]) -> SignInSession:
        session: SignInSession = super().create_model_instance(data)  # type: ignore[assignment]
        session.user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        session.device = str(data.get("device", ""))[:200]
        session.started_at, session.last_seen_at = data.get("started_at", 0), data.get("last_seen_at", 0)
        return session
