"""On a request: the contacts who answer without an account, and how their links stand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cspr.accounts.models import User
from referrals.permissions import case_staff
from reviews.models import InformationRequest, RequestLink
from reviews.states import AWAITED, LinkState


def links_of(request: InformationRequest, user: User) -> list[dict[str, Any]]:
    """The links of a request that the person may see, with how each stands and what staff can do."""
    today = timezone.localdate()
    links = RequestLink.objects.visible_to(user).filter(request=request).order_by("-id")
    may = case_staff(request, user) is None
    return [_row(link, request, may, today) for link in links]


def _row(link: RequestLink, request: InformationRequest, may: bool, today: dt.date) -> dict[str, Any]:
    return {
        "link": link,
        "ran_out": link.state == LinkState.OPEN and link.expires_on < today,
        "renew": may and request.state in AWAITED,
        "revoke": may and link.state in {LinkState.OPEN, LinkState.LOCKED},
    }
