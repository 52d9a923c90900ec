"""Letters: about a delay, and about the duty to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full, in_short
from cspr.documents.failures import CannotRender
from cspr.documents.office import Heading, Paragraph, Table, WordPaper, prose
from cspr.documents.pdf import OFFICIAL_SENSITIVE, Paper
from referrals.models import Notification
from reviews.models import (
    Delay,
    InformationRequest,
    PracticeReview,
    RapidReview,
)
from reviews.papers.parts import deadline_of

PANEL = "Child Safeguarding Practice Review Panel"
SECRETARY_OF_STATE = "Secretary of State for Education"
# A letter is one page: a reason of more lines than this goes on a page of its own behind it.
MOST_LINES, LINE = 6, 80


@dataclass(frozen=True)
class Said:
    """What a letter about a delay says in fixed words, in PDF and Word alike. ``{}``: "will not be", or "was not"."""

    clock: str
    recipients: tuple[str, ...]
    subject: str
    greeting: str
    told: str
    counted_from: str
    counting: str
    late: str
    rule: str


RAPID = Said(
    clock="RR_15WD",
    recipients=(PANEL,),
    subject="Delay to a rapid review",
    greeting="Dear members of the Panel,",
    told="We are writing to tell you that this rapid review {} with you by its due date, why, and when to expect it.",
    counted_from="Notification sent to you",
    counting="15 working days later",
    late="The due date does not move; the new date stands beside it. We will tell you at once if the new date changes.",
    rule=(
        "The rule: the Panel’s guidance for safeguarding partners asks for a rapid review within 15 working days of "
        "the notification. The time is guidance; it is not set by the Children Act 2004 or by SI 2018/789."
    ),
)
PRACTICE = Said(
    clock="LCSPR_6M",
    recipients=(PANEL, SECRETARY_OF_STATE),
    subject="Delay to a local Child Safeguarding Practice Review",
    greeting="Dear Secretary of State, dear members of the Panel,",
    told=(
        "We are writing to tell you that this local review {} completed and published within six months, why, and when "
        "to expect it."
    ),
    counted_from="Decision to review",
    counting="six months later",
    late=(
        "The due date does not move; the new date stands beside it. We will have regard to any comments you make, and "
        "tell you at once if the new date changes."
    ),
    rule=(
        "The rule: Working Together to Safeguard Children, chapter 5, asks for a local review to be completed and "
        "published as soon as possible and no later than six months from the decision to initiate it, and for the "
        "Panel and the Secretary of State to be told the reasons for a delay. The time is guidance; the duty to review "
        "and to publish is law (Children Act 2004, section 16F)."
    ),
)


def rapid_review_delay(review: RapidReview, user: User) -> Paper:
    """To the Panel: why the rapid review is late, when it was due, when to expect it."""
    return _letter(review, RAPID)


def practice_review_delay(review: PracticeReview, user: User) -> Paper:
    """To the Panel and the Secretary of State: why the review is not published within its six months."""
    return _letter(review, PRACTICE)


def rapid_review_delay_word(review: RapidReview, user: User) -> WordPaper:
    return _word_letter(review, RAPID)


def practice_review_delay_word(review: PracticeReview, user: User) -> WordPaper:
    return _word_letter(review, PRACTICE)


def _letter(review: RapidReview | PracticeReview, said: Said) -> Paper:
    """One page as PDF; reasons that are too long for it stand on a page behind it."""
    context = _delay(review, said)
    return Paper(
        "pdf/delay_letter.html",
        {**context, "annex": _lines(context["delay"].explanation) > MOST_LINES},
        title="Letter about a delay",
        file_stem=f"delay-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
    )


def _word_letter(review: RapidReview | PracticeReview, said: Said) -> WordPaper:
    """The same letter in the same words, for those who have to add to it before it is sent."""
    given = _delay(review, said)
    sender, signed_by = given["sender"], given["signed_by"]
    address = [sender["name"], *(line for line in sender["lines"] if line), "", *given["recipient"]["lines"]]
    return WordPaper(
        title="Letter about a delay",
        file_stem=f"delay-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
        blocks=[
            Paragraph("\n".join(address)),
            Paragraph(f"{in_short(given['date'])}\nOur reference: {given['reference']}"),
            Paragraph(said.greeting),
            Heading(given["subject"]),
            Paragraph(given["told"]),
            Table(("What", "When"), given["facts"], caption="The delay", widths=(1, 2), heads=True),
            *prose(given["delay"].explanation),
            Paragraph(said.late),
            Paragraph(f"Yours sincerely,\n{signed_by['name']}\n{signed_by['post']}"),
            Paragraph(said.rule, "note"),
        ],
    )


def _delay(review: RapidReview | PracticeReview, said: Said) -> dict[str, Any]:
    """What both forms of the letter say. Raises ``CannotRender`` before a delay is recorded."""
    case = review.case
    delays = list(Delay.objects.filter(case=case, clock=said.clock)[:2])
    deadline = deadline_of(case, said.clock)
    if not delays or deadline is None or deadline.due_on is None:
        raise CannotRender("Record the delay first: the reason and the new date stand in the letter.")
    delay, earlier = delays[0], delays[1] if len(delays) > 1 else None
    notification = Notification.objects.filter(case=case).first()
    number = notification.panel_reference if notification else ""
    partnership = review.partnership
    before = (
        f", instead of {in_full(earlier.expected_on)} as we told you on {in_full(earlier.told_on)}"
        if earlier
        else ""
    )
    return {
        "sender": {"name": partnership.name, "lines": [partnership.email, partnership.phone]},
        "recipient": {"lines": [f"The {name}" for name in said.recipients]},
        "signed_by": {"name": "For the safeguarding partners", "post": partnership.name},
        "date": delay.told_on,
        "reference": case.ref,
        "said": said,
        "subject": f"{said.subject}{f': notification {number}' if number else ''}",
        "told": said.told.format("was not" if delay.told_on > deadline.due_on else "will not be"),
        "delay": delay,
        "facts": [
            (said.counted_from, in_full(deadline.trigger_on)),
            ("Due", f"{in_full(deadline.due_on)} ({said.counting})"),
            ("Now expected", f"{in_full(delay.expected_on)}{before}"),
            ("Reason", delay.get_reason_display()),
        ],
    }


def duty_letter(request: InformationRequest, user: User) -> Paper:
    """To an agency: what it is asked and by when, the duty it rests on, and what follows if it is not answered."""
    if request.duty_invoked_on is None or request.due_on is None:
        raise CannotRender("Invoke the duty to answer first: its day stands in the letter.")
    partnership, agency = request.partnership, request.agency
    context = {
        "sender": {"name": partnership.name, "lines": [partnership.email, partnership.phone]},
        "recipient": {"lines": [line for line in (agency.executive_name, agency.name) if line]},
        "signed_by": {"name": "For the safeguarding partners", "post": partnership.name},
        "date": request.duty_invoked_on,
        "reference": request.ref,
        "request": request,
        "overdue": request.due_on < request.duty_invoked_on,
        "phone": partnership.phone,
        "annex": _lines(request.question) > MOST_LINES,
    }
    return Paper(
        "pdf/duty_letter.html",
        context,
        title="Request for information under section 16H",
        file_stem=f"request-{request.ref}",
        marking=OFFICIAL_SENSITIVE,
    )


def _lines(text: str) -> int:
    """About how many lines a text takes in a letter; a new paragraph counts as a line."""
    return sum(1 + len(line) // LINE for line in text.splitlines())
