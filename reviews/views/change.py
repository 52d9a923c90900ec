"""The action tracker, the room "Actions" of a review, and the page of one action: did it change anything?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views import View

from cspr.accounts.models import User
from cspr.accounts.roles import AGENCY_ROLES, Role
from cspr.audit.models import Event
from cspr.documents.access import documents_of
from cspr.ui.keyset import Page
from cspr.ui.steps import in_words, steps
from cspr.workflow import why_not
from referrals.views import story
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import case_bar
from referrals.views.lists import ListFilter, ListPage
from referrals.views.verbs import offers
from reviews.change import TAGS, ActionState, Grade, Status
from reviews.models import Action, ActionEvidence, Assurance, PracticeReview, Recommendation
from reviews.permissions import READERS, listed
from reviews.views.practice_review import whole_review
from reviews.views.rooms import rooms

ROOM = "actions-room"
NAMES = [grade.label for grade in Grade]


@dataclass(frozen=True)
class Row:
    """One action as a list shows it."""

    action: Action
    status: Status
    tag: str
    picture: SafeString
    words: str

    @property
    def late(self) -> bool:
        return self.status == Status.OVERDUE


def row_of(action: Action, today: dt.date) -> Row:
    status = action.status(today)
    # "Planned" is where every action begins; nobody has to agree to it.
    reached = {"agreed": action.assured, "shown": action.shown}
    return Row(action, status, TAGS[status], steps(NAMES, **reached), in_words(NAMES, **reached))


# --- the tracker ------------------------------------------------------------------------------------------

LATE = (("", "In time or late"), ("yes", "Past its date"))
GRADES = (
    ("", "Any step"),
    *((str(int(g)), f"{g.label}, agreed") for g in Grade if g > Grade.PLANNED),
    ("shown", "Shown, not yet agreed"),
)
ENDED = (
    ("", "Under way or complete"),
    ("open", "Under way"),
    ("complete", "Complete"),
    ("ended", "Not pursued"),
)


class ActionFilter(ListFilter):
    owner = forms.CharField(label="Owner: body or post", required=False, max_length=60)
    review = forms.CharField(label="Title of the review", required=False, max_length=60)
    late = forms.ChoiceField(label="Time", required=False, choices=LATE)
    grade = forms.ChoiceField(label="Step", required=False, choices=GRADES)
    state = forms.ChoiceField(label="State", required=False, choices=ENDED)


class Tracker(ListPage[Action]):
    """The actions a person may know of, what is due first at the top."""

    template_name = "change/tracker.html"
    filter_class = ActionFilter
    order = ("due_on", "id")
    heading = "Actions"
    roles = frozenset({*READERS, *AGENCY_ROLES, Role.STAFF})

    def rows(self, user: User) -> QuerySet[Action]:
        mine = PracticeReview.objects.visible_to(user).values("pk")
        self.readable = set(mine.values_list("pk", flat=True))
        return with_what_lists_show(Action.objects.visible_to(user))

    def narrowed(self, rows: QuerySet[Action], asked: dict[str, str]) -> QuerySet[Action]:
        rows = rows.filter(state=asked["state"]) if asked["state"] else rows.exclude(state=ActionState.ENDED)
        if asked["late"]:
            rows = rows.filter(state=ActionState.OPEN, due_on__lt=self.today)
        if asked["grade"] == "shown":
            rows = rows.filter(shown__gt=Grade.PLANNED).exclude(shown=F("assured"))
        elif asked["grade"]:
            rows = rows.filter(assured=int(asked["grade"]))
        if words := asked["owner"].strip():
            rows = rows.filter(Q(agency__name__icontains=words) | Q(owner_role__icontains=words))
        if words := asked["review"].strip():
            rows = rows.filter(
                recommendation__review__title__icontains=words, recommendation__review__in=self.readable
            )
        return rows

    def context(self, page: Page[Action]) -> dict[str, Any]:
        rows = [(row_of(a, self.today), a.recommendation.review_id in self.readable) for a in page.items]
        if self.request.GET.keys() & set(self.filter_class.base_fields):
            return {"rows": rows}
        return {
            "rows": rows,
            "empty": "There is no action yet.",
            "next": "One is planned from a recommendation.",
        }


def with_what_lists_show(rows: QuerySet[Action]) -> QuerySet[Action]:
    """Everything a row shows, in a fixed number of statements."""
    return rows.select_related(
        "recommendation__review__case__partnership", "agency", "owner", "assured_by"
    ).prefetch_related("evidence")


# --- the room of a review ---------------------------------------------------------------------------------


class ActionsRoom(View):
    """By recommendation: what is done about it, how far it has come, and who has agreed."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        actions = with_what_lists_show(Action.objects.visible_to(user)).filter(recommendation__review=review)
        found: dict[int, list[Row]] = {}
        for action in actions:
            found.setdefault(action.recommendation_id, []).append(row_of(action, today))
        context = {
            "review": review,
            "case": case,
            "subject": review,
            "rooms": rooms(review, user, ROOM),
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "today": today,
            "recommendations": [(given, found.get(given.pk, [])) for given in review.recommendations.all()],
            "sentence": _sentence([row for rows in found.values() for row in rows]),
            "why_not_plan": why_not(review, "plan_action", user),
        }
        return render(request, "change/room.html", context)


def _sentence(rows: list[Row]) -> str:
    """How it stands in one sentence."""
    if not rows:
        return "Nothing is planned yet about what was recommended."
    going = [row for row in rows if row.status != Status.ENDED]
    better = sum(1 for row in going if row.action.assured == Grade.BETTER)
    late = sum(1 for row in going if row.late)
    said = f"{len(going)} action{'' if len(going) == 1 else 's'}: {better} agreed to be better for children"
    return f"{said}, {late} past the date." if late else f"{said}, none past the date."


# --- one action -------------------------------------------------------------------------------------------

# What is done from the page of an action, the first being the main thing.
ONWARD = ("report_progress", "add_evidence", "complete", "assure", "check_action", "tell_public", "take_up")


class ActionPage(View):
    """How far it has come and on what evidence; what was said; who looked; and what can be done next."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        action = get_object_or_404(whole_actions(user), ref=ref)
        note_opening(action.case, user)
        case, reads = action.case, listed(action.case, user, *READERS) is None
        files = {document.ref: document for document in documents_of(action, user)}
        found = offers(action, user)
        context = {
            "action": action,
            "row": row_of(action, today),
            "recommendation": action.recommendation,
            "evidence": [
                (one, [files[r] for r in one.documents if r in files]) for one in action.evidence.all()
            ],
            "progress": list(action.progress.all()),
            "assurances": list(action.assurances.all()),
            "checks": list(action.checks.all()),
            "today": today,
            "reads": reads,
            "onward": sorted(
                (o for o in found if o.reason is None and o.name in ONWARD),
                key=lambda o: ONWARD.index(o.name),
            ),
            "also": [o for o in found if o.reason is None and o.name not in ONWARD],
            "refused": [o for o in found if o.reason],
            "back": reverse(ROOM, args=[action.recommendation.review.ref]) if reads else reverse("actions"),
        }
        if reads:
            happened = Event.objects.filter(subject_ref=action.ref).select_related("by")
            context |= {
                "case": case,
                "bar": case_bar(case, list(case.deadlines.all()), today),
                "events": story.told(happened),
            }
        return render(request, "change/action.html", context)


def whole_actions(user: User) -> QuerySet[Action]:
    evidence = ActionEvidence.objects.select_related("added_by")
    return (
        Action.objects.visible_to(user)
        .select_related("recommendation__review__case__partnership", "agency", "owner", "assured_by")
        .prefetch_related(
            Prefetch("evidence", evidence),
            "progress__by",
            Prefetch("assurances", Assurance.objects.select_related("by")),
            "checks__checked_by",
        )
    )


def grades_of(given: Recommendation) -> int:
    """The highest agreed step of the actions about one recommendation (``actions`` fetched with it); 0 without any."""
    return max((action.assured for action in given.actions.all()), default=0)
