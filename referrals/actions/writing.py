"""Writing a referral and sending it; the first sending opens the case and starts its clocks."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.db import transaction
from django.utils import timezone

from cspr.accounts.models import Agency, Partnership, User
from cspr.accounts.roles import Role
from cspr.workflow import Refused, Stale, begin, in_turn, note, perform
from referrals import permissions
from referrals.models import (
    Case,
    Notification,
    Referral,
)
from referrals.questions import missing
from referrals.states import (
    HarmOutcome,
    NotificationType,
    Route,
)


def start(
    *,
    by: User,
    partnership: Partnership,
    agency: Agency,
    today: dt.date,
    nonce: str = "",
    route: str = Route.ONLINE,
    sender: str = "",
    received_on: dt.date | None = None,
) -> Referral:
    """Begin a referral: an agency's own draft, or staff writing down what came another way.

    Refused unless the person refers for that agency, or is staff and says how it came and from whom.
    """
    if route == Route.ONLINE:
        if not by.holds(partnership.pk, Role.REFERRER, Role.SAFEGUARDING_LEAD, agency_id=agency.pk):
            raise Refused("You can only refer for an agency you work for.")
    elif not by.holds(partnership.pk, Role.STAFF):
        raise Refused("Only the partnership’s own staff record what came another way.")
    elif not sender.strip() or received_on is None:
        raise Refused("Say who sent it and on which day it reached the partnership.")
    referral = Referral(
        partnership=partnership,
        agency=agency,
        referrer=by,
        route=route,
        sender=sender,
        received_on=received_on,
    )
    return begin(referral, by=by, today=today, nonce=nonce, facts={"route": route})


def write(
    referral: Referral, *, by: User, today: dt.date, section: str, answers: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> Referral:  # fmt: skip
    """Save one section of the form. Nothing is checked for completeness here: a draft may be half-written.

    ``before``: what the section held when the page was made; raises ``Stale`` when it holds something else by now.
    """
    with in_turn(referral.partnership):
        locked = Referral.objects.select_for_update().get(pk=referral.pk)
        reason = permissions.edit_referral(locked, by)
        if reason:
            raise Refused(reason)
        if before is not None and locked.answers.get(section, {}) != before:
            raise Stale([])
        if locked.answers.get(section) == answers:
            return locked
        locked.answers[section] = answers
        locked.answered_at = timezone.now()
        locked.save(update_fields=["answers", "answered_at"])
        note(locked, "write", by=by, today=today, section=section)
        return locked


def submit(
    referral: Referral, *, by: User, today: dt.date, version: int | None = None, nonce: str = "",
    declared_by: str = "", **data: Any,
) -> Referral:  # fmt: skip
    """Send the referral. The first time it opens a case, so that clocks run from now on, returned or not.

    ``declared_by``: the name of who declared it true and complete. Refused while an answer is missing. An unclear
    answer about safety alerts staff at once.
    """
    gaps = missing(referral.answers)
    if gaps:
        raise Refused(f"{len(gaps)} answers are still missing. The list of parts shows where.")
    with transaction.atomic():
        case = referral.case or open_case(referral, by, today)
        sent = perform(
            referral, "submit", by=by, today=today, version=version, nonce=nonce, case=case,
            declared_by=declared_by,
        )  # fmt: skip
        sent.versions.create(
            number=sent.versions.count() + 1, answers=sent.answers, sent_on=today, sent_by=by
        )
        if sent.safety_unclear:
            note(sent, "alert", by=by, today=today)
        return sent


# Which notification an incident calls for, by what the referrer says has happened.
TYPES = {
    HarmOutcome.LAC_DEATH: NotificationType.LAC_DEATH,
    HarmOutcome.CARE_LEAVER_DEATH: NotificationType.CARE_LEAVER_DEATH,
}


def open_case(referral: Referral, by: User, today: dt.date) -> Case:
    """The case and its notification, from what the form says; saved, with the clocks running."""
    incident, authority = referral.answers.get("incident", {}), referral.answers.get("authority", {})
    case = Case(
        partnership=referral.partnership,
        pseudonym=_pseudonym(referral.partnership),
        incident_on=as_date(incident.get("incident_on")),
        la_aware_on=as_date(authority.get("la_aware_on")),
        la_suspected_on=as_date(authority.get("la_suspected_on")),
        area=incident.get("area", ""),
    )
    begin(case, by=by, today=today)
    type_ = TYPES.get(incident.get("outcome", ""), NotificationType.ABUSE_NEGLECT)
    begin(Notification(case=case, type=type_), by=by, today=today)
    return case


# Neutral words for a case until people choose a better one: trees say nothing about a child.
TREES = (
    "Alder", "Ash", "Aspen", "Beech", "Birch", "Cedar", "Cherry", "Chestnut",
    "Cypress", "Elder", "Elm", "Fir", "Hawthorn", "Hazel", "Holly", "Hornbeam",
    "Juniper", "Larch", "Laurel", "Lime", "Linden", "Maple", "Medlar", "Mulberry",
    "Oak", "Olive", "Pear", "Pine", "Plane", "Poplar", "Quince", "Rowan",
    "Spruce", "Sycamore", "Tamarisk", "Walnut", "Whitebeam", "Willow", "Yew",
)  # fmt: skip


def _pseudonym(partnership: Partnership) -> str:
    """``Alder``, ``Ash`` … ``Alder 2``: the next tree by which no case of this partnership goes yet."""
    known = Case.objects.filter(partnership=partnership).values_list("pseudonym", flat=True)
    taken = {name.lower() for name in known}
    trees = (_tree(count) for count in itertools.count(len(taken)))
    return next(name for name in trees if name.lower() not in taken)


def _tree(count: int) -> str:
    again, place = divmod(count, len(TREES))
    return f"{TREES[place]} {again + 1}" if again else TREES[place]


def as_date(value: Any) -> dt.date | None:
    """An ISO date as the form keeps it; ``None`` when nothing was answered."""
    return dt.date.fromisoformat(value) if value else None
