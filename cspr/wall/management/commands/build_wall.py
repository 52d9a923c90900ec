"""``manage.py build_wall``: the site's own database role and the wall between partnerships. After every ``migrate``."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cspr.wall.building import build


class Command(BaseCommand):
    help = (
        "As the owner of the database: make the role named in CSPR_APP_DATABASE_URL, give it the rights the site needs "
        "and no others, and wall partnerships off from one another. Run it after every migrate; again changes nothing."
    )

    def handle(self, **options: Any) -> None:
        if connection.vendor != "postgresql":
            self.stdout.write("SQLite has no roles: nothing to do.")
            return
        site = urlsplit(settings.APP_DATABASE_URL)
        if not site.username or not site.password:
            raise CommandError(
                "Set CSPR_APP_DATABASE_URL=postgres://role:password@host/name first.", returncode=2
            )
        if site.username == connection.settings_dict["USER"]:
            raise CommandError(
                "The site's role must be another one than the owner, who runs this.", returncode=2
            )
        build(connection, unquote(site.username), unquote(site.password))
        self.stdout.write(f"The wall stands, and {unquote(site.username)} is held by it.")
