"""The room "Publication": may we publish, and when? What it waits for, the two people, and the other two ways."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cspr.accounts.models import User
from cspr.clocks.calendar import in_full
from cspr.clocks.models import working_days
from cspr.people.requests import freshly_proven
from cspr.workflow import Subject, why_not
from referrals.emails import staff
from referrals.models import Deadline, Decision
from referrals.states import DECISION_OPEN, DecisionKind, Outcome
from referrals.views.case import note_opening, signed_in
from referrals.views.clocks import Face, case_bar
from referrals.views.decision import questions
from referrals.views.verbs import VerbView
from reviews import actions
from reviews.forms import releasing as asked
from reviews.models import PracticeReview, Release
from reviews.models.conditions import Condition
from reviews.permissions import confirm_release
from reviews.states import BEFORE_PUBLICATION, ReleaseState
from reviews.views.practice_review import whole_review
from reviews.views.practice_verbs import PracticeVerb
from reviews.views.rooms import may_open, rooms

ROOM = "publication-gate"
# Guidance: seven working days before publication, to Ofsted as well.
BY_GUIDANCE = 7


@dataclass(frozen=True)
class Tick:
    """One condition as the page shows it: met when ``reason`` is None; ``url`` leads to what helps."""

    words: str
    reason: str | None
    url: str = ""
    who: str = ""
    waits: bool = False
    do: str = ""


class Gate(View):
    """The answer in one sentence, the next thing to do, the conditions, and the ways that publish less."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        user, today = signed_in(request), timezone.localdate()
        review = whole_review(user, ref)
        note_opening(review.case, user)
        case = review.case
        releases = list(review.releases.select_related("proposed_by", "confirmed_by"))
        for one in releases:
            one.review = review
        standing = next((one for one in releases if one.open), None)
        decision = review.publication_decision()
        withheld = decision is not None and decision.outcome == Outcome.NOT_PUBLISH
        ticks = [] if withheld else _ticks(review, user, today, standing)
        context = {
            "review": review,
            "case": case,
            "subject": review,
            "today": today,
            "rooms": rooms(review, user, ROOM),
            "bar": case_bar(case, list(case.deadlines.all()), today),
            "decision": decision,
            "withheld": withheld,
            "asks": [q for q in questions(case, user) if q.kind == DecisionKind.PUBLICATION and not q.reason],
            "ticks": ticks,
            "left": sum(1 for tick in ticks if tick.reason and not tick.waits),
            "going": review.state in BEFORE_PUBLICATION,
            "release": standing,
            "distance": standing and _distance(standing, today),
            "changed": standing.changed() if standing else None,
            "earlier": [one for one in releases if not one.open],
            "publications": [p for p in review.publications.all() if p.state == "public"],
            **_times(review, standing),
            **_main(review, user, standing, ticks),
            "may_withhold": why_not(review, "withhold", user) if review.state in BEFORE_PUBLICATION else "",
            "call_off": standing and why_not(standing, "call_off", user) is None,
        }
        return render(request, "practice_reviews/gate.html", context)


# --- what it waits for ------------------------------------------------------------------------------------


def _ticks(review: PracticeReview, user: User, today: dt.date, release: Release | None) -> list[Tick]:
    outcome = review.to_release() or Outcome.PUBLISH
    found = [
        Tick(c.words, c.reason, _fix(c, review, user) if c.reason else "", c.who, do=_do(c, review))
        for c in review.conditions(outcome)
    ]
    return [*found, _bar(review, today, release), _seven_days(review, today), _two_people(release)]


def _bar(review: PracticeReview, today: dt.date, release: Release | None) -> Tick:
    """Other proceedings, on the day it is meant to become public; without one, on the first day it could."""
    day = (
        timezone.localdate(release.at) if release and release.at else review.planned_publication_on
    ) or today
    reason = review.barred(max(day, review.first_lawful_day or day, today))
    url = reverse("case-processes", args=[review.case.ref]) if reason else ""
    do = "See which proceeding bars publication, and until when"
    return Tick("No other proceeding bars publication on that day", reason, url, do=do)


def _do(condition: Condition, review: PracticeReview) -> str:
    """What is to be done about it: where the partners have been asked already, to see to their answer."""
    asked = condition.room == "decision" and _asked(review)
    return "See what the proposal to the partners waits for" if asked else condition.do


def _asked(review: PracticeReview) -> Decision | None:
    """The question of publication, while it is open with the partners."""
    kind = DecisionKind.PUBLICATION
    newest = next((decision for decision in review.case.decisions.all() if decision.kind == kind), None)
    return newest if newest and newest.state in DECISION_OPEN else None


def _fix(condition: Condition, review: PracticeReview, user: User) -> str:
    """Where this person can mend it; "" when it is not theirs to mend."""
    if condition.room == "decision":
        if asked_now := _asked(review):
            return asked_now.get_absolute_url()
        asks = (
            q.url for q in questions(review.case, user) if q.kind == DecisionKind.PUBLICATION and not q.reason
        )
        return next(asks, "")
    if condition.room and may_open(condition.room, review, user):
        return reverse(condition.room, args=[review.ref])
    if condition.verb and why_not(review, condition.verb, user) is None:
        return reverse(f"practice-review-{condition.verb}", args=[review.ref])
    return ""


def _seven_days(review: PracticeReview, today: dt.date) -> Tick:
    """Reg 16(1): the law's own block."""
    words, first = "Seven days have passed since it was sent (by law, reg 16)", review.first_lawful_day
    if first is None:
        return Tick(words, "They start when it is sent.", waits=True)
    return Tick(words, f"The first lawful day is {in_full(first)}." if today < first else None, waits=True)


def _two_people(release: Release | None) -> Tick:
    words = "Two different people release it"
    if release is None:
        return Tick(words, "One person proposes the day and the time, another confirms.", waits=True)
    if release.state == ReleaseState.PROPOSED:
        return Tick(
            words, f"{release.proposed_by.name} proposed it. Somebody else has to confirm it.", waits=True
        )
    return Tick(words, None)


def _times(review: PracticeReview, release: Release | None) -> dict[str, Any]:
    """The first day by law, the first by guidance, and whether what is planned keeps to guidance."""
    first = review.first_lawful_day
    if first is None:
        return {"first": None}
    days = [d for d in (review.sent_to_sos_on, review.sent_to_panel_on, review.sent_to_ofsted_on) if d]
    by_guidance = working_days().add(max(days), BY_GUIDANCE)
    planned = timezone.localdate(release.at) if release and release.at else review.planned_publication_on
    return {
        "first": first,
        "by_guidance": by_guidance,
        "sooner": bool(planned and planned < by_guidance),
        "without_ofsted": review.sent_to_ofsted_on is None,
    }


def _distance(release: Release, today: dt.date) -> str:
    if release.at is None:
        return ""
    days = (timezone.localdate(release.at) - today).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


# --- the next thing to do ---------------------------------------------------------------------------------


def _main(review: PracticeReview, user: User, release: Release | None, ticks: list[Tick]) -> dict[str, Any]:
    """The one thing that this person can do next, or who can."""
    if release:
        return _to_confirm(release, user) if release.state == ReleaseState.PROPOSED else {}
    if why_not(review, "propose_release", user) is None:
        return _button("Propose the release", "practice-review-propose_release", review.ref)
    if review.state not in BEFORE_PUBLICATION or not ticks:
        return {}
    first = next((tick for tick in ticks if tick.reason and not tick.waits), None)
    if first is None:
        able = [one.name for one in staff(review) if not why_not(review, "propose_release", one)]
        return {"who": f"{', '.join(able)} can propose the release."} if able else {}
    if first.url:
        return {"main": {"label": first.do, "url": first.url}}
    return {"who": f"Next: {first.do[:1].lower()}{first.do[1:]}. {first.who}".rstrip()}


def _to_confirm(release: Release, user: User) -> dict[str, Any]:
    if why_not(release, "confirm", user) is None:
        return _button("Confirm the release", "release-confirm", release.ref)
    able = [one.name for one in staff(release) if confirm_release(release, one) is None]
    return {
        "who": f"{', '.join(able) or 'Somebody else of staff who is given access to this case'} can confirm it."
    }


def _button(label: str, name: str, ref: str) -> dict[str, Any]:
    return {"main": {"label": label, "url": reverse(name, args=[ref])}}


# --- proposing, confirming, calling off -------------------------------------------------------------------


class ProposeRelease(PracticeVerb):
    """The first of two people chooses the day and the time."""

    verb = "propose_release"
    form_class = asked.ProposeReleaseForm
    action = actions.propose_release
    template_name = "practice_reviews/propose_release.html"
    done = "The release is proposed. Somebody else has to confirm it."

    def refusal(self, subject: PracticeReview) -> str | None:
        return super().refusal(subject) or subject.being_released()

    def form(self, subject: PracticeReview, data: Any = None, files: Any = None) -> forms.Form:
        improvements = subject.to_release() == Outcome.IMPROVEMENTS_ONLY
        kind = asked.ProposeImprovementsForm if improvements else asked.ProposeReleaseForm
        return kind(data, files, **self.form_kwargs(subject))

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "now": timezone.now()}

    def told(self, subject: PracticeReview) -> list[User]:
        return [one for one in staff(subject) if one.pk != self.user.pk]

    def next(self, subject: PracticeReview) -> str:
        return reverse(ROOM, args=[subject.ref])


class ReleasePage(View):
    """A release stands on the page of its review."""

    def get(self, request: HttpRequest, ref: str) -> HttpResponse:
        releases = Release.objects.visible_to(signed_in(request)).select_related("review")
        return redirect(ROOM, ref=get_object_or_404(releases, ref=ref).review.ref)


class ReleaseVerb(VerbView):
    """One verb of a release. Afterwards the person is back at the gate."""

    model: type[Subject] = Release

    def run_on(self, rows: list[Deadline]) -> list[Face]:
        return []

    def next(self, subject: Release) -> str:
        return reverse(ROOM, args=[subject.review.ref])


@freshly_proven
class Confirm(ReleaseVerb):
    verb = "confirm"
    action = actions.confirm_release
    template_name = "practice_reviews/confirm_release.html"
    clocks = "The six months are met on the day it is published, and the year in which it has to stay public begins."
    done = "The release is confirmed."

    def data(self, form: forms.Form) -> dict[str, Any]:
        return {**super().data(form), "now": timezone.now()}


class CallOff(ReleaseVerb):
    verb = "call_off"
    form_class = asked.CallOffForm
    done = "The release is called off. Nothing is published."


RELEASE_VERBS: tuple[type[ReleaseVerb], ...] = (Confirm, CallOff)
