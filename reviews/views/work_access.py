"""What requests for access put on "Your work" of the data-protection officer and the team."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cspr.accounts.models import User
from cspr.clocks.models import working_days
from referrals.views.work import MOST, Item, work_from
from reviews.access_permissions import ACCESS_KEEPERS
from reviews.models import AccessRequest
from reviews.questions.access_request import ACCESS_OPEN, AccessState

TASKS = {
    AccessState.RECEIVED: "Prepare the answer to a request for access",
    AccessState.PREPARED: "Check the answer to a request for access",
    AccessState.CONFIRMED: "Hand over the answer to a request for access",
}
SECOND_PERSON = "a second person to check it"


def access_requests(user: User, today: dt.date) -> Iterable[Item]:
    """Open requests, the nearest date first. One statement, and none for others."""
    if not user.partnerships(*ACCESS_KEEPERS):
        return
    for one in AccessRequest.objects.visible_to(user).filter(state__in=sorted(ACCESS_OPEN))[:MOST]:
        own = one.state == AccessState.PREPARED and one.prepared_by_id == user.pk
        yield Item(
            words=TASKS[AccessState(one.state)],
            url=one.get_absolute_url(),
            about=one.ref,
            due_on=one.due_on,
            since=one.received_on,
            waits_for=SECOND_PERSON if own else "",
            force=one.clock.force,
            working_days=working_days().number_if_known(today, one.due_on),
        )


def register() -> None:
    """Put these on the page; called once, when the app is ready."""
    work_from(access_requests)
