"""``manage.py measure_audit [--events N]``: how long checking takes; nothing is kept."""

from __future__ import annotations

import resource
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from cspr.accounts.models import Partnership
from cspr.audit.chain import BEGINNING, ROWS_AT_ONCE, first_break
from cspr.audit.log import digest, hold
from cspr.audit.models import Event, Words
from cspr.audit.words import fingerprint, new_salt

WORDS = "The health visitor rang on Monday and nobody was at home. " * 4


class Command(BaseCommand):
    help = "Write a long made-up record, check it, print time and memory, and undo it all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--events", type=int, default=1_000_000, metavar="N")

    def handle(self, *, events: int, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This makes events up. It does not run in production.", returncode=2)
        with transaction.atomic():
            partnership = Partnership.objects.create(name="Measured", short_name="Measured", area="Measured")
            started = time.perf_counter()
            _write(partnership, events)
            written = time.perf_counter() - started
            started = time.perf_counter()
            wrong = first_break(partnership)
            checked = time.perf_counter() - started
            transaction.set_rollback(True)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.stdout.write(
            f"{events} events on {connection.vendor}: {'BROKEN' if wrong else 'whole'}, checked in {checked:.1f} s "
            f"({checked / events * 1e6:.0f} µs each; written in {written:.1f} s), {megabytes} MB at most."
        )


def _write(partnership: Partnership, wanted: int) -> None:
    chain = hold(partnership)
    made = _events(partnership, wanted)
    while batch := list(islice(made, ROWS_AT_ONCE)):
        Event.objects.bulk_create([event for event, _ in batch])
        # Only now have the events keys.
        Words.objects.bulk_create([Words(event=event, text=WORDS, salt=salt) for event, salt in batch])
        chain.seq, chain.head = batch[-1][0].seq, batch[-1][0].hash
    chain.save()


def _events(partnership: Partnership, wanted: int) -> Iterator[tuple[Event, str]]:
    """Each with the salt of its words."""
    previous, now = BEGINNING, timezone.now()
    for seq in range(1, wanted + 1):
        salt = new_salt()
        event = Event(
            partnership=partnership, seq=seq, at=now, kind="case.note", words_digest=fingerprint(WORDS, salt),
            subject="referrals.case", subject_version=seq, facts={"place": seq}, previous_hash=previous,
        )  # fmt: skip
        event.hash = previous = digest(previous, event)
        yield event, salt
