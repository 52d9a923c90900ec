"""What carries a report further: the seven-minute briefing, and the sheet for the national collection of the NSPCC.

Both are made of the words of the report, never of the case: of what was published, or, before that, of what would be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.documents.failures import CannotRender
from cspr.documents.office import Block, Heading, Paragraph, Table, WordPaper, prose
from cspr.documents.pdf import Paper
from cspr.ui.richtext import without_tables
from reviews.models import PracticeReview, Publication
from reviews.papers.publication import NOT_PUBLIC, citation, full_title, recommended
from reviews.themes import labels

# Two sides of A4 hold so much: characters of a part, and of one of its points.
PART, POINT, POINTS = 560, 230, 6
# What a team is asked (Wandsworth's three questions, practice A12).
QUESTIONS = (
    "What are our key reflections on this?",
    "How will we make it part of what we do, and how will we know?",
    "How does it go into our own plans for improvement?",
)


@dataclass(frozen=True)
class Heard:
    """One of the seven parts: its title, and its words as people write them (lines with a dash are a list)."""

    title: str
    text: str


def briefing(review: PracticeReview, user: User) -> Paper:
    """The seven-minute briefing: seven parts on two sides of A4, to be read aloud in a team."""
    said = read(review)
    context = {
        "parts": seven_parts(said),
        "partnership": said.partnership,
        "public": bool(said.pk),
        "citation": citation(said),
        "address": address(said),
    }
    return Paper(
        "pdf/briefing.html",
        context,
        title=f"Seven-minute briefing: {said.title}",
        file_stem=f"briefing-{review.ref}",
        running_head="" if said.pk else NOT_PUBLIC,
    )


def briefing_word(review: PracticeReview, user: User) -> WordPaper:
    """The same seven parts as a Word document, for an agency to add its own."""
    said = read(review)
    blocks: list[Block] = []
    for number, part in enumerate(seven_parts(said), start=1):
        blocks += [Heading(f"{number}. {part.title}"), *prose(part.text)]
    return WordPaper(
        title=f"Seven-minute briefing: {said.title}",
        subtitle=said.partnership.name,
        file_stem=f"briefing-{review.ref}",
        running_head="" if said.pk else NOT_PUBLIC,
        blocks=[*blocks, Paragraph(f"{citation(said)} {address(said)}".strip(), "note")],
    )


def nspcc_sheet(review: PracticeReview, user: User) -> WordPaper:
    """What goes to the national collection beside the PDF: how to catalogue it, an abstract and keywords.

    The collection can publish a report without naming the partnership; that is asked for in the letter, not here.
    """
    said = read(review)
    facts = [
        ("Title", full_title(said)),
        ("Author", said.reviewer or said.partnership.name),
        ("Publisher", said.partnership.name),
        ("Published", in_full(said.published_on) if said.pk else "Not published yet"),
        ("Address", address(said) or "Not public yet"),
        ("How to cite it", citation(said)),
    ]
    return WordPaper(
        title="For the national case review collection",
        subtitle=full_title(said),
        file_stem=f"nspcc-{review.ref}",
        running_head="" if said.pk else NOT_PUBLIC,
        blocks=[
            Paragraph("Send this with the PDF of the published report.", "note"),
            Heading("Catalogue"),
            Table(("What", "Entry"), facts, widths=(1, 3), heads=True),
            Heading("Abstract"),
            *(Paragraph(text) for text in abstract(said)),
            Heading("Keywords"),
            Paragraph(", ".join(label.lower() for label in labels(said.themes)) or "None chosen yet."),
        ],
    )


def read(review: PracticeReview) -> Publication:
    """The newest whole report that is public; before there is one, the text as it would be published."""
    public = Publication.objects.beside().filter(review=review, improvements_only=False, state="public")
    newest = public.select_related("review__case__partnership").order_by("-published_on", "-pk").first()
    if newest is not None:
        return newest
    if not any(text.strip() for text in review.report.values()):
        raise CannotRender("Nothing of the report is written yet, so there is nothing to brief about.")
    return Publication.of(review, on=review.planned_publication_on or review.decided_on)


def seven_parts(said: Publication) -> list[Heard]:
    """Practice A12: why; the child; what happened; learning; what went well; what to do; what to ask ourselves."""
    text = {code: without_tables(words) for code, words in said.sections.items()}
    learnt = [row["text"] for row in said.findings] or _sentences(text.get("reasons", ""))
    change = [f"{row.text.strip()} ({row.owner})" for row in recommended(said)]
    return [
        Heard("What this is about, and why", shortened(text.get("introduction", ""), PART)),
        Heard("The child", shortened(text.get("child", ""), PART)),
        Heard("What happened", shortened(text.get("events", ""), PART)),
        Heard("What was learnt", _points(learnt)),
        Heard("What went well", shortened(text.get("good_practice", ""), PART)),
        Heard("What should be different", _points(change)),
        Heard("What we ask ourselves", _points(QUESTIONS)),
    ]


def abstract(said: Publication) -> list[str]:
    """In the manner of the collection: the event, the child, learning, recommendations."""
    text = {code: without_tables(words) for code, words in said.sections.items()}
    learnt = "; ".join(_bare(row["text"]) for row in said.findings)
    change = "; ".join(_bare(row.text) for row in recommended(said))
    parts = [
        " ".join(_sentences(text.get("introduction", ""))[:1]),
        shortened(text.get("child", ""), PART // 2),
        f"Learning includes: {learnt}." if learnt else "",
        f"Recommendations include: {change}." if change else "",
    ]
    return [part for part in parts if part]


def address(said: Publication) -> str:
    return f"{settings.SITE_URL}{said.get_absolute_url()}" if said.pk else ""


def shortened(text: str, most: int) -> str:
    """Whole lines and sentences from the beginning, as many as ``most`` characters hold; never a part of one.

    The first is kept whatever its length: a part that says nothing would be worse than one that runs over.
    """
    lines: list[str] = []
    room = most
    for line in re.sub(r"^#+ .*$", "", text, flags=re.MULTILINE).splitlines():
        kept = ""
        for sentence in _sentences(line):
            if len(sentence) > room and (lines or kept):
                return "\n".join([*lines, *([kept] if kept else [])]).strip()
            kept, room = f"{kept} {sentence}".strip(), room - len(sentence)
        lines.append(kept)
    return "\n".join(lines).strip()


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", text.strip()) if one]


def _points(rows: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"- {shortened(' '.join(row.split()), POINT)}" for row in rows[:POINTS])


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
