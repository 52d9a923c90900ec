"""The words of an e-mail. All of them are fixed: only a date, a count, a link and the team's telephone number vary."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from cspr.mail.kinds import DIGEST, SUBJECT, rings, sentence_for
from cspr.mail.models import OutgoingEmail

SIGN_IN = "Sign in to the case review system to see what it is:"
OPEN_LINK = "To go on, open this link. It works once, and only for a short time:"
WITH_CODE = "To go on, open this link. You also need the code that the team gives you another way:"
RING = "To speak to the team that sent this, ring:"
UNEXPECTED = "If you did not expect this e-mail, do nothing. Nothing will happen."
CLOSING = "Do not reply. Nothing about a child is ever in our e-mails."


@dataclass(frozen=True)
class Letter:
    """One e-mail in plain words, rendered twice: as text and as very simple HTML with the same content."""

    paragraphs: Sequence[str]
    items: Sequence[str]
    invitation: str
    link: str  # an address to open, or, where there is nothing to open, a telephone number
    closing: Sequence[str]

    @property
    def opens(self) -> bool:
        return "://" in self.link

    def text(self) -> str:
        items = ["\n".join(f"- {item}" for item in self.items)] if self.items else []
        blocks = ["Hello,", *self.paragraphs, *items, f"{self.invitation}\n{self.link}", *self.closing]
        return "\n\n".join(blocks) + "\n"

    def html(self) -> str:
        return render_to_string("emails/letter.html", {"letter": self, "subject": SUBJECT})


def long_date(day: dt.date) -> str:
    """``Tuesday 29 December 2026``: a date nobody has to work out."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def letter_for(email: OutgoingEmail, parts: Sequence[OutgoingEmail] = ()) -> Letter:
    """The letter of one row; for a daily summary, of its remaining ``parts``."""
    if email.kind == DIGEST:
        return _summary(parts)
    due = [f"Due date: {long_date(email.due_on)}."] if email.due_on else []
    if email.link:
        how = WITH_CODE if email.subject_label else OPEN_LINK
        return Letter([email.sentence, *due], [], how, email.link, [UNEXPECTED, CLOSING])
    if rings(email.kind):
        phone = email.partnership.phone if email.partnership else ""
        return Letter([email.sentence, *due], [], RING, phone, [CLOSING])
    return Letter([email.sentence, *due], [], SIGN_IN, work_link(), [CLOSING])


def work_link() -> str:
    return f"{settings.SITE_URL}/work/"


def _summary(parts: Sequence[OutgoingEmail]) -> Letter:
    due = [part.due_on for part in parts if part.due_on]
    earliest = [f"The earliest due date: {long_date(min(due))}."] if due else []
    return Letter([sentence_for(DIGEST), *earliest], _counted(parts), SIGN_IN, work_link(), [CLOSING])


def _counted(parts: Iterable[OutgoingEmail]) -> list[str]:
    counts = Counter(part.sentence for part in parts)
    return [
        sentence if count == 1 else f"{sentence} There are {count} of these."
        for sentence, count in sorted(counts.items())
    ]


def message_for(email: OutgoingEmail, parts: Sequence[OutgoingEmail] = ()) -> EmailMultiAlternatives:
    """The message of one row: one recipient, fixed subject, no copy, no attachment, the row's Message-ID."""
    letter = letter_for(email, parts)
    message = EmailMultiAlternatives(
        subject=SUBJECT,
        body=letter.text(),
        to=[email.address],
        headers={
            "Message-ID": email.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(letter.html(), "text/html")
    return message
