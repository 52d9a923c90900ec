"""A mail server for the rehearsal: every e-mail becomes a file of its own, named by the day it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class Mailbox(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            number = sum(1 for _ in folder.iterdir()) + 1
            to = message.to[0].split("@")[0]
            name = f"{number:04}-{timezone.localdate().isoformat()}-{to}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
        return len(email_messages)
