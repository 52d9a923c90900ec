"""Links by which somebody answers without an account: sending, renewing, entering the code."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cspr.accounts.models import User
from cspr.clocks.models import working_days
from cspr.mail.outbox import Message, queue
from cspr.wall.scope import everything
from cspr.workflow import Refused, begin, in_turn, perform
from referrals.permissions import case_staff
from reviews.models import InformationRequest, LinkPass, RequestLink
from reviews.models.request_link import NOT_ASKED, WRONG_CODES, hashed, new_code
from reviews.states import AWAITED, LinkState

# A link is good for this long after the date on which the answer is due.
DAYS_AFTER = 10
# Ten working days never span more than this.
A_MONTH = dt.timedelta(days=30)


@dataclass(frozen=True)
class Handed:
    """A link that is on its way, and the code that is shown once and kept nowhere."""

    link: RequestLink
    code: str


def last_day(request: InformationRequest, today: dt.date) -> dt.date:
    """Ten working days after the date the answer is due, or after today where that has passed or is years ahead."""
    calendar, due = working_days(), max(request.due_on or today, today)
    return calendar.add(due if due < calendar.last - A_MONTH else today, DAYS_AFTER)


def send_link(
    request: InformationRequest, *, by: User, today: dt.date, name: str, role: str, email: str, code_by: str,
    expires_on: dt.date, version: int | None = None, nonce: str = "",
) -> Handed:  # fmt: skip
    """Mail a contact a link to this one request; the code goes another way.

    Refused for somebody who is not staff on the case, and while the agency is not asked.
    """
    reason = case_staff(request, by)
    if reason is None and request.state not in AWAITED:
        reason = NOT_ASKED
    if reason is None and expires_on < today:
        reason = "Give a last day from today on."
    if reason:
        raise Refused(reason)
    token, code = secrets.token_urlsafe(32), new_code()
    link = RequestLink(
        request=request, name=name, role=role, email=email.strip().lower(), code_by=code_by, expires_on=expires_on,
        sent_by=by,
    )  # fmt: skip
    link.arm(token, code)
    with transaction.atomic():
        facts = {"code_by": code_by, "expires_on": expires_on, "request": request.ref}
        link = begin(link, by=by, today=today, nonce=nonce, facts=facts)
        _mail(link, token)
    return Handed(link, code)


def renew_link(
    link: RequestLink, *, by: User, today: dt.date, expires_on: dt.date, version: int | None = None, nonce: str = ""
) -> Handed:  # fmt: skip
    """Mail a new link with a new code; the earlier ones open nothing more, whatever their state was."""
    token, code = secrets.token_urlsafe(32), new_code()
    with transaction.atomic():
        renewed = perform(
            link, "renew", by=by, today=today, version=version, nonce=nonce, token=token, code=code,
            expires_on=expires_on,
        )  # fmt: skip
        _mail(renewed, token)
    return Handed(renewed, code)


def _mail(link: RequestLink, token: str) -> None:
    message = Message(
        address=link.email,
        link=settings.SITE_URL + reverse("by-link-open", args=[token]),
        kind="request_link",
        dedupe_key=f"link:{link.ref}:{link.version}",
        partnership_id=link.partnership.pk,
        subject_label=RequestLink._meta.label_lower,
        subject_ref=link.ref,
        due_on=link.request.due_on,
        immediate=True,
    )
    queue([message])


@everything()
def find_link(token: str, today: dt.date) -> RequestLink | None:
    """The link that ``token`` opens today; None when it is wrong, used, revoked, locked or too old."""
    found = RequestLink._base_manager.filter(token_hash=hashed(token)).select_related(
        "request__agency", "request__rapid_review__case__partnership"
    )
    link = found.first()
    return link if link is not None and link.live(today) else None


@everything()
def link_of(ref: str, today: dt.date) -> RequestLink | None:
    """The link with this reference if it still opens its request: for a browser that came by its address."""
    found = RequestLink._base_manager.filter(ref=ref).select_related(
        "request__rapid_review__case__partnership"
    )
    link = found.first() if ref else None
    return link if link is not None and link.live(today) else None


def enter_code(link: RequestLink, code: str, *, today: dt.date) -> str | None:
    """The key of the browser that may answer from now on; None when the code was wrong. The fifth locks the link.

    Right or wrong is counted under the link's lock, so that many tries at once are many tries.
    """
    with in_turn(link.partnership):
        locked = RequestLink._base_manager.select_for_update().get(pk=link.pk)
        if not locked.live(today):
            return None
        if locked.fits(code):
            key = secrets.token_urlsafe(32)
            perform(locked, "enter", by=None, today=today, browser=key)
            return key
        missed = perform(locked, "miss", by=None, today=today)
        if missed.wrong_codes >= WRONG_CODES:
            perform(missed, "lock", by=None, today=today)
        return None


@everything()
def pass_for(ref: str, key: str, today: dt.date) -> LinkPass | None:
    """The pass that this browser holds today; None when it holds none any more."""
    links = RequestLink._base_manager.filter(ref=ref, browser_hash=hashed(key)).select_related(
        "request__agency", "request__rapid_review__case__partnership"
    )
    link = links.first() if ref and key else None
    return LinkPass(link, key) if link is not None and link.live(today) else None


def end_links(request: InformationRequest, *, today: dt.date) -> None:
    """The agency has answered, or is not asked any more: none of its links opens anything."""
    for link in RequestLink._base_manager.filter(
        request=request, state__in=[LinkState.OPEN, LinkState.LOCKED]
    ):
        perform(link, "end", by=None, today=today)
