"""``manage.py verify_audit``: is the record of every partnership as it was written? Reads only."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cspr.accounts.models import Partnership
from cspr.audit.chain import AnchorsUnreadable, anchor_folder, anchors_in, first_break
from cspr.audit.models import Chain


class Command(BaseCommand):
    help = (
        "Check each partnership's chain of events, and compare it with the hashes kept outside the database. "
        "Names the first place that is wrong. Exit code 1 when there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            type=Path,
            metavar="DIR",
            help="a copy of the folder of anchors, kept where nobody of this server writes",
        )

    def handle(self, *, anchors: Path | None, **options: Any) -> None:
        folder = anchors or anchor_folder()
        if anchors and not anchors.is_dir():
            raise CommandError(f"There is no folder {anchors}.", returncode=2)
        try:
            known = list(anchors_in(folder))
        except AnchorsUnreadable as reason:
            raise CommandError(str(reason), returncode=2) from reason
        lengths = dict(Chain.objects.values_list("partnership_id", "seq"))
        broken = False
        for partnership in Partnership.objects.order_by("name"):
            wrong = first_break(partnership, known)
            compared = sum(1 for anchor in known if anchor.partnership == partnership.ref)
            length = lengths.get(partnership.pk, 0)
            said = f"BROKEN at {wrong}" if wrong else f"whole: {length} events, {compared} anchors"
            self.stdout.write(f"{partnership.name}: {said}")
            broken = broken or wrong is not None
        gone = {anchor.partnership for anchor in known} - set(
            Partnership.objects.values_list("ref", flat=True)
        )
        for ref in sorted(gone):
            self.stdout.write(f"partnership {ref}: BROKEN, an anchor knows it and the database does not")
        if broken or gone:
            sys.exit(1)
