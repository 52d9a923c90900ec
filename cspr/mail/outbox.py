"""The only way to an e-mail: a row in the outbox, written in the transaction of the change it tells about."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import Count, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from cspr.accounts.models import User
from cspr.audit.log import record
from cspr.mail.kinds import DIGEST, is_registered
from cspr.mail.models import FOR_SUMMARY, ON_ITS_WAY, MailState, OutgoingEmail
from cspr.mail.subjects import subject_model
from cspr.mail.writing import Row, add_new
from cspr.wall.scope import everything

# Mail that has waited longer than this is late: staff see a strip on every page, and monitoring is told.
LATE_AFTER = dt.timedelta(minutes=4)
# Rows of one insert, and rows that one transaction puts into summaries.
PORTION, AT_A_TIME = 1_000, 10_000


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing to tell one person, or one ``address`` whose owner has no account.

    ``dedupe_key`` says what makes it the same message (deadline, due date, offset, person): a key is sent
    once, however often it is queued. ``subject_label`` (``app.model``) and ``subject_ref`` name what it is
    about; the relay asks at the moment of sending whether the person may still see it. Without them an active
    account is enough; a bare address always has a subject, and the subject's manager is asked whether it may still
    be written to (``cspr.mail.subjects``). ``immediate`` goes out at once, everything else in the person's daily
    summary; a bare address has none. ``link`` is kept only until the mail is sent or given up.

    Raises ``ValueError`` for an unregistered kind, an unusable key, or a subject without a visibility rule.
    """

    to: User | int | None = None  # the person, or their id
    address: str = ""
    link: str = ""
    kind: str
    dedupe_key: str
    partnership_id: int
    subject_label: str = ""
    subject_ref: str = ""
    due_on: dt.date | None = None
    immediate: bool = False

    def __post_init__(self) -> None:
        if not is_registered(self.kind):
            raise ValueError(f"No sentence is registered for e-mails of kind {self.kind!r}.")
        if not 0 < len(self.dedupe_key) <= 200:
            raise ValueError("A dedupe key has 1 to 200 characters.")
        if bool(self.subject_label) != bool(self.subject_ref):
            raise ValueError("A subject is named by label and reference together, or not at all.")
        if self.subject_label and subject_model(self.subject_label) is None:
            raise ValueError(f"{self.subject_label!r} is no model with a rule for who may see it.")
        if (self.to is None) != bool(self.address):
            raise ValueError("A message goes to one person or to one address.")
        if self.address and not (self.subject_label and self.immediate):
            raise ValueError("A message to an address is about something, and goes out at once.")


def queue(messages: Iterable[Message]) -> int:
    """Write the rows and return how many were new. A key that is already there is left as it is.

    ``PORTION`` of them at a time, so that neither memory nor a transaction grows with their number. Runs in the
    caller's transaction, where there is one: if the change is rolled back, nobody hears of it.
    """
    now, new, rest = timezone.now(), 0, iter(messages)
    while portion := [_row(message) for message in islice(rest, PORTION)]:
        new += add_new(portion, now)
    return new


def _row(message: Message) -> Row:
    return {
        "partnership_id": message.partnership_id,
        "to_id": message.to.pk if isinstance(message.to, User) else message.to,
        "to_address": message.address,
        "link": message.link,
        "kind": message.kind,
        "subject_label": message.subject_label.lower(),
        "subject_ref": message.subject_ref,
        "due_on": message.due_on,
        "dedupe_key": message.dedupe_key,
        "immediate": message.immediate,
        "state": MailState.QUEUED if message.immediate else MailState.HELD,
    }


def _summary(person: int | None, today: dt.date) -> Row:
    return {
        "to_id": person,
        "kind": DIGEST,
        "dedupe_key": f"digest:{person}:{today}",
        "state": MailState.QUEUED,
    }


def queue_account_mail(address: str, kind: str, link: str = "", partnership_id: int | None = None) -> None:
    """Queue mail about an account: an invitation, a new password, a security notice.

    ``link`` is the single-use link; it is kept only until the mail is sent or given up. ``partnership_id``
    lets that partnership's staff see on /emails/ whether it went out.
    """
    if not is_registered(kind):
        raise ValueError(f"No sentence is registered for e-mails of kind {kind!r}.")
    OutgoingEmail.objects.create(
        partnership_id=partnership_id,
        to_address=address,
        kind=kind,
        link=link,
        dedupe_key=f"account:{uuid.uuid4().hex}",
        immediate=True,
        state=MailState.QUEUED,
    )


def sent_about(label: str, refs: Iterable[str]) -> dict[str, OutgoingEmail]:
    """What became of the e-mail about each of these subjects: the newest, by the subject's reference.

    The caller has fetched the subjects as visible.
    """
    found = OutgoingEmail.objects.filter(subject_label=label, subject_ref__in=list(refs)).order_by("id")
    return {email.subject_ref: email for email in found}


def compose_digests(today: dt.date) -> int:
    """Bundle what is held into one summary per person for ``today``; return how many summaries are new.

    Safe to run any number of times: a person who has today's summary gets the rest with tomorrow's. One statement,
    and four for each transaction: a summary is never there without its parts, and none takes in more people than
    ``AT_A_TIME`` rows are held for (or one person, who may have more).
    """
    held = OutgoingEmail.objects.filter(FOR_SUMMARY)
    counted = held.order_by("to_id").values_list("to_id").annotate(rows=Count("pk"))
    return sum(_compose(people, today) for people in _together(counted))


def _together(counted: Iterable[tuple[int | None, int]]) -> Iterator[list[int | None]]:
    """People and how many rows are held for each, as groups that are few enough rows together."""
    people: list[int | None] = []
    rows = 0
    for person, number in counted:
        if people and rows + number > AT_A_TIME:
            yield people
            people, rows = [], 0
        people.append(person)
        rows += number
    if people:
        yield people


def _compose(people: list[int | None], today: dt.date) -> int:
    """The summaries of these people, in one transaction."""
    with transaction.atomic():
        held = OutgoingEmail.objects.filter(FOR_SUMMARY)
        summaries = [_summary(person, today) for person in people]
        new = add_new(summaries, timezone.now())
        # References are random: one that is found is of a row that was new.
        mine = OutgoingEmail.objects.filter(kind=DIGEST, ref__in=[row["ref"] for row in summaries])
        held.filter(to_id__in=mine.values("to_id")).update(
            digest_id=Subquery(mine.filter(to_id=OuterRef("to_id")).values("pk")[:1])
        )
        return new


def retry(email: OutgoingEmail, *, by: User) -> bool:
    """Put a failed e-mail back in the queue, with the whole summary where it was part of one.

    False, and nothing changed, when somebody already did or it cannot be sent again.
    """
    if not email.may_be_retried or email.partnership is None:
        return False
    now = timezone.now()
    envelope = email.digest_id or email.pk
    with transaction.atomic():
        fresh = {"attempts": 0, "deaths": 0, "put_off_since": None, "next_try_at": now, "waiting_since": now}
        failed = OutgoingEmail.objects.filter(state=MailState.FAILED)
        if not failed.filter(pk=envelope).update(state=MailState.QUEUED, **fresh):
            return False
        failed.filter(digest_id=envelope).update(state=MailState.HELD)
        record(
            partnership=email.partnership,
            kind="outgoingemail.retry",
            by=by,
            subject=OutgoingEmail._meta.label_lower,
            subject_ref=email.ref,
        )
    return True


def oldest_waiting_age(now: dt.datetime | None = None) -> dt.timedelta:
    """How long the oldest e-mail that should be on its way has waited, whoever's it is; none waiting is no time."""
    moment = now or timezone.now()
    with everything():
        oldest = OutgoingEmail.objects.filter(state__in=ON_ITS_WAY).aggregate(at=Min("waiting_since"))["at"]
    return max(moment - oldest, dt.timedelta(0)) if oldest else dt.timedelta(0)


def oldest_untaken_age(now: dt.datetime | None = None) -> dt.timedelta:
    """How long the oldest e-mail that may be taken has not been: a relay that lives takes it within seconds.

    What the mail server put off does not count until its time has come.
    """
    moment = now or timezone.now()
    with everything():
        due = OutgoingEmail.objects.due(moment)
        oldest = due.aggregate(at=Min(Greatest("next_try_at", Coalesce("leased_until", "next_try_at"))))["at"]
    return moment - oldest if oldest else dt.timedelta(0)
