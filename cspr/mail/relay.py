"""Sends what the outbox holds. A plain function: run by the worker, by ``manage.py relay``, by a test.

A row is leased, checked, sent and marked, one after the other. A relay killed in between loses nothing: its
lease runs out and the row is sent again under the same Message-ID. Only a death between the server's
"accepted" and our mark can make a mail arrive twice (docs/decisions/0003). A row that a relay died
with is sent after all others, in ever smaller company, and given up after the third death: it may be what kills them.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from cspr.accounts.models import load_standing
from cspr.mail.kinds import DIGEST
from cspr.mail.letters import message_for
from cspr.mail.models import MailState, OutgoingEmail, OutgoingEmailQuerySet, Trouble
from cspr.mail.subjects import reachable_pairs, visible_pairs

BATCH = 100
# How many rows are taken together that have seen so many deaths. The last is alone: the next death is its own doing.
TOGETHER = (BATCH, 10, 1)
IN_TURN = ("-immediate", "next_try_at", "pk")
# Longer than a task may run (CELERY_TASK_TIME_LIMIT), so that a lease outlives whoever holds it.
LEASE = dt.timedelta(seconds=150)
# No new e-mail is begun after this; four slow answers of 20 s (EMAIL_TIMEOUT) still fit in the lease.
BUDGET_SECONDS = 60.0
BACK_OFF = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
GIVE_UP_AFTER = dt.timedelta(hours=24)

log = logging.getLogger(__name__)


@dataclass
class Batch:
    """Rows this relay alone may send until the lease runs out."""

    lease: str
    emails: list[OutgoingEmail]
    parts: dict[int, list[OutgoingEmail]] = field(default_factory=lambda: defaultdict(list))

    def subjects(self) -> Iterable[OutgoingEmail]:
        """The rows whose subject decides: a summary's parts stand for the summary."""
        for email in self.emails:
            yield from self.parts[email.pk] if email.kind == DIGEST else [email]


def relay(now: dt.datetime | None = None) -> int:
    """Send what is due and return how many e-mails the server accepted. Nothing due: nothing is opened.

    Stops early, leaving the rest to the next run, when its time is up or the mail server cannot be reached.
    """
    stop_at = time.monotonic() + BUDGET_SECONDS
    sent = 0
    while time.monotonic() < stop_at:
        batch = take(now or timezone.now())
        if not batch.emails:
            break
        accepted, reachable = deliver(batch, now or timezone.now(), stop_at)
        sent += accepted
        if not reachable:
            break
    return sent


def take(now: dt.datetime) -> Batch:
    """Lease up to a hundred due rows, urgent ones first. Two relays never get the same row."""
    lease = uuid.uuid4().hex
    with transaction.atomic():
        due = OutgoingEmail.objects.due(now).select_for_update(skip_locked=True).order_by(*IN_TURN)
        ids = list(due.filter(state=MailState.QUEUED, deaths=0).values_list("pk", flat=True)[:BATCH])
        ids = ids or _some_that_saw_a_death(due)
        if not ids:
            return Batch(lease, [])
        OutgoingEmail.objects.filter(pk__in=ids).update(
            state=MailState.LEASED, lease=lease, leased_until=now + LEASE
        )
    emails = OutgoingEmail.objects.filter(pk__in=ids).select_related("to", "partnership")
    batch = Batch(lease, list(emails.order_by(*IN_TURN)))
    for part in OutgoingEmail.objects.filter(digest_id__in=ids, state=MailState.HELD).select_related("to"):
        batch.parts[part.digest_id or 0].append(part)
    return batch


def _some_that_saw_a_death(due: OutgoingEmailQuerySet) -> list[int]:
    """The next rows that a relay had in hand when it died; whichever has seen too many deaths is given up."""
    left_behind = due.filter(state=MailState.LEASED)
    if spent := list(left_behind.filter(deaths=len(TOGETHER) - 1).values_list("pk", flat=True)):
        _give_up(OutgoingEmail.objects.filter(pk__in=spent), spent, Trouble.WORKER_DIED)
    if dead := list(left_behind.values_list("pk", flat=True)):
        # Left to be taken now, like any other that waits.
        ours = OutgoingEmail.objects.filter(pk__in=dead)
        ours.update(state=MailState.QUEUED, deaths=F("deaths") + 1, lease="", leased_until=None)
    fewest = due.filter(state=MailState.QUEUED).aggregate(deaths=Min("deaths"))["deaths"]
    if fewest is None:
        return []
    return list(
        due.filter(state=MailState.QUEUED, deaths=fewest).values_list("pk", flat=True)[: TOGETHER[fewest]]
    )


def _give_up(rows: QuerySet[OutgoingEmail], summaries: list[int], trouble: Trouble) -> None:
    """These rows could not be sent, and no part of a summary among them was."""
    end = {"state": MailState.FAILED, "last_error": trouble}
    if rows.update(lease="", leased_until=None, link="", **end):
        OutgoingEmail.objects.filter(digest_id__in=summaries, state=MailState.HELD).update(**end)


def deliver(batch: Batch, now: dt.datetime, stop_at: float) -> tuple[int, bool]:
    """Send a batch over one connection; return how many it accepted and whether it was reachable."""
    emails = drop_unwanted(batch)
    if not emails:
        return 0, True
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        put_off_all(batch, emails, now, _trouble_at_the_door(error))
        return 0, False
    try:
        return _send_in_turn(batch, emails, connection, now, stop_at)
    finally:
        _close(connection)


def _send_in_turn(
    batch: Batch, emails: list[OutgoingEmail], connection: BaseEmailBackend, now: dt.datetime, stop_at: float
) -> tuple[int, bool]:
    accepted = 0
    for place, email in enumerate(emails):
        if time.monotonic() >= stop_at:
            release(batch, emails[place:])
            break
        trouble = send(connection, email, batch.parts[email.pk])
        if trouble is None:
            mark_sent(email)
            accepted += 1
        elif trouble == Trouble.NOT_LET_IN:
            put_off_all(batch, emails[place:], now, trouble)
            return accepted, False
        else:
            settle(batch, email, now, trouble)
            if trouble == Trouble.LOST:
                release(batch, emails[place + 1 :])
                break
    return accepted, True


def send(connection: BaseEmailBackend, email: OutgoingEmail, parts: list[OutgoingEmail]) -> Trouble | None:
    """Hand one e-mail to the server; ``None`` when it was accepted. Logs reference and codes, never words."""
    code = 0
    try:
        if connection.send_messages([message_for(email, parts)]):
            return None
        trouble = Trouble.ADDRESS_UNUSABLE
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        trouble = Trouble.ADDRESS_REFUSED if code >= 500 else Trouble.PUT_OFF
    except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as error:
        code = error.smtp_code
        trouble = Trouble.NOT_LET_IN if code >= 500 else Trouble.PUT_OFF
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        trouble = Trouble.MESSAGE_REFUSED if code >= 500 else Trouble.PUT_OFF
    except ValueError:
        trouble = Trouble.ADDRESS_UNUSABLE
    except (OSError, smtplib.SMTPException):
        trouble = Trouble.LOST
    if code == 421:  # the server hangs up after this one
        trouble = Trouble.LOST
    log.warning("E-mail %s was not accepted: %s %s", email.ref, trouble.value, code)
    return trouble


def _trouble_at_the_door(error: Exception) -> Trouble:
    refused = isinstance(error, (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError))
    trouble = Trouble.NOT_LET_IN if refused else Trouble.UNREACHABLE
    log.warning("No e-mail was sent: %s %s", trouble.value, getattr(error, "smtp_code", ""))
    return trouble


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        log.info("The mail server had already hung up.")


def drop_unwanted(batch: Batch) -> list[OutgoingEmail]:
    """Drop what its recipient may no longer know of, asked now, not when it was queued; return the rest."""
    reasons = _reasons_against(list(batch.subjects()))
    for summary in batch.emails:
        remaining = [part for part in batch.parts[summary.pk] if part.pk not in reasons]
        if summary.kind == DIGEST and not remaining:
            lost = [reasons[part.pk] for part in batch.parts[summary.pk]]
            reasons[summary.pk] = lost[0] if lost else Trouble.ACCESS_ENDED
        batch.parts[summary.pk] = remaining
    for reason in set(reasons.values()):
        waiting = OutgoingEmail.objects.filter(state__in=[MailState.LEASED, MailState.HELD])
        waiting.filter(pk__in=[pk for pk, why in reasons.items() if why == reason]).update(
            state=MailState.DROPPED, last_error=reason, lease="", leased_until=None, link=""
        )
    return [email for email in batch.emails if email.pk not in reasons]


def _reasons_against(emails: list[OutgoingEmail]) -> dict[int, Trouble]:
    people = {email.to_id: email.to for email in emails if email.to}
    load_standing(people.values())
    asked, addressed = defaultdict(list), defaultdict(list)
    for email in emails:
        if email.subject_label and email.to_id in people:
            asked[email.subject_label].append((people[email.to_id], email.subject_ref))
        elif email.subject_label:
            addressed[email.subject_label].append((email.to_address, email.subject_ref))
    visible = {label: visible_pairs(label, pairs) for label, pairs in asked.items()}
    reachable = {label: reachable_pairs(label, pairs) for label, pairs in addressed.items()}
    reasons: dict[int, Trouble] = {}
    for email in emails:
        label, ref = email.subject_label, email.subject_ref
        if email.to and not email.to.is_active:
            reasons[email.pk] = Trouble.ACCOUNT_CLOSED
        elif label and email.to and (email.to.pk, ref) not in visible[label]:
            reasons[email.pk] = Trouble.ACCESS_ENDED
        elif label and not email.to and (email.to_address, ref) not in reachable[label]:
            reasons[email.pk] = Trouble.NOT_WANTED
    return reasons


def mark_sent(email: OutgoingEmail) -> None:
    """The server has it: true whoever holds the lease by now, and for the parts of a summary as well."""
    OutgoingEmail.objects.filter(_with_parts(email)).update(
        state=MailState.SENT, sent_at=timezone.now(), last_error="", lease="", leased_until=None, link=""
    )


def _with_parts(email: OutgoingEmail) -> Q:
    return Q(pk=email.pk) | Q(digest_id=email.pk, state=MailState.HELD)


def settle(batch: Batch, email: OutgoingEmail, now: dt.datetime, trouble: Trouble) -> None:
    """Give up on a permanent refusal, or after a day of temporary ones; otherwise try again later."""
    since = email.put_off_since or now
    temporary = trouble in {Trouble.PUT_OFF, Trouble.LOST}
    if temporary and now - since < GIVE_UP_AFTER:
        email.put_off_since = since
        put_off_all(batch, [email], now, trouble)
        return
    _give_up(OutgoingEmail.objects.filter(pk=email.pk, lease=batch.lease), [email.pk], trouble)


def put_off_all(batch: Batch, emails: list[OutgoingEmail], now: dt.datetime, trouble: Trouble) -> None:
    """Let the rows wait 1, 5, 15, then 60 minutes. One statement for all of them.

    A server that cannot be reached uses up nobody's day: those rows wait until it is back.
    """
    for email in emails:
        email.deaths = 0  # whoever tried it is alive
        email.next_try_at = now + BACK_OFF[min(email.attempts, len(BACK_OFF) - 1)]
        email.attempts += 1
        email.state, email.last_error = MailState.QUEUED, trouble
        email.lease, email.leased_until = "", None
    fields = ["next_try_at", "attempts", "state", "last_error", "lease", "leased_until"]
    fields += ["put_off_since", "deaths"]
    OutgoingEmail.objects.filter(lease=batch.lease).bulk_update(emails, fields)


def release(batch: Batch, emails: list[OutgoingEmail]) -> None:
    """Give back rows that were not tried."""
    OutgoingEmail.objects.filter(pk__in=[email.pk for email in emails], lease=batch.lease).update(
        state=MailState.QUEUED, lease="", leased_until=None
    )
