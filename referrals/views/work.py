"""Your work: what is late, what is due, what waits for the person and what for others. One page, every role.

Each source answers a bounded number of items in a fixed number of statements, however many cases there are.
``reviews`` adds its own with ``work_from``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Either
from django.db.models import Exists, IntegerField, OuterRef, Q, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import Partner, Role
from cspr.audit.models import Event
from cspr.clocks.models import working_days
from cspr.clocks.table import registered
from referrals import permissions
from referrals.models import Case, Deadline, Decision, PartnerView, Referral
from referrals.states import REFERRAL_OPEN, DecisionState, NotificationState, ReferralState
from referrals.views.case import signed_in
from referrals.views.clocks import Face, face
from referrals.views.decision import OPEN
from referrals.views.story import sentence

SOON = 2  # working days
MOST = 50  # of each kind: the oldest first, the rest comes up when these are done
RECENT = 5


@dataclass(frozen=True)
class Item:
    """One thing to do or to wait for. ``since`` makes it a task; without it, it is a date to keep in mind.

    ``waits_for``: whom, when it is not the person's turn. ``working_days``: to the due date, where it is
    counted in them. ``day`` and ``length``: the n and N of "day n of N", where a clock counts up.
    """

    words: str
    url: str
    about: str = ""
    due_on: dt.date | None = None
    since: dt.date | None = None
    waits_for: str = ""
    force: str = ""
    working_days: int | None = None
    day: int | None = None
    length: int | None = None

    @property
    def order(self) -> tuple[dt.date, dt.date, str]:
        return self.due_on or dt.date.max, self.since or dt.date.max, self.words


Source = Callable[[User, dt.date], Iterable[Item]]
_sources: list[Source] = []


def work_from(source: Source) -> Source:
    """Register ``(user, today) -> items``: what waits for the person, or for others on their behalf."""
    if source not in _sources:
        _sources.append(source)
    return source


@dataclass(frozen=True)
class Recent:
    case: Case
    words: str


class Work(View):
    """Late; due within two working days; waiting for you; waiting for others; recent changes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        soon = working_days().add(today, SOON)
        found = (item for source in _sources for item in source(user, today))
        items = sorted(found, key=lambda item: item.order)
        own = [item for item in items if not item.waits_for]
        near = [item for item in own if item.due_on and item.due_on <= soon]
        mine = [item for item in own if item.since and item not in near]
        others = [item for item in items if item.waits_for]
        shown = {id(item) for item in (*near, *mine, *others)}
        context = {
            "today": today,
            "late": [item for item in near if item.due_on and item.due_on < today],
            "soon": [item for item in near if item.due_on and item.due_on >= today],
            "mine": mine,
            "others": others,
            "next": next((item for item in items if item.due_on and id(item) not in shown), None),
            "recent": recent(user),
        }
        return render(request, "work/work.html", context)


# --- dates ------------------------------------------------------------------------------------------------

# Whoever reads a case in one of these roles is reminded of its dates; an agency's author only of their own answer.
READ_DATES_AS = (Role.STAFF, Role.CHAIR, Role.PARTNER, Role.REVIEWER)
THE_PANEL = "the Panel"


@work_from
def dates(user: User, today: dt.date) -> Iterable[Item]:
    """The running clocks whose reminders go to the person's roles; once they are late, those that escalate to them.

    One statement: the nearest ones, in date order.
    """
    roles = {m.role for m in user.standing} & set(READ_DATES_AS)
    if not roles:
        return
    rows = (
        Deadline.objects.visible_to(user)
        .filter(_looked_after(roles, today), met_on=None, stopped_on=None, due_on__isnull=False)
        .filter(permissions.of_visible_cases(user, *READ_DATES_AS) | Q(case=None))
        .select_related("case")
        .order_by("due_on", "id")[:MOST]
    )
    for row in rows:
        yield _date(face(row, today))


def _looked_after(roles: set[str], today: dt.date) -> Q:
    """Which codes are reminded of to these roles, and which only when late; a row that is no duty to act, never."""
    remind, escalate = set(), set()
    for code, editions in registered().items():
        clock = editions[-1]
        if clock.minimum:
            continue
        remind |= {code} if roles & set(clock.remind) else set()
        escalate |= {code} if roles & set(clock.escalate) else set()
    return Q(code__in=sorted(remind)) | Q(code__in=sorted(escalate), due_on__lt=today)


def _date(clock: Face) -> Item:
    row = clock.row
    the_panels = clock.clock.code == "PANEL_RESPONSE"
    return Item(
        words=row.name,
        url=row.case.get_absolute_url() if row.case else reverse("work"),
        about=row.case.pseudonym if row.case else "The partnership",
        due_on=row.due_on,
        since=row.trigger_on if the_panels else None,
        waits_for=THE_PANEL if the_panels else "",
        force=row.force,
        working_days=clock.working_days,
        day=clock.day,
        length=clock.length,
    )


# --- referrals --------------------------------------------------------------------------------------------

AT_THE_PARTNERSHIP = REFERRAL_OPEN - {ReferralState.RETURNED}


@work_from
def referrals(user: User, today: dt.date) -> Iterable[Item]:
    """Drafts and returns for the agency; what was sent, promised or has to be answered, for staff. One statement."""
    desks = [*_agency_desks(user), *_staff_desks(user)]
    if not desks:
        return
    turn = Either(
        *(When(desk.rows, then=Value(n)) for n, desk in enumerate(desks)),
        default=Value(len(desks)),
        output_field=IntegerField(),
    )
    question = Decision.objects.beside().filter(case=OuterRef("case"), kind="notify", state__in=list(OPEN))
    found = (
        Referral.objects.visible_to(user)
        .defer("answers")
        .annotate(put=Exists(question))
        .annotate(turn=turn)
        .filter(turn__lt=len(desks))
        .select_related("case", "agency")
        .order_by("turn", "answered_at")[: MOST * 2]
    )
    for referral in found:
        yield desks[referral.turn].item(referral)


@dataclass(frozen=True)
class Desk:
    """A pile on somebody's desk: which referrals lie on it, and what is said of each."""

    rows: Q
    words: str
    since: Callable[[Referral], dt.date | None]
    due: Callable[[Referral], dt.date | None] = lambda referral: None
    waits_for: Callable[[Referral], str] = lambda referral: ""
    # What the page calls the referral: the case's name, or for the agency its own view of it.
    by_case: bool = True

    def item(self, referral: Referral) -> Item:
        about = referral.case.pseudonym if self.by_case and referral.case else ""
        return Item(
            words=self.words,
            url=referral.get_absolute_url(),
            about=about or f"Referral of {referral.agency.name}",
            since=self.since(referral) or timezone.localdate(referral.answered_at),
            due_on=self.due(referral),
            waits_for=self.waits_for(referral),
        )


def _received(referral: Referral) -> dt.date | None:
    return referral.received_on


def _written(referral: Referral) -> dt.date | None:
    return timezone.localdate(referral.answered_at)


def _agency_desks(user: User) -> Iterable[Desk]:
    own = Q(referrer=user)
    yield Desk(
        own & Q(state=ReferralState.DRAFT), "Finish your referral and send it", _written, by_case=False
    )
    agencies = Q(pk__in=[])
    for m in user.standing:
        if m.role in {Role.REFERRER, Role.SAFEGUARDING_LEAD}:
            agencies |= Q(partnership_id=m.partnership_id, agency_id=m.agency_id)
    yield Desk(
        (own | agencies) & Q(state=ReferralState.RETURNED),
        "Complete the answers that were marked, and send it again",
        _received,
        lambda r: r.return_due_on,
        by_case=False,
    )
    leading = Q(pk__in=[])
    for m in user.standing:
        if m.role == Role.SAFEGUARDING_LEAD:
            leading |= Q(partnership_id=m.partnership_id, agency_id=m.agency_id)
    waiting = Q(state=ReferralState.WITH_LEAD)
    yield Desk(
        leading & ~own & waiting, "Check a referral of your agency and send it on", _written, by_case=False
    )
    yield Desk(
        own & waiting, "Your referral", _written, waits_for=lambda r: "your safeguarding lead", by_case=False
    )
    if not user.partnerships(Role.STAFF):
        yield Desk(
            own & Q(state__in=sorted(AT_THE_PARTNERSHIP)),
            "Your referral",
            _received,
            waits_for=lambda r: "the partnership",
            by_case=False,
        )


def _staff_desks(user: User) -> Iterable[Desk]:
    staffed = Q(partnership_id__in=user.partnerships(Role.STAFF))
    authority = {p for p in user.partnerships(Role.PARTNER) if user.partner_for(p) == Partner.LA}
    if staffed or authority:
        # The duty is the authority's (s.16C): its delegated partner is told as well as staff.
        to_notify = Q(case__notification__state=NotificationState.DECIDED_NOTIFY)
        yield Desk(
            (staffed | Q(partnership_id__in=authority)) & to_notify,
            "Notify the Panel, and record that it was notified",
            lambda r: r.decided_on,
            lambda r: r.case.next_due_on if r.case else None,
        )
    if not user.partnerships(Role.STAFF):
        return
    yield Desk(
        staffed & Q(state__in=sorted(REFERRAL_OPEN), withdrawal_asked_on__isnull=False),
        "Decide on a request to withdraw",
        lambda r: r.withdrawal_asked_on,
    )
    yield Desk(
        staffed & Q(state=ReferralState.SUBMITTED),
        "Consider a referral: accept, return or link it",
        _received,
    )
    yield Desk(
        staffed & Q(state=ReferralState.TRIAGE, put=False),
        "Propose whether to notify the Panel",
        lambda r: r.accepted_on,
    )
    told = [ReferralState.DECIDED_NOTIFY, ReferralState.DECIDED_NOT_MET]
    yield Desk(
        staffed & Q(state__in=told, feedback_on=None), "Tell the referrer the outcome", lambda r: r.decided_on
    )
    yield Desk(
        staffed & Q(state=ReferralState.RETURNED),
        "A returned referral",
        _received,
        lambda r: r.return_due_on,
        lambda r: r.agency.name,
    )
    yield Desk(
        staffed & Q(state=ReferralState.AWAITING_INFO),
        "Information that was asked for",
        lambda r: r.accepted_on,
        lambda r: r.info_due_on,
        lambda r: r.asked_whom or "an agency",
    )


# --- decisions --------------------------------------------------------------------------------------------


@work_from
def decisions(user: User, today: dt.date) -> Iterable[Item]:
    """Views to give, proposals to approve or to change; and those that wait for others. One statement."""
    if not user.partnerships(Role.STAFF, Role.CHAIR, Role.PARTNER):
        return
    speaks = {m.agency.partner for m in user.standing if m.role == Role.PARTNER and m.agency}
    chairs = permissions.of_visible_cases(user, Role.CHAIR)
    own = PartnerView.objects.filter(decision=OuterRef("pk"), partner__in=sorted(speaks))
    to_view = Q(state=DecisionState.PROPOSED, viewed=False) & permissions.of_visible_cases(user, Role.PARTNER)
    viewed_by_all = Q(state=DecisionState.PROPOSED, **dict.fromkeys(HAS_VIEW, True))
    to_approve = chairs & viewed_by_all & ~Q(proposed_by=user)
    to_change = Q(state=DecisionState.SENT_BACK, proposed_by=user)
    found = (
        Decision.objects.visible_to(user)
        .filter(state__in=list(OPEN))
        .annotate(viewed=Exists(own), **HAS_VIEW)
        .annotate(
            turn=Either(
                When(to_view, then=Value(VIEW)),
                When(to_approve, then=Value(APPROVE)),
                When(to_change, then=Value(CHANGE)),
                default=Value(OTHERS),
                output_field=IntegerField(),
            )
        )
        .select_related("case", "proposed_by")
        .order_by("turn", "proposed_on", "id")[: MOST * 2]
    )
    for decision in found:
        yield _decision(decision)


# Whose view is given, found in the same statement as the decision.
HAS_VIEW = {
    f"has_{partner}": Exists(PartnerView.objects.filter(decision=OuterRef("pk"), partner=partner))
    for partner in Partner.values
}
VIEW, APPROVE, CHANGE, OTHERS = range(4)
TURNS = {
    VIEW: "Give your partner’s view",
    APPROVE: "Approve or send back",
    CHANGE: "Change the proposal that was sent back",
}


def _decision(decision: Decision) -> Item:
    label = str(decision.get_kind_display())
    turn: int = decision.turn  # type: ignore[attr-defined]
    words = f"{TURNS[turn]}: {label[:1].lower()}{label[1:]}" if turn in TURNS else label
    return Item(
        words=words,
        url=decision.get_absolute_url(),
        about=decision.case.pseudonym,
        since=decision.proposed_on,
        waits_for="" if turn in TURNS else _whom(decision),
    )


def _whom(decision: Decision) -> str:
    """Whom an open decision waits for: the partners without a view, then the chair; or its proposer."""
    if decision.state == DecisionState.SENT_BACK:
        return decision.proposed_by.name
    given = {partner for partner in Partner.values if getattr(decision, f"has_{partner}")}
    missing = [str(p.label) for p in Partner if p.value not in given]
    return f"a view: {', '.join(missing)}" if missing else "the chair’s approval"


# --- recent changes ---------------------------------------------------------------------------------------


def recent(user: User) -> list[Recent]:
    """The cases that changed last, with what happened; one statement. Not for an agency's report author."""
    latest = Event.objects.filter(case_ref=OuterRef("ref")).exclude(kind__startswith="read.").order_by("-id")
    cases: Any = (
        Case.objects.visible_to(user)
        .filter(permissions.visible_cases(user, *permissions.CASE_READERS))
        .annotate(what=Subquery(latest.values("kind")[:1]), which=Subquery(latest.values("facts")[:1]))
        .order_by("-last_event_at", "-id")[:RECENT]
    )
    return [Recent(case, sentence(case.what or "case.begin", case.which or {})) for case in cases]
