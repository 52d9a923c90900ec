"""Reminding an agency by hand, besides the ladder."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cspr.accounts.models import User
from cspr.workflow import perform
from reviews.models import InformationRequest
from reviews.reminders import remind_now


def chase_now(
    request: InformationRequest, *, by: User, today: dt.date, version: int | None = None, nonce: str = ""
) -> InformationRequest:
    """One reminder at once, to whom the ladder would turn next; who sent it, and what became of it, are recorded.

    Refused for somebody who is not staff on the case, while the reminders are paused, and twice on one day.
    """
    with transaction.atomic():
        chased: InformationRequest = perform(
            request, "chase_now", by=by, today=today, version=version, nonce=nonce
        )
        remind_now(chased, by, today)
        # An executive who was reminded makes the request one that was escalated.
        return InformationRequest._base_manager.get(pk=chased.pk)
