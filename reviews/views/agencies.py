"""The room "Agencies": who has not answered, who holds us up, whom else to ask, and whom not."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Agency, User
from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.workflow import why_not
from referrals.models import Referral
from referrals.states import UNSENT
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import Face, case_bar, faces
from reviews.actions import rules_of
from reviews.models import Chase, InformationRequest, RapidReview
from reviews.permissions import case_staff
from reviews.questions import Named, Suggestion, facts_of, named_agencies, suggest
from reviews.states import ANSWERED, AWAITED, RAPID_REVIEW_ENDED, RequestState
from reviews.views.rapid_review import in_a_sentence, whole_review, why_add
from reviews.views.rooms import rooms

WITH_US = frozenset({RequestState.SUBMITTED, RequestState.NIL_RETURN})
STOPPED = frozenset({RequestState.REFUSED, RequestState.WITHDRAWN})


# --- who has held it, and for how long --------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """Working days for which a request has lain with the agency, and with the team."""

    agency: int
    team: int


def held(steps: Sequence[tuple[dt.date, str]], today: dt.date) -> Held:
    """From the days on which the request came to each state, in order, up to ``today``."""
    calendar, agency, team = working_days(), 0, 0
    for (begun, state), (ended, _) in pairwise([*steps, (today, "")]):
        days = max(calendar.number(begun, ended), 0)
        if state in AWAITED:
            agency += days
        elif state in WITH_US:
            team += days
    return Held(agency, team)


def _steps(requests: Iterable[InformationRequest]) -> dict[str, list[tuple[dt.date, str]]]:
    """By request: each change of its state, in order, with its day."""
    refs = [request.ref for request in requests]
    events = Event.objects.filter(subject_ref__in=refs, effective_on__isnull=False).order_by("seq")
    found: dict[str, list[tuple[dt.date, str]]] = {ref: [] for ref in refs}
    rows = events.values_list("subject_ref", "effective_on", "state_before", "state_after")
    for ref, day, before, after in rows:
        if day and before != after:
            found[ref].append((day, after))
    return found


# --- the board --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One agency on the board."""

    request: InformationRequest
    clock: Face | None
    held: Held
    chased_on: dt.date | None
    today: dt.date

    @property
    def not_chased(self) -> str:
        """Why the board offers no reminder by hand; the request's own page says it in full."""
        paused = self.request.chasing_paused_until
        if self.chased_on == self.today:
            return "Reminded today"
        return f"Paused until {paused.day} {paused:%B}" if paused and paused >= self.today else ""

    @property
    def late(self) -> bool:
        return bool(self.request.awaited and self.clock and self.clock.late)

    @property
    def tag(self) -> str:
        """One of the five words."""
        state = self.request.state
        if self.late:
            return "late"
        if state in AWAITED:
            return "waiting for the agency"
        if state in WITH_US or state == RequestState.NOT_SENT:
            return "to do"
        return "stopped" if state in STOPPED else "done"

    @property
    def order(self) -> tuple[Any, ...]:
        """Who holds us up comes first: the longest late, then by date; then what waits for the team; then the rest."""
        state = self.request.state
        place = (
            0 if state in AWAITED else 1 if state in WITH_US else 2 if state == RequestState.NOT_SENT else 3
        )
        return (place, self.request.due_on or dt.date.max, self.request.agency.name)


def board(review: RapidReview, clocks: dict[str, Face], user: User, today: dt.date) -> list[Row]:
    """Every agency on the board, whoever holds us up first."""
    requests = list(review.requests.all())
    steps = _steps(requests)
    sent = Chase.objects.visible_to(user).reached().filter(request__rapid_review=review)
    # A later reminder takes the place of an earlier one.
    chased = dict(sent.order_by("on").values_list("request_id", "on"))
    rows = [
        Row(request, clocks.get(request.ref), held(steps[request.ref], today), chased.get(request.pk), today)
        for request in requests
    ]
    return sorted(rows, key=lambda row: row.order)


# --- suggestions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offered:
    """A suggestion with the agencies of that kind that work with the partnership and are not on the board."""

    suggestion: Suggestion
    agencies: list[Agency]


def suggestions(review: RapidReview, against: Iterable[str], today: dt.date) -> list[Offered]:
    """Whom else to ask, worked out from the referrals of the case and from what agencies answered."""
    case = review.case
    sent = Referral.objects.beside().filter(case=case).exclude(state__in=UNSENT).select_related("agency")
    referrals = list(sent.order_by("id"))
    requests = list(review.requests.all())
    partners = list(case.partnership.agencies.order_by("name"))
    asked: dict[str, list[str]] = {}
    for request in requests:
        asked.setdefault(request.agency.type, []).append(request.agency.name)
    facts = facts_of((r.answers for r in referrals), area=case.partnership.area, on=case.incident_on or today)
    found = suggest(
        facts, rules_of(case.partnership), _named(referrals, requests), asked=asked, against=set(against)
    )
    taken = {request.agency_id for request in requests}
    return [
        Offered(one, [a for a in partners if a.type == one.agency_type and a.pk not in taken])
        for one in found
    ]


def _named(referrals: Iterable[Referral], requests: Iterable[InformationRequest]) -> list[Named]:
    found = []
    for referral in referrals:
        for item in referral.answers.get("agencies", {}).get("items", []):
            if item.get("agency_type"):
                by = f"the referral of {referral.agency.name}"
                found.append(Named(item["agency_type"], str(item.get("name", "")), by))
    for request in requests:
        if request.state in ANSWERED:
            found += [
                Named(kind, words, request.agency.name) for kind, words in named_agencies(request.answer)
            ]
    return found


class Agencies(View):
    """Who has not answered?"""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        rows = list(review.case.deadlines.all())
        clocks = {face.row.key: face for face in faces(rows, today) if face.row.code == "INFO_REQUEST"}
        against = list(review.not_asked.select_related("by"))
        can_add = why_add(review, user) is None
        offered = suggestions(review, (row.agency_type for row in against), today) if can_add else []
        context = {
            "review": review,
            "case": review.case,
            "rooms": rooms(review, user, "rapid-review-agencies"),
            "today": today,
            "bar": case_bar(review.case, rows, today),
            "sentence": in_a_sentence(review.requests.all()),
            "board": board(review, clocks, user, today),
            "can_chase": case_staff(review, user) is None and review.state not in RAPID_REVIEW_ENDED,
            "can_send": why_not(review, "request_info", user) is None,
            "against": against,
            "can_add": can_add,
            "suggestions": offered,
            "nobody": [one for one in offered if not one.agencies],
            "nonce": secrets.token_urlsafe(18),
        }
        return render(request, "rapid_reviews/agencies.html", context)
