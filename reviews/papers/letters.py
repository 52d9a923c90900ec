"""Letters: about a delay, and about the duty to answer."""

from __future__ import annotations

from cspr.accounts.models import User
from cspr.documents.failures import CannotRender
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


def rapid_review_delay(review: RapidReview, user: User) -> Paper:
    """To the Panel: why the rapid review is late, when it was due, when to expect it."""
    return _delay_letter("pdf/rapid_review_delay.html", review, "RR_15WD", review.notification, [PANEL])


def practice_review_delay(review: PracticeReview, user: User) -> Paper:
    """To the Panel and the Secretary of State: why the review is not published within its six months."""
    notification = Notification.objects.filter(case=review.case).first()
    recipients = [PANEL, SECRETARY_OF_STATE]
    return _delay_letter("pdf/practice_review_delay.html", review, "LCSPR_6M", notification, recipients)


def _delay_letter(
    template: str,
    review: RapidReview | PracticeReview,
    clock: str,
    notification: Notification | None,
    recipients: list[str],
) -> Paper:
    case = review.case
    delays = list(Delay.objects.filter(case=case, clock=clock)[:2])
    deadline = deadline_of(case, clock)
    if not delays or deadline is None or deadline.due_on is None:
        raise CannotRender("Record the delay first: the reason and the new date stand in the letter.")
    delay, earlier = delays[0], delays[1] if len(delays) > 1 else None
    partnership = review.partnership
    context = {
        "sender": {"name": partnership.name, "lines": [partnership.email, partnership.phone]},
        "recipient": {"lines": [f"The {name}" for name in recipients]},
        "signed_by": {"name": "For the safeguarding partners", "post": partnership.name},
        "date": delay.told_on,
        "reference": case.ref,
        "panel_reference": notification.panel_reference if notification else "",
        "delay": delay,
        "earlier": earlier,
        "deadline": deadline,
        "passed": delay.told_on > deadline.due_on,
        "annex": _lines(delay.explanation) > MOST_LINES,
    }
    return Paper(
        template,
        context,
        title="Letter about a delay",
        file_stem=f"delay-{review.ref}",
        marking=OFFICIAL_SENSITIVE,
    )


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
