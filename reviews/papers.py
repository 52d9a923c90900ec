"""What the papers of reviews say: the published report, the rapid review report, the letters about delay.

A builder gives words and a template and checks nothing about access. Titles and file names are neutral: they
travel with the file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cspr.accounts.models import User
from cspr.documents.pdf import Paper, register_paper
from reviews.models import Publication
from reviews.states import REPORT_SECTIONS


@dataclass(frozen=True)
class Part:
    """One section of a report as it is read."""

    code: str
    title: str
    text: str


@dataclass(frozen=True)
class Recommended:
    """One recommendation as it was frozen."""

    number: int
    text: str
    owner: str
    due_on: dt.date | None


def parts(publication: Publication) -> list[Part]:
    """The published sections that say something, in the order of the report; recommendations need theirs."""
    wanted = {code: text for code, text in publication.sections.items() if text.strip()}
    if publication.recommendations:
        wanted.setdefault("improvements", "")
    return [Part(code, title, wanted[code]) for code, title in REPORT_SECTIONS.items() if code in wanted]


def recommended(publication: Publication) -> list[Recommended]:
    """The recommendations as they stood on the day of publication."""
    return [
        Recommended(
            number=row["number"],
            text=row["text"],
            owner=row["owner"],
            due_on=dt.date.fromisoformat(row["due_on"]) if row["due_on"] else None,
        )
        for row in publication.recommendations
    ]


def full_title(publication: Publication) -> str:
    """``Child Safeguarding Practice Review: Rowan``: the neutral title and what it is."""
    return f"Child Safeguarding Practice Review: {publication.title}"


def citation(publication: Publication) -> str:
    """How others name the report."""
    author = f"{publication.reviewer}, for {publication.partnership}" if publication.reviewer else str(
        publication.partnership
    )  # fmt: skip
    what = "Improvements from the " if publication.improvements_only else ""
    return f"{author} ({publication.published_on.year}). {what}{full_title(publication)}."


def published_report(publication: Publication, user: User) -> Paper:
    """The report as the public reads it: only what was frozen. The case is not looked at."""
    context = {
        "publication": publication,
        "partnership": publication.partnership,
        "parts": parts(publication),
        "recommended": recommended(publication),
        "citation": citation(publication),
        "subtitle": _what(publication),
        "facts": [
            ("Published", f"{publication.published_on.day} {publication.published_on:%B %Y}"),
            ("Lead reviewer", publication.reviewer),
        ],
    }
    return Paper("pdf/publication.html", context, full_title(publication), publication.slug)


def _what(publication: Publication) -> str:
    if publication.improvements_only:
        return "The improvements that should be made"
    return "Report of a local review"


def register() -> None:
    """Make the papers of reviews known; called once, when the app is ready."""
    register_paper("publication", published_report, "The published report", subject_label="reviews.publication")
