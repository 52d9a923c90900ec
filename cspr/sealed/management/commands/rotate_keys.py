"""``manage.py rotate_keys [--check]``: seal everything with the first key, or say which keys are in use."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cspr.sealed.keys import CannotOpen, ring
from cspr.sealed.rotating import in_use, rotate, sealed_tables


class Command(BaseCommand):
    help = (
        "Encrypt anew, with the first key of CSPR_FIELD_KEYS, whatever another key has encrypted. It may be stopped "
        "and begun again, and everybody goes on working meanwhile. Then says which keys are still in use. "
        "Exit code 1 when a key is missing that something needs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing, only say which keys are in use"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if not check:
            for columns in sealed_tables():
                try:
                    done = sum(rotate(columns))
                except CannotOpen as error:
                    raise CommandError(f"{columns.table}: {error}") from error
                if done:
                    self.stdout.write(f"{columns.table}: {done} rows")
        self._say_what_is_in_use()

    def _say_what_is_in_use(self) -> None:
        used, known = in_use(), {key.id for key in ring().keys}
        for key in ring().keys:
            idle = "" if used[key.id] or key == ring().first else ": it can be taken out of CSPR_FIELD_KEYS"
            first = " (encrypts)" if key == ring().first else ""
            self.stdout.write(f"key {key.id}{first}: {used[key.id]} values{idle}")
        if used[""]:
            raise CommandError(f"{used['']} values are not encrypted. Run manage.py migrate.")
        if missing := sorted(used.keys() - known):
            raise CommandError(
                f"{sum(used[one] for one in missing)} values need a key that CSPR_FIELD_KEYS does not hold: "
                f"{', '.join(missing)}. Put it back, after the others."
            )
