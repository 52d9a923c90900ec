"""Make a partnership and its first two administrators. Everything after that is done in the browser."""

from __future__ import annotations

import sys
from email.utils import parseaddr
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse
from django.utils import timezone

from cspr.accounts.models import Partnership, User
from cspr.people.partnership_actions import begin_partnership
from cspr.workflow import Refused


class Command(BaseCommand):
    help = "Make a partnership and its first two administrators."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the partnership's full name")
        parser.add_argument("--short-name", required=True)
        parser.add_argument("--area", required=True, help="the area it covers")
        parser.add_argument("--email", required=True, help="the team's mailbox")
        parser.add_argument("--phone", required=True, help="the team's telephone number")
        parser.add_argument("--urgent-contact", required=True, help="whom to ring about a child at risk now")
        parser.add_argument(
            "--administrator", required=True, action="append", help='"Name <address>"; give it twice'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("name", "short_name", "area", "email", "phone", "urgent_contact")
        details = {name: options[name] for name in names}
        administrators = [parseaddr(text) for text in options["administrator"]]
        try:
            Partnership(**details).clean_fields()
            for name, email in administrators:
                User(name=name, email=email).clean_fields(exclude=["password"])
            begin_partnership(details, administrators, timezone.localdate())
        except ValidationError as wrong:
            self._stop(*(f"{name}: {' '.join(words)}" for name, words in wrong.message_dict.items()))
        except Refused as refusal:
            self._stop(str(refusal))
        link = settings.SITE_URL + reverse("account_reset_password")
        self.stdout.write(f"Done. Both administrators now choose a password at {link}")

    def _stop(self, *sentences: str) -> NoReturn:
        self.stderr.write(" ".join(sentences))
        sys.exit(2)
