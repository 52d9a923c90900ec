"""``manage.py measure_sealing [--rows N]``: what sealing costs, and how long a new key takes; nothing is kept."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test.utils import override_settings

from cspr.accounts.models import Partnership
from cspr.sealed.fields import same_as
from cspr.sealed.rotating import rotate, sealed_tables
from referrals.models import Case, Child

DETAILS = {"address": "1 Measured Street", "school": "Measured Primary School", "gp": "Measured Surgery"}
FIRST_DAY = dt.date(2008, 1, 1)


class Command(BaseCommand):
    help = "Seal made-up children, read them, bring in a new key, print the seconds, and undo it all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rows", type=int, default=10_000, metavar="N")

    def handle(self, *, rows: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This makes children up. It does not run in production.", returncode=2)
        with transaction.atomic():
            partnership = Partnership.objects.create(name="Measured", short_name="Measured", area="Measured")
            case = Case.objects.create(partnership=partnership, pseudonym="Measured")
            self.stdout.write(
                f"{rows} children on {connection.vendor}, four sealed values and two indexes each:"
            )
            with self.timed("written", rows):
                Child.objects.bulk_create(_children(case, rows), batch_size=500)
            with self.timed("read", rows):
                assert sum(bool(child.name) for child in Child.objects.filter(case=case)) == rows
            with self.timed("one found by day of birth", 1):
                assert Child.objects.filter(same_as(Child, "born_on", [FIRST_DAY]), case=case).exists()
            with override_settings(FIELD_KEYS=[secrets.token_hex(32), *settings.FIELD_KEYS]):
                table = next(columns for columns in sealed_tables() if columns.model is Child)
                with self.timed("sealed anew with a new key", rows):
                    done = sum(rotate(table))
                self.stdout.write(f"{done} rows sealed anew, {table.left().count()} left.")
            transaction.set_rollback(True)

    @contextmanager
    def timed(self, what: str, rows: int) -> Iterator[None]:
        started = time.perf_counter()
        yield
        seconds = time.perf_counter() - started
        self.stdout.write(f"  {what}: {seconds:.2f} s ({seconds / rows * 1e6:.0f} µs each)")


def _children(case: Case, wanted: int) -> Iterator[Child]:
    for number in range(wanted):
        yield Child(
            case=case, name=f"Measured Child {number}", born_on=FIRST_DAY + dt.timedelta(days=number % 6000),
            nhs_number=f"{number:010}", ethnicity="not_yet_known", details=DETAILS,
        )  # fmt: skip
