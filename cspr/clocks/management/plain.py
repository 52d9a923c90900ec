"""What the clock commands share: every refusal is one line on standard error and exit status 2."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from cspr.clocks.bank_holidays import Outcome


class PlainCommand(BaseCommand):
    """A command that says what is wrong in one line. It needs no system checks: it touches one table."""

    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's parser, without the usage lines it would print before its one line of complaint."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.usage = argparse.SUPPRESS
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; a database without the table is a refusal like any other."""
        try:
            return super().execute(*args, **options)
        except DatabaseError as error:
            self.refuse(f"The database cannot answer ({str(error).splitlines()[0]}). Run: manage.py migrate")

    def refuse(self, sentence: str) -> NoReturn:
        """End with this line and exit status 2."""
        raise CommandError(sentence, returncode=2)

    def report(self, outcome: Outcome) -> None:
        """Say what became of the bank holidays, a line a day, and of whatever was counted again."""
        for done, rows in (
            ("Added", outcome.added),
            ("Removed", outcome.removed),
            ("Renamed", outcome.renamed),
        ):
            for row in rows:
                self.stdout.write(f"{done} {row}")
        if not (outcome.added or outcome.removed or outcome.renamed):
            self.stdout.write("Nothing changed.")
        for sentence in outcome.followed:
            self.stdout.write(sentence)

    def date(self, written: str) -> dt.date:
        """The date written as YYYY-MM-DD; anything else is refused."""
        try:
            day = dt.date.fromisoformat(written)
        except ValueError:
            day = None
        if day is None or day.isoformat() != written:
            self.refuse(f"{written!r} is not a date. Write YYYY-MM-DD, for example 2027-03-31.")
        return day
