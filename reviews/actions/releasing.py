"""Releasing a report by two people: proposed, confirmed, and carried out by the worker at the time they chose."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from cspr.accounts.models import User
from cspr.clocks.moments import NoSuchMoment, at_a_time, in_london
from cspr.logs import kind_and_place
from cspr.wall.scope import within
from cspr.workflow import Refused, begin, in_turn, perform
from referrals.states import Outcome
from reviews.actions.practice_review import publish, publish_improvements
from reviews.models import PracticeReview, Release
from reviews.states import RELEASE_OPEN, ReleaseState

log = logging.getLogger(__name__)

NOT_IN_TIME = "Nobody confirmed it before the time that was proposed."


def propose_release(
    review: PracticeReview,
    *,
    by: User,
    today: dt.date,
    now: dt.datetime,
    day: dt.date | None = None,
    time: dt.time | None = None,
    reason_code: str = "",
    words: str = "",
    version: int | None = None,
    nonce: str = "",
) -> Release:
    """Propose that what was decided becomes public at ``time`` on ``day`` in London, or without them at once.

    Refused: a time that has passed, does not exist or comes twice; a day before the first lawful one; and whatever
    publication still waits for.
    """
    with in_turn(review.partnership, by=by, nonce=nonce):
        at = _moment(day, time, now)
        proposed = perform(
            review, "propose_release", by=by, today=today, version=version, nonce=nonce, at=at,
            reason_code=reason_code, words=words,
        )  # fmt: skip
        if early := proposed.too_early(timezone.localdate(at or now)):
            raise Refused(early)
        release = Release(
            review=proposed,
            outcome=proposed.to_release(),
            at=at,
            reason_code=reason_code,
            explanation=words,
            text_hash=proposed.report_hash,
            review_version=proposed.version,
            proposed_by=by,
        )
        return begin(release, by=by, today=today)


def _moment(day: dt.date | None, time: dt.time | None, now: dt.datetime) -> dt.datetime | None:
    if day is None or time is None:
        return None
    try:
        at = in_london(day, time)
    except NoSuchMoment as said:
        raise Refused(str(said)) from said
    if at.astimezone(dt.UTC) <= now:
        raise Refused(f"That time has passed: it is {at_a_time(now)}. Choose a later one.")
    return at


def confirm_release(
    release: Release,
    *,
    by: User,
    today: dt.date,
    now: dt.datetime,
    version: int | None = None,
    nonce: str = "",
) -> Release:
    """Confirm it as the second person. Without a time it is carried out at once, or not confirmed at all."""
    with in_turn(release.partnership, by=by, nonce=nonce):
        confirmed = perform(release, "confirm", by=by, today=today, version=version, nonce=nonce, now=now)
        return confirmed if confirmed.at else _carry_out(confirmed, today)


def release_due(now: dt.datetime) -> int:
    """Carry out every release whose time has come; put aside what no longer stands. Answers how many were published.

    May be run any number of times, late, or twice at once. One that fails stops no other, and is tried again.
    """
    published = 0
    for pk in Release.objects.filter(state__in=RELEASE_OPEN).values_list("pk", flat=True):
        try:
            published += _see_to(pk, now)
        except Exception as error:  # whatever is wrong with one release, the others are due all the same
            log.error("release %s: %s", pk, kind_and_place(error))
    return published


def _see_to(pk: int, now: dt.datetime) -> bool:
    """One release in its partnership's turn: read there, so that nobody changes it meanwhile."""
    today = timezone.localdate(now)
    partnership = Release.objects.get(pk=pk).partnership
    with within([partnership.pk]), in_turn(partnership):
        release = Release.objects.select_related("review__case__partnership").get(pk=pk)
        if not release.open:
            return False
        due = release.at is not None and release.at <= now
        reason = release.changed()
        if reason is None and due and release.state == ReleaseState.PROPOSED:
            reason = NOT_IN_TIME
        if reason is None and due:
            try:
                with transaction.atomic():
                    _carry_out(release, today)
                    return True
            except Refused as refused:
                reason = str(refused)
        if reason:
            perform(release, "put_aside", by=None, today=today, reason=reason)
        return False


def _carry_out(release: Release, today: dt.date) -> Release:
    """Publish in the name of whoever confirmed it; every condition is asked again by the verb that publishes."""
    by, review = release.confirmed_by, release.review
    assert by is not None
    if release.outcome == Outcome.PUBLISH:
        publish(review, by=by, today=today)
    else:
        publish_improvements(
            review, by=by, today=today, reason_code=release.reason_code, words=release.explanation
        )
    return perform(release, "carry_out", by=None, today=today)
