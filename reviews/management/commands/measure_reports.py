"""``manage.py measure_reports [--pages 40 200 400] [--keep FOLDER]``: what setting long reports as PDF takes."""

from __future__ import annotations

import datetime as dt
import io
import resource
import time
from argparse import ArgumentParser
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
from django.core.management.base import BaseCommand, CommandError

from cspr.accounts.models import Partnership, User
from cspr.documents.failures import CannotRender, RenderFailed
from cspr.documents.inspection.images import dots
from cspr.documents.pdf import Paper, render
from referrals.models import Case
from reviews.management.long_reports import picture, sections
from reviews.models import PracticeReview, Publication
from reviews.models.figures import shown_in
from reviews.papers.publication import published_report
from reviews.states import REPORT_SECTIONS

# A page of the longest may cost so much more than one of the shortest.
MOST_PER_PAGE = 2.0


@dataclass(frozen=True)
class Measured:
    """One report that was set."""

    pages: int
    seconds: float
    memory: int
    size: int
    tagged: bool
    outline: int

    def words(self) -> str:
        return (
            f"{self.pages} pages, {self.seconds:.1f} s ({self.seconds / self.pages * 1000:.0f} ms a page), "
            f"at most {self.memory // 1024} MB, {self.size // 1024} kB, {'tagged' if self.tagged else 'NOT TAGGED'}, "
            f"{self.outline} entries in the outline"
        )


class Command(BaseCommand):
    help = "Set made-up reports of many pages as PDF, in the renderer's own child process, and print what it took."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pages", type=int, nargs="+", default=[40, 200, 400], metavar="N")
        parser.add_argument(
            "--keep", type=Path, metavar="FOLDER", help="keep the PDFs there, to be looked at"
        )

    def handle(self, *, pages: list[int], keep: Path | None, **options: Any) -> None:
        made: list[Measured] = []
        for wanted in sorted(pages):  # upwards: the memory of children is told as that of the largest so far
            started = time.perf_counter()
            try:
                data = render(_paper(wanted))
            except (CannotRender, RenderFailed) as clear:
                self.stdout.write(
                    f"about {wanted}: no PDF after {time.perf_counter() - started:.1f} s: {clear}"
                )
                continue
            made.append(_measured(data, time.perf_counter() - started))
            self.stdout.write(f"about {wanted}: {made[-1].words()}")
            if keep:
                (keep / f"report-{wanted}.pdf").write_bytes(data)
        self._compare(made)

    def _compare(self, made: list[Measured]) -> None:
        if not all(one.tagged for one in made):
            raise CommandError("A PDF without tags is closed to people who listen to it.", returncode=1)
        if len(made) < 2:
            return
        shortest, *_, longest = made
        ratio = (longest.seconds / longest.pages) / (shortest.seconds / shortest.pages)
        self.stdout.write(f"A page of the longest takes {ratio:.2f} times one of the shortest.")
        if ratio > MOST_PER_PAGE and longest.pages > 2 * shortest.pages:
            raise CommandError(f"That is more than {MOST_PER_PAGE:g} times.", returncode=1)


def _paper(pages: int) -> Paper:
    """The published report, as it is set for everybody; nothing of it is stored."""
    text = sections(REPORT_SECTIONS, pages)
    drawn = {number: picture(number) for number in sorted(shown_in(text.values()))}
    partnership = Partnership(name="Measured Safeguarding Children Partnership", short_name="Measured")
    publication = Publication(
        review=PracticeReview(case=Case(partnership=partnership, pseudonym="Measured")),
        slug="measured",
        title="Measured",
        sections=text,
        figures=[_figure(number, data) for number, data in drawn.items()],
        findings=[{"number": n, "text": f"Nobody asked question {n} of the family."} for n in range(1, 9)],
        recommendations=[
            {"number": n, "text": f"Ask question {n} at the first visit, and write down the answer.",
             "owner": "Measured Trust", "due_on": "2027-04-01"}
            for n in range(1, 9)
        ],
        reviewer="A reviewer",
        published_on=dt.date(2026, 9, 1),
        public_until=dt.date(2027, 9, 1),
    )  # fmt: skip
    pictures = {sha256(data).hexdigest(): partial(bytes, data) for data in drawn.values()}
    return replace(published_report(publication, User()), pictures=pictures)


def _figure(number: int, data: bytes) -> dict[str, Any]:
    width, height = dots(data)
    return {
        "number": number,
        "caption": f"Contacts of five agencies in month {number}, from their records",
        "alt": f"Five bars, one for each agency: how many contacts it recorded in month {number}.",
        "sha256": sha256(data).hexdigest(),
        "width": width,
        "height": height,
        "document": None,
    }


def _measured(data: bytes, seconds: float) -> Measured:
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        return Measured(
            pages=len(pdf.pages),
            seconds=seconds,
            memory=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
            size=len(data),
            tagged=bool(pdf.Root.MarkInfo.Marked) and "/StructTreeRoot" in pdf.Root,
            outline=_entries(outline.root),
        )


def _entries(items: list[pikepdf.OutlineItem]) -> int:
    return sum(1 + _entries(item.children) for item in items)
