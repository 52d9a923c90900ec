"""``manage.py proclaim_bank_holiday``: one extra day, before the GOV.UK list has it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from cspr.clocks.bank_holidays import proclaim, withdraw
from cspr.clocks.govuk import BankHolidaysRefused
from cspr.clocks.management.plain import PlainCommand


class Command(PlainCommand):
    """Enters the day, or takes it back, and prints what changed."""

    help = (
        "manage.py proclaim_bank_holiday DATE TITLE, or DATE --withdraw: enter one bank holiday ahead of the "
        "GOV.UK list, or take it back. Open deadlines are counted again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", metavar="DATE", help="YYYY-MM-DD")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("title", metavar="TITLE", nargs="?", help="what the day is called")
        what.add_argument("--withdraw", action="store_true", help="take back a day that was entered here")

    def handle(self, *args: Any, **options: Any) -> None:
        day = self.date(options["date"])
        try:
            self.report(withdraw(day) if options["withdraw"] else proclaim(day, options["title"]))
        except BankHolidaysRefused as refusal:
            self.refuse(str(refusal))
