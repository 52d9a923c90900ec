from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.mail import EmailMessage

from cspr.accounts.models import Membership, Partnership, User
from cspr.accounts.roles import Role
from cspr.mail.kinds import register_kind
from cspr.mail.outbox import Message
from tests.mail.smtp import Server

DEADLINE = "test.deadline"
APPROVAL = "test.approval"
register_kind(DEADLINE, "A deadline you look after is near.")
register_kind(APPROVAL, "An approval waits for you.")

Mailbox = list[EmailMessage]


@pytest.fixture
def partnership(db: None) -> Partnership:
    return Partnership.objects.create(
        name="Testshire Safeguarding Partnership", short_name="Testshire", area="Testshire"
    )


@pytest.fixture
def elsewhere(db: None) -> Partnership:
    return Partnership.objects.create(
        name="Otherham Safeguarding Partnership", short_name="Otherham", area="Otherham"
    )


@pytest.fixture
def person(partnership: Partnership) -> Callable[..., User]:
    """Make somebody with a role in the partnership (staff unless said otherwise)."""

    def make(name: str, role: str = Role.STAFF, where: Partnership | None = None) -> User:
        user = User.objects.create_user(email=f"{name.lower().replace(' ', '.')}@agency.example", name=name)
        Membership.objects.create(user=user, partnership=where or partnership, role=role)
        return user

    return make


@pytest.fixture
def message(partnership: Partnership) -> Callable[..., Message]:
    """A message with a key made of its person and number; urgent unless said otherwise."""

    def make(to: User, number: int = 1, **fields: Any) -> Message:
        wanted = {
            "to": to,
            "kind": DEADLINE,
            "dedupe_key": f"{to.pk}:{number}",
            "partnership_id": partnership.pk,
            "immediate": True,
        } | fields
        return Message(**wanted)

    return make


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """The mail server the relay talks to."""
    with Server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_TIMEOUT = False, "", 0.4
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.let_go.set()
        running.shutdown()
        thread.join()
