"""Asking agencies: who is on the board, sending, withdrawing, and their answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from cspr.accounts.models import Agency, User
from cspr.accounts.roles import Role
from cspr.workflow import Refused, begin, in_turn, note, perform
from referrals.models import CaseMember
from referrals.permissions import access_changed, case_staff
from reviews.emails import authors
from reviews.models import InformationRequest, RapidReview
from reviews.states import RAPID_REVIEW_ENDED, RequestState


def add_request(
    review: RapidReview, *, by: User, today: dt.date, agency: Agency, nonce: str = ""
) -> InformationRequest:
    """Put one agency on the request board. Nothing is sent yet, and nobody gets access by it.

    Refused for somebody who is not staff on the case, once the rapid review has ended, for an agency of
    another partnership, and for one that is on the board already.
    """
    reason = case_staff(review, by)
    if reason:
        raise Refused(reason)
    if review.state in RAPID_REVIEW_ENDED:
        raise Refused("The rapid review has ended, so no agency is asked any more.")
    if not review.partnership.agencies.filter(pk=agency.pk).exists():
        raise Refused("That agency does not work with this partnership.")
    with in_turn(review.partnership, by=by, nonce=nonce):
        if review.requests.filter(agency=agency).exists():
            raise Refused(f"{agency.name} is on the list already.")
        request = InformationRequest(rapid_review=review, agency=agency)
        return begin(request, by=by, today=today, nonce=nonce, facts={"agency": agency.pk})


def add_requests(
    review: RapidReview,
    *,
    by: User,
    today: dt.date,
    agencies: Iterable[Agency],
    version: int | None = None,
    nonce: str = "",
) -> list[InformationRequest]:
    """Put several agencies on the board; either all or none. ``version`` says nothing here: agencies only add up."""
    with transaction.atomic():
        return [
            add_request(review, by=by, today=today, agency=agency, nonce="" if place else nonce)
            for place, agency in enumerate(agencies)
        ]


def request_info(
    review: RapidReview,
    *,
    by: User,
    today: dt.date,
    due_on: dt.date,
    question: str = "",
    statutory: bool = False,
    version: int | None = None,
    nonce: str = "",
) -> RapidReview:
    """Ask every agency on the board that has not been asked yet, all by the same date."""
    with transaction.atomic():
        asked = perform(review, "request_info", by=by, today=today, version=version, nonce=nonce)
        for request in asked.requests.filter(state=RequestState.NOT_SENT):
            send(request, by=by, today=today, due_on=due_on, question=question, statutory=statutory)
        return asked


def send(
    request: InformationRequest,
    *,
    by: User,
    today: dt.date,
    due_on: dt.date,
    question: str = "",
    statutory: bool = False,
    version: int | None = None,
    nonce: str = "",
) -> InformationRequest:
    """Send one request. The agency's report authors get access to the case for their own answer."""
    with transaction.atomic():
        sent = perform(
            request,
            "send",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            due_on=due_on,
            question=question,
            statutory=statutory,
        )
        _let_in(sent, by, today)
        return sent


def _let_in(request: InformationRequest, by: User, today: dt.date) -> None:
    people = authors(request)
    for user in people:
        grant, new = CaseMember.objects.get_or_create(
            case=request.case,
            user=user,
            capacity=Role.AUTHOR,
            defaults={"starts_on": today, "granted_by": by},
        )
        if not new and grant.ends_on is not None:
            grant.ends_on, grant.granted_by = None, by
            grant.save()
    access_changed(request.case)
    note(request, "let_in", by=by, today=today, people=[user.ref for user in people])


def withdraw(
    request: InformationRequest,
    *,
    by: User,
    today: dt.date,
    words: str,
    version: int | None = None,
    nonce: str = "",
) -> InformationRequest:
    """Ask this agency no more. Its authors leave the case, unless another agency they write for is still asked."""
    with transaction.atomic():
        ended = perform(request, "withdraw", by=by, today=today, version=version, nonce=nonce, words=words)
        others = ended.rapid_review.requests.exclude(pk=ended.pk).exclude(
            state__in=[RequestState.NOT_SENT, RequestState.WITHDRAWN]
        )
        still = {user.pk for other in others for user in authors(other)}
        leaving = [user for user in authors(ended) if user.pk not in still]
        CaseMember.objects.filter(case=ended.case, user__in=leaving, capacity=Role.AUTHOR).update(
            ends_on=today - dt.timedelta(days=1)
        )
        access_changed(ended.case)
        note(ended, "let_out", by=by, today=today, people=[user.ref for user in leaving])
        return ended
