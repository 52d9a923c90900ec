"""Reminding the data-protection officer and the team of a request for access, by the ladder of its clock.

A reminder is keyed by request, date, rung and person, so that the outbox takes each once, however often this runs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from cspr.accounts.models import Membership
from cspr.clocks.models import working_days
from cspr.clocks.reminders import latest_moment
from cspr.mail.outbox import Message, queue
from referrals.reminders import also
from reviews.access_permissions import ACCESS_KEEPERS
from reviews.models import AccessRequest
from reviews.questions.access_request import ACCESS_OPEN


@also
def remind_of_access_requests(today: dt.date) -> int:
    """Queue what is due for every open request; return how many reminders are new."""
    requests = list(AccessRequest.objects.filter(state__in=sorted(ACCESS_OPEN)))
    people: dict[int, set[int]] = defaultdict(set)
    held = Membership.objects.in_force(today).filter(
        partnership__in={request.partnership_id for request in requests}, role__in=ACCESS_KEEPERS
    )
    for place, user in held.values_list("partnership_id", "user_id"):
        people[place].add(user)
    return queue(m for request in requests for m in _messages(request, people[request.partnership_id], today))


def _messages(request: AccessRequest, people: set[int], today: dt.date) -> Iterator[Message]:
    moment = latest_moment(request.clock, request.received_on, request.due_on, working_days(), today)
    if moment is None:
        return
    for user in sorted(people):
        yield Message(
            to=user,
            kind="access_late" if moment.late else "access_near",
            dedupe_key=f"access:{request.ref}:{request.due_on}:{moment.offset}:{user}",
            partnership_id=request.partnership_id,
            subject_label=AccessRequest._meta.label_lower,
            subject_ref=request.ref,
            due_on=request.due_on,
        )
