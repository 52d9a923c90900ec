"""The report of a practice review: as it is sent before publication, and as it was published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.documents.models import Document
from cspr.documents.office import Shown
from cspr.documents.parcel import Pictures
from cspr.documents.pdf import OFFICIAL_SENSITIVE, Paper
from cspr.documents.storing import bytes_of
from cspr.ui.richtext.html import Picture
from reviews.models import (
    PracticeReview,
    Publication,
)
from reviews.papers.parts import Part, numbered
from reviews.questions.library import FACETS
from reviews.states import REPORT_SECTIONS

NOT_PUBLIC = "Not public yet"


@dataclass(frozen=True)
class Recommended:
    """One recommendation as it was frozen."""

    number: int
    text: str
    owner: str
    due_on: dt.date | None
    owner_role: str = ""
    outcome: str = ""
    measure: str = ""
    answers: Sequence[int] = ()


def parts(publication: Publication) -> list[Part]:
    """The published sections that say something, in the order of the report; recommendations need theirs."""
    wanted = {code: text for code, text in publication.sections.items() if text.strip()}
    if publication.recommendations:
        wanted.setdefault("improvements", "")
    found = (Part(code, title, wanted[code]) for code, title in REPORT_SECTIONS.items() if code in wanted)
    return list(numbered(found))


def recommended(publication: Publication) -> list[Recommended]:
    """The recommendations as they stood on the day of publication."""
    return [
        Recommended(
            number=row["number"],
            text=row["text"],
            owner=row["owner"],
            due_on=dt.date.fromisoformat(row["due_on"]) if row["due_on"] else None,
            **{name: row[name] for name in ("owner_role", "outcome", "measure", "answers") if name in row},
        )
        for row in publication.recommendations
    ]


def pictures(publication: Publication) -> Pictures:
    """How the pictures of its figures are read, each by its hash; nothing is read yet."""
    return {row["sha256"]: partial(_picture, row["document"]) for row in publication.figures}


def _picture(pk: int) -> bytes:
    return bytes_of(Document.objects.get(pk=pk))


def in_paper(publication: Publication) -> dict[int, Picture]:
    """Its figures as a PDF shows them: a picture is named by its hash, so another picture makes another paper."""
    return {
        row["number"]: Picture(
            f"paper:picture:{row['sha256']}", row["alt"], row["caption"], row["width"], row["height"]
        )
        for row in publication.figures
    }


def in_word(publication: Publication) -> dict[int, Shown]:
    """Its figures as a Word document shows them."""
    return {row["number"]: Shown(row["sha256"], row["alt"], row["caption"]) for row in publication.figures}


def full_title(publication: Publication) -> str:
    """``Child Safeguarding Practice Review: Rowan``: what it is, and its neutral title."""
    return f"Child Safeguarding Practice Review: {publication.title}"


def citation(publication: Publication) -> str:
    """How others name the report."""
    partnership = publication.partnership.name
    author = f"{publication.reviewer}, for {partnership}" if publication.reviewer else partnership
    what = "Improvements from the " if publication.improvements_only else ""
    return f"{author} ({publication.published_on.year}). {what}{full_title(publication)}."


def about(publication: Publication) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What the library finds it by: ``(facet, its label, [(code, words), …])``, without facets not answered."""
    answers = {**publication.review.described, "theme": publication.themes}
    found = [
        (
            code,
            facet.label,
            [(value, name) for value, name in facet.names.items() if value in answers.get(code, [])],
        )
        for code, facet in FACETS.items()
    ]
    return [row for row in found if row[2]]


def published_report(publication: Publication, user: User) -> Paper:
    """The report as the public reads it: only what was frozen. The case is not looked at."""
    context = {**_report(publication), "when": ("Published", in_full(publication.published_on))}
    return Paper(
        "pdf/publication.html",
        context,
        full_title(publication),
        publication.slug,
        pictures=pictures(publication),
    )


def report_before_publication(review: PracticeReview, user: User) -> Paper:
    """The whole report as it reads now, for those who receive it before the public does (reg 16, guidance)."""
    planned = review.planned_publication_on
    # The day is only planned; nothing of the paper depends on when it is made.
    unpublished = Publication.of(review, on=planned or review.decided_on)
    context = {
        **_report(unpublished),
        "when": ("Planned publication", in_full(planned) if planned else "Not planned yet"),
        "unpublished": True,
    }
    return Paper(
        "pdf/publication.html",
        context,
        title=full_title(unpublished),
        file_stem=f"practice-review-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
        running_head=NOT_PUBLIC,
        pictures=pictures(unpublished),
    )


def _report(publication: Publication) -> dict[str, Any]:
    improvements = "The improvements that should be made"
    return {
        "publication": publication,
        "partnership": publication.partnership,
        "subtitle": improvements if publication.improvements_only else "Report of a local review",
        "parts": parts(publication),
        "figures": in_paper(publication),
        "findings": publication.findings,
        "recommended": recommended(publication),
        "citation": citation(publication),
    }
