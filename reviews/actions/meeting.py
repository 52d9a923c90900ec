"""Meetings: planned with everybody on the case, a conflict acted on at once, and the partnership's own rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.audit.log import record
from cspr.workflow import Refused, begin, in_turn, perform
from referrals.models import Case
from referrals.permissions import STAFF_ONLY, access_changed, case_staff
from reviews.models import Meeting, MeetingRules, RapidReview
from reviews.states import Capacity, MeetingPurpose, MeetingState

# Who is asked by itself, and as what. An agency's author only gives information.
ASKED: dict[str, str] = {
    Role.STAFF: Capacity.MEMBER,
    Role.CHAIR: Capacity.MEMBER,
    Role.PARTNER: Capacity.MEMBER,
    Role.AUTHOR: Capacity.INFORMATION,
}


def plan_meeting(
    review: RapidReview,
    *,
    by: User,
    today: dt.date,
    day: dt.date,
    starts_at: dt.time,
    ends_at: dt.time,
    place: str,
    version: int | None = None,
    nonce: str = "",
) -> Meeting:
    """Plan the meeting of a rapid review and ask everybody on the case's access list.

    Refused for somebody who is not staff on the case, and while another meeting is planned.
    """
    reason = case_staff(review, by)
    if reason:
        raise Refused(reason)
    agenda = list(MeetingRules.of(review.partnership).agenda)
    meeting = Meeting(case=review.case, purpose=MeetingPurpose.RAPID_REVIEW, agenda=agenda)
    meeting.take_place(day, starts_at, ends_at, place)
    with in_turn(review.partnership, by=by, nonce=nonce):
        of_review = review.case.meetings.filter(purpose=MeetingPurpose.RAPID_REVIEW)
        if of_review.filter(state=MeetingState.PLANNED).exists():
            raise Refused("A meeting is planned already. Move it, or cancel it first.")
        meeting = begin(meeting, by=by, today=today, nonce=nonce, facts={"on": day})
        people = on_the_list(review.case, today)
        return perform(meeting, "invite", by=by, today=today, people=people) if people else meeting


def on_the_list(case: Case, today: dt.date, *, without: Iterable[int] = ()) -> list[dict[str, Any]]:
    """Everybody on the access list today who belongs to a meeting, as a row of ``Participant``, each once."""
    out = {*without, *case.conflicted_people()}
    rows: dict[int, dict[str, Any]] = {}
    current = case.members.filter(capacity__in=ASKED, starts_on__lte=today).exclude(ends_on__lt=today)
    for member in current.select_related("user").order_by("pk"):
        user = member.user
        if user.pk in out or not user.is_active:
            continue
        agency = next(
            (m.agency for m in user.standing if m.partnership_id == case.partnership_id and m.agency), None
        )
        row = {
            "user": user,
            "name": user.name,
            "role": ", ".join(word for word in (user.job_title, agency.name if agency else "") if word),
            "capacity": ASKED[member.capacity],
            "partner": user.partner_for(case.partnership_id) if member.capacity == Role.PARTNER else "",
            "agency_type": agency.type if agency else "",
        }
        if user.pk not in rows or row["capacity"] == Capacity.MEMBER:
            rows[user.pk] = row
    return list(rows.values())


def note_conflict(
    meeting: Meeting,
    *,
    by: User,
    today: dt.date,
    participant: int,
    words: str,
    version: int | None = None,
    nonce: str = "",
) -> Meeting:
    """Record a conflict that is declared at the meeting, and on the case at once: the access ends with it."""
    with transaction.atomic():
        noted = perform(
            meeting,
            "note_conflict",
            by=by,
            today=today,
            version=version,
            nonce=nonce,
            participant=participant,
        )
        person = noted.participants.get(pk=participant).user
        if person is not None and person.pk not in noted.case.conflicted_people():
            case = Case.objects.beside().get(pk=noted.case_id)
            if person.pk == by.pk:
                perform(case, "declare_conflict", by=by, today=today, words=words)
            else:
                perform(case, "record_conflict", by=by, today=today, words=words, user=person)
            access_changed(noted.case)
        return noted


def set_rules(
    partnership: Partnership,
    *,
    by: User,
    agenda: list[str],
    members_needed: int,
    agency_types: list[str],
    for_decision: bool,
) -> MeetingRules:
    """What the partnership asks of its meetings; sent twice it is the same. Refused for everybody but its staff."""
    if not by.holds(partnership.pk, Role.STAFF):
        raise Refused(STAFF_ONLY)
    asked = {"members_needed": members_needed, "agency_types": agency_types, "for_decision": for_decision}
    with transaction.atomic():
        rules, _ = MeetingRules.objects.update_or_create(
            partnership=partnership, defaults={"agenda": agenda, **asked}
        )
        facts = {**asked, "items": len(agenda)}
        record(partnership=partnership, kind="meetingrules.change", by=by, facts=facts)
        return rules
