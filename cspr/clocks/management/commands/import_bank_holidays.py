"""``manage.py import_bank_holidays``: the GOV.UK list into the table, and deadlines after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from cspr.clocks.bank_holidays import take_in
from cspr.clocks.calendar import in_short
from cspr.clocks.govuk import BankHolidaysRefused
from cspr.clocks.management.plain import PlainCommand
from cspr.clocks.models import working_days


class Command(PlainCommand):
    """Takes the list in, wholly or not at all, and prints what changed."""

    help = (
        "manage.py import_bank_holidays FILE: take in the list of https://www.gov.uk/bank-holidays.json. "
        "Days entered here are kept; open deadlines are counted again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the list as GOV.UK publishes it, JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = take_in(options["file"].read_text(encoding="utf-8-sig"))
        except OSError as error:
            self.refuse(f"Cannot read {options['file']}: {error.strerror}.")
        except UnicodeDecodeError:
            self.refuse(f"{options['file']} is not text.")
        except BankHolidaysRefused as refusal:
            self.refuse(str(refusal))
        self.report(outcome)
        self.stdout.write(f"Bank holidays are known until {in_short(working_days().last)}.")
