"""The report as it would be published, made to be checked before anybody signs: as PDF and as a Word document."""

from __future__ import annotations

import datetime as dt

from django.utils.text import slugify

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.documents.office import Block, Bullets, Heading, Paragraph, WordPaper
from cspr.documents.pdf import Paper
from cspr.ui.richtext import read
from reviews.models import IdentityKey, PracticeReview, Publication
from reviews.papers.publication import (
    Recommended,
    citation,
    full_title,
    in_word,
    parts,
    pictures,
    published_report,
    recommended,
)


def as_pdf(key: IdentityKey, user: User) -> Paper:
    """The very paper that is published, on the planned day."""
    publication = _publication(key.review)
    publication.slug = slugify(publication.title) or "review"
    return published_report(publication, user)


def as_word(key: IdentityKey, user: User) -> WordPaper:
    """The same words as a Word document, for collections that ask for one."""
    publication = _publication(key.review)
    blocks: list[Block] = [Paragraph(f"Published on {in_full(publication.published_on)}.", style="note")]
    for part in parts(publication):
        blocks += [Heading(part.title), read(part.text)]
        if part.code == "reasons" and publication.findings:
            blocks.append(Bullets([f"{found['number']}. {found['text']}" for found in publication.findings]))
        if part.code == "improvements":
            blocks += [Paragraph(_one_line(given)) for given in recommended(publication)]
    blocks.append(Paragraph(f"To cite it: {citation(publication)}"))
    title = full_title(publication)
    return WordPaper(
        title,
        slugify(publication.title) or "review",
        blocks,
        figures=in_word(publication),
        pictures=pictures(publication),
    )


def _one_line(given: Recommended) -> str:
    by = f", by {in_full(given.due_on)}" if given.due_on else ""
    return f"{given.number}. {given.text}\nSeen to by {given.owner}{by}."


def _publication(review: PracticeReview) -> Publication:
    day: dt.date = review.planned_publication_on or review.decided_on
    return Publication.of(review, on=day)
