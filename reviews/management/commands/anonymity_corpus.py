"""``manage.py anonymity_corpus [--seed N]``: what the check of anonymity catches of leaks made on purpose."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews.management.leaks.measuring import Measured, Row, measure

MOST_ALARMS = 5


class Command(BaseCommand):
    help = (
        "Hide made-up names, days and numbers in texts and files, look for them, and print what was caught."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="which leaks are made")

    def handle(self, *, seed: int, **options: Any) -> None:
        measured = measure(seed)
        self._table(measured)
        for name, words in measured.missed:
            self.stdout.write(f"missed: {name}: {words!r}")
        for said, why in measured.alarms:
            self.stdout.write(f"false alarm: {said!r}: {why}")
        self.stdout.write(
            f"{measured.caught} of {measured.leaks} leaks caught. "
            f"False alarms in {measured.alarmed} of {measured.clean} clean texts ({MOST_ALARMS} are allowed)."
        )
        if measured.missed or measured.alarmed > MOST_ALARMS:
            raise CommandError("The bar is not reached.", returncode=1)

    def _table(self, measured: Measured) -> None:
        width = max(len(name) for name in measured.rows)
        self.stdout.write(f"{'form or hiding place':{width}}  leaks  draft  final")
        for name, row in measured.rows.items():
            self.stdout.write(
                f"{name:{width}}  {row.leaks:5}  {_said(row, 'draft'):>5}  {_said(row, 'final'):>5}"
            )


def _said(row: Row, stage: str) -> str:
    caught = getattr(row, stage)
    return "–" if caught is None else str(caught)
