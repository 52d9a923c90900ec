"""Backups are encrypted for whoever holds the other half of the key, which is never on this server."""

from __future__ import annotations

import re

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class BackupsConfig(AppConfig):
    name = "cspr.backups"

    def ready(self) -> None:
        """Nothing starts with a key that is none, or is the half that must not be here. None at all: no backups."""
        key = settings.BACKUP_PUBLIC_KEY
        if key and not re.fullmatch(r"[0-9a-f]{64}", key):
            raise ImproperlyConfigured(
                "CSPR_BACKUP_PUBLIC_KEY must be the public half that manage.py backup_keys prints."
            )
        if 0 < len(set(key)) < 8:
            raise ImproperlyConfigured("CSPR_BACKUP_PUBLIC_KEY must be a real key: manage.py backup_keys.")
