"""``python -m tests.scale.filling``: lay out many made-up cases in a migrated database that has no wall yet.

Three kinds of case, each reached once by its verbs in each partnership and then laid out many times: over and closed,
just accepted (both clocks of the notification run, six people are reminded), and in its rapid review.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import django
import time_machine

django.setup()

from django.conf import settings  # noqa: E402  (what follows needs the apps)
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from cspr.audit.chain import keep_anchors  # noqa: E402
from cspr.documents.models import Document, Origin, State  # noqa: E402
from cspr.documents.storing import write  # noqa: E402
from cspr.mail.models import OutgoingEmail  # noqa: E402
from cspr.wall.scope import everything  # noqa: E402
from cspr.workflow import perform  # noqa: E402
from referrals.attachments import ATTACHMENT  # noqa: E402
from referrals.models import Case, Referral  # noqa: E402
from referrals.states import DecisionKind, Outcome  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.factories import TODAY, Area  # noqa: E402
from tests.scale.layout import Template, lay_out, performed  # noqa: E402

WEEK = dt.timedelta(weeks=1)
YEARS = 10  # the closed cases lie in these last years
IN_RAPID_REVIEW = 0.1  # of the open ones


@dataclass(frozen=True)
class Size:
    """How much is laid out."""

    cases: int = 100_000
    partnerships: int = 2
    running: float = 0.34  # the share of cases whose clocks run
    files: int = 0
    megabytes: int = 0


def fill(size: Size) -> None:
    """Everything, in a transaction for each partnership; then the stored files, and today's anchors."""
    today = timezone.localdate()
    now_open = (
        -((today - TODAY).days // 7) * WEEK
    )  # what was performed on the factories' day lies in this week
    with everything():
        # All are performed before any is laid out: what a case wrote is found by looking at every row.
        with time_machine.travel(dt.datetime.combine(TODAY, dt.time(10), dt.UTC)):
            areas = [make.area(f"Scale {number + 1}") for number in range(size.partnerships)]
            kinds = [tuple(performed(partial(_sent_of, reach, area)) for reach in REACHED) for area in areas]
        for number, (area, templates) in enumerate(zip(areas, kinds, strict=True)):
            share = size.cases // size.partnerships + (number < size.cases % size.partnerships)
            plan = _plan(max(0, share - len(templates)), size.running, now_open, templates)
            with transaction.atomic():
                lay_out(area.partnership, plan, Case.objects.count() + 1)
        _store(size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        keep_anchors(timezone.now())


def _sent_of(reach: Callable[[Area], object], area: Area) -> None:
    """The case, and its mail has gone out."""
    reach(area)
    OutgoingEmail.objects.exclude(state="sent").update(state="sent", sent_at=F("created_at"))


def _closed(area: Area) -> Case:
    """Not to be notified; the referrer was told; and the chair closed the case."""
    referral = make.accepted(area)
    assert referral.case is not None
    make.decided(area, referral.case, DecisionKind.NOTIFY, Outcome.NFA)
    perform(
        Referral.objects.get(pk=referral.pk),
        "give_feedback",
        by=area.staff,
        today=TODAY,
        words="By telephone.",
    )
    return perform(
        Case.objects.get(ref=referral.case.ref), "close", by=area.chair, today=TODAY, words="Over."
    )


REACHED: tuple[Callable[[Area], object], ...] = (_closed, make.accepted, make.notified)


def _plan(
    cases: int, running: float, now_open: dt.timedelta, templates: tuple[Template, ...]
) -> Iterator[tuple[Template, dt.timedelta]]:
    """Which template, how far back: the closed ones over the years, oldest first; the open ones in the last weeks."""
    over, accepted, reviewed = templates
    still = round(cases * running)
    past = cases - still
    for number in range(past):
        weeks = 6 + (past - number) * YEARS * 52 // max(past, 1)
        yield over, now_open + weeks * WEEK
    for number in range(still):
        kind = reviewed if number % round(1 / IN_RAPID_REVIEW) == 0 else accepted
        yield kind, now_open + (still - number) * 5 // max(still, 1) * WEEK


def _store(size: Size) -> None:
    """Stored files of a size, noise inside, as attachments of the newest cases' referrals."""
    each = size.megabytes * 1024 * 1024 // max(size.files, 1)
    referrals = (
        Referral.objects.order_by("-pk").select_related("case", "referrer").defer("answers")[: size.files]
    )
    documents = []
    for number, referral in enumerate(referrals.iterator(), 1):
        assert referral.case is not None
        stored = write(os.urandom(each))
        documents.append(
            Document(
                partnership_id=referral.partnership_id, case_ref=referral.case.ref,
                subject_label="referrals.referral", subject_ref=referral.ref, kind=ATTACHMENT,
                title=f"Invented file {number}", name=f"invented-{number}.txt", path=stored.path,
                file_key=stored.key, size=stored.size, sha256=stored.sha256, content_type="text/plain",
                origin=Origin.UPLOADED, state=State.STORED, uploaded_by=referral.referrer,
            )
        )  # fmt: skip
    Document.objects.bulk_create(documents, batch_size=500)


def main(words: list[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.scale.filling")
    parser.add_argument("--cases", type=int, default=Size.cases)
    parser.add_argument("--partnerships", type=int, default=Size.partnerships)
    parser.add_argument("--running", type=float, default=Size.running)
    parser.add_argument("--files", type=int, default=Size.files)
    parser.add_argument("--megabytes", type=int, default=Size.megabytes)
    given = parser.parse_args(words)
    if settings.PRODUCTION:
        sys.stderr.write("This makes cases up. It does not run in production.\n")
        return 2
    fill(Size(**vars(given)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
