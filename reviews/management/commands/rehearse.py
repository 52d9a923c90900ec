"""``manage.py rehearse [--out DIR] [--demo]``: three synthetic cases through the real verbs on a moving date."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cspr.accounts.models import Membership, Partnership
from cspr.clocks.models import working_days
from cspr.documents.making import make_waiting
from cspr.documents.models import Document, Origin, State
from cspr.documents.storing import opened
from cspr.mail.relay import relay
from reviews.management.rehearsal import baby, history, not_met, teenager, unfinished
from reviews.management.rehearsal.people import company
from reviews.management.rehearsal.stage import Stage
from reviews.yearly.year import last_ended

# A rehearsal with --out runs in a room of its own: this variable tells the inner run that it is in it.
ROOM = "CSPR_REHEARSAL_ROOM"
# Long enough before today for the longest story to have ended, with its report published a fortnight ago.
BABY_BEGAN, TEENAGER_BEGAN, NOT_MET_BEGAN = (dt.timedelta(days=n) for n in (195, 150, 60))
# Its draft is with the agencies, and their ten working days are not over.
PRACTICE_REVIEW_BEGAN = dt.timedelta(days=160)
# From the day after the incident to day 6 of its rapid review.
TO_DAY_SIX = 9


class Command(BaseCommand):
    help = (
        "Take three synthetic cases through the real verbs. --out DIR writes every PDF and e-mail there, in a database "
        "of its own; --demo fills this database, once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, metavar="DIR", help="where to write every PDF and e-mail")
        parser.add_argument("--demo", action="store_true", help="fill this database for the demonstration")

    def handle(self, *, out: Path | None, demo: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A rehearsal makes people up. It does not run in production.", returncode=2)
        if demo == (out is not None):
            raise CommandError("Say either --out DIR or --demo.", returncode=2)
        if demo:
            self._demo()
        elif out and os.environ.get(ROOM):
            self._rehearse(out)
        elif out:
            self._in_a_room_of_its_own(out)

    def _demo(self) -> None:
        """Fill this database; the reminders that the stories would have brought meanwhile are long past."""
        if Partnership.objects.exists():
            self.stdout.write("The demonstration is loaded already.")
            return
        password = f"demo-{secrets.token_hex(4)}"
        stage = self._stories(password, nightly=False)
        today = timezone.localdate()
        stage.today = today - PRACTICE_REVIEW_BEGAN
        unfinished.practice_review_at_its_fact_check(stage)
        stage.today = working_days().subtract(today, TO_DAY_SIX) - dt.timedelta(days=1)
        unfinished.rapid_review_on_day_six(stage)
        history.play(stage, last_ended(today))
        stage.today = today
        unfinished.decision_that_waits(stage)
        unfinished.referral_half_written(stage)
        while relay():  # or the first page anybody opens would say that e-mail is late
            pass
        self._tell_sign_ins(password)

    def _tell_sign_ins(self, password: str) -> None:
        members = Membership.objects.select_related("user", "agency").order_by("pk")
        people = [f"{member.user.email:42} {member.get_role_display()}" for member in members]
        lines = [f"Everybody's password is {password}", "", *people]
        path = settings.DATA_DIR / "demo-sign-ins.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _stories(self, password: str | None, *, nightly: bool) -> Stage:
        today = timezone.localdate()
        stage = company(today - BABY_BEGAN, password)
        stage.nightly = nightly
        for title, began, play in (
            ("A baby's injury: to a published review", BABY_BEGAN, baby.play),
            ("A teenager's death: ends at rapid review", TEENAGER_BEGAN, teenager.play),
            ("A referral returned twice, criteria not met", NOT_MET_BEGAN, not_met.play),
        ):
            stage.today = today - began
            play(stage)
            self.stdout.write(f"{title}: {stage.today:%-d %B %Y}.")
        return stage

    def _in_a_room_of_its_own(self, out: Path) -> None:
        """Run the rehearsal against a new database in DIR, so that nothing of this installation is touched."""
        room = out.resolve() / "room"
        try:
            if out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise CommandError(f"{out} is not an empty folder.", returncode=2)
            room.mkdir(parents=True)
        except OSError as error:
            raise CommandError(f"Cannot write into {out}: {error.strerror}.", returncode=2) from error
        environment = os.environ | {
            ROOM: "1",
            "DJANGO_SETTINGS_MODULE": "cspr.settings",
            "CSPR_MODE": "demo",
            "CSPR_DATA_DIR": str(room),
            "DATABASE_URL": f"sqlite:///{room / 'rehearsal.sqlite3'}",
            "CSPR_EMAIL_BACKEND": "reviews.management.rehearsal.mailbox.Mailbox",
        }
        done = subprocess.run(  # noqa: S603  (this very program, with our own arguments)
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", "--out", str(out)],
            env=environment,
            check=False,
        )
        if done.returncode:
            raise CommandError("The rehearsal stopped. What it had written is in the folder.", returncode=1)

    def _rehearse(self, out: Path) -> None:
        call_command("migrate", verbosity=0)
        self._stories(None, nightly=True)
        relay()
        made = self._write_pdfs(out / "papers")
        mail = out / "emails"
        Path(settings.EMAIL_FILE_PATH).rename(mail)
        sent = sum(1 for _ in mail.iterdir())
        self.stdout.write(f"{sent} e-mails in {mail}, {made} PDFs in {out / 'papers'}.")

    def _write_pdfs(self, papers: Path) -> int:
        papers.mkdir()
        while make_waiting():
            pass
        for number, document in enumerate(
            Document.objects.filter(origin=Origin.RENDERED).order_by("pk"), start=1
        ):
            if document.state != State.READY:
                raise CommandError(f"{document.kind}: {document.failure}", returncode=1)
            with opened(document) as file:
                (papers / f"{number:02}-{document.kind}-{document.name}").write_bytes(file.read())
        return Document.objects.filter(origin=Origin.RENDERED).count()
