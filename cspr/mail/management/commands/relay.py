"""``manage.py relay``: send what is due once, for a cron job or by hand. Needs neither Redis nor a worker."""

from typing import Any

from django.core.management.base import BaseCommand

from cspr.mail.relay import relay


class Command(BaseCommand):
    help = "Send the e-mails that are due, once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{relay()} sent")
