"""The rapid review report, as PDF and as Word, from the same words."""

from __future__ import annotations

from typing import Any

from cspr.accounts.models import User
from cspr.accounts.roles import Partner
from cspr.clocks.calendar import in_full
from cspr.documents.office import Block, Heading, Paragraph, Table, WordPaper, prose
from cspr.documents.pdf import OFFICIAL_SENSITIVE, Paper
from cspr.ui.richtext import read
from referrals.models import Decision
from referrals.papers import approval, decision_context
from referrals.states import DecisionKind, DecisionState
from reviews.models import (
    RapidReview,
)
from reviews.papers.parts import Part, deadline_of, numbered
from reviews.states import (
    OPTIONAL_SECTIONS,
    RAPID_REVIEW_SECTIONS,
    RequestState,
)

NOT_YET = "Not recorded yet"
NOTHING_WRITTEN = "Nothing has been written here yet."
DRAFT = "Draft. No approved decision rests on this text yet."
EARLIER_TEXT = (
    "The text has changed since this decision was made on an earlier one, so it has to be made again."
)


def rapid_review_report(review: RapidReview, user: User) -> Paper:
    """The report to the Panel: sections, who took part, the decision with each criterion, the three sign-offs."""
    decision = _decision_on(review)
    signed_off = review.decision() is not None
    context = {
        "partnership": review.partnership,
        "subtitle": review.case.pseudonym,
        "facts": [
            ("Case", review.case.ref),
            ("Notification", review.notification.panel_reference),
            ("Stage", review.get_state_display()),
        ],
        "signed_off": signed_off,
        "views_title": "Sign-offs of the three safeguarding partners",
        "dates": _dates(review),
        "people": [
            ("Represented", ", ".join(Partner(p).label for p in Partner.values if p in review.represented)),
            ("Took part", review.attendees),
            ("Apologies", review.apologies),
            ("Conflicts of interest declared", review.conflicts_declared or "None recorded"),
        ],
        "agencies": [
            (r.agency.name, RequestState(r.state).label, in_full(r.answered_on) if r.answered_on else "")
            for r in review.requests.select_related("agency").order_by("agency__name")
        ],
        "parts": list(
            numbered(
                Part(code, title, review.report.get(code, "") or NOTHING_WRITTEN)
                for code, title in RAPID_REVIEW_SECTIONS.items()
                if review.report.get(code, "").strip() or (_unsent(review) and code not in OPTIONAL_SECTIONS)
            )
        ),
        **(_decision_context(review, decision) if decision else {}),
    }
    return Paper(
        "pdf/rapid_review.html",
        context,
        title="Rapid review report" if signed_off else "Rapid review report, draft",
        file_stem=f"rapid-review-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
        running_head=review.case.pseudonym,
    )


def rapid_review_word(review: RapidReview, user: User) -> WordPaper:
    """The same report as a Word document, from the same words, for those who have to work on with it."""
    paper = rapid_review_report(review, user)
    said = paper.context
    blocks: list[Block] = [] if said["signed_off"] else [Paragraph(DRAFT, "note")]
    for number, (title, content) in enumerate(_word_parts(said), start=1):
        blocks += [Heading(f"{number}. {title}"), *content]
    return WordPaper(
        title=paper.title,
        subtitle=said["subtitle"],
        file_stem=paper.file_stem,
        marking=paper.marking,
        running_head=paper.running_head,
        blocks=blocks,
    )


def _word_parts(said: dict[str, Any]) -> list[tuple[str, list[Block]]]:
    """Every section with its title, in the order of the PDF."""
    agencies = Table(
        ("Agency", "Answer", "Answered on"),
        [(agency, state, answered or "Not yet") for agency, state, answered in said["agencies"]],
        caption="Agencies that were asked for their account",
        heads=True,
    )
    took_part: list[Block] = [
        _facts("The meeting", said["people"]),
        *([agencies] if said["agencies"] else []),
    ]
    identifiers: list[Block] = [
        _facts("Identifiers", said["facts"]),
        _facts("Dates that matter", said["dates"]),
    ]
    return [
        ("Identifiers and dates", identifiers),
        ("Who took part", took_part),
        *_sections(said["parts"]),
        ("Decision on a Child Safeguarding Practice Review", _word_decision(said)),
    ]


def _sections(parts: list[Part]) -> list[tuple[str, list[Block]]]:
    return [(part.title, [read(part.text)]) for part in parts]


def _word_decision(said: dict[str, Any]) -> list[Block]:
    if "decided" not in said:
        return [Paragraph("Nothing has been proposed yet.")]
    return [
        _facts("What was decided", said["decided"]),
        *([Paragraph(EARLIER_TEXT, "note")] if said["earlier_text"] else []),
        Table(
            ("Ground", "Met", "Why"),
            said["grounds"],
            caption="Each ground by itself",
            widths=(5, 2, 5),
            heads=True,
        ),
        Heading("Reasons", 2),
        *prose(said["decision"].reasons),
        *([Paragraph(said["dissent"], "note")] if said["dissent"] else []),
        Table(
            ("Partner", "View", "Given by and on", "Words"),
            said["views"],
            caption=said["views_title"],
            widths=(3, 2, 3, 5),
            heads=True,
        ),
    ]


def _facts(caption: str, rows: list[tuple[str, str]]) -> Table:
    return Table(
        ("", ""), [(label, str(value or NOT_YET)) for label, value in rows], caption, (1, 2), heads=True
    )


def _unsent(review: RapidReview) -> bool:
    """A report that was sent once is not asked for a section that reports have only had since."""
    return review.first_submitted_on is None


def _decision_on(review: RapidReview) -> Decision | None:
    """The decision on a practice review that stands, or else the one that is proposed."""
    current = review.case.decisions.filter(kind=DecisionKind.REVIEW).exclude(state=DecisionState.SUPERSEDED)
    return current.order_by("-pk").first()


def _decision_context(review: RapidReview, decision: Decision) -> dict[str, Any]:
    return {
        **decision_context(decision),
        "decided": [
            ("Decision" if decision.approved_on else "Proposal", decision.get_outcome_display()),
            ("Stage", decision.get_state_display()),
            ("Approved", approval(decision)),
            ("Fingerprint of what was approved", decision.approved_hash or "None yet"),
        ],
        "earlier_text": decision.evidence_hash != review.report_hash,
    }


def _dates(review: RapidReview) -> list[tuple[str, str]]:
    case, notification = review.case, review.notification
    due = deadline_of(case, "RR_15WD")
    days = [
        ("Incident", case.incident_on),
        ("Local authority became aware", case.la_aware_on),
        ("Notification sent to the Panel", notification.submitted_on),
        ("Rapid review due with the Panel", due and due.due_on),
        ("Meeting held", review.meeting_on),
        ("Sent to the Panel", review.submitted_on),
    ]
    return [
        ("Area of the incident", case.area),
        *((label, in_full(on) if on else NOT_YET) for label, on in days),
    ]
