"""The e-mails that went out: who got which, and that none of them says anything of a case."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from cspr.mail import letters
from cspr.mail.kinds import DIGEST, SUBJECT, registered_kinds
from cspr.mail.models import MailState, OutgoingEmail
from reviews.models import Chase

FIXED = (
    "Hello,", letters.SIGN_IN, letters.OPEN_LINK, letters.WITH_CODE, letters.RING, letters.UNEXPECTED, letters.CLOSING,
)  # fmt: skip
DAY = r"[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+ \d{4}"
# What varies: a date, a count, the way to sign in, a link without an account, the team's telephone number.
VARYING = re.compile(
    rf"Due date: {DAY}\.|The earliest due date: {DAY}\.|{re.escape(settings.SITE_URL)}/work/"
    rf"|{re.escape(settings.SITE_URL)}/answer/open/[\w-]+/"
)
COUNT = re.compile(r" There are \d+ of these\.$")


def letters_to(address: str) -> list[EmailMessage]:
    """What the mail server has for this address, the oldest first."""
    return [letter for letter in mail.outbox if letter.to == [address]]


def link_in(letter: EmailMessage) -> str:
    """The path of the link by which somebody answers without an account."""
    found = re.search(r"\S+/answer/open/\S+", str(letter.body))
    assert found, letter.body
    return urlsplit(found.group()).path


def more_than_fixed_words(phone: str) -> list[str]:
    """Every line of an e-mail that is neither one of the fixed sentences nor a date, a count, a link or ``phone``."""
    sentences = {*FIXED, *registered_kinds().values(), phone}
    found = []
    for letter in mail.outbox:
        assert (letter.subject, len(letter.to), letter.cc, letter.bcc) == (SUBJECT, 1, [], [])
        for line in filter(None, str(letter.body).splitlines()):
            said = COUNT.sub("", line.removeprefix("- "))
            if said not in sentences and not VARYING.fullmatch(said):
                found.append(line)
    return found


def told() -> dict[str, set[str]]:
    """Who was told what, at once or in a daily summary: the recipients of each kind of e-mail that went out."""
    found: dict[str, set[str]] = defaultdict(set)
    for email in OutgoingEmail.objects.filter(state=MailState.SENT).exclude(kind=DIGEST).select_related("to"):
        found[email.kind].add(email.address.removesuffix("@samplebury.example"))
    return dict(found)


def reminders(agency: str) -> list[tuple[dt.date, str, str]]:
    """Every reminder that went out about this agency's answer: the day, the address and the sentence."""
    refs = Chase.objects.filter(request__agency__name=agency).values("ref")
    sent = OutgoingEmail.objects.filter(subject_ref__in=refs, state=MailState.SENT).select_related("to")
    return [
        (timezone.localdate(email.sent_at), email.address, email.sentence) for email in sent.order_by("id")
    ]
