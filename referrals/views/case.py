"""The case page: what is going on, and what next. And its history, its people and the reason for each date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views import View

from cspr.accounts.models import Partnership, User
from cspr.accounts.roles import Role
from cspr.audit.log import history, record_opening, record_read
from cspr.clocks.calendar import Day
from cspr.documents.access import why_not_read
from cspr.documents.models import Document
from cspr.ui.keyset import page_of
from cspr.workflow import Subject
from referrals import emergency_permissions, permissions
from referrals.models import Case, Decision, LegalHold, PartnerView, Referral
from referrals.states import DecisionState, ReferralState
from referrals.states import View as PartnersView
from referrals.views.clocks import Face, case_bar, face, faces, stations
from referrals.views.decision import OPEN, Question, questions
from referrals.views.story import in_short, told
from referrals.views.verbs import Offer, offers

LATEST = 5
# So many events are looked at for them: what is done again and again on one day is told once.
LOOKED_AT = 4 * LATEST
PER_PAGE = 25
WEEK_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_DOCUMENTS = 25
# These have their place on the page of the access list.
ON_ACCESS_PAGE = frozenset({"grant_access", "end_access", "record_conflict", "lift_conflict"})
# And these on the page of legal holds, and of periods that are over.
ON_HOLDS_PAGE = frozenset({"set_legal_hold", "lift_legal_hold", "propose_disposal"})
# What reviews hang on a case. Named, not imported: reviews stand above referrals.
REVIEWS = ("practice_review", "rapid_review")
KEY = "identity_key"
PARTS_OF_REPORT = ("findings", "recommendations")
FIFTEEN_DAYS = "RR_15WD"
STANDING_HOLD = Exists(LegalHold.objects.filter(case=OuterRef("pk"), lifted_on=None))


def signed_in(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def staffed_partnership(request: HttpRequest, ref: str) -> Partnership:
    """The partnership whose staff the person is; to everybody else there is nothing here."""
    staffed = Partnership.objects.filter(pk__in=signed_in(request).partnerships(Role.STAFF))
    return get_object_or_404(staffed, ref=ref)


class CasePage(View):
    """Next verbs, clocks, latest events, documents, decisions, the road."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        case = whole_case(user, ref)
        note_opening(case, user)
        if permissions.read_whole_case(case, user):
            return self._for_author(request, case, user)
        rows = list(case.deadlines.all())
        referrals = list(
            case.referrals.visible_to(user).defer("answers").select_related("agency", "partnership")
        )
        parts = [part for part in self._parts(case, user) if part is not None]
        clocks = faces(rows, today)
        received = [r.received_on for r in referrals if r.received_on]
        context = {
            "case": case,
            "today": today,
            "bar": case_bar(case, rows, today),
            # The dates of the case itself before those that single agencies were given.
            "running": sorted((c for c in clocks if c.running), key=lambda c: bool(c.row.key)),
            "over": [c for c in clocks if not c.running],
            "stations": stations(case, rows, min(received, default=None), today),
            "events": in_short(history(case.ref)[:LOOKED_AT], LATEST),
            "referrals": referrals,
            "reviews": [
                {
                    "name": str(part._meta.verbose_name).capitalize(),
                    "url": part.get_absolute_url(),
                    "state": part.get_state_display(),
                }
                for part in parts
                if part is not getattr(case, "notification", None)
            ],
            "decisions": list(case.decisions.all()),
            "processes": [(process, process.barred(today)) for process in case.processes.all()],
            "holds": list(case.legal_holds.filter(lifted_on=None).select_related("set_by"))
            if case.held
            else [],
            "documents": documents_of_case(case, [*referrals, *parts, *case.decisions.all()], user),
            "see_identity": permissions.see_identity(case, user),
            "may_open": emergency_permissions.open_case(case, user) is None,
            "opened": opened_in_emergency(case, user),
            "see_access": permissions.read_access_list(case, user) is None,
            "day_plan": day_plan(parts, clocks),
            **next_steps(case, referrals, parts, user),
        }
        return render(request, "cases/case.html", context)

    @staticmethod
    def _parts(case: Case, user: User) -> Iterable[Any]:
        if permissions.read_reports(case, user) is None:
            yield from (getattr(case, name, None) for name in REVIEWS)
        yield getattr(case, "notification", None)

    @staticmethod
    def _for_author(request: HttpRequest, case: Case, user: User) -> HttpResponse:
        """An agency's report author sees the case's name and dates, and what their agency was asked."""
        review = getattr(case, "rapid_review", None)
        asked = review.requests.visible_to(user).select_related("agency") if review else []
        return render(request, "cases/for_author.html", {"case": case, "requests": asked})


def whole_case(user: User, ref: str) -> Any:
    """The case with what hangs on it, in a fixed number of statements; 404 when it is not visible."""
    dissent = PartnerView.objects.filter(decision=OuterRef("pk"), view=PartnersView.DISAGREE)
    decisions = (
        Decision.objects.beside()
        .select_related("proposed_by", "approved_by")
        .annotate(differs=Exists(dissent))
    )
    cases = (
        Case.objects.visible_to(user)
        .select_related("partnership", "notification", KEY, *REVIEWS)
        .annotate(held=STANDING_HOLD)
        .prefetch_related("deadlines", "processes", Prefetch("decisions", decisions.order_by("-id")))
    )
    case = get_object_or_404(cases, ref=ref)
    # Only what a page of a case goes on to ask of them: the views of open questions, the report's last parts.
    prefetch_related_objects([d for d in case.decisions.all() if d.state in OPEN], "views")
    if (review := getattr(case, REVIEWS[0], None)) is not None:
        published = ("publications",) if review.concluded_on else ()
        sent = ("figures",) if review.sent_to_sos_on else ()  # which is compared with the report as it stands
        prefetch_related_objects([review], *PARTS_OF_REPORT, *sent, *published)
    return case


def opened_in_emergency(case: Case, user: User) -> Any:
    """The emergency access by which the person reads the case now; None, and nothing is asked, when there is none."""
    if not permissions.standing_on(case, user).emergency:
        return None
    return case.emergencies.filter(permissions.in_emergency(user)).first()


def note_opening(case: Case, user: User) -> None:
    """A page of the case is about to be shown: on record once an hour (``cspr.audit.log``)."""
    record_opening(user, partnership=case.partnership, case_ref=case.ref)


def find_case(user: User, ref: str) -> Case:
    return get_object_or_404(Case.objects.visible_to(user).select_related("partnership"), ref=ref)


def readable_case(user: User, ref: str) -> Case:
    """The case, for somebody who may read all of it; 404 when hidden, 403 with the reason when only in part."""
    case = find_case(user, ref)
    if reason := permissions.read_whole_case(case, user):
        raise PermissionDenied(reason)
    return case


# --- next -------------------------------------------------------------------------------------------------


def day_plan(parts: list[Any], clocks: list[Face]) -> str:
    """Where the fifteen days of the rapid review are planned, while they run and the person may read it; else ""."""
    if not any(clock.running and clock.row.code == FIFTEEN_DAYS for clock in clocks):
        return ""
    return next((part.get_absolute_url() for part in parts if part._meta.model_name == "rapidreview"), "")


def next_steps(case: Case, referrals: list[Referral], parts: list[Any], user: User) -> dict[str, Any]:
    """What can be done next, the most pressing first; what cannot and why; and what looks after the case."""
    open_decisions = [d for d in case.decisions.all() if d.state in OPEN]
    moving: list[Subject] = [
        *open_decisions,
        *parts,
        *(r for r in referrals if r.state != ReferralState.LINKED),
    ]
    found = [offer for subject in moving for offer in offers(subject, user, without=IN_A_REVIEW)]
    keeping = offers(case, user, without=ON_ACCESS_PAGE | ON_HOLDS_PAGE)
    asked = questions(case, user)
    return {
        **possible(found, asked),
        "keeping": [offer for offer in keeping if offer.reason is None],
        "refused": refusals([*found, *(o for o in keeping if o.name in {"close", "reopen"})], asked),
        "waiting": [d for d in open_decisions if d.state == DecisionState.PROPOSED],
    }


# Verbs that have their place on the page of a review, beside what they are about; a release publishes.
IN_A_REVIEW = frozenset(
    {
        *("not_ask", "weigh", "add_step", "accept_name", "note_marker", "publish", "publish_improvements"),
        *("amend_finding", "drop_finding", "amend_recommendation", "drop_recommendation"),
        *("answer_recommendation", "plan_action"),
    }
)
# Verbs that undo or stop: never the main thing to do.
BACKWARD = frozenset(
    {
        "return_incomplete",
        "send_back",
        "withdraw",
        "revise",
        "retract",
        "reopen_report",
        "remove_reviewer",
        "record_delay",
        "subsume",
        "merge",
    }
)
BUTTONS = 4


def possible(found: list[Offer], asked: list[Question]) -> dict[str, Any]:
    """What the person may do now: the most pressing as a few buttons, the rest as links."""
    allowed = [offer for offer in found if offer.reason is None]
    open_questions = [question for question in asked if question.reason is None]
    forward = [
        *(question for question in open_questions if question.pressing),
        *(offer for offer in allowed if offer.name not in BACKWARD),
    ]
    return {
        "next": forward[:BUTTONS],
        "more": [
            *forward[BUTTONS:],
            *(offer for offer in allowed if offer.name in BACKWARD),
            *(question for question in open_questions if not question.pressing),
        ],
    }


def refusals(found: list[Offer], asked: list[Question]) -> list[tuple[str, list[str]]]:
    """Each reason once, with the verbs it stands against."""
    everything: list[Offer | Question] = [*found, *asked]
    pairs = [(str(x.reason), x.label) for x in everything if x.reason]
    ordered = sorted(pairs, key=lambda pair: [p[0] for p in pairs].index(pair[0]))
    return [
        (reason, [label for _, label in group]) for reason, group in groupby(ordered, lambda pair: pair[0])
    ]


def documents_of_case(case: Case, subjects: list[Any], user: User) -> list[Document]:
    """The newest documents of the case and of the nouns on it that the person sees; one statement."""
    by_ref = {subject.ref: subject for subject in (case, *subjects)}
    labels = {subject._meta.label_lower for subject in by_ref.values()}
    found = (
        Document.objects.filter(subject_label__in=labels, subject_ref__in=list(by_ref))
        .select_related("uploaded_by")
        .order_by("-created_at", "-pk")[:MOST_DOCUMENTS]
    )
    return [d for d in found if why_not_read(by_ref[d.subject_ref], user, d.kind) is None]


# --- history ----------------------------------------------------------------------------------------------


class EventsPage(View):
    """Everything that happened to the case, newest first, a page at a time."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        case = readable_case(user, ref)
        note_opening(case, user)
        page = page_of(history(case.ref), after=request.GET.get("after", ""), size=PER_PAGE)
        context = {
            "case": case,
            "today": today,
            "bar": case_bar(case, case.deadlines.all(), today),
            "page": page,
            "events": told(page.items),
        }
        return render(request, "cases/events.html", context)


# --- people -----------------------------------------------------------------------------------------------


class PeoplePage(View):
    """The children and the family: identity, so who opens the page is put on record."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        case = find_case(user, ref)
        if reason := permissions.see_identity(case, user):
            raise PermissionDenied(reason)
        record_read(user, what="identity", partnership=case.partnership, case_ref=case.ref,
                    subject="referrals.case", subject_ref=case.ref)  # fmt: skip
        context = {
            "case": case,
            "today": today,
            "bar": case_bar(case, case.deadlines.all(), today),
            "children": list(case.children.all()),
            "family": list(case.family.all()),
        }
        return render(request, "cases/people.html", context)


# --- one clock --------------------------------------------------------------------------------------------


class ClockPage(View):
    """Why this date: the sentence, the calendar, law or guidance and its paragraph, and how the date moved."""

    def get(self, request: HttpRequest, ref: str, code: str, key: str = "") -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        case = readable_case(user, ref)
        rows = list(case.deadlines.all())
        row = next((r for r in rows if (r.code, r.key) == (code, key)), None)
        if row is None:
            raise Http404
        note_opening(case, user)
        clock = face(row, today)
        moves = [e for e in history(case.ref).filter(kind="deadline.move") if _is_of(e.facts, code, key)]
        context = {
            "case": case,
            "today": today,
            "bar": case_bar(case, rows, today),
            "clock": clock,
            "months": calendar(clock),
            "week_days": WEEK_DAYS,
            "moves": told(moves),
        }
        return render(request, "cases/clock.html", context)


def _is_of(facts: dict[str, Any], code: str, key: str) -> bool:
    return (facts.get("code"), facts.get("key", "")) == (code, key)


def calendar(clock: Face) -> list[tuple[dt.date, list[list[Day | None]]]]:
    """The working as months of weeks, Monday first; days outside the count are None."""
    days = {day.date: day for day in clock.walk}
    if not days:
        return []
    months = sorted({day.replace(day=1) for day in days})
    return [(month, _weeks(month, days)) for month in months]


def _weeks(month: dt.date, days: dict[dt.date, Day]) -> list[list[Day | None]]:
    """The weeks of a month in which something is counted."""
    first = month - dt.timedelta(days=month.weekday())
    weeks = [[first + dt.timedelta(days=7 * week + day) for day in range(7)] for week in range(6)]
    within = [[d if d.replace(day=1) == month else None for d in week] for week in weeks]
    return [
        [days.get(d, Day(d, None)) if d else None for d in week]
        for week in within
        if any(d in days for d in week if d)
    ]
