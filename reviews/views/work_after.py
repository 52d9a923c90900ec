"""What a practice review puts on "Your work": its next step, promises to the family, and what its actions show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.urls import reverse

from cspr.accounts.models import User
from cspr.accounts.roles import AGENCY_ROLES, Role
from cspr.clocks.models import working_days
from referrals.models import Decision
from referrals.states import DecisionKind, DecisionState
from referrals.views.work import MOST, SOON, Item, work_from
from reviews import permissions
from reviews.change import SOON as SOON_FOR_OWNERS
from reviews.change import ActionState
from reviews.models import Action, FactCheck, FamilyPromise, Hold, PracticeReview, Release
from reviews.questions.fact_check import FactCheckState
from reviews.questions.family import PromiseKind
from reviews.states import BEFORE_PUBLICATION, PracticeReviewState, ReleaseState

PR = PracticeReviewState
# What a review waits for at a stage, and who is to do it.
REVIEW_TASKS: dict[str, tuple[str, str]] = {
    PR.DECIDED: ("Plan the practice review", Role.STAFF),
    PR.COMMISSIONING: ("Appoint the lead reviewer", Role.CHAIR),
    PR.REVIEWER_APPOINTED: ("Start the practice review", Role.STAFF),
    PR.IN_PROGRESS: ("Write the report", Role.REVIEWER),
    PR.DRAFT_RECEIVED: ("Look at the draft", Role.STAFF),
    PR.QUALITY_ASSURANCE: ("Finish quality assurance", Role.STAFF),
    PR.FACT_CHECK: ("Sign off the report, once publication is decided", Role.CHAIR),
    PR.SIGNED_OFF: ("Send the report to the Secretary of State and the Panel", Role.STAFF),
    PR.SENT: ("Propose the release of the report", Role.STAFF),
}
# A review that is sent, once its release is proposed: the second person confirms it, the first waits for that.
TO_CONFIRM, WAITS = "to_confirm", "waits"
CONFIRM = "Confirm the release of the report"
# What was put off, until the day given for it.
LOOK_AGAIN: dict[str, tuple[str, str]] = {
    PR.ON_HOLD: ("Look at the hold again", Role.CHAIR),
    PR.NOT_PUBLISHED: ("Look again at what is not published", Role.STAFF),
}
TASKS = REVIEW_TASKS | LOOK_AGAIN


class Row(NamedTuple):
    """One thing that waits, whatever it is: all kinds are asked for in one statement."""

    kind: str
    code: str
    ref: str
    about: str
    due_on: dt.date | None
    since: dt.date | None


def waiting(user: User, today: dt.date) -> Iterable[Item]:
    """For staff, the chair and the lead reviewer; and for an agency that checks facts. One statement."""
    sources = (
        _reviews(user),
        _promises(user, today),
        _actions(user, today),
        _points(user, today),
        _checks(user),
    )
    kinds = [rows for rows in sources if rows is not None]
    if kinds:
        found = kinds[0].union(*kinds[1:], all=True).order_by("due", "ref")
        yield from (_item(Row(*row), today) for row in found[: 3 * MOST])


def _item(row: Row, today: dt.date) -> Item:
    if row.kind == "promise":
        return Item(
            f"A promise to the family: {PromiseKind(row.code).label.lower()}",
            reverse("family-promise", args=[row.ref]),
            row.about,
            due_on=row.due_on,
            working_days=working_days().number_if_known(today, row.due_on) if row.due_on else None,
        )
    if row.kind == "action":
        url = reverse("action", args=[row.ref])
        if row.code == "evidence":
            return Item("Look at the evidence of an action", url, row.about, since=row.since)
        return Item("Look whether an action still holds", url, row.about, due_on=row.due_on)
    return _of_check(row, today) if row.kind == "check" else _of_review(row)


def _of_review(row: Row) -> Item:
    if row.code in {TO_CONFIRM, WAITS}:
        whom = "somebody else on the case" if row.code == WAITS else ""
        gate = reverse("publication-gate", args=[row.ref])
        return Item(CONFIRM, gate, row.about, since=row.since, waits_for=whom)
    words, url = TASKS[row.code][0], reverse("practice-review", args=[row.ref])
    if row.code in LOOK_AGAIN:
        # A date to keep in mind, not a task that waits.
        return Item(words, url, row.about, due_on=row.due_on)
    return Item(words, url, row.about, since=row.since)


def _of_check(row: Row, today: dt.date) -> Item:
    url, left = reverse("fact-check", args=[row.ref]), None
    if row.code == FactCheckState.ANSWERED:
        return Item("Handle what an agency corrects in the draft", url, row.about, since=row.since)
    if row.due_on:
        left = working_days().number_if_known(today, row.due_on)
    title = (
        "Check what a report says of your agency" if row.code == MINE else "An agency’s fact check is late"
    )
    since = row.since if row.code == MINE else None
    return Item(title, url, row.about, due_on=row.due_on, since=since, working_days=left)


def _columns(rows: QuerySet[Any], kind: str, *, code: Any, about: Any, due: Any, since: Any) -> QuerySet[Any]:
    columns: QuerySet[Any] = rows.annotate(
        kind_of=Value(kind, CharField()),
        code=Cast(code, CharField()),
        about=F(about) if isinstance(about, str) else about,
        due=Cast(due, DateField()),
        since_day=Cast(since, DateField()),
    ).values_list("kind_of", "code", "ref", "about", "due", "since_day")
    return columns


def _reviews(user: User) -> QuerySet[Any] | None:
    """For whoever has the next step: staff, the chair, or the lead reviewer."""
    roles = {m.role for m in user.standing} & {Role.STAFF, Role.CHAIR, Role.REVIEWER}
    if not roles:
        return None
    mine = Q(pk__in=[])
    for role in roles:
        states = [state for state, (_, whose) in TASKS.items() if whose == role]
        mine |= Q(state__in=states) & permissions.of_listed_cases(user, role)
    hold = Hold.objects.filter(review=OuterRef("pk"), ended_on=None).values("review_on")[:1]
    releases = Release.objects.visible_to(user).filter(review=OuterRef("pk"))
    proposed = releases.filter(state=ReleaseState.PROPOSED)
    # Who proposed the release, or the publication that it carries out, does not confirm it (four eyes).
    published = Decision.objects.beside().filter(
        case=OuterRef("case"), kind=DecisionKind.PUBLICATION, state=DecisionState.APPROVED, proposed_by=user
    )
    own = Exists(proposed.filter(proposed_by=user)) | Exists(published)
    return _columns(
        PracticeReview.objects.visible_to(user)
        .filter(mine)
        .exclude(Exists(releases.filter(state=ReleaseState.CONFIRMED)))
        .order_by(),
        "review",
        code=Case(
            When(Exists(proposed) & own, then=Value(WAITS)),
            When(Exists(proposed), then=Value(TO_CONFIRM)),
            default=F("state"),
            output_field=CharField(),
        ),
        about="case__pseudonym",
        due=Coalesce(Subquery(hold), F("withhold_review_on")),
        since=TruncDate("case__last_event_at"),
    )


def _promises(user: User, today: dt.date) -> QuerySet[Any] | None:
    """For staff and reviewer: promises to the family that are late or due soon, without a name."""
    if not {m.role for m in user.standing} & {Role.STAFF, Role.REVIEWER}:
        return None
    going = Q(case__practice_review__state__in=BEFORE_PUBLICATION)
    soon = working_days().add(today, SOON)
    found = FamilyPromise.objects.visible_to(user).waiting().possible(today).filter(going, due_on__lte=soon)
    return _columns(
        found.order_by(),
        "promise",
        code=F("kind"),
        about="case__pseudonym",
        due=F("due_on"),
        since=Value(None),
    )


def _actions(user: User, today: dt.date) -> QuerySet[Any] | None:
    """For staff on the case: evidence that nobody has agreed to, and checks that are due."""
    if not user.partnerships(Role.STAFF):
        return None
    found = (
        Action.objects.visible_to(user)
        .filter(permissions.of_listed_cases(user, Role.STAFF, case="recommendation__review__case"))
        .exclude(state=ActionState.ENDED)
        .exclude(owner=user)
        .annotate(check_on=Min("checks__due_on", filter=Q(checks__done_on=None)))
        .filter(Q(shown__gt=F("assured")) | Q(check_on__lte=today))
    )
    return _columns(
        found.order_by(),
        "action",
        code=Case(When(shown__gt=F("assured"), then=Value("evidence")), default=Value("check")),
        about="recommendation__review__case__pseudonym",
        due=F("check_on"),
        since=F("heard_on"),
    )


# The code of a check that the person's own agency is to answer.
MINE = "mine"


def _points(user: User, today: dt.date) -> QuerySet[Any] | None:
    """For staff and reviewer on the case: points to handle; for its staff, too, a check that is past its day."""
    if not {m.role for m in user.standing} & {Role.STAFF, Role.REVIEWER}:
        return None
    handles = permissions.of_listed_cases(user, Role.STAFF, Role.REVIEWER, case="review__case")
    staff = permissions.of_listed_cases(user, Role.STAFF, case="review__case")
    going = Q(review__state__in=BEFORE_PUBLICATION)
    answered = going & Q(state=FactCheckState.ANSWERED) & handles
    late = going & Q(state=FactCheckState.ASKED, due_on__lt=today) & staff
    return _columns(
        FactCheck.objects.visible_to(user).filter(answered | late).order_by(),
        "check",
        code=F("state"),
        about="review__case__pseudonym",
        due=F("due_on"),
        since=F("answered_on"),
    )


def _checks(user: User) -> QuerySet[Any] | None:
    """For those who answer for an agency: its own fact checks. The name of the case is not theirs to know."""
    asked = [
        (m.partnership_id, m.agency_id) for m in user.standing if m.role in permissions.ANSWERS_FOR_AGENCY
    ]
    if not asked:
        return None
    mine = Q(pk__in=[])
    for partnership, agency in asked:
        mine |= Q(review__case__partnership=partnership, agency=agency)
    found = FactCheck.objects.visible_to(user).filter(mine, state=FactCheckState.ASKED)
    return _columns(
        found.order_by(),
        "check",
        code=Value(MINE),
        about=Value("", CharField()),
        due=F("due_on"),
        since=F("asked_on"),
    )


def own_actions(user: User, today: dt.date) -> Iterator[Item]:
    """For whoever owns them. The name of the case is not theirs to know. One statement."""
    if not any(m.role in AGENCY_ROLES for m in user.standing):
        return
    mine = Action.objects.visible_to(user).filter(
        owner=user, state=ActionState.OPEN, due_on__lte=today + SOON_FOR_OWNERS
    )
    for action in mine.order_by("due_on", "id")[:MOST]:
        yield Item("Say how your action is going", action.get_absolute_url(), due_on=action.due_on)


def register() -> None:
    """Put these on the page; called once, when the app is ready."""
    for source in (waiting, own_actions):
        work_from(source)
